// Writes 16-bit samples as a WAV file.

import { RATE } from "./resampler.js";

const HEAD_BYTES = 44;

/**
 * @param {{count: number, samples: Int16Array<ArrayBuffer>|null}[]} pieces one channel at 16 kHz; null for silence
 * @returns {Blob}
 */
export function waveFile(pieces) {
  const numBytes = pieces.reduce((sum, { count }) => sum + 2 * count, 0);
  const head = new DataView(new ArrayBuffer(HEAD_BYTES));
  const name = (at, text) => [...text].forEach((c, i) => head.setUint8(at + i, c.charCodeAt(0)));
  name(0, "RIFF");
  head.setUint32(4, HEAD_BYTES - 8 + numBytes, true);
  name(8, "WAVEfmt ");
  head.setUint32(16, 16, true);
  head.setUint16(20, 1, true); // PCM
  head.setUint16(22, 1, true); // channels
  head.setUint32(24, RATE, true);
  head.setUint32(28, 2 * RATE, true);
  head.setUint16(32, 2, true);
  head.setUint16(34, 16, true);
  name(36, "data");
  head.setUint32(40, numBytes, true);
  const parts = pieces.map(({ count, samples }) => samples ?? new Int16Array(count));
  return new Blob([head, ...parts], { type: "audio/wav" });
}
