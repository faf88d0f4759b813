// Who speaks when in the whole recording, one lane for each speaker, with the section in view.

/**
 * @import { Row } from "../../api/payloads.d.ts"
 * @import { SpeakerLook } from "../../types.d.ts"
 */

import { FrameCanvas } from "../../components/canvas.js";
import { el } from "../../components/dom.js";
import { paintOf } from "../../components/speakers/speaker_colors.js";
import { themeValue } from "../../components/theme.js";
import { clock } from "../../components/text/time_format.js";
import { lanesOf } from "./sections.js";

const CLICK_PX = 4;
const LEAST_WINDOW_PX = 10;
const STEPS_MS = { ArrowLeft: -5_000, ArrowRight: 5_000, PageDown: -30_000, PageUp: 30_000 };

export class Lanes {
  #playedMs = 0;
  #view = { fromMs: 0, spanMs: 0 };
  #drag = null; // {x, from, isMoved}
  #width = 0; // of the canvas as last drawn: to read the element's would compute the page's layout

  /**
   * @param {{durationMs: number, label: string, rows: () => Pick<Row, "start_ms"|"end_ms"|"speaker_id">[], speakerIds: () => string[], lookOf: (speakerId: string|null) => SpeakerLook,
   *   heardMs: () => number, onSeek: (ms) => void, onScroll: (ms) => void}} options
   */
  constructor(options) {
    this.options = options;
    this.window = el("i", { class: "ss-lanes-window" });
    this.playhead = el("i", { class: "ss-lanes-head" });
    this.node = el(
      "div",
      {
        class: "ss-lanes",
        role: "slider",
        tabindex: "0",
        "aria-label": options.label,
        "aria-valuemin": "0",
        on: {
          pointerdown: (event) => this.#down(event),
          pointermove: (event) => this.#move(event),
          pointerup: (event) => this.#up(event),
          pointercancel: () => {
            this.#drag = null;
          },
          keydown: (event) => this.#key(event),
        },
      },
      this.window,
      this.playhead,
    );
    this.canvas = new FrameCanvas(this.node, (pen, width, height) =>
      this.#draw(pen, width, height),
    );
    this.durationMs = options.durationMs;
    this.moveTo(0);
  }

  dispose() {
    this.canvas.dispose();
  }

  redraw() {
    this.canvas.redraw();
  }

  /** Set the duration, which grows during a run. */
  set durationMs(ms) {
    this.options.durationMs = ms;
    this.node.setAttribute("aria-valuemax", String(Math.round(ms / 1000)));
    this.redraw();
  }

  moveTo(ms) {
    this.#playedMs = ms;
    const second = String(Math.round(ms / 1000));
    if (this.node.getAttribute("aria-valuenow") !== second) {
      this.node.setAttribute("aria-valuenow", second);
      this.node.setAttribute("aria-valuetext", clock(ms));
    }
    this.playhead.style.transform = `translateX(${this.#xOf(ms)}px)`;
  }

  /** Mark the section that the detailed view shows. */
  showView(fromMs, spanMs) {
    this.#view = { fromMs, spanMs };
    this.#placeWindow();
  }

  #xOf(ms) {
    return Math.min(1, ms / Math.max(1, this.options.durationMs)) * this.#width;
  }

  #placeWindow() {
    const { fromMs, spanMs } = this.#view;
    const left = this.#xOf(fromMs);
    const width = Math.max(LEAST_WINDOW_PX, this.#xOf(fromMs + spanMs) - left);
    this.window.style.transform = `translateX(${Math.min(left, this.#width - width)}px)`;
    this.window.style.width = `${width}px`;
  }

  #msAt(event) {
    const box = this.node.getBoundingClientRect();
    const share = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
    return share * this.options.durationMs;
  }

  #down(event) {
    if (event.button !== 0) return;
    const ms = this.#msAt(event);
    const { fromMs, spanMs } = this.#view;
    const box = this.window.getBoundingClientRect();
    const isInside = event.clientX >= box.left && event.clientX <= box.right;
    this.#drag = { x: event.clientX, grip: isInside ? ms - fromMs : spanMs / 2, isMoved: false };
    this.node.setPointerCapture(event.pointerId);
  }

  #move(event) {
    const drag = this.#drag;
    if (drag === null) return;
    drag.isMoved ||= Math.abs(event.clientX - drag.x) > CLICK_PX;
    if (drag.isMoved) this.options.onScroll(this.#msAt(event) - drag.grip);
  }

  #up(event) {
    const drag = this.#drag;
    this.#drag = null;
    if (drag !== null && !drag.isMoved) this.options.onSeek(this.#msAt(event));
  }

  #key(event) {
    const { durationMs } = this.options;
    const ends = { Home: 0, End: durationMs };
    const to = ends[event.key] ?? this.#playedMs + STEPS_MS[event.key];
    if (Number.isNaN(to)) return;
    event.preventDefault();
    this.options.onSeek(Math.max(0, Math.min(durationMs, to)));
  }

  #draw(pen, width, height) {
    const { lookOf, durationMs, heardMs } = this.options;
    this.#width = width;
    const rows = this.options.rows();
    const { count, laneOf } = lanesOf(rows, this.options.speakerIds());
    const [top, room] = [2, height - 4];
    const step = room / count;
    const thick = Math.max(2, Math.min(4, step * 0.7));
    const yOf = (lane) => top + lane * step + (step - thick) / 2;
    pen.fillStyle = themeValue("--line");
    for (let lane = 0; lane < count; lane++) pen.fillRect(0, yOf(lane) + thick / 2, width, 1);
    if (heardMs() < durationMs) {
      pen.fillStyle = themeValue("--pressed");
      pen.fillRect(this.#xOf(heardMs()), top, width, room);
    }
    const paints = new Map();
    for (const row of rows) {
      const left = this.#xOf(row.start_ms);
      if (!paints.has(row.speaker_id)) paints.set(row.speaker_id, paintOf(lookOf(row.speaker_id)));
      pen.fillStyle = paints.get(row.speaker_id);
      pen.fillRect(
        left,
        yOf(laneOf(row.speaker_id)),
        Math.max(1, this.#xOf(row.end_ms) - left),
        thick,
      );
    }
    this.#placeWindow();
    this.moveTo(this.#playedMs);
  }
}
