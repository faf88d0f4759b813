// The bar under a live recording: stop, clock, pause, rolling wave, level, delay.

/**
 * @import { SoundSource } from "./capture/capture.js"
 * @import { Translate } from "../types.d.ts"
 */

import { openMenu } from "../components/controls/action_menu.js";
import { el, icon } from "../components/dom.js";
import { LevelMeter } from "../components/sound/level_meter.js";
import { paintOf } from "../components/speakers/speaker_colors.js";
import { onThemeChange, themeValue } from "../components/theme.js";
import { clock } from "../components/text/time_format.js";
import { microphones } from "./capture/capture.js";
import { lookOfNumber } from "./live_transcript_view.js";
import { recorder } from "./recorder.js";

const QUIETEST_DB = -60;
const SHOWN_BLOCKS = 300;

/** Return the level of a peak as a share of the range from -60 to 0 dB. */
export function levelOfPeak(peak) {
  const db = 20 * Math.log10(Math.max(peak, 1e-6));
  return Math.min(1, Math.max(0, 1 - db / QUIETEST_DB));
}

export class LiveDock {
  #unwatch;

  /**
   * @param {Translate} t
   * @param {(source: SoundSource) => void} change called when another microphone is chosen
   */
  constructor(t, change) {
    this.t = t;
    this.change = change;
    this.stop = el(
      "button",
      {
        class: "ss-live-stop",
        type: "button",
        "aria-label": t("live.stop"),
        title: t("live.stop"),
        dataset: { action: "live_stop" },
        on: { click: () => recorder.stop() },
      },
      icon("square"),
    );
    this.clock = el("span", { class: "ss-live-clock", role: "timer", text: clock(0) });
    this.words = el("span", { class: "ss-quiet ss-small" });
    this.pause = el("button", {
      class: "ss-button ss-live-pause",
      type: "button",
      dataset: { action: "live_pause" },
      on: { click: () => (recorder.state === "paused" ? recorder.resume() : recorder.pause()) },
    });
    this.canvas = el("canvas", {});
    this.level = new LevelMeter(t, "ss-live-level");
    this.deviceName = el("span", {});
    this.device = el(
      "button",
      {
        class: "ss-live-device",
        type: "button",
        "aria-haspopup": "menu",
        "aria-label": t("live.choose_device"),
        dataset: { control: "choose-device" },
        on: { click: () => this.#chooseDevice() },
      },
      this.deviceName,
      icon("chevron-down"),
    );
    this.delay = el("b", { text: "–" });
    this.unsent = el("b", { text: "–" });
    this.node = el(
      "div",
      { class: "ss-live-dock", role: "group", "aria-label": t("live.controls") },
      el(
        "div",
        { class: "ss-live-controls" },
        this.stop,
        el("div", { class: "ss-live-times" }, this.clock, this.words),
        this.pause,
      ),
      el("div", { class: "ss-live-wave", "aria-hidden": "true" }, this.canvas),
      el(
        "div",
        { class: "ss-live-gauges" },
        el("span", { class: "ss-live-gauge" }, el("span", { text: t("live.level") }), this.device),
        this.level.node,
        el("span", { class: "ss-live-gauge" }, el("span", { text: t("live.delay") }), this.delay),
        el("span", { class: "ss-live-gauge" }, el("span", { text: t("live.unsent") }), this.unsent),
      ),
    );
    this.#unwatch = onThemeChange(() => this.showLevel());
    this.show();
  }

  dispose() {
    this.#unwatch();
  }

  /** Show the state of the recording. */
  show() {
    const { t } = this;
    const { state } = recorder;
    const isPaused = state === "paused";
    this.stop.disabled = !recorder.isRecording;
    this.pause.hidden = state !== "recording" && !isPaused;
    const words = t(isPaused ? "new.resume" : "new.pause");
    if (this.pause.textContent !== words)
      this.pause.replaceChildren(icon(isPaused ? "mic" : "pause"), words);
    this.words.textContent = recorder.isRecording ? t("live.stop") : "";
    this.deviceName.textContent = this.device.title = recorder.device;
    this.device.disabled = !recorder.isRecording;
    const { delayMs, unsentMs } = recorder;
    this.delay.textContent =
      delayMs === null ? "–" : t("live.seconds", { seconds: (delayMs / 1_000).toFixed(1) });
    this.unsent.textContent = t("live.seconds", { seconds: Math.floor(unsentMs / 1_000) });
    this.showLevel();
  }

  /** Show the newest blocks of sound. */
  showLevel() {
    const shown = clock(recorder.recordedMs);
    if (this.clock.textContent !== shown) this.clock.textContent = shown;
    const peak = recorder.state === "recording" ? (recorder.levels.at(-1)?.peak ?? 0) : 0;
    const level = levelOfPeak(peak);
    this.level.show(level);
    this.#paint();
  }

  async #chooseDevice() {
    const { isCall } = recorder.source;
    const found = await microphones();
    openMenu({
      at: this.device,
      within: this.node,
      label: this.t("live.choose_device"),
      items: found.map(({ deviceId, label }) => ({
        text: label,
        isChecked: label === recorder.device,
        act: () => this.change({ kind: "microphone", deviceId, isCall }),
      })),
    });
  }

  #paint() {
    const { canvas } = this;
    const ratio = window.devicePixelRatio;
    const [width, height] = [canvas.clientWidth * ratio, canvas.clientHeight * ratio];
    if (canvas.width !== width || canvas.height !== height)
      [canvas.width, canvas.height] = [width, height];
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, width, height);
    const step = width / SHOWN_BLOCKS;
    const { levels, text } = recorder;
    levels.forEach(({ ms, peak }, i) => {
      const size = Math.max(ratio, levelOfPeak(peak) ** 2 * height);
      const x = width - (levels.length - i) * step;
      const speaker = text.speakerAt(ms);
      pen.fillStyle = speaker === undefined ? themeValue("--ink4") : paintOf(lookOfNumber(speaker));
      pen.fillRect(x, (height - size) / 2, Math.max(1, step * 0.66), size);
    });
  }
}
