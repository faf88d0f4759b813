// Ticks beside the scroll bar of the transcript, where its doubtful sentences are.

/**
 * @import { TranscriptEditor } from "../editor.js"
 */

import { el } from "../../components/dom.js";

export class DoubtTicks {
  #shown = "";

  /** @param {TranscriptEditor} editor */
  constructor(editor) {
    this.editor = editor;
    this.node = el("div", { class: "ss-ticks", "aria-hidden": "true" });
  }

  /** Update after a change of the doubts or of the heights of rows. */
  update() {
    const { list, model } = this.editor;
    const places = list.placesOf((id) => model.isDoubtful(id));
    const tops = places.map((place) => `${(100 * place).toFixed(1)}%`);
    if (tops.join() === this.#shown) return;
    this.#shown = tops.join();
    this.node.replaceChildren(...tops.map((top) => el("span", { style: { top } })));
  }
}
