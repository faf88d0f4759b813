import assert from "node:assert/strict";
import { test } from "node:test";

import { afterPause, findPauses } from "../../../../assets/web/review/dock/pauses.js";
import { row } from "../../support/rows.js";

/** Return peaks with the given level, and others in stretches of milliseconds. */
function peaksOf(durationMs, level, stretches = []) {
  const peaks = new Uint8Array(durationMs / 10).fill(level);
  for (const [start, end, loud] of stretches) peaks.fill(loud, start / 10, end / 10);
  return peaks;
}

const spoken = (start, end) => row(`r${start}`, { start_ms: start, end_ms: end });

test("a quiet stretch of a second between sentences is a pause", () => {
  const peaks = peaksOf(6_000, 0, [
    [0, 2_000, 90],
    [4_000, 6_000, 90],
  ]);
  assert.deepEqual(findPauses(peaks, [spoken(0, 2_000), spoken(4_000, 6_000)]), [
    { start: 2_000, end: 4_000 },
  ]);
});

test("a shorter stretch is none", () => {
  const peaks = peaksOf(4_900, 0, [
    [0, 2_000, 90],
    [2_900, 4_900, 90],
  ]);
  assert.deepEqual(findPauses(peaks, [spoken(0, 2_000), spoken(2_900, 4_900)]), []);
});

test("speech without a sentence is no pause", () => {
  const peaks = peaksOf(9_000, 3, [[3_000, 4_000, 60]]);
  assert.deepEqual(findPauses(peaks, []), [
    { start: 0, end: 3_000 },
    { start: 4_000, end: 9_000 },
  ]);
});

test("a quiet sentence is no pause", () => {
  assert.deepEqual(findPauses(peaksOf(3_000, 2), [spoken(500, 2_500)]), []);
});

test("steady noise between sentences is a pause", () => {
  const peaks = peaksOf(10_000, 30, [[0, 5_000, 200]]);
  assert.deepEqual(findPauses(peaks, [spoken(0, 5_000)]), [{ start: 5_000, end: 10_000 }]);
});

test("a recording without peaks has no pauses", () => {
  assert.deepEqual(findPauses(new Uint8Array(), [spoken(0, 10)]), []);
});

test("playing continues shortly before the end of a pause", () => {
  const pauses = [
    { start: 1_000, end: 3_000 },
    { start: 8_000, end: 20_000 },
  ];
  assert.deepEqual(
    [0, 1_100, 1_200, 2_600, 2_900, 5_000, 9_000, 20_000].map((ms) => afterPause(pauses, ms)),
    [null, null, 2_850, 2_850, null, null, 19_850, null],
  );
});

test("three hours are searched within a fraction of a second", () => {
  const rows = Array.from({ length: 5_000 }, (_, i) => spoken(i * 2_160, i * 2_160 + 900));
  const peaks = peaksOf(10_800_000, 1);
  const before = process.cpuUsage(); // other work on the machine does not count
  assert.equal(findPauses(peaks, rows).length, 5_000);
  assert.ok(process.cpuUsage(before).user < 1_000_000);
});
