// The list of other words below the text box of a row: a digit or a press takes one.

/**
 * @import { Translate } from "../../types.d.ts"
 * @import { Offered } from "./word_candidates.js"
 */

import { el } from "../../components/dom.js";

const CLOSE = "0"; // goes on to typing

export class WordOffer {
  /** @type {Offered|null} */
  #offered = null;

  /** @param {{t: Translate, onTake: (offered: Offered, word: string) => void, onChange: () => void}} options */
  constructor({ t, onTake, onChange }) {
    this.t = t;
    this.onTake = onTake;
    this.onChange = onChange;
    this.node = el("ul", {
      class: "ss-word-offer",
      id: "ss-word-offer",
      role: "list",
      "aria-label": t("words.offered"),
    });
  }

  get isOpen() {
    return this.#offered !== null;
  }

  /**
   * Show words after the text of a row.
   * @param {Offered} offered
   * @param {HTMLElement} place of the text
   */
  show(offered, place) {
    this.#offered = offered;
    this.node.replaceChildren(
      ...offered.words.map((word, at) => this.#chip(String(at + 1), word, () => this.#take(at))),
      this.#chip(CLOSE, this.t("words.type"), () => this.close()),
    );
    place.after(this.node);
    this.onChange();
  }

  close() {
    if (this.#offered === null) return;
    this.#offered = null;
    this.node.remove();
    this.onChange();
  }

  /** @returns {boolean} whether the key took a word or closed the list */
  press(key) {
    if (this.#offered === null) return false;
    const at = Number(key) - 1;
    if (/^[1-9]$/.test(key) && at < this.#offered.words.length) this.#take(at);
    else {
      this.close();
      return key === CLOSE;
    }
    return true;
  }

  #take(at) {
    const offered = this.#offered;
    this.close();
    this.onTake(offered, offered.words[at]);
  }

  #chip(key, words, act) {
    return el(
      "li",
      {},
      el(
        "button",
        {
          class: "ss-button",
          type: "button",
          tabindex: "-1",
          on: {
            pointerdown: (event) => event.preventDefault(), // the text box keeps the focus
            mousedown: (event) => event.preventDefault(),
            click: (event) => {
              event.stopPropagation(); // not a click on the row
              act();
            },
          },
        },
        el("kbd", { text: key }),
        el("span", { text: words }),
      ),
    );
  }
}
