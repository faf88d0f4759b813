// What the parts of the page share: the list of recordings and which of them is open.

import { getJson, Refused } from "./server.js";

const BUSY_POLL_MS = 400;
const IDLE_POLL_MS = 15_000;
const RETRY_MS = 2_000;
const ACTIVE = new Set(["queued", "running"]);

class Session extends EventTarget {
  recordings = null; // null until the first answer
  openId = null;
  offline = false;
  #timer = 0;
  #asking = false;
  #askAgain = false;
  #started = false;

  /** Starts once, however many parts ask. */
  start() {
    if (this.#started) return;
    this.#started = true;
    this.openId = this.#idInAddress();
    window.addEventListener("hashchange", () => this.#obeyAddress());
    window.addEventListener("focus", () => this.refresh());
    this.refresh();
  }

  get opened() {
    return this.recordings?.find((each) => each.id === this.openId) ?? null;
  }

  open(id) {
    if (id === this.openId) return;
    this.openId = id;
    const address = id === null ? "#" : `#recording=${encodeURIComponent(id)}`;
    if (window.location.hash !== address) history.replaceState(null, "", address);
    this.#changed("open");
  }

  /** Asks the server for the list now; one question at a time, never two answers out of order. */
  async refresh() {
    if (this.#asking) {
      this.#askAgain = true;
      return;
    }
    this.#asking = true;
    clearTimeout(this.#timer);
    let wait = IDLE_POLL_MS;
    try {
      const isFirst = this.recordings === null;
      this.recordings = (await getJson("recordings")).recordings;
      this.offline = false;
      if (isFirst && this.openId === null)
        this.open(this.recordings.find((each) => each.transcript_id)?.id ?? null);
      if (this.recordings.some((each) => ACTIVE.has(each.run?.state))) wait = BUSY_POLL_MS;
    } catch (error) {
      this.offline = !(error instanceof Refused);
      wait = RETRY_MS;
    }
    this.#asking = false;
    this.#changed("recordings");
    if (this.#askAgain) {
      this.#askAgain = false;
      this.refresh();
      return;
    }
    this.#timer = setTimeout(() => this.refresh(), wait);
  }

  #changed(what) {
    this.dispatchEvent(new Event(what));
  }

  /** An address that names another page of the app leaves the recording open. */
  #obeyAddress() {
    const id = this.#idInAddress();
    if (id !== null) this.open(id);
  }

  #idInAddress() {
    const match = window.location.hash.match(/^#recording=([\w-]+)$/);
    return match ? match[1] : null;
  }
}

export const session = new Session();
