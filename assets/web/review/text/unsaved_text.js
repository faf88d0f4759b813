// Words that a person has typed and the server has not taken: they stay in this browser until somebody has decided about them.

/**
 * @import { Translate } from "../../types.d.ts"
 */

import { el } from "../../components/dom.js";
import { readStorage, writeStorage } from "../../api/browser_storage.js";
import { newId } from "../edits/edit_queue.js";

const STORED = "speaker-studio:unstored";

export class UnsavedText {
  /** @param {{transcriptId: string, t: Translate}} options */
  constructor({ transcriptId, t }) {
    this.t = t;
    this.key = `${STORED}:${transcriptId}`;
    this.node = el("div", { class: "ss-unstored", role: "alert" });
  }

  /**
   * Keeps words over a reload and a crash.
   * @param {{text: string, rowId?: string|null, why?: string}} words of a row that is there, or why they were not taken
   * @returns {() => void} to be called once it is decided what becomes of them
   */
  keep({ text, rowId = null, why = "" }) {
    const words = { id: newId(), text, rowId, why };
    this.#keepAll([...this.#all(), words]);
    return () => this.#keepAll(this.#all().filter(({ id }) => id !== words.id));
  }

  /** Keeps words and shows them, to be copied, until the person has no more use for them. */
  show(why, text) {
    const decided = this.keep({ text, why });
    const drop = el("button", {
      class: "ss-button",
      type: "button",
      text: this.t("review.drop_words"),
      on: {
        click: () => {
          decided();
          item.remove();
        },
      },
    });
    const item = el(
      "section",
      { class: "ss-unstored-item" },
      el("p", { class: "ss-unstored-why", text: why }),
      el("q", { class: "ss-lost", tabindex: "0", dir: "auto", text }),
      drop,
    );
    this.node.append(item);
  }

  /** What an earlier page of this browser has left undecided; who takes it keeps or shows it anew. */
  take() {
    const left = this.#all();
    this.#keepAll([]);
    return left;
  }

  #all() {
    return readStorage(this.key) ?? [];
  }

  #keepAll(words) {
    writeStorage(this.key, words.length > 0 ? words : null);
  }
}
