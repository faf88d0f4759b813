// Mouse actions on rows: select and play, extend the selection, change the speaker, edit.

/**
 * @import { TranscriptEditor } from "../editor.js"
 */

import { openRowMenu } from "./row_menu.js";

export class RowPointer {
  #pressedId = null; // the pressed row: drawn again before the pointer is up, it would get no click

  /**
   * @param {TranscriptEditor} editor
   * @param {AbortSignal} signal removes the listeners
   */
  constructor(editor, signal) {
    this.editor = editor;
    editor.list.node.addEventListener("click", (event) => this.#clicked(event), { signal });
    editor.list.node.addEventListener("mousedown", (event) => this.#pressed(event), { signal });
    // A long press of a finger fires it as well.
    editor.list.node.addEventListener("contextmenu", (event) => this.#openMenu(event), { signal });
    editor.list.node.addEventListener("pointermove", (event) => this.#describe(event), { signal });
    editor.node.addEventListener("pointerup", () => this.#focusList(), { signal });
    editor.list.node.addEventListener(
      "pointerdown",
      (event) => {
        this.#pressedId = rowOf(event.target)?.dataset.id ?? null;
      },
      { signal },
    );
    for (const end of ["pointerup", "pointercancel"])
      window.addEventListener(end, () => this.#release(), { signal });
  }

  /** Set the tooltip of the word under the pointer that a language model changed. */
  #describe(event) {
    const { marks, t } = this.editor;
    const words = event.target.closest(".ss-text");
    const id = rowOf(event.target)?.dataset.id;
    if (!words || id === undefined || !marks.hasModelWords(id)) return;
    const offset = characterAt(words, event);
    const found = offset === null ? null : marks.modelWordAt(id, offset);
    if (found === null) words.removeAttribute("title");
    else words.title = t(found.without === "" ? "review.lm_added" : "review.lm_chosen", found);
  }

  isPressed(id) {
    return id === this.#pressedId;
  }

  #release() {
    if (this.#pressedId === null) return;
    this.#pressedId = null;
    this.editor.list.release(); // draws with the next frame, after the click
  }

  #clicked(event) {
    const { editor } = this;
    const node = rowOf(event.target);
    if (!node || event.detail > 1 || event.target.closest(".ss-typing")) return;
    const { id } = node.dataset;
    if (event.target.closest(".ss-proposed")) return editor.actions.takeProposed(id);
    if (event.target.closest("button.ss-name")) return editor.actions.openSpeakers(id);
    const act = event.target.closest("[data-act]");
    if (act) return this.#act(act, id);
    if (event.shiftKey) return editor.selection.extendTo(id);
    if (event.ctrlKey || event.metaKey) return editor.selection.toggle(id);
    if (String(window.getSelection()) !== "") return undefined;
    editor.focusList();
    editor.go(id, { play: false });
    return this.#play(event, id);
  }

  /** Play the row from the word that was clicked, or from its start. */
  #play(event, id) {
    const { editor } = this;
    const words = event.target.closest(".ss-text");
    const offset = words ? characterAt(words, event) : null;
    const ms = offset === null ? null : editor.marks.timeAt(id, offset);
    editor.play(id, ms ?? undefined);
  }

  /** Do what a button of the row is for. */
  #act(control, id) {
    const { editor } = this;
    const { act } = control.dataset;
    if (act === "menu") return openRowMenu(editor, id, control);
    if (!editor.selection.has(id)) editor.selection.choose(id);
    return editor.actions.run(act);
  }

  #openMenu(event) {
    const node = rowOf(event.target);
    if (!node || event.target.closest(".ss-typing")) return;
    event.preventDefault();
    openRowMenu(this.editor, node.dataset.id, new DOMRect(event.clientX, event.clientY, 0, 0));
  }

  /** Focus the list after a click on something that takes no focus, so that keys work. */
  #focusList() {
    if (document.activeElement === document.body)
      this.editor.list.node.focus({ preventScroll: true });
  }

  /** Handle the second press of a double click: no "dblclick" comes if the first redrew the row. */
  #pressed(event) {
    if (event.shiftKey && !event.target.closest(".ss-typing")) event.preventDefault(); // selects no text
    const words = event.target.closest(".ss-text");
    if (event.detail !== 2 || event.button !== 0 || !words || event.target.closest(".ss-typing"))
      return;
    const caret = wordAt(words, event);
    event.preventDefault();
    window.getSelection().removeAllRanges();
    this.editor.edit(words.closest(".ss-row").dataset.id, { caret, isChosen: true });
  }
}

/**
 * @param {EventTarget} target
 * @returns {HTMLElement|null}
 */
const rowOf = (target) => /** @type {Element} */ (target).closest(".ss-row");

/** Return the range [from, to) of the word under the pointer, or an offset outside words. */
function wordAt(words, event) {
  const at = characterAt(words, event);
  if (at === null) return undefined;
  if (typeof Intl.Segmenter !== "function") return at;
  const word = new Intl.Segmenter(undefined, { granularity: "word" })
    .segment(words.firstChild.data)
    .containing(at);
  return word?.isWordLike ? [word.index, word.index + word.segment.length] : at;
}

/** Return the index of the character under the pointer; the text's length behind it, null outside. */
function characterAt(words, { clientX, clientY }) {
  const place = document.caretPositionFromPoint?.(clientX, clientY);
  const [node, offset] = place
    ? [place.offsetNode, place.offset]
    : startOf(document.caretRangeFromPoint?.(clientX, clientY));
  if (node !== words.firstChild || node === null) return null;
  const range = document.createRange();
  range.selectNodeContents(node);
  const isBeside = ![...range.getClientRects()].some(
    ({ left, right, top, bottom }) =>
      left <= clientX && clientX <= right && top <= clientY && clientY <= bottom,
  );
  if (isBeside) return node.length;
  const at = Math.max(0, Math.min(offset, node.length - 1));
  range.setStart(node, at);
  range.setEnd(node, at + 1);
  // The caret's place is at the nearer side of a character.
  return at > 0 && range.getBoundingClientRect().left > clientX ? at - 1 : at;
}

const startOf = (range) => (range ? [range.startContainer, range.startOffset] : [null, 0]);
