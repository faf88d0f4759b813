// Pointer and wheel on the map: click, hover, pan, zoom, pinch, and the line of the lasso.

/**
 * @import { MapView, Place } from "./map_geometry.js"
 */

const MOVED_PX = 4; // a shorter way is a click
const WHEEL_STEP = 0.0016;

export class MapGestures {
  /** @type {Map<number, Place>} */
  #pointers = new Map();
  #start = null; // {x, y, lasso}: where the press began
  #hasMoved = false;
  isLasso = false; // whether a drag draws the lasso
  /** @type {Place[]} */
  line = []; // the lasso while it is drawn

  /**
   * @param {HTMLElement} node
   * @param {MapView} view
   * @param {{onView: () => void, onLine: () => void, onLasso: (line: Place[]) => void, onHover: (event: PointerEvent, x: number, y: number) => void, onLeave: () => void,
   *   onClick: (x: number, y: number) => void}} options
   */
  constructor(node, view, options) {
    this.node = node;
    this.view = view;
    this.options = options;
    node.addEventListener("pointerdown", (event) => this.#press(event));
    node.addEventListener("pointermove", (event) => this.#move(event));
    node.addEventListener("pointerup", (event) => this.#release(event));
    node.addEventListener("pointercancel", (event) => this.#cancel(event));
    node.addEventListener("pointerleave", () => options.onLeave());
    node.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  /** @returns {Place} */
  #at({ clientX, clientY }) {
    const { left, top } = this.node.getBoundingClientRect();
    return [clientX - left, clientY - top];
  }

  #press(event) {
    if (event.button !== 0) return;
    event.preventDefault(); // no native selection of text, no drag of the page
    this.node.setPointerCapture(event.pointerId);
    const [x, y] = this.#at(event);
    this.#pointers.set(event.pointerId, [x, y]);
    this.#start = { x, y, lasso: this.#pointers.size === 1 && (this.isLasso || event.shiftKey) };
    this.#hasMoved = this.#pointers.size > 1;
    this.line = this.#start.lasso ? [[x, y]] : [];
    this.options.onLeave();
  }

  #move(event) {
    const [x, y] = this.#at(event);
    const former = this.#pointers.get(event.pointerId);
    if (former === undefined) return this.options.onHover(event, x, y);
    if (Math.hypot(x - this.#start.x, y - this.#start.y) >= MOVED_PX) this.#hasMoved = true;
    if (!this.#hasMoved) return undefined;
    if (this.#pointers.size > 1) this.#pinch(event.pointerId, former, [x, y]);
    else if (this.#start.lasso) this.line.push([x, y]);
    else this.view.pan(x - former[0], y - former[1]);
    this.#pointers.set(event.pointerId, [x, y]);
    return this.#start.lasso ? this.options.onLine() : this.options.onView();
  }

  #pinch(id, former, now) {
    const other = [...this.#pointers].find(([each]) => each !== id)[1];
    const apart = ([x, y]) => Math.max(1, Math.hypot(x - other[0], y - other[1]));
    const middle = [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2];
    this.view.zoom(apart(now) / apart(former), ...middle);
    this.view.pan((now[0] - former[0]) / 2, (now[1] - former[1]) / 2);
  }

  #release(event) {
    if (!this.#pointers.delete(event.pointerId)) return;
    const { line } = this;
    this.line = [];
    if (!this.#hasMoved) this.options.onClick(...this.#at(event));
    else if (this.#start.lasso) this.options.onLasso(line);
  }

  #cancel(event) {
    this.#pointers.delete(event.pointerId);
    this.line = [];
    this.options.onLine();
  }

  #wheel(event) {
    event.preventDefault();
    this.view.zoom(Math.exp(-event.deltaY * WHEEL_STEP), ...this.#at(event));
    this.options.onView();
  }
}
