// A canvas that fills its element and is drawn at most once a frame.

import { el } from "./dom.js";
import { onThemeChange } from "./theme.js";

export class FrameCanvas {
  #frame = 0;

  /**
   * @param {HTMLElement} host element that the canvas fills
   * @param {(pen: CanvasRenderingContext2D, width: number, height: number) => void} draw
   */
  constructor(host, draw) {
    this.host = host;
    this.draw = draw;
    this.node = el("canvas", { class: "ss-canvas", "aria-hidden": "true" });
    host.prepend(this.node);
    this.observer = new ResizeObserver(() => this.redraw());
    this.observer.observe(host);
    this.endTheme = onThemeChange(() => this.redraw());
  }

  dispose() {
    this.observer.disconnect();
    this.endTheme();
    cancelAnimationFrame(this.#frame);
  }

  /** Draw with the next frame; several calls cost one draw. */
  redraw() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#drawNow();
    });
  }

  #drawNow() {
    const [width, height] = [this.host.clientWidth, this.host.clientHeight];
    if (width === 0 || height === 0) return;
    const ratio = window.devicePixelRatio || 1;
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.node.width !== across) this.node.width = across;
    if (this.node.height !== down) this.node.height = down;
    const pen = this.node.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    this.draw(pen, width, height);
  }
}
