// Mouse actions on rows: select and play, extend the selection, change the speaker, edit.

/**
 * @import { TranscriptEditor } from "../editor.js"
 */

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
    if (event.shiftKey) return editor.selection.extendTo(id);
    if (event.ctrlKey || event.metaKey) return editor.selection.toggle(id);
    if (String(window.getSelection()) !== "") return undefined;
    editor.list.node.focus({ preventScroll: true });
    return editor.go(id);
  }

  /** Focus the list after a click on something that takes no focus, so that keys work. */
  #focusList() {
    if (document.activeElement === document.body)
      this.editor.list.node.focus({ preventScroll: true });
  }

  /** Handle the second press of a double click: no "dblclick" comes if the first redrew the row. */
  #pressed(event) {
    const words = event.target.closest(".ss-text");
    if (event.detail !== 2 || event.button !== 0 || !words || event.target.closest(".ss-typing"))
      return;
    const caret = wordAt(words, event);
    event.preventDefault();
    window.getSelection().removeAllRanges();
    this.editor.edit(words.closest(".ss-row").dataset.id, { caret });
  }
}

/**
 * @param {EventTarget} target
 * @returns {HTMLElement|null}
 */
const rowOf = (target) => /** @type {Element} */ (target).closest(".ss-row");

/** Return the range [from, to) of the word under the pointer, or an offset outside words. */
function wordAt(words, { clientX, clientY }) {
  const place = document.caretPositionFromPoint?.(clientX, clientY);
  const [node, offset] = place
    ? [place.offsetNode, place.offset]
    : startOf(document.caretRangeFromPoint?.(clientX, clientY));
  if (node !== words.firstChild || node === null) return undefined;
  if (typeof Intl.Segmenter !== "function") return offset;
  const box = words.getBoundingClientRect();
  const at = clientX > box.left ? Math.max(0, Math.min(offset, node.length - 1)) : 0;
  const range = document.createRange();
  range.setStart(node, Math.max(0, at));
  range.setEnd(node, Math.min(node.length, at + 1));
  const isBehind = at > 0 && range.getBoundingClientRect().left > clientX; // the caret position is the nearer side of a character
  const word = new Intl.Segmenter(undefined, { granularity: "word" })
    .segment(node.data)
    .containing(isBehind ? at - 1 : at);
  return word?.isWordLike ? [word.index, word.index + word.segment.length] : offset;
}

const startOf = (range) => (range ? [range.startContainer, range.startOffset] : [null, 0]);
