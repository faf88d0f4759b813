// The waveform of the whole recording, coloured by speaker, with a playhead.

/**
 * @import { SpeakerLook } from "../types.d.ts"
 */

import { el } from "./dom.js";
import { paintOf } from "./speaker_colors.js";

const SILENT = "#9aa0a8";
const BAR_PX = 2;
const GAP_PX = 1;
const LOUDNESS = 0.6; // exponent of the peaks: quiet speakers stay visible beside loud ones

export class Waveform {
  #peaks = new Uint8Array();
  #bars = new Uint8Array(); // largest peak of each bar
  #playedMs = 0;
  frame = null;

  /** @param {{durationMs: number, turns: () => {start_ms, end_ms, speaker}[], colorOf: (label: string) => SpeakerLook, label: string, onSeek: (ms) => void}} options */
  constructor(options) {
    this.options = options;
    this.canvas = el("canvas", { class: "ss-wave-canvas" });
    this.playhead = el("div", { class: "ss-wave-head" });
    this.node = el(
      "div",
      {
        class: "ss-wave",
        role: "slider",
        tabindex: "0",
        "aria-label": options.label,
        "aria-valuemin": "0",
        "aria-valuemax": String(Math.round(options.durationMs / 1000)),
        "aria-valuenow": "0",
        on: { pointerdown: (event) => this.#seek(event), keydown: (event) => this.#key(event) },
      },
      this.canvas,
      this.playhead,
    );
    this.observer = new ResizeObserver(() => this.#draw());
    this.observer.observe(this.node);
  }

  show(peaks) {
    this.#peaks = peaks;
    this.#bars = new Uint8Array();
    this.#draw();
  }

  /** Set the duration, which grows during a run. */
  set durationMs(ms) {
    this.options.durationMs = ms;
    this.node.setAttribute("aria-valuemax", String(Math.round(ms / 1000)));
    this.redraw();
  }

  moveTo(ms) {
    this.#playedMs = ms;
    const share = Math.min(1, ms / Math.max(1, this.options.durationMs));
    this.playhead.style.transform = `translateX(${share * this.node.clientWidth}px)`;
    this.node.setAttribute("aria-valuenow", String(Math.round(ms / 1000)));
  }

  /** Draw again with the next frame; several calls cost one draw. */
  redraw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.#draw();
    });
  }

  dispose() {
    this.observer.disconnect();
  }

  #seek(event) {
    const box = this.node.getBoundingClientRect();
    this.options.onSeek(((event.clientX - box.left) / box.width) * this.options.durationMs);
  }

  #key(event) {
    const step = { ArrowLeft: -5000, ArrowRight: 5000 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.options.onSeek(Math.max(0, Math.min(this.options.durationMs, this.#playedMs + step)));
  }

  /** Return the colour of each bar, from the turn that covers its middle. */
  #barColors(numBars) {
    const colors = new Array(numBars).fill(SILENT);
    const perMs = numBars / this.options.durationMs;
    for (const turn of this.options.turns()) {
      const color = paintOf(this.options.colorOf(turn.speaker));
      const last = Math.min(numBars - 1, Math.floor(turn.end_ms * perMs));
      for (let i = Math.floor(turn.start_ms * perMs); i <= last; i++) colors[i] = color;
    }
    return colors;
  }

  #draw() {
    const [width, height] = [this.node.clientWidth, this.node.clientHeight];
    if (width === 0 || this.options.durationMs === 0) return;
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    const pen = this.canvas.getContext("2d");
    pen.scale(ratio, ratio);
    const numBars = Math.floor(width / (BAR_PX + GAP_PX));
    if (this.#bars.length !== numBars)
      this.#bars = Uint8Array.from({ length: numBars }, (_, i) => this.#loudest(i, numBars));
    const colors = this.#barColors(numBars);
    for (let i = 0; i < numBars; i++) {
      const tall = Math.max(2, (this.#bars[i] / 255) ** LOUDNESS * (height - 6));
      pen.fillStyle = colors[i];
      pen.fillRect(i * (BAR_PX + GAP_PX), (height - tall) / 2, BAR_PX, tall);
    }
    this.moveTo(this.#playedMs);
  }

  #loudest(bar, numBars) {
    const first = Math.floor((bar * this.#peaks.length) / numBars);
    const stop = Math.max(first + 1, Math.floor(((bar + 1) * this.#peaks.length) / numBars));
    let peak = 0;
    for (let i = first; i < stop && i < this.#peaks.length; i++)
      peak = Math.max(peak, this.#peaks[i]);
    return peak;
  }
}
