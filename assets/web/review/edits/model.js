// The rows that the editor shows: the server's rows with the pending edits applied.

/**
 * @import { Row, Speaker, TranscriptChanges } from "../../api/payloads.d.ts"
 * @import { RowFields } from "../../types.d.ts"
 */

const WORST_SHARE = 0.15; // of the rows are marked as doubtful at most
const LEAST_DOUBT = 0.05; // a row below it is not marked
const LEAST_SPEAKER_DOUBT = 0.5; // a speaker below it is more probably right than wrong

// The server's order.
const byTime = (a, b) =>
  a.start_ms - b.start_ms || a.position - b.position || (a.id < b.id ? -1 : 1);

/** Fires "rows" {ids, order: boolean} when rows change and "speakers" when speakers do. */
export class ReviewModel extends EventTarget {
  /** @type {Map<string, Row>} rows by id, as the server has them */
  #stored = new Map();
  /** @type {Map<string, Row>} rows by id, with pending edits applied */
  #shown = new Map();
  /** @type {Map<string, Record<string, RowFields>>} values by edit id and row id */
  #pending = new Map();
  /** @type {Speaker[]} */
  #speakers = [];
  /** @type {Map<string, [number|null, number|null]>} doubts of text and speaker by row id */
  #doubts = new Map();
  /** @type {Set<string>} ids of the most doubtful rows as they were when the doubts were loaded */
  #worst = new Set();
  /** @type {Map<string, string|null>} speaker of each row before people assigned another, by row id */
  #originalSpeakers = new Map();
  /** @type {string[]} ids of the rows in the order of time */
  order = [];
  /** @type {Map<string, number>|null} index of each row in `order`, made when needed */
  #indexes = null;

  /** @param {{utterances: Row[], speakers: Speaker[]}} view */
  constructor(view) {
    super();
    for (const row of view.utterances) {
      this.#stored.set(row.id, row);
      this.#shown.set(row.id, row);
    }
    this.#speakers = [...view.speakers];
    this.#sort();
  }

  get speakers() {
    return this.#speakers;
  }
  get rows() {
    return this.order.map((id) => this.#shown.get(id));
  }
  get length() {
    return this.order.length;
  }

  /**
   * @param {string|null} id
   * @returns {Row|null}
   */
  row(id) {
    return this.#shown.get(id) ?? null;
  }
  /**
   * @param {string|null} id
   * @returns {Row|null}
   */
  stored(id) {
    return this.#stored.get(id) ?? null;
  }
  /**
   * @param {string|null} id
   * @returns {Speaker|null}
   */
  speaker(id) {
    return this.#speakers.find((each) => each.id === id) ?? null;
  }
  /** Return the index of a row in the order of time, or -1. */
  indexOf(id) {
    this.#indexes ??= new Map(this.order.map((each, i) => [each, i]));
    return this.#indexes.get(id) ?? -1;
  }

  /** Return the index of the last of the (overlapping) rows at a time, or -1. */
  indexAt(ms) {
    let [low, high] = [0, this.order.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.row(this.order[middle]).start_ms <= ms) low = middle + 1;
      else high = middle;
    }
    for (let i = low - 1; i >= 0 && i > low - 6; i--)
      if (ms < this.row(this.order[i]).end_ms) return i;
    return -1;
  }

  /**
   * Show an edit before the server answers.
   * @param {Record<string, RowFields>} fields by row id
   */
  applyOptimistically(editId, fields) {
    this.#pending.set(editId, fields);
    this.#show(Object.keys(fields));
  }

  /** Show the server's rows instead of an edit that was refused or changed nothing. */
  discardOptimistic(editId) {
    const fields = this.#pending.get(editId);
    if (fields === undefined) return;
    this.#pending.delete(editId);
    this.#show(Object.keys(fields));
  }

  /**
   * @param {TranscriptChanges} answer changes since the last one
   * @param {string|null} editId the answered edit, whose optimistic values are dropped
   */
  mergeChanges({ is_complete: isComplete, utterances, removed, speakers }, editId = null) {
    const optimistic = Object.keys(this.#pending.get(editId) ?? {});
    this.#pending.delete(editId);
    const received = new Set(utterances.map((each) => each.id));
    const deleted = isComplete
      ? [...this.#stored.keys()].filter((id) => !received.has(id))
      : removed;
    for (const id of deleted) this.#stored.delete(id);
    for (const row of utterances) this.#stored.set(row.id, row);
    if (JSON.stringify(speakers) !== JSON.stringify(this.#speakers)) {
      this.#speakers = speakers;
      this.dispatchEvent(new Event("speakers"));
    }
    this.#show([...new Set([...deleted, ...received, ...optimistic])]);
  }

  /**
   * Set the model's doubt of each row.
   * @param {Object<string, [number|null, number|null]>} doubts of text and speaker
   */
  setDoubts(doubts) {
    this.#doubts = new Map(Object.entries(doubts));
    const marked = this.order.filter((id) => this.doubt(id) >= LEAST_DOUBT);
    marked.sort((a, b) => this.doubt(b) - this.doubt(a));
    this.#worst = new Set(marked.slice(0, Math.ceil(WORST_SHARE * this.length)));
    this.dispatchEvent(
      new CustomEvent("rows", { detail: { ids: [...this.#doubts.keys()], order: false } }),
    );
  }

  /**
   * Set the speakers that rows had before people assigned other ones.
   * @param {Object<string, string>} former speaker ids by row id; the other rows have theirs still
   */
  setFormerSpeakers(former) {
    this.#originalSpeakers = new Map(
      [...this.#stored.values()].map((row) => [row.id, former[row.id] ?? row.speaker_id]),
    );
    this.#show(Object.keys(former));
  }

  /** Return the speaker that a row had before a person assigned another one; null for none. */
  formerSpeaker(id) {
    const former = this.speaker(this.#originalSpeakers.get(id) ?? null);
    return former === null || former.id === this.row(id)?.speaker_id ? null : former.id;
  }

  /** Return whether no person has changed or reviewed a row. */
  isUntouched(id) {
    const row = this.row(id);
    return row !== null && !row.is_edited && row.status === "machine";
  }

  /**
   * Return the doubt of a row, 0 to 1: of its text, or of its speaker if that is probably wrong;
   * 0 for a row that a person changed or reviewed.
   */
  doubt(id) {
    if (!this.isUntouched(id)) return 0;
    const [text, speaker] = this.#doubts.get(id) ?? [null, null];
    return Math.max(text ?? 0, speaker >= LEAST_SPEAKER_DOUBT ? speaker : 0);
  }

  /** Return whether a row is among the most doubtful of the transcript and nobody changed or reviewed it. */
  isDoubtful(id) {
    return this.#worst.has(id) && this.isUntouched(id);
  }

  /** Return the ids of the doubtful rows in the order of time. */
  get doubtful() {
    return this.order.filter((id) => this.isDoubtful(id));
  }

  #show(ids) {
    let order = false;
    for (const id of ids) {
      const [before, stored] = [this.#shown.get(id), this.#stored.get(id)];
      if (stored === undefined) {
        if (this.#shown.delete(id)) order = true;
        continue;
      }
      let after = stored;
      for (const fields of this.#pending.values())
        if (id in fields) after = { ...after, ...fields[id] };
      order ||=
        before === undefined ||
        before.start_ms !== after.start_ms ||
        before.end_ms !== after.end_ms;
      this.#shown.set(id, after);
    }
    if (order) this.#sort();
    this.dispatchEvent(new CustomEvent("rows", { detail: { ids, order } }));
  }

  #sort() {
    this.order = [...this.#shown.values()].sort(byTime).map((row) => row.id);
    this.#indexes = null;
  }
}
