// The tooltip of the window under the pointer.

import { clock } from "../../../components/text/time_format.js";
import { el } from "../../../components/dom.js";

const APART_PX = 12;
const WORDS_SHOWN = 40;

export class PointTooltip {
  constructor() {
    this.who = el("strong");
    this.when = el("span", { class: "ss-quiet" });
    this.words = el("div");
    this.node = el(
      "div",
      { class: "ss-point-words", role: "tooltip", hidden: true },
      this.who,
      " ",
      this.when,
      this.words,
    );
  }

  /**
   * @param {{clientX: number, clientY: number}} pointer
   * @param {{name: string, startMs: number, text: string}} point
   */
  show({ clientX, clientY }, { name, startMs, text }) {
    this.who.textContent = name;
    this.when.textContent = clock(startMs);
    this.words.textContent = text.length > WORDS_SHOWN ? `${text.slice(0, WORDS_SHOWN)}…` : text;
    this.node.hidden = false;
    const { width, height } = this.node.getBoundingClientRect();
    const left =
      clientX + APART_PX + width < window.innerWidth
        ? clientX + APART_PX
        : clientX - APART_PX - width;
    const top = Math.min(clientY + APART_PX, window.innerHeight - height);
    Object.assign(this.node.style, {
      left: `${Math.max(0, left)}px`,
      top: `${Math.max(0, top)}px`,
    });
  }

  hide() {
    this.node.hidden = true;
  }
}
