import assert from "node:assert/strict";
import { test } from "node:test";

import { ReviewModel } from "../../../../assets/web/review/edits/model.js";
import { estimatedHeight } from "../../../../assets/web/review/rows/row_height.js";
import { overlapOf, turnPlace } from "../../../../assets/web/review/rows/turns.js";
import { row } from "../../support/rows.js";

const SPEAKERS = [
  { id: "s1", label: "S1", name: null, position: 0 },
  { id: "s2", label: "S2", name: null, position: 1 },
];

/** @param {[string, number, number][]} rows speaker, start and end in ms */
function model(...rows) {
  return new ReviewModel({
    speakers: SPEAKERS,
    utterances: rows.map(([speaker, start, end], i) =>
      row(`r${i}`, { speaker_id: speaker, start_ms: start, end_ms: end, position: i }),
    ),
  });
}

test("a turn lasts as long as one speaker goes on", () => {
  const rows = model(["s1", 0, 1_000], ["s1", 1_000, 2_000], ["s2", 2_000, 3_000]);
  const places = rows.order.map((_, i) => turnPlace(rows.order, i, rows));

  assert.deepEqual(
    places.map(({ isFirst, isLast }) => [isFirst, isLast]),
    [
      [true, false],
      [false, true],
      [true, true],
    ],
  );
});

test("hidden rows do not part the sentences of a turn", () => {
  const rows = model(["s1", 0, 1_000], ["s2", 1_000, 2_000], ["s1", 2_000, 3_000]);

  assert.equal(turnPlace(["r0", "r2"], 1, rows).isFirst, false);
});

test("rows of different speakers overlap, both ways", () => {
  const rows = model(["s1", 0, 2_000], ["s2", 1_100, 3_000]);

  assert.deepEqual(overlapOf(rows, "r0"), { speaker: "s2", ms: 900, isLater: true });
  assert.deepEqual(overlapOf(rows, "r1"), { speaker: "s1", ms: 900, isLater: false });
});

test("rows of one speaker, and times that only touch, do not overlap", () => {
  const rows = model(["s1", 0, 2_000], ["s1", 1_000, 3_000], ["s2", 2_900, 4_000]);

  assert.deepEqual(
    rows.order.map((id) => overlapOf(rows, id)),
    [null, null, null],
  );
});

test("the longest of several overlaps counts", () => {
  const rows = model(["s1", 0, 9_000], ["s2", 1_000, 2_000], ["s2", 3_000, 6_000]);

  assert.equal(overlapOf(rows, "r0").ms, 3_000);
});

test("the height of a row is estimated by its lines and by the head of its turn", () => {
  const chinese = (length) => "字".repeat(length);

  assert.equal(estimatedHeight(chinese(10), false, false), 30);
  assert.equal(estimatedHeight(chinese(10), true, false), 72);
  assert.equal(estimatedHeight(chinese(10), true, true), 38);
  assert.equal(estimatedHeight(chinese(46), false, false), 56);
  assert.equal(estimatedHeight("a".repeat(80), false, false), 30);
});
