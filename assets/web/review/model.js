// What the editor shows: the server's rows, with what has been typed and not yet been answered on top.

const byTime = (a, b) => a.start_ms - b.start_ms || a.end_ms - b.end_ms || (a.id < b.id ? -1 : 1);

/** Fires "rows" {ids, order: boolean} when rows change and "speakers" when people do. */
export class ReviewModel extends EventTarget {
  #stored = new Map(); // id → row, as the server has it
  #shown = new Map(); // id → row, with what is on its way
  #pending = new Map(); // edit id → {row id: {field: value}}
  #speakers = [];
  order = [];

  /** @param {{utterances: object[], speakers: object[]}} view what the server answered */
  constructor(view) {
    super();
    for (const row of view.utterances) {
      this.#stored.set(row.id, row);
      this.#shown.set(row.id, row);
    }
    this.#speakers = [...view.speakers];
    this.#sort();
  }

  get speakers() { return this.#speakers; }
  get rows() { return this.order.map((id) => this.#shown.get(id)); }
  get length() { return this.order.length; }

  row(id) { return this.#shown.get(id) ?? null; }
  stored(id) { return this.#stored.get(id) ?? null; }
  speaker(id) { return this.#speakers.find((each) => each.id === id) ?? null; }
  indexOf(id) { return this.order.indexOf(id); }

  /** Index of the last row that has begun at a time and not ended, or -1: rows may overlap. */
  indexAt(ms) {
    let [low, high] = [0, this.order.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.row(this.order[middle]).start_ms <= ms) low = middle + 1;
      else high = middle;
    }
    for (let i = low - 1; i >= 0 && i > low - 6; i--) if (ms < this.row(this.order[i]).end_ms) return i;
    return -1;
  }

  /** Shows an edit before the server has answered. @param {Object<string, object>} fields by row id */
  promise(editId, fields) {
    this.#pending.set(editId, fields);
    this.#show(Object.keys(fields));
  }

  /** The server has answered an edit, or refused it: its own rows count from now on. */
  settle(editId) {
    const fields = this.#pending.get(editId);
    if (fields === undefined) return;
    this.#pending.delete(editId);
    this.#show(Object.keys(fields));
  }

  /** @param {{utterances: object[], removed_utterances: string[], speakers: object[], removed_speakers: string[]}} changes */
  take(changes) {
    const ids = [...changes.removed_utterances, ...changes.utterances.map((each) => each.id)];
    for (const id of changes.removed_utterances) this.#stored.delete(id);
    for (const row of changes.utterances) this.#stored.set(row.id, row);
    if (changes.speakers.length + changes.removed_speakers.length > 0) this.#takeSpeakers(changes);
    this.#show(ids);
  }

  #takeSpeakers({ speakers, removed_speakers: removed }) {
    const left = new Map(this.#speakers.filter((each) => !removed.includes(each.id)).map((each) => [each.id, each]));
    for (const each of speakers) left.set(each.id, each);
    this.#speakers = [...left.values()].sort((a, b) => a.position - b.position);
    this.dispatchEvent(new Event("speakers"));
  }

  #show(ids) {
    let order = false;
    for (const id of ids) {
      const [before, stored] = [this.#shown.get(id), this.#stored.get(id)];
      if (stored === undefined) {
        order ||= this.#shown.delete(id);
        continue;
      }
      let after = stored;
      for (const fields of this.#pending.values()) if (id in fields) after = { ...after, ...fields[id] };
      order ||= before === undefined || before.start_ms !== after.start_ms || before.end_ms !== after.end_ms;
      this.#shown.set(id, after);
    }
    if (order) this.#sort();
    this.dispatchEvent(new CustomEvent("rows", { detail: { ids, order } }));
  }

  #sort() { this.order = [...this.#shown.values()].sort(byTime).map((row) => row.id); }
}
