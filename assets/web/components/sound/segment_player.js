// Plays one segment of the recording exactly, or from a time to the end.

const LAST_MS = 60; // before the end of a segment a timer stops: frames are too far apart

export class SegmentPlayer {
  #audio = new Audio();
  #stopMs = null;
  #frame = 0;
  #timer = 0;
  #hasReachedStop = false; // it stopped at the end of the segment
  #isShownPlaying = false; // the last state that `onState` was called with
  #isInterrupted = false; // paused before the end of the segment or of the recording
  #listeners = new AbortController();

  /**
   * @param {{onTime: (ms: number) => void, onState: (playing: boolean) => void, onError: () => void, onMissing?: () => void}} notify
   * @param {boolean} hasAudio whether there is audio; without, playing calls `onMissing` until `open` is called
   */
  constructor(url, notify, hasAudio = true) {
    this.notify = notify;
    this.url = url;
    const { signal } = this.#listeners;
    this.#audio.preload = "metadata";
    if (hasAudio) this.open();
    this.#audio.addEventListener(
      "play",
      () => {
        this.#isShownPlaying = true;
        notify.onState(true);
        this.#watch();
      },
      { signal },
    );
    // The browser, too, pauses: at the end of the recording and by the keyboard's media keys.
    this.#audio.addEventListener("pause", () => this.#paused(), { signal });
    this.#audio.addEventListener("seeked", () => this.#notifyTime(), { signal });
    // Animation frames stop in a hidden tab; this slower event does not.
    this.#audio.addEventListener("timeupdate", () => this.#stopAtEnd(), { signal });
    this.#audio.addEventListener("error", () => notify.onError(), { signal });
  }

  get nowMs() {
    return this.#audio.currentTime * 1000;
  }
  get isPlaying() {
    return !this.#audio.paused;
  }
  /** Whether it plays without an end. */
  get playsOn() {
    return this.isPlaying && this.#stopMs === null;
  }

  /** Whether `resume` continues something that was paused, or that `skip` moved to. */
  get isInterrupted() {
    return !this.isPlaying && this.#isInterrupted;
  }

  get hasAudio() {
    return this.#audio.hasAttribute("src");
  }

  /** Load the audio. */
  open() {
    this.#audio.src = this.url;
  }

  /** Play from `startMs` to `endMs`; without audio do nothing, and do not call `onMissing`. */
  playSegment(startMs, endMs) {
    if (!this.hasAudio) return undefined;
    this.#stopMs = endMs;
    this.#audio.currentTime = startMs / 1000;
    return this.#start();
  }

  get rate() {
    return this.#audio.playbackRate;
  }
  set rate(value) {
    this.#audio.playbackRate = value;
  }

  /** Pause, and record it at once: the browser's event comes later, perhaps after the next key. */
  pause() {
    this.#audio.pause();
    this.#paused();
  }

  /** Continue after a pause, `backMs` earlier. */
  resume({ backMs = 0 } = {}) {
    if (backMs > 0) this.#audio.currentTime = Math.max(0, this.nowMs - backMs) / 1000;
    return this.#start();
  }

  /** Move to a time; beyond the end of the segment, playing has no end. */
  seek(ms) {
    if (!this.hasAudio) return;
    this.#audio.currentTime = ms / 1000;
    if (this.#stopMs !== null && ms >= this.#stopMs) this.#stopMs = null;
  }

  /** Move forwards, or backwards by a negative number; a pause lasts, and `resume` ends it. */
  skip(byMs) {
    if (this.#reportsMissing()) return;
    const lastMs = 1000 * (this.#audio.duration || Infinity);
    this.seek(Math.max(0, Math.min(lastMs, this.nowMs + byMs)));
    this.#isInterrupted = true;
  }

  playFrom(startMs) {
    if (this.#reportsMissing()) return undefined;
    this.#stopMs = null;
    this.#audio.currentTime = startMs / 1000;
    return this.#start();
  }

  toggle() {
    if (this.isPlaying) return this.pause();
    this.#stopMs = null;
    return this.#start();
  }

  /** Stop, and close the connection that loads the audio. */
  dispose() {
    this.#listeners.abort();
    this.#isShownPlaying = false;
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#audio.pause();
    this.#audio.removeAttribute("src");
    this.#audio.load();
  }

  #reportsMissing() {
    if (!this.hasAudio) this.notify.onMissing?.();
    return !this.hasAudio;
  }

  #start() {
    if (this.#reportsMissing()) return undefined;
    this.#hasReachedStop = false;
    return this.#audio.play().catch((error) => {
      if (error.name !== "AbortError") this.notify.onError();
    });
  }

  #watch() {
    this.#stopAtEnd();
    this.#notifyTime();
    if (!this.isPlaying) return;
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#watch());
    const leftMs = this.#stopMs === null ? Infinity : (this.#stopMs - this.nowMs) / this.rate;
    clearTimeout(this.#timer);
    if (leftMs < LAST_MS) this.#timer = setTimeout(() => this.#stopAtEnd(), leftMs);
  }

  #stopAtEnd() {
    if (this.#stopMs === null || this.nowMs < this.#stopMs) return;
    this.#hasReachedStop = true;
    this.#stopMs = null;
    this.pause();
  }

  #paused() {
    if (this.isPlaying || !this.#isShownPlaying) return;
    this.#isShownPlaying = false;
    cancelAnimationFrame(this.#frame);
    this.#isInterrupted = !this.#isAtEnd();
    this.notify.onState(false);
    this.#notifyTime();
  }

  #isAtEnd() {
    return this.#hasReachedStop || this.#audio.ended;
  }

  #notifyTime() {
    this.notify.onTime(this.nowMs);
  }
}
