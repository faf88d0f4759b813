// The words of a row that somebody is typing in, kept in the browser until they are handed over: no reload and no crash loses them.
//
// Every page keeps its own, and takes over only what a page that is gone has left: what another tab is typing stays there.

import { newId } from "./edit_queue.js";

const STORED = "speaker-studio:draft";
const ANSWER_MS = 150; // for other pages, to say that they are there and typing

export class Draft {
  constructor(transcriptId) {
    this.prefix = `${STORED}:${transcriptId}:`;
    this.key = `${this.prefix}${newId().slice(0, 8)}`;
    this.channel = new BroadcastChannel(this.prefix);
    this.channel.onmessage = ({ data }) => { if (data.asks && this.#read(this.key) !== null) this.channel.postMessage({ typing: this.key }); };
  }

  dispose() { this.channel.close(); }

  /** @param {{id: string, before: string, text: string}} words of a row, what it said before, what it is to say */
  keep(words) {
    try { localStorage.setItem(this.key, JSON.stringify(words)); } catch { /* without storage they live as long as the page */ }
  }

  drop() { this.#remove(this.key); }

  /**
   * Takes over what was being typed in a page that is gone.
   * @param {() => boolean} isWanted asked last: somebody may have begun to type in this page meanwhile
   * @returns {Promise<{id: string, before: string, text: string}|null>}
   */
  async takeLeft(isWanted) {
    const keys = this.#others();
    const typing = keys.length === 0 ? new Set() : await this.#typingElsewhere();
    const left = keys.find((key) => !typing.has(key) && this.#read(key) !== null);
    if (left === undefined || !isWanted()) return null;
    const words = this.#read(left);
    this.keep(words);
    this.#remove(left);
    return words;
  }

  #others() {
    try { return Object.keys(localStorage).filter((key) => key.startsWith(this.prefix) && key !== this.key); } catch { return []; }
  }

  async #typingElsewhere() {
    const typing = new Set();
    const listen = ({ data }) => { if (data.typing) typing.add(data.typing); };
    this.channel.addEventListener("message", listen);
    this.channel.postMessage({ asks: true });
    await new Promise((done) => { setTimeout(done, ANSWER_MS); });
    this.channel.removeEventListener("message", listen);
    return typing;
  }

  #read(key) {
    try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
  }

  #remove(key) {
    try { localStorage.removeItem(key); } catch { /* nothing is there, then */ }
  }
}
