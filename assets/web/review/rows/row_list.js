// A virtual list: only the rows in view have elements.
//
// Heights are estimated until a row has been drawn, then measured. The rows in view stay in place
// when heights above them change. A row is drawn again when its state, which depends on its
// neighbours, is not the one it was drawn with.

import { el } from "../../components/dom.js";

const TOP_PX = 16; // empty space above the first row
const BOTTOM_PX = 112; // below the last row, where bars lie over the list
const SPARE_PX = 400; // drawn above and below the view against gaps while scrolling

export class RowList {
  #keys = [];
  #heights = new Map(); // key → measured height in px
  #estimates = new Map(); // key → height in px of a row that was not drawn yet
  #offsets = [TOP_PX]; // top of each row, then the end of the last
  #nodes = new Map(); // key → element on screen
  #states = new Map(); // key → state that its element was drawn with
  #stale = new Set();
  #frame = 0;

  /**
   * @param {{draw: (key: string, index: number) => HTMLElement, stateOf: (key: string, index: number) => string,
   *   estimate: (key: string, index: number) => number, isPinned: (key: string) => boolean, onDrawn: () => void, label: string}} options
   *   estimate: height in px before a row is drawn; onDrawn: called when rows have got new elements; a pinned row keeps its element although it is
   *   stale or out of view, as while it is edited
   */
  constructor(options) {
    this.options = options;
    this.inner = el("div", { class: "ss-list-inner", role: "rowgroup" });
    this.node = el(
      "div",
      {
        class: "ss-rows",
        role: "grid",
        tabindex: "0",
        "aria-label": options.label,
        "aria-multiselectable": "true",
      },
      this.inner,
    );
    this.node.addEventListener("scroll", () => this.#later(), { passive: true });
    this.observer = new ResizeObserver(() => this.forgetHeights());
    this.observer.observe(this.node);
  }

  dispose() {
    this.observer.disconnect();
    cancelAnimationFrame(this.#frame);
  }

  get length() {
    return this.#keys.length;
  }

  /** The row at the top of the view and how much of it lies above, to scroll there again. */
  get place() {
    return this.#anchor();
  }
  set place(place) {
    this.#restore(place);
    this.#draw();
  }

  /** Set the rows and their order. */
  setKeys(keys) {
    const anchor = this.#anchor();
    this.#keys = keys;
    this.node.setAttribute("aria-rowcount", String(keys.length));
    this.#layOut();
    this.#restore(anchor);
    this.#draw();
  }

  /**
   * Draw rows that are in view again, with the next frame.
   * @param {Iterable<string>} keys all rows if not given
   */
  refresh(keys = this.#nodes.keys()) {
    for (const key of keys) if (this.#nodes.has(key)) this.#stale.add(key);
    if (this.#stale.size > 0) this.#later();
  }

  /** Estimate and measure all heights again. */
  forgetHeights() {
    const anchor = this.#anchor();
    this.#heights.clear();
    this.#estimates.clear();
    this.#layOut();
    this.#restore(anchor);
    this.#draw();
    this.#measure([...this.#nodes.keys()]);
  }

  /** Draw rows that were pinned. */
  release() {
    this.refresh([]);
  }

  /** Draw now, for a caller that needs the element of a row. */
  flush() {
    this.#draw();
  }

  nodeOf(key) {
    return this.#nodes.get(key) ?? null;
  }

  /** Return whether a whole row is in view. */
  shows(key) {
    const index = this.#keys.indexOf(key);
    return (
      index >= 0 &&
      this.#offsets[index] >= this.node.scrollTop &&
      this.#offsets[index + 1] <= this.node.scrollTop + this.node.clientHeight
    );
  }

  /** Scroll as little as possible, or to the middle if the row is out of view. */
  reveal(key, { margin = 60, below = 96 } = {}) {
    const index = this.#keys.indexOf(key);
    if (index < 0) return;
    const [top, bottom] = [this.#offsets[index], this.#offsets[index + 1]];
    const [from, height] = [this.node.scrollTop, this.node.clientHeight];
    if (top >= from + Math.min(margin, 8) && bottom <= from + height - below) return;
    const isNear = top > from - height && bottom < from + 2 * height;
    const wanted = isNear
      ? top < from + margin
        ? top - margin
        : bottom - height + below
      : top - height / 2;
    this.node.scrollTop = Math.max(0, wanted);
    this.#draw();
  }

  /**
   * Return where the chosen rows begin, as shares of the whole height, in order; nothing if all rows are in view.
   * @param {(key: string) => boolean} isChosen
   * @returns {number[]}
   */
  placesOf(isChosen) {
    const height = this.#offsets[this.#keys.length] + BOTTOM_PX;
    if (height <= this.node.clientHeight) return [];
    return this.#keys.flatMap((key, i) => (isChosen(key) ? [this.#offsets[i] / height] : []));
  }

  /** Return the keys of the drawn rows. */
  drawnKeys() {
    return [...this.#nodes.keys()];
  }

  #later() {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #layOut() {
    const offsets = new Array(this.#keys.length + 1);
    offsets[0] = TOP_PX;
    for (let i = 0; i < this.#keys.length; i++) offsets[i + 1] = offsets[i] + this.#heightAt(i);
    this.#offsets = offsets;
    this.inner.style.height = `${offsets[this.#keys.length] + BOTTOM_PX}px`;
  }

  #heightAt(index) {
    const key = this.#keys[index];
    const known = this.#heights.get(key) ?? this.#estimates.get(key);
    if (known !== undefined) return known;
    const estimate = this.options.estimate(key, index);
    this.#estimates.set(key, estimate);
    return estimate;
  }

  /** Return the index of the first row that ends below a position in px. */
  #indexAt(px) {
    let [low, high] = [0, this.#keys.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#offsets[middle + 1] > px) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Return the row that stays in place when heights change: the edited one, or the first in view. */
  #anchor() {
    const pinned = [...this.#nodes.keys()].find((key) => this.options.isPinned(key));
    const index =
      pinned !== undefined && this.shows(pinned)
        ? this.#keys.indexOf(pinned)
        : this.#indexAt(this.node.scrollTop);
    return index < this.#keys.length
      ? { key: this.#keys[index], below: this.node.scrollTop - this.#offsets[index] }
      : null;
  }

  #restore(anchor) {
    const index = anchor === null ? -1 : this.#keys.indexOf(anchor.key);
    if (index < 0) return;
    const wanted = this.#offsets[index] + anchor.below;
    if (Math.abs(wanted - this.node.scrollTop) >= 1) this.node.scrollTop = wanted;
  }

  #draw() {
    const height = this.node.clientHeight;
    if (height === 0) return; // hidden: the observer calls again
    const top = this.node.scrollTop;
    const first = this.#indexAt(top - SPARE_PX);
    const wanted = new Set();
    for (let i = first; i < this.#keys.length && this.#offsets[i] < top + height + SPARE_PX; i++)
      wanted.add(this.#keys[i]);
    this.#removeAllBut(wanted);
    const fresh = this.#drawFrom(first, top + height + SPARE_PX);
    this.#place();
    if (fresh.length === 0) return;
    this.#measure(fresh);
    this.options.onDrawn();
  }

  #removeAllBut(wanted) {
    for (const [key, node] of this.#nodes) {
      if (this.options.isPinned(key) && this.#keys.includes(key)) continue; // stays stale until released
      if (wanted.has(key) && !this.#stale.has(key)) continue;
      node.remove();
      this.#nodes.delete(key);
      this.#states.delete(key);
      this.#stale.delete(key);
    }
  }

  /**
   * Draw the rows from an index to an offset that have no element, or one in another state.
   * @returns {string[]} keys of the drawn ones
   */
  #drawFrom(first, end) {
    const fresh = [];
    for (let i = first; i < this.#keys.length && this.#offsets[i] < end; i++) {
      const key = this.#keys[i];
      const state = this.options.stateOf(key, i);
      if (this.#nodes.has(key)) {
        if (this.#states.get(key) === state || this.options.isPinned(key)) continue;
        this.#nodes.get(key).remove();
      }
      this.#nodes.set(key, this.options.draw(key, i));
      this.#states.set(key, state);
      fresh.push(key);
    }
    return fresh;
  }

  #place() {
    const indexes = new Map();
    const first = this.#indexAt(this.node.scrollTop - 2 * SPARE_PX);
    for (let i = first; i < this.#keys.length && indexes.size <= this.#nodes.size + 60; i++)
      indexes.set(this.#keys[i], i);
    const drawn = [...this.#nodes].map(([key, node]) => ({
      node,
      index: indexes.get(key) ?? this.#keys.indexOf(key),
    }));
    drawn.sort((a, b) => a.index - b.index);
    let next = this.inner.firstChild; // screen readers and copied text follow the order of elements
    for (const { node, index } of drawn) {
      if (node === next) next = node.nextSibling;
      else this.inner.insertBefore(node, next);
      const [place, number] = [`translateY(${this.#offsets[index]}px)`, String(index + 1)];
      if (node.style.transform !== place) node.style.transform = place;
      if (node.getAttribute("aria-rowindex") !== number) node.setAttribute("aria-rowindex", number);
    }
  }

  /** Measure a row whose height changed by itself, such as an edited one. */
  remeasure(key) {
    if (this.#nodes.has(key)) this.#measure([key]);
  }

  #measure(keys) {
    const heights = keys.map((key) => this.#nodes.get(key).offsetHeight);
    const changed = keys.filter(
      (key, i) =>
        heights[i] > 0 && (this.#heights.get(key) ?? this.#estimates.get(key)) !== heights[i],
    );
    keys.forEach((key, i) => {
      if (heights[i] > 0) this.#heights.set(key, heights[i]);
    });
    if (changed.length === 0) return;
    const anchor = this.#anchor();
    this.#layOut();
    this.#restore(anchor);
    this.#draw();
  }
}
