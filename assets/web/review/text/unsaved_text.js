// Typed text that the server refused, stored in this browser until the user decides about it.

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
    this.node = el("div", { class: "ss-asks ss-unstored", role: "alert" });
  }

  /**
   * Store text so that a reload or a crash does not lose it.
   * @param {{text: string, rowId?: string|null, why?: string}} words text of an existing row, or text with the reason of the refusal
   * @returns {() => void} deletes the text from the storage
   */
  store({ text, rowId = null, why = "" }) {
    const words = { id: newId(), text, rowId, why };
    this.#storeAll([...this.#all(), words]);
    return () => this.#storeAll(this.#all().filter(({ id }) => id !== words.id));
  }

  /** Store text and show it, to be copied, until the user drops it. */
  show(why, text) {
    const decided = this.store({ text, why });
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

  /** Return and delete the texts that an earlier page stored; the caller stores or shows them again. */
  takeAll() {
    const left = this.#all();
    this.#storeAll([]);
    return left;
  }

  #all() {
    return readStorage(this.key) ?? [];
  }

  #storeAll(words) {
    writeStorage(this.key, words.length > 0 ? words : null);
  }
}
