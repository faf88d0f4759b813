import assert from "node:assert/strict";
import { test } from "node:test";

import {
  columnsOf,
  gapAround,
  lanesOf,
  rulerTimes,
  turnStarts,
} from "../../../../assets/web/review/dock/sections.js";
import { row } from "../../support/rows.js";

const spoken = (speaker, start, end) =>
  row(`${speaker}${start}`, { speaker_id: speaker, start_ms: start, end_ms: end });

test("a turn starts where the speaker changes", () => {
  const rows = ["a", "a", "b", null, null, "a"].map((id, i) => spoken(id, i * 10, i * 10 + 5));
  assert.deepEqual([...turnStarts(rows)], [0, 2, 3, 5]);
});

test("columns show the row that covers them, and both rows of an overlap", () => {
  const rows = [spoken("a", 0, 4_000), spoken("b", 3_000, 6_000)];
  const { upper, lower } = columnsOf(rows, { fromMs: 0, spanMs: 10_000, width: 10 });
  assert.deepEqual([...upper], [0, 0, 0, 0, 1, 1, -1, -1, -1, -1]);
  assert.deepEqual([...lower], [0, 0, 0, 1, 1, 1, -1, -1, -1, -1]);
});

test("a gap reaches from the row before to the row after", () => {
  const rows = [spoken("a", 0, 5_000), spoken("b", 1_000, 2_000), spoken("c", 8_000, 9_000)];
  assert.deepEqual(gapAround(rows, 6_000, 20_000), { start: 5_000, end: 8_000 });
  assert.deepEqual(gapAround(rows, 15_000, 20_000), { start: 9_000, end: 20_000 });
  assert.equal(gapAround(rows, 3_000, 20_000), null);
});

test("the ruler has round times that leave room for their words", () => {
  assert.deepEqual(
    rulerTimes({ fromMs: 757_900, spanMs: 20_000, width: 1_000 }),
    [758_000, 760_000, 762_000, 764_000, 766_000, 768_000, 770_000, 772_000, 774_000, 776_000],
  );
  assert.deepEqual(
    rulerTimes({ fromMs: 0, spanMs: 180_000, width: 360 }),
    [0, 60_000, 120_000, 180_000],
  );
});

test("each of up to six speakers has a lane", () => {
  const lanes = lanesOf([spoken("b", 0, 10)], ["a", "b", "c"]);
  assert.deepEqual([lanes.count, ...["a", "b", "c"].map(lanes.laneOf)], [3, 0, 1, 2]);
});

test("sentences without a speaker have a lane below the speakers", () => {
  const lanes = lanesOf([spoken("a", 0, 10), spoken(null, 10, 20)], ["a", "b"]);
  assert.deepEqual([lanes.count, lanes.laneOf("b"), lanes.laneOf(null)], [3, 1, 2]);
});

test("of more than six speakers the five who talk most have a lane", () => {
  const ids = ["a", "b", "c", "d", "e", "f", "g"];
  const rows = ids.map((id, i) => spoken(id, 0, id === "a" ? 5 : 100 - i));
  const lanes = lanesOf(rows, ids);
  assert.deepEqual([lanes.count, ...ids.map(lanes.laneOf)], [6, 5, 0, 1, 2, 3, 4, 5]);
});

test("a recording without speakers has one lane", () => {
  assert.equal(lanesOf([], []).count, 1);
});
