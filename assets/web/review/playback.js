// Playback: the dock below the transcript, with player, waveform in detail and whole recording.

/**
 * @import { Transcript } from "../api/payloads.d.ts"
 * @import { SpeakerLook, Translate } from "../types.d.ts"
 * @import { ReviewModel } from "./edits/model.js"
 */

import { readStorage, writeStorage } from "../api/browser_storage.js";
import { getBytes, urlOf } from "../api/server.js";
import { el } from "../components/dom.js";
import { SegmentPlayer } from "../components/sound/segment_player.js";
import { DetailWave } from "./detail_wave.js";
import { Lanes } from "./dock/lanes.js";
import { Listening } from "./dock/listening.js";
import { afterPause, findPauses } from "./dock/pauses.js";
import { RateMenu, rateBeside } from "./dock/rate_menu.js";
import { Spectrogram } from "./dock/spectrogram.js";
import { SentenceTimes } from "./dock/sentence_times.js";
import { Transport } from "./dock/transport.js";

const STORED = "speaker-studio:dock"; // {skipsSilence, isSpectrogram}
const LONGEST_ROW_MS = 60_000; // longest row that a search for the rows of a section considers

export class Playback {
  #aborter = new AbortController();
  #peaks = new Uint8Array();
  #pauses = null; // of the present rows; null until they are needed
  #skipsSilence = readStorage(STORED)?.skipsSilence === true;
  #isSpectrogram = readStorage(STORED)?.isSpectrogram === true;

  /**
   * @param {{view: Transcript, model: ReviewModel, t: Translate, lookOf: (speakerId: string|null) => SpeakerLook, nameOf: (speakerId: string|null) => string,
   *   listening: Node, currentId: () => string|null, isUnfinished: () => boolean, onTime: (ms, playing) => void, onState: (playing) => void, onError: () => void, onMissing: () => void,
   *   onChoose: (id) => void, onRetime: (id, start, end) => void, onMake: (start, end) => void, onStep: (by: number) => void, onFollow: () => void, onProblem: (words: string) => void, onLeave: () => void}} options
   *   onMake: called after a drag over a stretch without a sentence; onLeave: called when typing of times ends
   */
  constructor(options) {
    this.options = options;
    this.#buildPlayer();
    this.#buildWaves();
    this.#buildTransport();
    this.spectrogram = new Spectrogram({
      load: (tile, signal) =>
        getBytes(`recordings/${options.view.recording_id}/spectrogram/${tile}`, { signal }),
      durationMs: () => (options.view.has_audio ? options.view.duration_ms : 0),
      onLoad: () => this.detail.redraw(),
    });
    this.node = el(
      "footer",
      { class: "ss-dock", "aria-label": options.t("dock.title") },
      this.transport.node,
      this.detail.node,
      this.lanes.node,
    );
    this.#showPlaying(false);
    this.#showTime(0);
    this.transport.showSkipping(this.#skipsSilence);
    this.#showView();
  }

  dispose() {
    this.#aborter.abort();
    for (const part of [this.player, this.lanes, this.detail, this.spectrogram]) part.dispose();
  }

  /** Load the peaks of the waveform, if there is audio. */
  async load() {
    const { signal } = this.#aborter;
    if (!this.options.view.has_audio) return;
    const peaks = await getBytes(`recordings/${this.options.view.recording_id}/peaks`, {
      signal,
    }).catch(() => null);
    if (peaks === null || signal.aborted) return;
    this.#peaks = peaks;
    this.#pauses = null;
    this.detail.show(peaks);
    this.spectrogram.retry();
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
    this.lanes.durationMs = ms;
    this.detail.durationMs = ms;
    this.#showTime(this.player.nowMs);
  }

  /** Set the speed some steps faster, or slower by a negative number. */
  changeRate(by) {
    this.player.rate = rateBeside(this.player.rate, by);
    this.rateMenu.show();
  }

  /** Draw the section in detail again, with the times of the current sentence. */
  refresh() {
    this.detail.redraw();
    this.times.update();
  }

  /** Update after a change of rows; borders that have moved are drawn at once. */
  rowsChanged({ isMoved }) {
    this.#pauses = null;
    this.times.update();
    if (isMoved) this.detail.redraw();
  }

  #buildPlayer() {
    const { view, model, currentId, onState, onError, onMissing } = this.options;
    this.player = new SegmentPlayer(
      urlOf(`recordings/${view.recording_id}/audio`),
      {
        onTime: (ms) => this.#moveTo(ms),
        onState: (playing) => {
          this.#showPlaying(playing);
          if (!playing) this.listening.paused();
          onState(playing);
        },
        onError,
        onMissing,
      },
      view.has_audio,
    );
    this.listening = new Listening({
      player: this.player,
      currentRow: () => model.row(currentId()),
    });
  }

  #buildWaves() {
    const { view, model, t, lookOf, nameOf, currentId } = this.options;
    const onSeek = (ms) => this.player.playFrom(ms);
    const heardMs = () => this.#heardMs();
    this.lanes = new Lanes({
      durationMs: view.duration_ms,
      label: t("dock.lanes"),
      rows: () => this.#rowsOrTurns(),
      speakerIds: () => model.speakers.map((each) => each.id),
      lookOf,
      heardMs,
      onSeek,
      onScroll: (ms) => this.detail.setFrom(ms),
    });
    this.detail = new DetailWave({
      durationMs: view.duration_ms,
      label: t("review.detail"),
      lookOf,
      nameOf,
      currentId,
      heardMs,
      rowsBetween: (from, to) => this.#rowsBetween(from, to),
      onSeek,
      onChoose: this.options.onChoose,
      onRetime: this.options.onRetime,
      onMake: this.options.onMake,
      onView: (from, span) => this.lanes.showView(from, span),
    });
  }

  #buildTransport() {
    const { view, model, t, currentId } = this.options;
    this.rateMenu = new RateMenu({
      t,
      rate: () => this.player.rate,
      onChoose: (rate) => {
        this.player.rate = rate;
        this.rateMenu.show();
      },
    });
    this.times = new SentenceTimes({
      t,
      currentRow: () => model.row(currentId()),
      durationMs: () => view.duration_ms,
      onRetime: this.options.onRetime,
      onProblem: this.options.onProblem,
      onLeave: this.options.onLeave,
    });
    this.transport = new Transport({
      t,
      sentence: this.times.node,
      rate: this.rateMenu.node,
      listening: this.options.listening,
      does: {
        previous: () => this.#step(-1),
        toggle: () => this.player.toggle(),
        next: () => this.#step(1),
        follow: this.options.onFollow,
        skip_silence: () => this.#toggleSilence(),
        waveform: () => this.#choosePicture(false),
        spectrogram: () => this.#choosePicture(true),
        zoom_in: () => this.detail.zoom(-1),
        zoom_out: () => this.detail.zoom(1),
      },
    });
  }

  /** Go to a neighbouring sentence; what plays continues there. */
  #step(by) {
    const { model, currentId, onStep } = this.options;
    onStep(by);
    const row = model.row(currentId());
    if (row === null) return;
    if (this.player.isPlaying) this.listening.playSentence(row);
    else this.player.seek(row.start_ms);
  }

  #moveTo(ms) {
    const { isPlaying } = this.player;
    if (isPlaying && this.#skipPause(ms)) return;
    this.lanes.moveTo(ms);
    this.detail.moveTo(ms, { follow: isPlaying });
    this.#showTime(ms);
    this.options.onTime(ms, isPlaying);
  }

  /** Move to the end of a pause, if pauses are skipped. @returns {boolean} whether it moved */
  #skipPause(ms) {
    if (!this.#skipsSilence || !this.player.playsOn) return false;
    this.#pauses ??= findPauses(this.#peaks, this.options.model.rows);
    const to = afterPause(this.#pauses, ms);
    if (to === null) return false;
    this.player.seek(to);
    return true;
  }

  #toggleSilence() {
    this.#skipsSilence = !this.#skipsSilence;
    this.transport.showSkipping(this.#skipsSilence);
    this.#store();
  }

  #choosePicture(isSpectrogram) {
    this.#isSpectrogram = isSpectrogram;
    this.#showView();
    this.#store();
  }

  #showView() {
    this.transport.showView(this.#isSpectrogram);
    this.detail.spectrogram = this.#isSpectrogram ? this.spectrogram : null;
  }

  #store() {
    writeStorage(STORED, {
      skipsSilence: this.#skipsSilence,
      isSpectrogram: this.#isSpectrogram,
    });
  }

  #showPlaying(playing) {
    this.transport.showPlaying({ playing, hasAudio: this.options.view.has_audio });
  }

  #showTime(ms) {
    this.transport.showTime(ms, this.options.view.duration_ms);
  }

  /** Return up to where the recording has been transcribed. */
  #heardMs() {
    const { model, isUnfinished } = this.options;
    if (!isUnfinished()) return Infinity;
    return model.row(model.order.at(-1) ?? null)?.end_ms ?? 0;
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

  /** Return what the lanes show: the rows, or the turns if there is no text. */
  #rowsOrTurns() {
    const { model, view } = this.options;
    if (model.length > 0) return model.rows;
    const ids = new Map(model.speakers.map((each) => [each.label, each.id]));
    return view.turns.map((turn) => ({ ...turn, speaker_id: ids.get(turn.speaker) ?? null }));
  }
}
