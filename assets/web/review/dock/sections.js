// What a section of the recording shows: turns, overlaps, gaps, ruler.

/**
 * @import { Row } from "../../api/payloads.d.ts"
 */

const RULER_STEPS_S = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600];
const RULER_PX = 90; // smallest distance of two times on the ruler

/**
 * Return the indices of the rows that begin a turn: the speaker differs from the row before.
 * @param {Row[]} rows in the order of time
 */
export function turnStarts(rows) {
  const starts = new Set();
  rows.forEach((row, i) => {
    if (i === 0 || rows[i - 1].speaker_id !== row.speaker_id) starts.add(i);
  });
  return starts;
}

/**
 * Return which rows each pixel column shows, as indices; -1 for none. `lower` differs from `upper`
 * where two rows overlap: there the later one.
 * @param {{start_ms: number, end_ms: number}[]} rows in the order of time
 */
export function columnsOf(rows, { fromMs, spanMs, width }) {
  const [upper, lower] = [new Int16Array(width).fill(-1), new Int16Array(width).fill(-1)];
  const xOf = (ms) => Math.round(((ms - fromMs) / spanMs) * width);
  rows.forEach((row, i) => {
    const stop = Math.min(width, xOf(row.end_ms));
    for (let x = Math.max(0, xOf(row.start_ms)); x < stop; x++) {
      if (upper[x] === -1) upper[x] = i;
      lower[x] = i;
    }
  });
  return { upper, lower };
}

/**
 * Return the longest stretch around a time that no row covers; null inside a row.
 * @param {Row[]} rows
 */
export function gapAround(rows, ms, durationMs) {
  let [start, end] = [0, durationMs];
  for (const row of rows) {
    if (row.start_ms <= ms && ms < row.end_ms) return null;
    if (row.end_ms <= ms) start = Math.max(start, row.end_ms);
    else end = Math.min(end, row.start_ms);
  }
  return { start, end };
}

/** Return the times of the ruler, in milliseconds. */
export function rulerTimes({ fromMs, spanMs, width }) {
  const pxPerS = width / (spanMs / 1000);
  const step =
    1000 * (RULER_STEPS_S.find((each) => each * pxPerS >= RULER_PX) ?? RULER_STEPS_S.at(-1));
  const times = [];
  for (let ms = Math.ceil(fromMs / step) * step; ms <= fromMs + spanMs; ms += step) times.push(ms);
  return times;
}

const MOST_LANES = 6;

/**
 * Assign speakers to lanes: each has one; of more than six speakers the five who talk most, in
 * their order, and all others share the last.
 * @param {Pick<Row, "start_ms"|"end_ms"|"speaker_id">[]} rows
 * @param {string[]} speakerIds in the order of the panel
 * @returns {{count: number, laneOf: (speakerId: string|null) => number}}
 */
export function lanesOf(rows, speakerIds) {
  const talk = new Map(speakerIds.map((id) => [id, 0]));
  let isSomeoneUnknown = false;
  for (const row of rows) {
    if (talk.has(row.speaker_id))
      talk.set(row.speaker_id, talk.get(row.speaker_id) + row.end_ms - row.start_ms);
    else isSomeoneUnknown = true;
  }
  const numVoices = speakerIds.length + Number(isSomeoneUnknown);
  const own = numVoices <= MOST_LANES ? speakerIds.length : MOST_LANES - 1;
  const most = new Set([...speakerIds].sort((a, b) => talk.get(b) - talk.get(a)).slice(0, own));
  const lanes = new Map(speakerIds.filter((id) => most.has(id)).map((id, i) => [id, i]));
  const count = Math.max(1, Math.min(numVoices, MOST_LANES));
  return { count, laneOf: (id) => lanes.get(id) ?? count - 1 };
}
