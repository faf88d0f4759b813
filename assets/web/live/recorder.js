// The live recording of this page: its device, its connection, its text. There is one at a time.

/**
 * @import { SoundSource } from "./capture/capture.js"
 * @import { Piece } from "./connection/frames.js"
 * @import { StoredSession } from "./connection/piece_store.js"
 */

import { session } from "../api/session.js";
import { login, urlOf } from "../api/server.js";
import { Capture, moduleUrl } from "./capture/capture.js";
import { LiveText } from "./live_text.js";
import { PieceStore } from "./connection/piece_store.js";
import { RATE } from "./capture/resampler.js";
import { waveFile } from "./capture/wave_file.js";

const WORKER = "live/connection/live_worker.js";
const LOCK = "speaker-studio:live:";
const MS_PER_HOUR = 3_600_000;
const NUM_LEVELS = 300; // blocks of the rolling wave: half a minute
const SENT_MS = 2_000; // what is not sent within that time waits
const NUM_DELAYS = 5; // passing texts over which the delay is averaged
const REFUSALS = new Set(["refused", "bad_request", "full"]);

/**
 * Fires "change" when what is shown beside the text changes, "text" for new text, "level" for every
 * block of sound, and "over" with {reason, take, title} in detail when the server did not take a recording or
 * its end; take: a file with what the server does not have, or null.
 */
class LiveRecorder extends EventTarget {
  /** @type {"idle"|"recording"|"paused"|"lost"|"stopping"|"taken_over"} */
  state = "idle";
  /** @type {"connecting"|"online"|"posts"|"offline"} */
  link = "connecting";
  /** @type {string|null} */
  recordingId = null;
  text = new LiveText();
  title = "";
  device = "";
  numSamples = 0; // recorded, in all
  maxMs = Infinity; // longest recording that the server takes
  unsentMs = 0;
  isSafe = true; // whether the browser stores what is recorded
  isTight = false; // whether its storage is nearly full
  passing = "on"; // how the server shows passing text: "on", "slow" or "off"
  behindMs = 0; // sound that waits for the recognition
  problem = ""; // message of the server
  isLoggedOut = false; // whether the server waits for a login
  levels = []; // {ms, peak} of the last blocks
  #store = new PieceStore();
  #stored = null;
  #worker = null;
  #capture = null;
  #source = null;
  #delays = [];
  #release = null; // gives the session's lock back
  #wake = null;

  constructor() {
    super();
    globalThis.document?.addEventListener("visibilitychange", () => this.#keepAwake());
  }

  get isActive() {
    return this.state !== "idle";
  }

  get isRecording() {
    return ["recording", "paused", "lost"].includes(this.state);
  }

  /** The sound that is recorded; null before the first recording. @returns {SoundSource|null} */
  get source() {
    return this.#source;
  }

  get recordedMs() {
    return (1_000 * this.numSamples) / RATE;
  }

  /** Delay of the passing text in milliseconds; null before there is any. */
  get delayMs() {
    if (this.passing !== "on") return this.behindMs;
    if (this.#delays.length === 0) return null;
    return this.#delays.reduce((sum, each) => sum + each, 0) / this.#delays.length;
  }

  /** Return whether the main area shows this recording rather than the transcript of an id. */
  shows(openId) {
    return this.isActive && (this.recordingId === null || this.recordingId === openId);
  }

  /**
   * Open the device and record.
   * @param {SoundSource} source
   * @param {object} options of the recognition, with the title
   * @throws {CaptureError} if the device cannot be used
   */
  async start(source, options) {
    await this.#begin({
      key: `${Date.now()}-${Math.random().toString(36).slice(2)}`,
      session: null,
      token: null,
      recording_id: null,
      options,
      started_ms: Date.now(),
      is_stopped: false,
    });
    await this.#record(source);
  }

  /**
   * Go on with a recording that a reload or a crash interrupted.
   * @param {StoredSession} stored
   * @param {SoundSource} source
   * @throws {CaptureError} if the device cannot be used
   */
  async goOn(stored, source = { kind: "microphone" }) {
    await this.#begin(stored);
    await this.#record(source);
  }

  /** Send the rest of an interrupted recording and end it. @param {StoredSession} stored */
  async finishStored(stored) {
    await this.#begin(stored);
    this.state = "stopping";
    this.#connect();
    this.#worker.postMessage({ kind: "finish" });
    this.#changed();
  }

  /** @returns {Promise<(StoredSession & {is_elsewhere: boolean})[]>} recordings not ended yet */
  async unfinished() {
    const stored = await this.#store.sessions().catch(() => []);
    const held = (await navigator.locks?.query())?.held ?? [];
    const names = new Set(held.map((each) => each.name));
    return stored
      .filter((each) => each.key !== this.#stored?.key)
      .map((each) => ({ ...each, is_elsewhere: names.has(LOCK + each.key) }));
  }

  pause() {
    if (this.state !== "recording") return;
    this.#capture.pause();
    this.#enter("paused");
  }

  resume() {
    if (this.state !== "paused") return;
    this.#capture.resume();
    this.#enter("recording");
  }

  /**
   * Go on with the sound of another device.
   * @param {SoundSource} source
   * @throws {CaptureError}
   */
  async changeSource(source = this.#source) {
    await this.#capture.change(source);
    this.#source = source;
    this.device = this.#capture.label;
    this.#enter(this.state === "paused" ? "paused" : "recording");
  }

  /** End the recording; the device is closed at once, what is not sent yet is sent. */
  stop() {
    if (!this.isRecording) return;
    this.#capture.end();
    this.#enter("stopping");
  }

  /** Continue here after another tab took the recording over. */
  async takeBack() {
    const stored = this.#stored;
    try {
      await this.goOn(stored, this.#source ?? undefined);
    } catch (error) {
      this.#stored = stored; // to try again
      throw error;
    }
  }

  /** Leave a recording that another tab has taken over. */
  leave() {
    this.#reset();
    session.refresh();
    this.#changed();
  }

  /** Set up the state of a session, without a device. */
  async #begin(stored) {
    this.#stored = stored;
    Object.assign(this, {
      link: "connecting",
      recordingId: stored.recording_id,
      text: new LiveText(),
      title: stored.options.title ?? "",
      numSamples: await this.#store.endOfSession(stored.key).catch(() => 0),
      unsentMs: 0,
      isSafe: true,
      isTight: false,
      maxMs: Infinity,
      passing: "on",
      behindMs: 0,
      problem: "",
      isLoggedOut: false,
      levels: [],
    });
    this.#delays = [];
  }

  async #record(source) {
    const { port1, port2 } = new MessageChannel();
    const capture = new Capture();
    capture.addEventListener("block", (/** @type {CustomEvent} */ { detail }) =>
      this.#hear(detail),
    );
    capture.addEventListener("lost", () => this.isRecording && this.#enter("lost"));
    try {
      await capture.open(source, port1);
    } catch (error) {
      this.#stored = null;
      throw error;
    }
    this.#capture = capture;
    this.#source = source;
    this.device = capture.label;
    this.#connect();
    this.#worker.postMessage({ kind: "listen", port: port2 }, [port2]);
    navigator.storage?.persist?.();
    this.#enter("recording");
  }

  /** Start the worker, which connects to the server. */
  #connect() {
    this.#hold();
    this.#worker = new Worker(moduleUrl(WORKER), { type: "module" });
    this.#worker.addEventListener("message", ({ data }) => this.#follow(data));
    const url = new URL(urlOf("live"), document.baseURI).href;
    this.#worker.postMessage({ kind: "start", url, stored: this.#stored, lastRev: 0 });
  }

  /** Hold a lock by which other tabs see that the recording goes on here. */
  #hold() {
    const held = new Promise((resolve) => (this.#release = resolve));
    // Shared, so that a tab that takes over does not wait.
    navigator.locks?.request(LOCK + this.#stored.key, { mode: "shared" }, () => held);
  }

  #hear({ count, peak }) {
    this.numSamples += count;
    this.levels.push({ ms: this.recordedMs, peak });
    if (this.levels.length > NUM_LEVELS) this.levels.shift();
    this.dispatchEvent(new Event("level"));
    if (this.recordedMs >= this.maxMs) this.stop();
  }

  /** Take a report of the worker, see Report in live_client.js. */
  #follow(report) {
    if (report.kind === "welcome") this.#welcome(report.message);
    else if (report.kind === "event") this.#take(report.message);
    else if (report.kind === "logged_out") this.#noteLogin(false);
    else if (report.kind === "ended") this.#end(report.reason);
    else {
      if (report.kind === "link") this.link = report.state;
      else if (report.kind === "space") this.isTight = report.is_tight;
      else this.#measure(report);
      this.#changed();
    }
  }

  #welcome({ session: id, token, recording_id: recordingId, next_sample: next, limits }) {
    Object.assign(this.#stored, { session: id, token, recording_id: recordingId });
    this.maxMs = MS_PER_HOUR * (limits?.max_hours ?? Infinity);
    const isNew = this.recordingId === null;
    this.recordingId = recordingId;
    this.numSamples = Math.max(this.numSamples, next);
    this.#noteLogin(true);
    this.#changed();
    if (isNew) session.open(recordingId);
    session.refresh();
  }

  #noteLogin(isValid) {
    if (this.isLoggedOut === !isValid) return;
    this.isLoggedOut = !isValid;
    login.dispatchEvent(new Event(isValid ? "back" : "over"));
    this.#changed();
  }

  #take(message) {
    if (message.type === "lag")
      [this.behindMs, this.passing] = [message.behind_ms, message.partials];
    else if (message.type === "error") this.problem = message.code;
    else if (this.text.apply(message)) {
      if (message.type === "partial") this.#measureDelay(message.heard_ms);
      this.dispatchEvent(new Event("text"));
      return;
    }
    this.#changed();
  }

  #measure({ unsent_ms: unsentMs, is_safe: isSafe }) {
    Object.assign(this, { unsentMs, isSafe });
    if (unsentMs < SENT_MS) this.problem = ""; // the server has room again
  }

  #measureDelay(heardMs) {
    this.#delays.push(Math.max(0, this.recordedMs - heardMs));
    if (this.#delays.length > NUM_DELAYS) this.#delays.shift();
  }

  async #end(reason) {
    const { key } = this.#stored;
    const { title, problem } = this;
    this.#capture?.end();
    if (reason === "taken_over") {
      this.#closeWorker();
      this.#enter("taken_over");
      return;
    }
    const isRefused = this.recordingId === null && REFUSALS.has(reason);
    this.#reset();
    session.refresh();
    if (reason !== "delivered") {
      const take = isRefused ? null : await this.#remainder(key);
      const detail = { reason: problem === "no_room" ? problem : reason, take, title };
      if (isRefused || take !== null) this.dispatchEvent(new CustomEvent("over", { detail }));
      await this.#store.deleteSession(key).catch((error) => console.warn(error));
    }
    this.#changed();
  }

  /** Return what the server does not have as a file; null if there is nothing. */
  async #remainder(key) {
    const stored = await this.#store.read(key, 0).catch(() => /** @type {Piece[]} */ ([]));
    const pieces = stored.filter((each) => each.count > 0);
    if (pieces.length === 0) return null;
    const count = pieces.reduce((sum, each) => sum + each.count, 0);
    return { blob: waveFile(pieces), length_ms: (1_000 * count) / RATE };
  }

  #closeWorker() {
    this.#worker?.terminate();
    this.#worker = null;
    this.#release?.();
    this.#release = null;
  }

  #reset() {
    this.#closeWorker();
    this.#capture = null;
    this.#stored = null;
    this.state = "idle";
    this.recordingId = null;
    this.#keepAwake();
  }

  #enter(state) {
    this.state = state;
    this.#keepAwake();
    this.#changed();
  }

  /** Keep the screen on while recording, where the browser can; it forgets that in hidden pages. */
  async #keepAwake() {
    this.#wake?.release().catch(() => {});
    this.#wake = null;
    if (this.state === "recording" && document.visibilityState === "visible")
      this.#wake = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null;
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

export const recorder = new LiveRecorder();
