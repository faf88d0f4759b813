// The selected rows, one of them the current row.

/** Fires "change" {ids} with the rows whose state changed. */
export class Selection extends EventTarget {
  #current = null;
  #anchor = null;
  #ids = new Set();

  /** @param {() => string[]} order returns the ids of the visible rows in order */
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

  /** Select the rows from the anchor to this row. */
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

  /** Move by a number of rows; with `extend` select the rows on the way. */
  step(by, { extend = false } = {}) {
    const order = this.order();
    if (order.length === 0) return null;
    const from = order.indexOf(this.#current);
    const to = from < 0 ? 0 : Math.max(0, Math.min(order.length - 1, from + by));
    if (extend) this.extendTo(order[to]);
    else this.choose(order[to]);
    return order[to];
  }

  /** Deselect removed rows; if the current one was removed, the row at its index becomes current. */
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
