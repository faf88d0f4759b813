// Stand-ins for the browser objects that the modules under test use.

/** Implements localStorage in memory; keys are own properties, as in a browser. */
export class MemoryStorage {
  #isFull = false;

  /** Make every later write fail, as with an exceeded quota. */
  fill() {
    this.#isFull = true;
  }

  getItem(key) {
    return Object.hasOwn(this, key) ? this[key] : null;
  }

  setItem(key, value) {
    if (this.#isFull) throw new Error("QuotaExceededError");
    this[key] = String(value);
  }

  removeItem(key) {
    delete this[key];
  }
}

/** Install `window` and an empty `localStorage`. */
export function installBrowser() {
  globalThis.window = new EventTarget();
  const storage = new MemoryStorage();
  Object.defineProperty(globalThis, "localStorage", { value: storage, configurable: true });
  return storage;
}

/** A text box without layout: value, selection and the text that replaced it. */
export class FakeTextBox extends EventTarget {
  value = "";
  style = {};
  scrollHeight = 20;
  selectionStart = 0;
  selectionEnd = 0;
  replacedBy = null;

  setAttribute() {}
  append() {}
  focus() {}

  setSelectionRange(from, to) {
    [this.selectionStart, this.selectionEnd] = [from, to];
  }

  replaceWith(text) {
    this.replacedBy = text;
  }

  /** Dispatch a key press. @returns {boolean} whether its default action was prevented */
  press(key, { isComposing = false, shiftKey = false } = {}) {
    const event = new Event("keydown", { cancelable: true });
    Object.assign(event, { key, shiftKey });
    Object.defineProperty(event, "isComposing", { value: isComposing });
    this.dispatchEvent(event);
    return event.defaultPrevented;
  }

  /** Replace the content as a user does by typing. */
  type(text) {
    this.value = text;
    this.dispatchEvent(new Event("input"));
  }
}

/** An audio element whose clock the test sets; playing and pausing are announced at once. */
export class FakeAudio extends EventTarget {
  static last = null; // the one created last
  paused = true;
  ended = false;
  duration = 60;
  playbackRate = 1;
  preload = "";
  #src = null;
  #seconds = 0;
  #held = null; // events that are not dispatched yet, while `holdEvents` is in effect

  constructor() {
    super();
    FakeAudio.last = this;
  }

  set src(url) {
    this.#src = url;
  }
  hasAttribute() {
    return this.#src !== null;
  }
  get currentTime() {
    return this.#seconds;
  }
  set currentTime(seconds) {
    this.#seconds = seconds;
    this.ended = false;
    this.dispatchEvent(new Event("seeked"));
  }

  async play() {
    this.paused = false;
    this.#report("play");
  }

  pause() {
    if (this.paused) return;
    this.paused = true;
    this.#report("pause");
  }

  /** Dispatch the events of playing only when `dispatchHeld` is called, like a busy browser. */
  holdEvents() {
    this.#held = [];
  }

  dispatchHeld() {
    const held = this.#held;
    this.#held = null;
    held.forEach((name) => this.dispatchEvent(new Event(name)));
  }

  #report(name) {
    if (this.#held === null) this.dispatchEvent(new Event(name));
    else this.#held.push(name);
  }

  /** Let the sound reach a time, as the browser reports it while it plays. */
  reach(seconds) {
    this.#seconds = seconds;
    this.ended = seconds >= this.duration;
    this.dispatchEvent(new Event("timeupdate"));
    if (this.ended) this.pause();
  }
}

/** Install `Audio`, and frames that never come. */
export function installAudio() {
  Object.assign(globalThis, {
    Audio: FakeAudio,
    requestAnimationFrame: () => 1,
    cancelAnimationFrame: () => {},
  });
}
