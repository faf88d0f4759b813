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
    const at = document.caretPositionFromPoint?.(event.clientX, event.clientY)?.offset ?? document.caretRangeFromPoint?.(event.clientX, event.clientY)?.startOffset;
    window.getSelection().removeAllRanges();
    this.editor.edit(node.dataset.id, { caret: at });
  }
}
