import assert from "node:assert/strict";
import { test } from "node:test";

import { rateBeside, rateText } from "../../../../assets/web/review/dock/rate_menu.js";
import { typedTimes } from "../../../../assets/web/review/dock/sentence_times.js";

const ROW = { start_ms: 767_333, end_ms: 771_848 }; // 12:47.3 to 12:51.8
const DURATION_MS = 2_892_000;

const taken = (start, end) => typedTimes(ROW, { start, end }, DURATION_MS);

test("times that were not changed keep their milliseconds", () => {
  assert.deepEqual(taken("12:47.3", "12:51.8"), { start: 767_333, end: 771_848 });
  assert.deepEqual(taken("12:47.1", "12:51.8"), { start: 767_100, end: 771_848 });
});

test("both times can be moved past the old ones", () => {
  assert.deepEqual(taken("13:00", "13:02.5"), { start: 780_000, end: 782_500 });
});

for (const [what, start, end, problem, field] of [
  ["a text that is no time", "soon", "12:51.8", "dock.no_time", "start"],
  ["an empty field", "12:47.3", "", "dock.no_time", "end"],
  ["an end before the start", "12:47.3", "12:40", "dock.order", "end"],
  ["a start after the end", "12:52", "12:51.8", "dock.order", "start"],
  ["a sentence without length", "12:51.8", "12:51.8", "dock.order", "start"],
  ["a time beyond the end of the recording", "12:47.3", "48:12.1", "dock.beyond", "end"],
])
  test(`${what} is refused with its field named`, () => {
    const answer = taken(start, end);
    assert.deepEqual([answer.problem, answer.field], [problem, field]);
  });

test("a speed is shown with its digits", () => {
  assert.deepEqual([1, 0.5, 1.25, 2].map(rateText), ["1.0×", "0.5×", "1.25×", "2.0×"]);
});

test("speeds are changed step by step, up to the first and the last", () => {
  assert.deepEqual(
    [
      rateBeside(1, 1),
      rateBeside(1, -1),
      rateBeside(2, 1),
      rateBeside(0.5, -1),
      rateBeside(1.3, 1),
    ],
    [1.1, 0.9, 2, 0.5, 1.5],
  );
});
