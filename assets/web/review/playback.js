// Playback: player, speed, waveform of the recording and a section of it in detail.

/**
 * @import { Transcript } from "../api/payloads.d.ts"
 * @import { SpeakerLook, Translate } from "../types.d.ts"
 * @import { ReviewModel } from "./edits/model.js"
 */

import { clock } from "../components/time_format.js";
import { el, icon } from "../components/dom.js";
import { getBytes, urlOf } from "../api/server.js";
import { SegmentPlayer } from "../components/segment_player.js";
import { Waveform } from "../components/waveform.js";
import { DetailWave } from "./detail_wave.js";
import { Listening } from "./dock/listening.js";

const RATES = [0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2];
const LONGEST_ROW_MS = 60_000; // longest row that a search for the rows of a section considers

export class Playback {
  #aborter = new AbortController();

  /**
   * @param {{view: Transcript, model: ReviewModel, t: Translate, colorOf: (label: string) => SpeakerLook, lookOf: (speakerId: string|null) => SpeakerLook, currentId: () => string|null,
   *   onTime: (ms, playing) => void, onState: (playing) => void, onError: () => void, onMissing: () => void, onChoose: (id) => void, onRetime: (id, start, end) => void, onFollow: () => void}} options
   */
  constructor(options) {
    this.options = options;
    const { view, t } = options;
    this.player = new SegmentPlayer(
      urlOf(`recordings/${view.recording_id}/audio`),
      {
        onTime: (ms) => this.#moveTo(ms),
        onState: (playing) => {
          this.#showPlaying(playing);
          if (!playing) this.listening.paused();
          options.onState(playing);
        },
        onError: options.onError,
        onMissing: options.onMissing,
      },
      view.has_audio,
    );
    this.listening = new Listening({
      player: this.player,
      currentRow: () => options.model.row(options.currentId()),
    });
    this.waveform = new Waveform({
      durationMs: view.duration_ms,
      turns: () => this.#segments(),
      colorOf: options.colorOf,
      label: t("view.waveform"),
      onSeek: (ms) => this.player.playFrom(ms),
    });
    this.detail = new DetailWave({
      durationMs: view.duration_ms,
      label: t("review.detail"),
      lookOf: options.lookOf,
      currentId: options.currentId,
      rowsBetween: (from, to) => this.#rowsBetween(from, to),
      onSeek: (ms) => this.player.playFrom(ms),
      onChoose: options.onChoose,
      onRetime: options.onRetime,
    });
    this.#build();
  }

  dispose() {
    this.#aborter.abort();
    this.player.dispose();
    this.waveform.dispose();
    this.detail.dispose();
  }

  /** Load the peaks of the waveform, if there is audio. */
  async load() {
    const { signal } = this.#aborter;
    if (!this.options.view.has_audio) return;
    const peaks = await getBytes(`recordings/${this.options.view.recording_id}/peaks`, {
      signal,
    }).catch(() => null);
    if (peaks === null || signal.aborted) return;
    this.waveform.show(peaks);
    this.detail.show(peaks);
  }

  /** Continue where it paused; play the current sentence if another one was chosen since. */
  resume() {
    return this.listening.resume();
  }

  /** Play the current sentence from its start. */
  playSentence() {
    return this.listening.playSentence();
  }

  /** Move by some milliseconds. */
  skip(byMs) {
    this.listening.skip(byMs);
  }

  /** Load the audio, which was not available before. */
  open() {
    this.options.view.has_audio = true;
    this.player.open();
    this.#showPlaying(false);
    return this.load();
  }

  /** Set the duration, which grows during a run. */
  set durationMs(ms) {
    this.options.view.duration_ms = ms;
    this.waveform.durationMs = ms;
    this.detail.durationMs = ms;
    this.#showTime(this.player.nowMs);
  }

  changeRate(by) {
    const { player } = this;
    const index = RATES.reduce(
      (best, rate, i) =>
        Math.abs(rate - player.rate) < Math.abs(RATES[best] - player.rate) ? i : best,
      0,
    );
    player.rate = RATES[Math.max(0, Math.min(RATES.length - 1, index + by))];
    this.rate.value = String(player.rate);
  }

  #build() {
    const { t } = this.options;
    this.playButton = el("button", {
      class: "ss-play",
      type: "button",
      on: { click: () => this.player.toggle() },
    });
    this.time = el("span", { class: "ss-time" });
    this.rate = el(
      "select",
      {
        class: "ss-select",
        "aria-label": t("review.rate"),
        on: {
          change: (event) => {
            this.player.rate = Number(event.target.value);
          },
        },
      },
      ...RATES.map((rate) =>
        el("option", { value: String(rate), text: `${rate}×`, selected: rate === 1 }),
      ),
    );
    const zoom = (picture, words, by) =>
      el(
        "button",
        {
          class: "ss-icon-button",
          type: "button",
          title: words,
          "aria-label": words,
          on: { click: () => this.detail.zoom(by) },
        },
        icon(picture),
      );
    this.node = el(
      "footer",
      { class: "ss-dock" },
      el(
        "div",
        { class: "ss-player" },
        this.playButton,
        this.time,
        el(
          "div",
          { class: "ss-player-end" },
          this.rate,
          followButton(t, this.options.onFollow),
          zoom("zoom-in", t("review.zoom_in"), -1),
          zoom("zoom-out", t("review.zoom_out"), 1),
        ),
      ),
      this.detail.node,
      this.waveform.node,
    );
    this.#showPlaying(false);
    this.#showTime(0);
  }

  #moveTo(ms) {
    const { isPlaying } = this.player;
    this.waveform.moveTo(ms);
    this.detail.moveTo(ms, { follow: isPlaying });
    this.#showTime(ms);
    this.options.onTime(ms, isPlaying);
  }

  #showPlaying(playing) {
    const { t, view } = this.options;
    this.playButton.replaceChildren(icon(playing ? "pause" : "play"));
    this.playButton.setAttribute("aria-label", t(playing ? "view.pause" : "view.play"));
    this.playButton.title = view.has_audio ? "" : t("growing.no_audio");
    this.playButton.setAttribute("aria-disabled", String(!view.has_audio));
  }

  #showTime(ms) {
    this.time.textContent = `${clock(ms)} / ${clock(this.options.view.duration_ms)}`;
  }

  #rowsBetween(from, to) {
    const { model } = this.options;
    let [low, high] = [0, model.order.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (model.row(model.order[middle]).start_ms < from - LONGEST_ROW_MS) low = middle + 1;
      else high = middle;
    }
    const found = [];
    for (let i = low; i < model.order.length; i++) {
      const row = model.row(model.order[i]);
      if (row.start_ms > to) break;
      if (row.end_ms > from) found.push(row);
    }
    return found;
  }

  /** Return speakers and times for the waveform: of the rows, or of the turns if there is no text. */
  #segments() {
    const { model, view } = this.options;
    if (model.length === 0) return view.turns;
    return model.rows.map((row) => ({
      start_ms: row.start_ms,
      end_ms: row.end_ms,
      speaker: model.speaker(row.speaker_id)?.label,
    }));
  }
}

function followButton(t, act) {
  const words = t("keys.follow");
  return el(
    "button",
    {
      class: "ss-icon-button",
      type: "button",
      title: words,
      "aria-label": words,
      dataset: { action: "follow" },
      on: { click: act },
    },
    icon("crosshair"),
  );
}
