// A section of the waveform in detail: rows, borders that can be dragged, playhead.

/**
 * @import { Row } from "../api/payloads.d.ts"
 * @import { SpeakerLook } from "../types.d.ts"
 */

import { el } from "../components/dom.js";
import { paintOf } from "../components/speaker_colors.js";

const GRIP_PX = 6; // distance within which the pointer grabs a border
const SHORTEST_MS = 50;
const SPANS_MS = [5_000, 10_000, 20_000, 60_000, 180_000];
const LOUDNESS = 0.6;
const PEAKS_PER_S = 100; // of the peaks that the server sends

export class DetailWave {
  #peaks = new Uint8Array();
  #span = 2;
  #from = 0;
  #playedMs = 0;
  #drag = null;
  #frame = 0;

  /**
   * @param {{durationMs: number, label: string, rowsBetween: (from: number, to: number) => Row[], lookOf: (speakerId: string|null) => SpeakerLook, currentId: () => string|null,
   *   onSeek: (ms) => void, onRetime: (id, start, end) => void, onChoose: (id) => void}} options
   */
  constructor(options) {
    this.options = options;
    this.canvas = el("canvas", { class: "ss-wave-canvas" });
    this.node = el(
      "div",
      {
        class: "ss-detail",
        "aria-label": options.label,
        role: "img",
        on: {
          pointerdown: (event) => this.#down(event),
          pointermove: (event) => this.#move(event),
          pointerup: () => this.#up(),
          pointercancel: () => {
            this.#drag = null;
            this.redraw();
          },
          wheel: (event) => this.#wheel(event),
        },
      },
      this.canvas,
    );
    this.observer = new ResizeObserver(() => this.redraw());
    this.observer.observe(this.node);
    this.#setFrom(0);
  }

  get spanMs() {
    return SPANS_MS[this.#span];
  }

  dispose() {
    this.observer.disconnect();
    cancelAnimationFrame(this.#frame);
  }

  show(peaks) {
    this.#peaks = peaks;
    this.redraw();
  }

  /** Set the duration, which grows during a run. */
  set durationMs(ms) {
    this.options.durationMs = ms;
    this.redraw();
  }

  zoom(by) {
    const middle = this.#from + this.spanMs / 2;
    this.#span = Math.max(0, Math.min(SPANS_MS.length - 1, this.#span + by));
    this.#setFrom(middle - this.spanMs / 2);
  }

  /** Scroll a section into view, with a margin. */
  bring(startMs, endMs) {
    if (startMs >= this.#from && endMs <= this.#from + this.spanMs) return this.redraw();
    return this.#setFrom(startMs - Math.min(1_000, this.spanMs / 8));
  }

  moveTo(ms, { follow }) {
    this.#playedMs = ms;
    if (follow && this.#drag === null && (ms < this.#from || ms > this.#from + 0.92 * this.spanMs))
      this.#setFrom(ms - this.spanMs / 10);
    else this.redraw();
  }

  redraw() {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #setFrom(ms) {
    this.#from = Math.max(0, Math.min(Math.max(0, this.options.durationMs - this.spanMs), ms));
    Object.assign(this.node.dataset, { fromMs: this.#from, spanMs: this.spanMs });
    this.redraw();
  }

  #msAt(event) {
    const box = this.node.getBoundingClientRect();
    return this.#from + ((event.clientX - box.left) / box.width) * this.spanMs;
  }

  #rows() {
    return this.options.rowsBetween(this.#from, this.#from + this.spanMs);
  }

  /** Return the border under the pointer; of two that meet, the current row's. */
  #borderAt(ms) {
    const reach = (GRIP_PX / Math.max(1, this.node.clientWidth)) * this.spanMs;
    const current = this.options.currentId();
    const rows = this.#rows().sort((a, b) => Number(b.id === current) - Number(a.id === current));
    for (const row of rows) {
      if (Math.abs(row.start_ms - ms) <= reach) return { row, edge: "start" };
      if (Math.abs(row.end_ms - ms) <= reach) return { row, edge: "end" };
    }
    return null;
  }

  #down(event) {
    const ms = this.#msAt(event);
    const border = this.#borderAt(ms);
    if (border === null) {
      const row = this.#rows().find((each) => each.start_ms <= ms && ms < each.end_ms);
      if (row) this.options.onChoose(row.id);
      this.options.onSeek(ms);
      return;
    }
    this.node.setPointerCapture(event.pointerId);
    this.#drag = { ...border, start: border.row.start_ms, end: border.row.end_ms };
  }

  #move(event) {
    const ms = this.#msAt(event);
    if (this.#drag === null) {
      this.node.style.cursor = this.#borderAt(ms) === null ? "pointer" : "ew-resize";
      return;
    }
    const at = Math.round(Math.max(0, Math.min(this.options.durationMs, ms)));
    if (this.#drag.edge === "start") this.#drag.start = Math.min(at, this.#drag.end - SHORTEST_MS);
    else this.#drag.end = Math.max(at, this.#drag.start + SHORTEST_MS);
    this.redraw();
  }

  #up() {
    const drag = this.#drag;
    this.#drag = null;
    if (drag === null) return;
    if (drag.start !== drag.row.start_ms || drag.end !== drag.row.end_ms)
      this.options.onRetime(drag.row.id, drag.start, drag.end);
    this.redraw();
  }

  #wheel(event) {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) this.zoom(Math.sign(event.deltaY));
    else
      this.#setFrom(
        this.#from +
          ((event.deltaX || event.deltaY) / Math.max(1, this.node.clientWidth)) * this.spanMs,
      );
  }

  #draw() {
    const [width, height] = [this.node.clientWidth, this.node.clientHeight];
    if (width === 0) return;
    const ratio = window.devicePixelRatio || 1;
    if (
      this.canvas.width !== Math.round(width * ratio) ||
      this.canvas.height !== Math.round(height * ratio)
    ) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    const pen = this.canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const xOf = (ms) => ((ms - this.#from) / this.spanMs) * width;
    const style = getComputedStyle(this.node);
    const current = this.options.currentId();
    for (const row of this.#rows()) this.#drawRow(pen, row, xOf, height, row.id === current);
    pen.fillStyle = style.getPropertyValue("--ink3");
    this.#drawPeaks(pen, width, height);
    pen.fillStyle = style.getPropertyValue("--ink");
    pen.fillRect(xOf(this.#playedMs) - 1, 0, 2, height);
  }

  #drawRow(pen, row, xOf, height, isCurrent) {
    const held = this.#drag?.row.id === row.id ? this.#drag : null;
    const [left, right] = [xOf(held?.start ?? row.start_ms), xOf(held?.end ?? row.end_ms)];
    pen.globalAlpha = isCurrent ? 0.4 : 0.2;
    pen.fillStyle = paintOf(this.options.lookOf(row.speaker_id));
    pen.fillRect(left, 0, Math.max(1, right - left), height);
    pen.globalAlpha = 1;
    pen.fillRect(left, 0, isCurrent ? 2 : 1, height);
    pen.fillRect(right - (isCurrent ? 2 : 1), 0, isCurrent ? 2 : 1, height);
  }

  #drawPeaks(pen, width, height) {
    const perPx = ((this.spanMs / 1000) * PEAKS_PER_S) / width;
    const first = (this.#from / 1000) * PEAKS_PER_S;
    for (let x = 0; x < width; x++) {
      let peak = 0;
      const stop = Math.min(this.#peaks.length, Math.floor(first + (x + 1) * perPx) + 1);
      for (let i = Math.floor(first + x * perPx); i < stop; i++)
        peak = Math.max(peak, this.#peaks[i]);
      const tall = Math.max(1, (peak / 255) ** LOUDNESS * (height - 8));
      pen.fillRect(x, (height - tall) / 2, 1, tall);
    }
  }
}
