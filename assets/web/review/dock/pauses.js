// Pauses of a recording: stretches without a sentence in which it is quiet, too.

/**
 * @import { Row } from "../../api/payloads.d.ts"
 */

const PEAKS_PER_BLOCK = 10; // a block lasts 100 ms
const BLOCK_MS = 100;
const SHORTEST_MS = 1_000;
const LEAST_LEVEL = 4; // of 255: below it every block is quiet
const OVER_NOISE = 2.5; // speech that the machine missed is louder than this multiple of the noise
const LEAD_MS = 150; // playing continues this long before the next speech

/**
 * Return the pauses in the order of time, each at least one second long.
 * @param {Uint8Array} peaks of the whole recording, one for every 10 ms
 * @param {Row[]} rows
 * @returns {{start: number, end: number}[]} milliseconds
 */
export function findPauses(peaks, rows) {
  const isLoud = loudBlocks(peaks);
  for (const row of rows) {
    const last = Math.min(isLoud.length - 1, Math.floor((row.end_ms - 1) / BLOCK_MS));
    for (let i = Math.floor(row.start_ms / BLOCK_MS); i <= last; i++) isLoud[i] = 1;
  }
  const pauses = [];
  for (let i = 0, start = 0; i <= isLoud.length; i++) {
    if (i < isLoud.length && !isLoud[i]) continue;
    if ((i - start) * BLOCK_MS >= SHORTEST_MS)
      pauses.push({ start: start * BLOCK_MS, end: i * BLOCK_MS });
    start = i + 1;
  }
  return pauses;
}

/**
 * Return where to continue instead of at a time inside a pause; null outside of one.
 * @param {{start: number, end: number}[]} pauses in the order of time
 */
export function afterPause(pauses, ms) {
  let [low, high] = [0, pauses.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pauses[middle].end <= ms) low = middle + 1;
    else high = middle;
  }
  const pause = pauses[low];
  if (pause === undefined || ms < pause.start + LEAD_MS || ms >= pause.end - 2 * LEAD_MS)
    return null;
  return pause.end - LEAD_MS;
}

/** Return for each block whether it is louder than the noise of the recording. */
function loudBlocks(peaks) {
  const levels = new Float32Array(Math.ceil(peaks.length / PEAKS_PER_BLOCK));
  for (let i = 0; i < peaks.length; i++)
    levels[Math.floor(i / PEAKS_PER_BLOCK)] += peaks[i] / PEAKS_PER_BLOCK;
  const noise = levels.slice().sort()[Math.floor(levels.length / 10)] ?? 0;
  const limit = Math.max(LEAST_LEVEL, OVER_NOISE * noise);
  return Uint8Array.from(levels, (level) => Number(level > limit));
}
