// Records from the microphone, with pauses; measures the level and the time.

const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const CHUNK_MS = 1000;
const LEVEL_MS = 80;
const FFT_SIZE = 1024;
const LOUDEST_DB = 0;
const QUIETEST_DB = -60;

/** Return the level of samples in [-1, 1] as a share of the range from -60 to 0 dB. */
export function levelOf(samples) {
  let power = 0;
  for (const sample of samples) power += sample * sample;
  const db = 10 * Math.log10(power / Math.max(1, samples.length) + 1e-9);
  return Math.min(1, Math.max(0, (db - QUIETEST_DB) / (LOUDEST_DB - QUIETEST_DB)));
}

/** Fires "level" while the microphone is open, and "change" when the state changes. */
export class TakeRecorder extends EventTarget {
  level = 0;
  #chunks = [];
  #media = null;
  #stream = null;
  #sound = null;
  #timer = 0;
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
    this.#measure();
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
    clearInterval(this.#timer);
    this.#sound?.close();
    this.#media = this.#stream = this.#sound = null;
    this.level = 0;
    this.#changed();
    return { blob: new Blob(this.#chunks, { type: media.mimeType }), length_ms: lengthMs };
  }

  #measure() {
    this.#sound = new AudioContext();
    const analyser = this.#sound.createAnalyser();
    analyser.fftSize = FFT_SIZE;
    this.#sound.createMediaStreamSource(this.#stream).connect(analyser);
    const samples = new Float32Array(FFT_SIZE);
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      this.level = this.state === "recording" ? levelOf(samples) : 0;
      this.dispatchEvent(new Event("level"));
    }, LEVEL_MS);
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
