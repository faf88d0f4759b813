// The text being typed in a row, stored in the browser until it is committed: a reload or a crash
// does not lose it.
//
// Each page stores its own draft and takes over only those of closed pages, not of other open tabs.

import { readStorage, writeStorage, storedKeys } from "../../api/browser_storage.js";
import { newId } from "../edits/edit_queue.js";

const STORED = "speaker-studio:draft";
const ANSWER_MS = 150; // for answers of other open pages

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

  /** @param {{id: string, before: string, text: string}} words row id, text before, typed text */
  store(words) {
    return writeStorage(this.key, words);
  }

  drop() {
    writeStorage(this.key, null);
  }

  /**
   * Take over the draft of a closed page.
   * @param {() => boolean} isWanted called last, because the user may have begun to type meanwhile
   * @returns {Promise<{id: string, before: string, text: string}|null>}
   */
  async takeOver(isWanted) {
    const keys = storedKeys(this.prefix).filter((key) => key !== this.key);
    const typing = keys.length === 0 ? new Set() : await this.#typingElsewhere();
    const left = keys.find((key) => !typing.has(key) && readStorage(key) !== null);
    if (left === undefined || !isWanted()) return null;
    const words = readStorage(left);
    if (this.store(words)) writeStorage(left, null);
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
