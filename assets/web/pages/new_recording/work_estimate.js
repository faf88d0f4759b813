// The time that a transcription takes, estimated from earlier ones on this machine.

/**
 * @import { Recording } from "../../api/payloads.d.ts"
 */

const MOST_RUNS = 5; // newest ones: models and machine may have changed before
const SHORTEST_MS = 20_000; // of shorter recordings the loading of models is the larger part
const FASTEST = 0.002; // work per audio; an import of a file takes less

/**
 * Return the estimated milliseconds of work; null without a finished run to compare with.
 * @param {number} lengthMs of the audio
 * @param {Recording[]} recordings the newest first
 */
export function workMs(lengthMs, recordings) {
  const rates = recordings
    .filter(({ run, duration_ms: ms }) => run?.state === "done" && (ms ?? 0) >= SHORTEST_MS)
    .map(({ run, duration_ms: ms }) => (1000 * run.elapsed_seconds) / ms)
    .filter((rate) => rate >= FASTEST)
    .slice(0, MOST_RUNS)
    .sort((a, b) => a - b);
  return rates.length === 0 ? null : lengthMs * rates[Math.floor(rates.length / 2)];
}
