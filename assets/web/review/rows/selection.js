// Which rows the next action is for: one current row, and those selected with it.

/** Fires "change" {ids} with the rows that look different now. */
export class Selection extends EventTarget {
  #current = null;
  #anchor = null;
  #ids = new Set();

  /** @param {() => string[]} order the rows that can be seen, in their order */
  constructor(order) {
    super();
    this.order = order;
  }

  get current() {
    return this.#current;
  }
  get ids() {
    return this.order().filter((id) => this.#ids.has(id));
  }
  get size() {
    return this.#ids.size;
  }
  has(id) {
    return this.#ids.has(id);
  }

  choose(id) {
    this.#anchor = id;
    this.#set(id, id === null ? [] : [id]);
  }

  /** Everything between where the selection began and this row. */
  extendTo(id) {
    const order = this.order();
    const [from, to] = [order.indexOf(this.#anchor ?? id), order.indexOf(id)].sort((a, b) => a - b);
    this.#set(id, order.slice(Math.max(0, from), to + 1));
  }

  toggle(id) {
    const ids = new Set(this.#ids);
    if (!ids.delete(id)) ids.add(id);
    this.#anchor = id;
    this.#set(id, [...ids]);
  }

  replace(ids) {
    this.#set(ids[0] ?? null, ids);
  }

  /** Moves by a number of rows; with `extend` the rows on the way are selected too. */
  step(by, { extend = false } = {}) {
    const order = this.order();
    if (order.length === 0) return null;
    const from = order.indexOf(this.#current);
    const to = from < 0 ? 0 : Math.max(0, Math.min(order.length - 1, from + by));
    if (extend) this.extendTo(order[to]);
    else this.choose(order[to]);
    return order[to];
  }

  /** Forgets rows that are gone; the row that took the place of the current one becomes current. */
  keepOnly(isThere, formerIndex) {
    const kept = [...this.#ids].filter(isThere);
    if (this.#current !== null && !isThere(this.#current)) {
      const order = this.order();
      const next = order[Math.max(0, Math.min(order.length - 1, formerIndex))] ?? null;
      this.#anchor = next;
      this.#set(next, kept.length > 0 ? kept : next === null ? [] : [next]);
    } else if (kept.length !== this.#ids.size) this.#set(this.#current, kept);
  }

  #set(current, ids) {
    const changed = new Set(
      [...this.#ids, ...ids, this.#current, current].filter((id) => id !== null),
    );
    this.#current = current;
    this.#ids = new Set(ids);
    this.dispatchEvent(new CustomEvent("change", { detail: { ids: [...changed] } }));
  }
}
