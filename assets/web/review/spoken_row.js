// The row that is being heard: marked, with its word, and kept in view.

export class SpokenRow {
  #id = null;

  /** @param {object} editor */
  constructor(editor) { this.editor = editor; }

  get id() { return this.#id; }

  /** The player has come to a time. */
  follow(ms, playing) {
    const { model, actions, marks, list } = this.editor;
    const index = playing ? model.indexAt(ms) : -1;
    const id = index < 0 ? null : model.order[index];
    if (id !== null && actions.skipTo(id, ms)) return;
    if (id !== this.#id) this.#mark(id);
    if (id !== null) marks.showSpoken(id, list.nodeOf(id)?.querySelector(".ss-text"), ms);
  }

  clear() { this.#mark(null); }

  #mark(id) {
    const { list, editing } = this.editor;
    const former = this.#id;
    this.#id = id;
    for (const each of [former, id]) if (each !== null) list.nodeOf(each)?.classList.toggle("ss-spoken", each === id);
    if (id !== null && editing.id === null) list.reveal(id);
  }
}
