// Ticks beside the scroll bar of the transcript, where its doubtful sentences are.

/**
 * @import { TranscriptEditor } from "../editor.js"
 */

import { el } from "../../components/dom.js";

const DELAY_MS = 80; // so that several changes cost one update, after the rows are drawn

export class DoubtTicks {
  #shown = "";
  #timer = 0;

  /** @param {TranscriptEditor} editor */
  constructor(editor) {
    this.editor = editor;
    this.node = el("div", { class: "ss-ticks", "aria-hidden": "true" });
  }

  dispose() {
    clearTimeout(this.#timer);
  }

  /** Update soon after a change of the doubts or of the heights of rows. */
  update() {
    this.#timer ||= setTimeout(() => {
      this.#timer = 0;
      this.#draw();
    }, DELAY_MS);
  }

  #draw() {
    const { list, model } = this.editor;
    const places = list.placesOf((id) => model.isDoubtful(id));
    const tops = places.map((place) => `${(100 * place).toFixed(1)}%`);
    if (tops.join() === this.#shown) return;
    this.#shown = tops.join();
    this.node.replaceChildren(...tops.map((top) => el("span", { style: { top } })));
  }
}
