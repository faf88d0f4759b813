// The words of a row that somebody is typing in, kept in the browser until they are handed over: no reload and no crash loses them.
//
// Every page keeps its own, and takes over only what a page that is gone has left: what another tab is typing stays there.

import { readStorage, writeStorage, storedKeys } from "../../api/browser_storage.js";
import { newId } from "../edits/edit_queue.js";

const STORED = "speaker-studio:draft";
const ANSWER_MS = 150; // for other pages, to say that they are there and typing

export class Draft {
  constructor(transcriptId) {
    this.prefix = `${STORED}:${transcriptId}:`;
    this.key = `${this.prefix}${newId().slice(0, 8)}`;
    this.channel = new BroadcastChannel(this.prefix);
    this.channel.onmessage = ({ data }) => {
      if (data.asks && readStorage(this.key) !== null)
        this.channel.postMessage({ typing: this.key });
    };
  }

  dispose() {
    this.channel.close();
  }

  /** @param {{id: string, before: string, text: string}} words of a row, what it said before, what it is to say */
  keep(words) {
    return writeStorage(this.key, words);
  }

  drop() {
    writeStorage(this.key, null);
  }

  /**
   * Takes over what was being typed in a page that is gone.
   * @param {() => boolean} isWanted asked last: somebody may have begun to type in this page meanwhile
   * @returns {Promise<{id: string, before: string, text: string}|null>}
   */
  async takeLeft(isWanted) {
    const keys = storedKeys(this.prefix).filter((key) => key !== this.key);
    const typing = keys.length === 0 ? new Set() : await this.#typingElsewhere();
    const left = keys.find((key) => !typing.has(key) && readStorage(key) !== null);
    if (left === undefined || !isWanted()) return null;
    const words = readStorage(left);
    if (this.keep(words)) writeStorage(left, null);
    return words;
  }

  async #typingElsewhere() {
    const typing = new Set();
    const listen = ({ data }) => {
      if (data.typing) typing.add(data.typing);
    };
    this.channel.addEventListener("message", listen);
    this.channel.postMessage({ asks: true });
    await new Promise((done) => {
      setTimeout(done, ANSWER_MS);
    });
    this.channel.removeEventListener("message", listen);
    return typing;
  }
}
