// What clicks on rows do: choose and hear, select more, change the speaker, type.

export class RowPointer {
  /** @param {object} editor  @param {AbortSignal} signal ends it */
  constructor(editor, signal) {
    this.editor = editor;
    editor.list.node.addEventListener("click", (event) => this.#clicked(event), { signal });
    editor.list.node.addEventListener("dblclick", (event) => this.#doubleClicked(event), { signal });
  }

  #clicked(event) {
    const { editor } = this;
    const node = event.target.closest(".ss-row");
    if (!node || event.target.closest(".ss-typing")) return;
    const { id } = node.dataset;
    if (event.target.closest(".ss-proposed")) return editor.actions.takeProposed(id);
    if (event.target.closest(".ss-chip")) return editor.actions.openSpeakers(id);
    if (event.shiftKey) return editor.selection.extendTo(id);
    if (event.ctrlKey || event.metaKey) return editor.selection.toggle(id);
    if (String(window.getSelection()) !== "") return undefined;
    editor.list.node.focus({ preventScroll: true });
    return editor.go(id);
  }

  #doubleClicked(event) {
    const node = event.target.closest(".ss-row");
    if (!node || !event.target.closest(".ss-text") || event.target.closest(".ss-typing")) return;
    const caret = clickedWord(node.querySelector(".ss-text"));
    window.getSelection().removeAllRanges();
    this.editor.edit(node.dataset.id, { caret });
  }
}

/** The word that a double click has selected, [from, to) in the text: it can be typed over at once. */
function clickedWord(words) {
  const selection = window.getSelection();
  if (selection.rangeCount === 0) return undefined;
  const range = selection.getRangeAt(0);
  if (range.startContainer !== words.firstChild) return undefined;
  const from = range.startOffset;
  const chosen = selection.toString().trimEnd();
  return [from, Math.min(from + chosen.length, words.textContent.length)];
}
