// Highlights the playing row and word and keeps it in view. While the recording plays without an end
// it becomes the current row.

/**
 * @import { TranscriptEditor } from "../editor.js"
 */

const CURRENT_DELAY_MS = 400; // delay before the playing row becomes current: a late key press still means the row before
const STORED = "speaker-studio:follow";

/** Fires "change" when the current row starts or stops to follow the audio. */
export class PlayingRow extends EventTarget {
  #id = null;
  #isEnabled = localStorage.getItem(STORED) !== "no";
  #pausedBy = null; // why it stopped to follow: another "row" was chosen, or a "scroll"
  #isChoosing = false;

  /**
   * @param {TranscriptEditor} editor
   * @param {AbortSignal} signal removes the listeners
   */
  constructor(editor, signal) {
    super();
    this.editor = editor;
    for (const type of ["wheel", "touchmove"])
      editor.list.node.addEventListener(type, () => this.#pauseFollowing("scroll"), {
        signal,
        passive: true,
      });
    editor.list.node.addEventListener(
      "pointerdown",
      (event) => {
        if (event.target === editor.list.node) this.#pauseFollowing("scroll");
      },
      { signal },
    ); // its scroll bar
    editor.selection.addEventListener("change", () => this.#chosen(), { signal });
  }

  get id() {
    return this.#id;
  }
  get follows() {
    return this.#isEnabled && this.#pausedBy === null;
  }

  /** Stop to follow, or follow from the playing row. */
  toggle() {
    this.#isEnabled = !this.follows;
    localStorage.setItem(STORED, this.#isEnabled ? "yes" : "no");
    this.#pausedBy = null;
    if (this.#isEnabled && this.#id !== null) this.#choose(this.#id);
    this.#emitChange();
  }

  /** Highlight the row and the word at a time. */
  move(ms, playing) {
    const { model, actions, marks, list, player } = this.editor;
    const index = playing ? model.indexAt(ms) : -1;
    const id = index < 0 ? null : model.order[index];
    if (id !== null && actions.skipTo(id, ms)) return;
    if (!player.playsOn) this.#resumeFollowing();
    if (id !== this.#id) this.#mark(id);
    if (id === null) return;
    marks.showSpoken(id, list.nodeOf(id)?.querySelector(".ss-text"), ms);
    this.#followTo(id, ms);
  }

  clear() {
    this.#mark(null);
  }

  #followTo(id, ms) {
    const { selection, player, editing, model, visible } = this.editor;
    if (id === selection.current && this.#pausedBy === "row") this.#resumeFollowing();
    if (
      id === selection.current ||
      !player.playsOn ||
      !this.follows ||
      editing.id !== null ||
      selection.size > 1
    )
      return;
    if (ms - model.row(id).start_ms >= CURRENT_DELAY_MS && visible.includes(id)) this.#choose(id);
  }

  #choose(id) {
    this.#isChoosing = true;
    this.editor.selection.choose(id);
    this.#isChoosing = false;
    this.editor.list.reveal(id);
  }

  #chosen() {
    const { player, selection } = this.editor;
    if (!this.#isChoosing && player.playsOn && selection.current !== this.#id)
      this.#pauseFollowing("row");
  }

  #pauseFollowing(how) {
    if (!this.editor.player.playsOn || this.#pausedBy !== null) return;
    this.#pausedBy = how;
    this.#emitChange();
  }

  #resumeFollowing() {
    if (this.#pausedBy === null) return;
    this.#pausedBy = null;
    this.#emitChange();
  }

  #mark(id) {
    const { list, editing, player } = this.editor;
    const former = this.#id;
    this.#id = id;
    for (const each of [former, id])
      if (each !== null) list.nodeOf(each)?.classList.toggle("ss-spoken", each === id);
    if (id !== null && this.#pausedBy === "scroll" && list.shows(id)) this.#resumeFollowing();
    if (id !== null && editing.id === null && (this.follows || !player.playsOn)) list.reveal(id);
  }

  #emitChange() {
    this.dispatchEvent(new Event("change"));
  }
}
