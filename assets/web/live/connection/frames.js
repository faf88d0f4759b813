// The binary frames of live audio: 16 bytes of head, then the samples. Little-endian throughout.

export const MAX_SAMPLES = 1_600; // of a frame of audio: 100 ms
export const MAX_GAP = 14_400_000; // of a frame of silence: 15 minutes
const VERSION = 1;
const HEAD_BYTES = 16;
const AUDIO = 1;
const GAP = 2;
const SENT_AGAIN = 1;
const CLIPPED = 2;

/**
 * A piece of the recording.
 * @typedef {Object} Piece
 * @property {number} first number of its first sample at 16 kHz, from the session's start
 * @property {number} count
 * @property {Int16Array<ArrayBuffer>|null} samples null for a gap: the device gave no sound
 * @property {boolean} [isClipped]
 */

/** @param {Piece} piece */
export const endOf = (piece) => piece.first + piece.count;

/**
 * @param {Piece} piece at most MAX_SAMPLES of audio, or a gap of MAX_GAP
 * @param {{isSentAgain?: boolean}} options
 * @returns {ArrayBuffer}
 */
export function encodeFrame(piece, { isSentAgain = false } = {}) {
  const { first, count, samples, isClipped = false } = piece;
  const frame = new ArrayBuffer(HEAD_BYTES + (samples === null ? 0 : 2 * count));
  const view = new DataView(frame);
  view.setUint8(0, VERSION);
  view.setUint8(1, samples === null ? GAP : AUDIO);
  view.setUint16(2, (isSentAgain ? SENT_AGAIN : 0) | (isClipped ? CLIPPED : 0), true);
  view.setUint32(4, count, true);
  view.setBigUint64(8, BigInt(first), true);
  samples?.forEach((sample, i) => view.setInt16(HEAD_BYTES + 2 * i, sample, true));
  return frame;
}

/** Packs samples in [-1, 1] into pieces of MAX_SAMPLES 16-bit samples. */
export class BlockPacker {
  #block = new Int16Array(MAX_SAMPLES);
  #filled = 0;
  #isClipped = false;

  /**
   * @param {Float32Array} samples
   * @returns {{samples: Int16Array, isClipped: boolean}[]} the blocks that became full
   */
  push(samples) {
    const full = [];
    for (const sample of samples) {
      this.#block[this.#filled++] = this.#rounded(sample);
      if (this.#filled === MAX_SAMPLES) full.push(this.#taken());
    }
    return full;
  }

  /** Return the samples since the last full block, as a shorter one; null if there are none. */
  flush() {
    return this.#filled === 0 ? null : this.#taken();
  }

  #rounded(sample) {
    const scaled = 32_768 * sample;
    const rounded = Math.sign(scaled) * Math.floor(Math.abs(scaled) + 0.5); // halves from zero
    if (rounded >= -32_768 && rounded <= 32_767) return rounded;
    this.#isClipped = true;
    return rounded > 0 ? 32_767 : -32_768;
  }

  #taken() {
    const taken = { samples: this.#block.slice(0, this.#filled), isClipped: this.#isClipped };
    this.#filled = 0;
    this.#isClipped = false;
    return taken;
  }
}
