// Records from the microphone, with pauses; measures the level and the time.

import { LevelMeasurement } from "./level_measurement.js";

const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const CHUNK_MS = 1000;

/** Fires "level" while the microphone is open, and "change" when the state changes. */
export class TakeRecorder extends EventTarget {
  level = 0;
  #chunks = [];
  #media = null;
  #stream = null;
  /** @type {LevelMeasurement|null} */
  #measurement = null;
  #beganMs = 0;
  #recordedMs = 0; // before the last pause

  /** "inactive", "recording" or "paused" */
  get state() {
    return this.#media?.state ?? "inactive";
  }

  get elapsedMs() {
    const running = this.state === "recording" ? performance.now() - this.#beganMs : 0;
    return this.#recordedMs + running;
  }

  /** @throws {DOMException} if there is no microphone, or the person does not allow its use */
  async start() {
    this.#stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    this.#measurement = new LevelMeasurement(this.#stream, (level) => {
      this.level = this.state === "recording" ? level : 0;
      this.dispatchEvent(new Event("level"));
    });
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    this.#media = new MediaRecorder(this.#stream, { mimeType });
    this.#chunks = [];
    this.#recordedMs = 0;
    this.#media.addEventListener("dataavailable", ({ data }) => this.#chunks.push(data));
    this.#media.start(CHUNK_MS);
    this.#beganMs = performance.now();
    this.#changed();
  }

  pause() {
    if (this.state !== "recording") return;
    this.#recordedMs = this.elapsedMs;
    this.#media.pause();
    this.#changed();
  }

  resume() {
    if (this.state !== "paused") return;
    this.#media.resume();
    this.#beganMs = performance.now();
    this.#changed();
  }

  /**
   * End the take and close the microphone.
   * @returns {Promise<{blob: Blob, length_ms: number}|null>} null if nothing is being recorded
   */
  async stop() {
    const media = this.#media;
    if (media === null || media.state === "inactive") return null;
    const lengthMs = this.elapsedMs;
    await new Promise((resolve) => {
      media.addEventListener("stop", resolve, { once: true });
      media.stop();
    });
    for (const track of this.#stream.getTracks()) track.stop();
    this.#measurement?.stop();
    this.#media = this.#stream = this.#measurement = null;
    this.level = 0;
    this.#changed();
    return { blob: new Blob(this.#chunks, { type: media.mimeType }), length_ms: lengthMs };
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
