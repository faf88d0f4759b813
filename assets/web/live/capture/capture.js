// Opens the sound of a microphone, or of a tab or the system, and gives it to the worklet.

const MODULE = "live/capture/capture_worklet.js";
const PROCESSOR = "studio-capture";
const CLOSE_MS = 1_000; // for the worklet's last block
const ERRORS = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
};

/** An error whose code names a text of the page: live.error_CODE. */
export class CaptureError extends Error {
  /**
   * @param {"insecure"|"unsupported"|"denied"|"missing"|"busy"|"silent"|"not_shared"} code
   * @param {unknown} cause
   */
  constructor(code, cause = null) {
    super(code, { cause });
    this.code = code;
  }
}

/** Return whether this browser can record what a tab or the system plays. */
export const canShareSound = () =>
  window.isSecureContext && typeof navigator.mediaDevices?.getDisplayMedia === "function";

/** Return the microphones, which browsers name only once one of them was allowed. */
export async function microphones() {
  const found = (await navigator.mediaDevices?.enumerateDevices?.().catch(() => [])) ?? [];
  return found.filter(
    ({ kind, label, deviceId }) => kind === "audioinput" && label !== "" && deviceId !== "default",
  );
}

/** Return the address of a module beside this one's bundle. */
export const moduleUrl = (path) => new URL(path, import.meta.url);

/**
 * @typedef {Object} SoundSource
 * @property {"microphone"|"shared"} kind shared: what a tab or the system plays
 * @property {string} [deviceId]
 * @property {boolean} [isCall] whether others are heard from a loudspeaker
 */

/** Fires "block" with {count, peak} in detail, and "lost" when the device is gone. */
export class Capture extends EventTarget {
  label = ""; // name of the device
  #context = null;
  #node = null;
  #stream = null;
  #source = null;
  #isOver = false;

  /**
   * Open the sound and begin to send it.
   * @param {SoundSource} source
   * @param {MessagePort} port to the worker
   * @throws {CaptureError}
   */
  async open(source, port) {
    const stream = await openSound(source);
    try {
      this.#context = new AudioContext({ latencyHint: "interactive" });
      await this.#context.audioWorklet.addModule(moduleUrl(MODULE));
      this.#node = new AudioWorkletNode(this.#context, PROCESSOR, { numberOfOutputs: 0 });
    } catch (error) {
      stopTracks(stream);
      throw new CaptureError("unsupported", error);
    }
    this.#node.port.addEventListener("message", ({ data }) =>
      this.dispatchEvent(new CustomEvent("block", { detail: data })),
    );
    this.#node.port.start();
    this.#node.port.postMessage({ kind: "connect", port }, [port]);
    this.#context.addEventListener("statechange", () => this.#followState());
    this.#connect(stream);
    await this.#context.resume();
  }

  /** Go on with another device, or the same one once it is back. @param {SoundSource} source */
  async change(source) {
    const stream = await openSound(source);
    this.#release();
    this.#connect(stream);
    await this.#context.resume();
  }

  pause() {
    this.#node.port.postMessage({ kind: "pause" });
  }

  resume() {
    this.#node.port.postMessage({ kind: "resume" });
  }

  /** Send the rest and the end to the worker, and close the device. */
  end() {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#node.port.postMessage({ kind: "end" });
    this.#release();
    setTimeout(() => this.#context.close(), CLOSE_MS);
  }

  #connect(stream) {
    const [track] = stream.getAudioTracks();
    this.#stream = stream;
    this.label = track.label;
    track.addEventListener("ended", () => this.#lose(stream));
    this.#source = this.#context.createMediaStreamSource(stream);
    this.#source.connect(this.#node);
  }

  #release() {
    this.#source?.disconnect();
    if (this.#stream !== null) stopTracks(this.#stream);
    this.#source = this.#stream = null;
  }

  #lose(stream) {
    if (stream === this.#stream) this.dispatchEvent(new Event("lost"));
  }

  /** iOS interrupts the context, for example for a call. */
  #followState() {
    const state = /** @type {string} */ (this.#context.state);
    if (state === "interrupted" && this.#stream !== null) this.dispatchEvent(new Event("lost"));
  }
}

/**
 * @param {SoundSource} source
 * @returns {Promise<MediaStream>} with one track of sound
 * @throws {CaptureError}
 */
async function openSound({ kind, deviceId, isCall = false }) {
  if (!window.isSecureContext) throw new CaptureError("insecure");
  if (!navigator.mediaDevices || !window.AudioWorkletNode) throw new CaptureError("unsupported");
  const processing = {
    echoCancellation: isCall,
    noiseSuppression: isCall,
    autoGainControl: isCall,
  };
  try {
    if (kind === "shared") return await openShared();
    const device = deviceId ? { deviceId: { exact: deviceId } } : {};
    return await navigator.mediaDevices.getUserMedia({
      audio: { ...device, ...processing, channelCount: 1 },
    });
  } catch (error) {
    if (error instanceof CaptureError) throw error;
    const { name } = /** @type {DOMException} */ (error);
    if (kind === "shared" && name === "NotAllowedError")
      throw new CaptureError("not_shared", error);
    throw new CaptureError(ERRORS[name] ?? "unsupported", error);
  }
}

/** Ask for a tab, a window or the screen; only its sound is used. */
async function openShared() {
  const wish = { video: true, audio: true, systemAudio: "include" };
  const stream = await navigator.mediaDevices.getDisplayMedia(wish);
  if (stream.getAudioTracks().length === 0) {
    stopTracks(stream);
    throw new CaptureError("silent");
  }
  for (const track of stream.getVideoTracks()) {
    stream.removeTrack(track);
    track.stop();
  }
  return stream;
}

function stopTracks(stream) {
  for (const track of stream.getTracks()) track.stop();
}
