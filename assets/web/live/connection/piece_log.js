// The recording as it is on this device: what the server does not have for good is kept in the
// browser's storage, the newest part in memory as well.

/**
 * @import { Piece } from "./frames.js"
 */

import { MAX_GAP, endOf } from "./frames.js";

const MAX_RECENT = 300; // pieces in memory, once they are stored
const READ_AT_ONCE = 100;

/**
 * Storage of pieces, see PieceStore.
 * @typedef {Object} Pieces
 * @property {(key: string, pieces: Piece[]) => Promise<void>} put
 * @property {(key: string, from: number, limit: number) => Promise<Piece[]>} read the piece with
 *   sample `from` and those after it
 * @property {(key: string, sample: number) => Promise<void>} forget delete what ends by `sample`
 */

/** Fires "change" when `isSafe` changes. */
export class PieceLog extends EventTarget {
  isSafe = true; // whether the browser stores what is recorded
  end; // number of samples
  durable = 0; // samples that the server has for good
  #store;
  #key;
  #recent = []; // the newest pieces, without holes
  #ahead = []; // pieces read from the store before they are needed
  #stored; // end of what is stored
  #isStoring = false;

  /**
   * @param {Pieces} store
   * @param {string} key of the session in the store
   * @param {number} end number of samples that were recorded before
   */
  constructor(store, key, end = 0) {
    super();
    this.#store = store;
    this.#key = key;
    this.end = this.#stored = end;
  }

  /**
   * Add what follows the end.
   * @param {{count: number, samples: Int16Array|null, isClipped?: boolean}} sound
   */
  append(sound) {
    this.#recent.push({ ...sound, first: this.end });
    this.end += sound.count;
    this.#storeRecent();
  }

  /** Go on at a later sample: the server has more than this device. */
  skipTo(sample) {
    if (sample <= this.end) return;
    this.end = this.#stored = sample;
    this.#recent = [];
  }

  /**
   * Return the piece that holds a sample, which may begin before it; null at the end. What is lost
   * on this device is returned as silence.
   * @param {number} sample
   * @returns {Promise<Piece|null>}
   */
  async read(sample) {
    if (sample >= this.end) return null;
    const recent = this.#recent[0]?.first <= sample;
    const found = recent ? pieceAt(this.#recent, sample) : await this.#readStored(sample);
    if (found && found.first <= sample) return found;
    const until = found?.first ?? this.#recent[0]?.first ?? this.end;
    return { first: sample, count: Math.min(until - sample, MAX_GAP), samples: null };
  }

  /** Delete what the server has for good. */
  async setDurable(sample) {
    if (sample <= this.durable) return;
    this.durable = sample;
    this.#recent = this.#recent.filter((each) => endOf(each) > sample);
    await this.#store.forget(this.#key, sample).catch((error) => console.warn(error));
  }

  async #readStored(sample) {
    let found = pieceAt(this.#ahead, sample);
    if (found && found.first <= sample) return found;
    this.#ahead = await this.#store.read(this.#key, sample, READ_AT_ONCE).catch(() => []);
    found = pieceAt(this.#ahead, sample);
    return found;
  }

  /** Store what is not stored yet, all at once; what fails is tried again with the next piece. */
  async #storeRecent() {
    if (this.#isStoring) return;
    this.#isStoring = true;
    try {
      while (this.#stored < this.end) {
        const pieces = this.#recent.filter((each) => endOf(each) > this.#stored);
        if (pieces.length > 0) await this.#store.put(this.#key, pieces);
        this.#stored = pieces.length > 0 ? endOf(pieces.at(-1)) : this.end;
        while (this.#recent.length > MAX_RECENT && endOf(this.#recent[0]) <= this.#stored)
          this.#recent.shift();
      }
      this.#setSafe(true);
    } catch (error) {
      console.warn(error);
      this.#setSafe(false);
    } finally {
      this.#isStoring = false;
    }
  }

  #setSafe(isSafe) {
    if (isSafe === this.isSafe) return;
    this.isSafe = isSafe;
    this.dispatchEvent(new Event("change"));
  }
}

/** Return the first piece that ends after a sample; pieces are sorted. */
function pieceAt(pieces, sample) {
  return pieces.find((each) => endOf(each) > sample);
}
