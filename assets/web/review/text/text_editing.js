// Edits the text of a row: one text box replaces the row's text.

import { el } from "../../components/dom.js";
import { Draft } from "./draft.js";
import { keyOf } from "../keys/keymap.js";

const ENDS = { Enter: "done", Tab: "next", "Mod+Enter": "verify" }; // how the key leaves the text

export class TextEditing {
  #id = null;
  #before = "";

  /**
   * @param {{transcriptId: string, label: string, onCommit: (id, text, before) => void, onLeave: (how: string, id: string) => void,
   *   onSelect: (id, text, range) => void, onSplit: (id, text, caret, before) => void, onMergeBack: (id, text, before) => void, onTyping: () => void, onGrow: (id) => void,
   *   onKey: (key: string) => boolean, onPress: () => void}} options
   */
  constructor(options) {
    this.options = options;
    this.draft = new Draft(options.transcriptId);
    this.box = el("textarea", {
      class: "ss-typing",
      rows: "1",
      "aria-label": options.label,
      spellcheck: "false",
      on: {
        input: () => {
          this.#grow();
          this.draft.store({ id: this.#id, before: this.#before, text: this.box.value });
          options.onTyping();
        },
        pointerdown: () => options.onPress(),
        dblclick: () => {
          const { value, selectionStart, selectionEnd } = this.box;
          if (value === this.#before)
            options.onSelect(this.#id, value, [selectionStart, selectionEnd]);
        },
        keydown: (event) => this.#pressed(event),
        blur: () => this.finish("blur"),
      },
    });
  }

  get id() {
    return this.#id;
  }

  /**
   * Start to edit a row.
   * @param {string} id
   * @param {string} text
   * @param {HTMLElement} place element whose content the text box replaces
   * @param {{caret?: number|[number, number]}} options position of the caret, or range to select
   */
  begin(id, text, place, { caret = text.length } = {}) {
    this.finish("moved");
    this.#id = id;
    this.#before = text;
    this.box.value = text;
    place.replaceChildren(this.box);
    this.#grow();
    this.box.focus({ preventScroll: true });
    const [from, to] = Array.isArray(caret) ? caret : [caret, caret];
    this.box.setSelectionRange(from, to);
  }

  /** Replace a part of the text, and end. */
  replace([from, to], word) {
    this.box.setRangeText(word, from, to, "end");
    this.finish("taken");
  }

  /** End, and commit the text if it changed. */
  finish(how) {
    const id = this.#id;
    if (id === null) return;
    const [text, before] = [this.#typed(), this.#before];
    this.#forget(text);
    if (text !== before) this.options.onCommit(id, text, before);
    this.options.onLeave(how, id);
  }

  cancel() {
    const id = this.#id;
    if (id === null) return;
    this.#forget(this.#before);
    this.options.onLeave("cancel", id);
  }

  #typed() {
    return this.box.value.replace(/\s*\n\s*/g, " ").trim();
  }

  /** Replace the box with text at once: the row must be clickable before it is drawn again. */
  #forget(words = this.#typed()) {
    this.#id = null;
    this.draft.drop();
    this.box.replaceWith(words);
  }

  #grow() {
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight}px`;
    this.options.onGrow(this.#id);
  }

  #pressed(event) {
    event.stopPropagation();
    const key = keyOf(event);
    if (key === "") return;
    const [id, caret, before] = [this.#id, this.box.selectionStart, this.#before];
    if (key in ENDS) this.finish(ENDS[key]);
    else if (key === "Escape") this.cancel();
    else if (key === "Shift+Enter") {
      const text = this.box.value;
      if (caret === 0 || caret >= text.length) return void event.preventDefault();
      this.#forget();
      this.options.onLeave("split", id);
      this.options.onSplit(id, text, caret, before);
    } else if (key === "Backspace" && caret === 0 && this.box.selectionEnd === 0) {
      const text = this.#typed();
      this.#forget();
      this.options.onLeave("merge", id);
      this.options.onMergeBack(id, text, before);
    } else if (!this.options.onKey(key)) return;
    event.preventDefault();
  }
}
