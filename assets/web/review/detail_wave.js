// A section of the recording in detail: scroll, zoom, borders that can be dragged, new sentences.

/**
 * @import { Row } from "../api/payloads.d.ts"
 * @import { SpeakerLook } from "../types.d.ts"
 * @import { Spectrogram } from "./dock/spectrogram.js"
 */

import { FrameCanvas } from "../components/canvas.js";
import { el } from "../components/dom.js";
import { gapAround } from "./dock/sections.js";
import { paintSection } from "./dock/wave_painter.js";

const GRIP_PX = 6; // distance within which the pointer grabs a border
const TOUCH_GRIP_PX = 22;
const CLICK_PX = 4; // a shorter movement is a click
const SHORTEST_MS = 50;
const SHORTEST_NEW_MS = 200;
const SPANS_MS = [5_000, 10_000, 20_000, 60_000, 180_000];
const DESIGN_FONT_PX = 12; // the element's font size before scaling on wide screens

/**
 * @typedef {object} Drag
 * @property {"edge"|"new"|"pan"} kind
 * @property {number} x where it began
 * @property {number} ms the same as time
 * @property {boolean} isMoved
 * @property {number} from what the view began at
 * @property {Row|null} row
 * @property {"start"|"end"|null} edge
 * @property {number} start
 * @property {number} end
 * @property {{start: number, end: number}|null} gap
 */

export class DetailWave {
  #peaks = new Uint8Array();
  #span = 2;
  #from = 0;
  #playedMs = 0;
  /** @type {Drag|null} */
  #drag = null;
  /** @type {Spectrogram|null} */
  #spectrogram = null;
  #width = 0; // of the canvas as last drawn: to read the element's would compute the page's layout

  /**
   * @param {{durationMs: number, label: string, rowsBetween: (from: number, to: number) => Row[], lookOf: (speakerId: string|null) => SpeakerLook, nameOf: (speakerId: string|null) => string,
   *   currentId: () => string|null, heardMs: () => number, onSeek: (ms) => void, onRetime: (id, start, end) => void, onChoose: (id) => void, onMake: (start, end) => void, onView: (from, span) => void}} options
   *   onMake: called after a drag over a stretch without a sentence; onView: called when the section changes
   */
  constructor(options) {
    this.options = options;
    this.playhead = el("i", { class: "ss-playhead" });
    this.node = el(
      "div",
      {
        class: "ss-detail",
        "aria-label": options.label,
        role: "group",
        on: {
          pointerdown: (event) => this.#down(event),
          pointermove: (event) => this.#move(event),
          pointerup: () => this.#up(),
          pointercancel: () => this.#endDrag(),
          wheel: (event) => this.#wheel(event),
        },
      },
      this.playhead,
    );
    this.canvas = new FrameCanvas(this.node, (pen, width, height) =>
      this.#draw(pen, width, height),
    );
    this.setFrom(0);
  }

  get spanMs() {
    return SPANS_MS[this.#span];
  }
  get fromMs() {
    return this.#from;
  }

  dispose() {
    this.canvas.dispose();
  }

  show(peaks) {
    this.#peaks = peaks;
    this.redraw();
  }

  /** Show a spectrogram, or with null the waveform. */
  set spectrogram(spectrogram) {
    this.#spectrogram = spectrogram;
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
    this.setFrom(middle - this.spanMs / 2);
  }

  /** Scroll a section into view, with a margin. */
  bring(startMs, endMs) {
    if (startMs >= this.#from && endMs <= this.#from + this.spanMs) return this.redraw();
    return this.setFrom(startMs - Math.min(1_000, this.spanMs / 8));
  }

  moveTo(ms, { follow }) {
    this.#playedMs = ms;
    if (follow && this.#drag === null && (ms < this.#from || ms > this.#from + 0.92 * this.spanMs))
      this.setFrom(ms - this.spanMs / 10);
    else this.#placePlayhead();
  }

  redraw() {
    this.canvas.redraw();
  }

  /** Show the section that begins at a time. */
  setFrom(ms) {
    this.#from = Math.max(0, Math.min(Math.max(0, this.options.durationMs - this.spanMs), ms));
    Object.assign(this.node.dataset, { fromMs: this.#from, spanMs: this.spanMs });
    this.options.onView(this.#from, this.spanMs);
    this.redraw();
  }

  #placePlayhead() {
    const share = (this.#playedMs - this.#from) / this.spanMs;
    this.playhead.hidden = share < 0 || share > 1;
    this.playhead.style.transform = `translateX(${share * this.#width}px)`;
  }

  #msAt(event) {
    const box = this.node.getBoundingClientRect();
    return this.#from + ((event.clientX - box.left) / box.width) * this.spanMs;
  }

  /** Return the rows in view; the one whose border is dragged has its new times. */
  #rows() {
    const rows = this.options.rowsBetween(this.#from, this.#from + this.spanMs);
    const drag = this.#drag;
    if (drag?.kind !== "edge") return rows;
    return rows.map((row) =>
      row.id === drag.row.id ? { ...row, start_ms: drag.start, end_ms: drag.end } : row,
    );
  }

  /**
   * Return the border under the pointer; of two that meet, the current row's.
   * @returns {{row: Row, edge: "start"|"end"}|null}
   */
  #borderAt(ms, pointerType) {
    const gripPx = pointerType === "touch" ? TOUCH_GRIP_PX : GRIP_PX;
    const reach = (gripPx / Math.max(1, this.node.clientWidth)) * this.spanMs;
    const current = this.options.currentId();
    const rows = this.#rows().sort((a, b) => Number(b.id === current) - Number(a.id === current));
    const reached = pointerType === "touch" ? rows.filter((row) => row.id === current) : rows;
    for (const row of reached) {
      if (Math.abs(row.start_ms - ms) <= reach) return { row, edge: "start" };
      if (Math.abs(row.end_ms - ms) <= reach) return { row, edge: "end" };
    }
    return null;
  }

  #down(event) {
    if (event.button !== 0) return;
    const ms = this.#msAt(event);
    const border = this.#borderAt(ms, event.pointerType);
    const gap = gapAround(this.options.rowsBetween(ms - 1, ms + 1), ms, this.options.durationMs);
    this.#drag = {
      kind: border !== null ? "edge" : gap !== null ? "new" : "pan",
      x: event.clientX,
      ms,
      isMoved: false,
      from: this.#from,
      row: border?.row ?? null,
      edge: border?.edge ?? null,
      start: border?.row.start_ms ?? ms,
      end: border?.row.end_ms ?? ms,
      gap: gap && gapAround(this.#rows(), ms, this.options.durationMs),
    };
    this.node.setPointerCapture(event.pointerId);
  }

  #move(event) {
    const ms = this.#msAt(event);
    const drag = this.#drag;
    if (drag === null) {
      const isBorder = this.#borderAt(ms, event.pointerType) !== null;
      this.node.style.cursor = isBorder ? "ew-resize" : "pointer";
      return;
    }
    drag.isMoved ||= Math.abs(event.clientX - drag.x) > CLICK_PX;
    if (!drag.isMoved) return;
    this.#dragTo[drag.kind](drag, ms, event);
    this.redraw();
  }

  /** What a drag changes, by its kind. */
  #dragTo = {
    edge: (drag, ms) => {
      const at = Math.round(Math.max(0, Math.min(this.options.durationMs, ms)));
      if (drag.edge === "start") drag.start = Math.min(at, drag.end - SHORTEST_MS);
      else drag.end = Math.max(at, drag.start + SHORTEST_MS);
    },
    new: (drag, ms) => {
      const at = Math.max(drag.gap.start, Math.min(drag.gap.end, ms));
      drag.start = Math.round(Math.min(drag.ms, at));
      drag.end = Math.round(Math.max(drag.ms, at));
    },
    pan: (drag, _ms, event) => {
      const px = Math.max(1, this.node.clientWidth);
      this.setFrom(drag.from - ((event.clientX - drag.x) / px) * this.spanMs);
    },
  };

  #up() {
    const drag = this.#drag;
    this.#endDrag();
    if (drag === null) return;
    if (!drag.isMoved) return this.#click(drag.ms);
    if (drag.kind === "edge") return this.options.onRetime(drag.row.id, drag.start, drag.end);
    if (drag.kind === "new" && drag.end - drag.start >= SHORTEST_NEW_MS)
      this.options.onMake(drag.start, drag.end);
  }

  #endDrag() {
    this.#drag = null;
    this.redraw();
  }

  #click(ms) {
    const row = this.#rows().find((each) => each.start_ms <= ms && ms < each.end_ms);
    if (row) this.options.onChoose(row.id);
    this.options.onSeek(ms);
  }

  #wheel(event) {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) this.zoom(Math.sign(event.deltaY));
    else
      this.setFrom(
        this.#from +
          ((event.deltaX || event.deltaY) / Math.max(1, this.node.clientWidth)) * this.spanMs,
      );
  }

  #draw(pen, width, height) {
    this.#width = width;
    const { lookOf, nameOf, currentId, heardMs } = this.options;
    const unit = parseFloat(getComputedStyle(this.node).fontSize) / DESIGN_FONT_PX;
    const making = this.#drag?.kind === "new" && this.#drag.isMoved ? this.#drag : null;
    const scene = {
      fromMs: this.#from,
      spanMs: this.spanMs,
      rows: this.#rows(),
      currentId: currentId(),
      made: making,
      heardMs: heardMs(),
      peaks: this.#peaks,
      spectrogram:
        this.#spectrogram &&
        ((canvas, box) =>
          this.#spectrogram.draw(canvas, box, { fromMs: this.#from, spanMs: this.spanMs })),
      lookOf,
      nameOf,
    };
    paintSection(pen, scene, { width, height, unit });
    this.#placePlayhead();
  }
}
