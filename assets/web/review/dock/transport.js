// The line above the waveform: play, steps, clock, times of the sentence, speed, switches, zoom.

/**
 * @import { Translate } from "../../types.d.ts"
 */

import { clock, clockTenths } from "../../components/text/time_format.js";
import { el, icon } from "../../components/dom.js";

export class Transport {
  /**
   * @param {{t: Translate, sentence: Node, rate: Node, listening: Node, does: Record<"previous"|"toggle"|"next"|"follow"|"skip_silence"|"spectrogram"|"waveform"|"zoom_in"|"zoom_out", () => void>}} options
   *   sentence: fields of the sentence's times; rate: button of the speed; listening: switch of the review by listening
   */
  constructor({ t, sentence, rate, listening, does }) {
    this.t = t;
    this.playButton = el("button", {
      class: "ss-play",
      type: "button",
      on: { click: does.toggle },
    });
    this.now = el("b", {});
    this.whole = el("span", {});
    const button = (picture, words, act, data = {}, kind = "") =>
      el(
        "button",
        {
          class: `ss-icon-button ${kind}`,
          type: "button",
          title: words,
          "aria-label": words,
          dataset: data,
          on: { click: act },
        },
        icon(picture),
      );
    this.silence = button("fast-forward", t("dock.skip_silence"), does.skip_silence, {
      control: "skip-silence",
    });
    const view = (words, act, name) =>
      el("button", {
        type: "button",
        text: words,
        dataset: { control: name },
        on: { click: act },
      });
    this.waveform = view(t("dock.waveform"), does.waveform, "waveform");
    this.spectrogram = view(t("dock.spectrogram"), does.spectrogram, "spectrogram");
    this.shortSwitch = button(
      "audio-lines",
      t("dock.spectrogram"),
      () => (this.isSpectrogram ? does.waveform() : does.spectrogram()),
      { control: "spectrogram-short" },
      "ss-only-short",
    );
    this.start = el(
      "div",
      { class: "ss-player-start" },
      button("skip-back", t("dock.previous"), does.previous, { control: "previous" }),
      this.playButton,
      button("skip-forward", t("dock.next"), does.next, { control: "next" }),
      el("span", { class: "ss-time" }, this.now, this.whole),
      sentence,
    );
    this.node = el(
      "div",
      { class: "ss-player" },
      this.start,
      el(
        "div",
        { class: "ss-player-end" },
        rate,
        button("crosshair", t("keys.follow"), does.follow, { action: "follow" }),
        this.silence,
        listening,
        el(
          "span",
          { class: "ss-segments ss-pictures", role: "group", "aria-label": t("dock.view") },
          this.waveform,
          this.spectrogram,
        ),
        this.shortSwitch,
        button("zoom-out", t("review.zoom_out"), does.zoom_out, { control: "zoom-out" }),
        button("zoom-in", t("review.zoom_in"), does.zoom_in, { control: "zoom-in" }),
      ),
    );
  }

  /** @param {{playing: boolean, hasAudio: boolean}} state */
  showPlaying({ playing, hasAudio }) {
    this.playButton.replaceChildren(icon(playing ? "pause" : "play"));
    this.playButton.setAttribute("aria-label", this.t(playing ? "view.pause" : "view.play"));
    this.playButton.title = hasAudio ? "" : this.t("growing.no_audio");
    this.playButton.setAttribute("aria-disabled", String(!hasAudio));
  }

  showTime(ms, durationMs) {
    const [now, whole] = [clockTenths(ms), ` / ${clock(durationMs)}`];
    if (this.now.textContent !== now) this.now.textContent = now;
    if (this.whole.textContent !== whole) this.whole.textContent = whole;
  }

  showSkipping(isOn) {
    this.silence.setAttribute("aria-pressed", String(isOn));
  }

  showView(isSpectrogram) {
    this.isSpectrogram = isSpectrogram;
    this.waveform.setAttribute("aria-pressed", String(!isSpectrogram));
    for (const each of [this.spectrogram, this.shortSwitch])
      each.setAttribute("aria-pressed", String(isSpectrogram));
  }
}
