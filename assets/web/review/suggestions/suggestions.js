// Changes offered after an edit because other rows look the same: all at once, or row by row.
//
// One offer at a time. It is never applied by itself; the rows that a person takes are one edit.

/**
 * @import { AnswerEvent, SpeakerLook } from "../../types.d.ts"
 * @import { TranscriptEditor } from "../editor.js"
 */

const SHOWN_MS = 20_000; // an offer that nobody looks at goes away after this time

/**
 * @typedef {object} Offer
 * @property {string[]} ids rows, the most probable first
 * @property {(count: number) => string} words of the bar
 * @property {(id: string) => boolean} isOpen whether a row still differs from what is offered
 * @property {(id: string) => {name: string, look: SpeakerLook|null}} proposed what a row would get
 * @property {(ids: string[]) => {id: string}|undefined} take changes rows in one edit
 * @property {(ids: string[]) => Promise<void>} decline stores that rows stay as they are
 * @property {(() => void)|null} [elsewhere] looks in other recordings
 */

/** Fires "change" {ids} with the rows whose look changes. */
export class Suggestions extends EventTarget {
  /** @type {Offer|null} */
  #offer = null;
  #offered = new Set(); // ids of the rows of the offer
  #declined = new Set();
  #own = new Set(); // ids of the edits by which offers were taken
  #timer = 0;
  isViewed = false; // whether the list shows the offered rows only

  /** @param {TranscriptEditor} editor */
  constructor(editor) {
    super();
    this.editor = editor;
    editor.queue.addEventListener("answer", (/** @type {AnswerEvent} */ { detail: { edit } }) => {
      const isHeard = edit.request?.kind === "verify_heard"; // comes while a person looks at an offer
      if (!this.#own.delete(edit.id) && !isHeard) this.close();
    });
  }

  dispose() {
    clearTimeout(this.#timer);
  }

  get offer() {
    return this.#offer;
  }

  /** Ids of the offered rows that are open, the most probable first. */
  get ids() {
    return this.#offer?.ids.filter((id) => this.has(id)) ?? [];
  }

  /** Return whether a row is offered a change that nobody took or declined. */
  has(id) {
    return (
      this.#offer !== null &&
      !this.#declined.has(id) &&
      this.#offered.has(id) &&
      this.editor.model.row(id) !== null &&
      this.#offer.isOpen(id)
    );
  }

  /** Return what a row is offered while the offered rows are shown; else null. */
  proposedFor(id) {
    return this.isViewed && this.has(id) ? this.#offer.proposed(id) : null;
  }

  /**
   * Show an offer instead of the former one.
   * @param {Offer} offer
   */
  show(offer) {
    this.close();
    this.#declined.clear();
    this.#offer = offer;
    this.#offered = new Set(offer.ids);
    if (!this.#isOpen()) return void (this.#offer = null);
    this.leaveLater();
    this.#changed([]);
  }

  /** Show the offered rows only, and play the first. */
  view() {
    if (this.ids.length === 0) return;
    this.stay();
    this.isViewed = true;
    this.#changed(this.ids);
    this.editor.go(this.ids[0]);
    this.editor.focusList();
  }

  /** Show all rows again. */
  endView() {
    if (!this.isViewed) return;
    const { ids } = this;
    this.isViewed = false;
    this.#changed(ids);
    this.leaveLater();
  }

  /** Take the offer away. */
  close() {
    if (this.#offer === null) return;
    const { ids } = this;
    clearTimeout(this.#timer);
    this.#offer = null;
    this.isViewed = false;
    this.#changed(ids);
  }

  takeAll() {
    this.take(this.ids);
  }

  /** Change offered rows as one edit, then go on with the next. */
  take(ids) {
    const open = ids.filter((id) => this.has(id));
    if (open.length === 0) return;
    const next = this.#after(open);
    const edit = this.#offer.take(open);
    if (edit === undefined) return; // read only
    this.#own.add(edit.id);
    this.#goOn(next);
  }

  /** Leave offered rows as they are, for good, then go on with the next. */
  async decline(ids) {
    const open = ids.filter((id) => this.has(id));
    if (open.length === 0) return;
    const [next, offer] = [this.#after(open), this.#offer];
    for (const id of open) this.#declined.add(id);
    this.#changed(open);
    this.#goOn(next);
    await offer.decline(open);
  }

  /** Keep the offer while the pointer or the focus is on it. */
  stay() {
    clearTimeout(this.#timer);
  }

  leaveLater() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!this.isViewed) this.close();
    }, SHOWN_MS);
  }

  /** Update after rows changed. */
  update() {
    if (this.#offer === null) return;
    if (this.#isOpen()) this.#changed([]);
    else this.close();
  }

  /** Return whether rows are open, or other recordings can be looked at. */
  #isOpen() {
    return this.ids.length > 0 || Boolean(this.#offer?.elsewhere);
  }

  /** Return the offered row after some, else the first one that remains. */
  #after(taken) {
    const { ids } = this;
    const rest = ids.filter((id) => !taken.includes(id));
    const last = ids.indexOf(taken[taken.length - 1]);
    return rest.find((id) => ids.indexOf(id) > last) ?? rest[0] ?? null;
  }

  #goOn(next) {
    if (next === null) this.close();
    else if (this.isViewed) this.editor.go(next);
  }

  #changed(ids) {
    this.dispatchEvent(new CustomEvent("change", { detail: { ids } }));
  }
}
