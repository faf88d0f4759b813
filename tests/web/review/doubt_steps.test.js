import assert from "node:assert/strict";
import { test } from "node:test";

import { stepFrom } from "../../../assets/web/review/doubt_steps.js";

const ORDER = ["a", "b", "c", "d", "e"];
const DOUBTFUL = ["b", "d"];
const step = (current, by) => DOUBTFUL[stepFrom(DOUBTFUL, current, by, (id) => ORDER.indexOf(id))];

test("the next doubtful row follows the current one, and the first follows the last", () => {
  assert.deepEqual(
    ORDER.map((id) => step(id, 1)),
    ["b", "d", "d", "b", "b"],
  );
});

test("the previous doubtful row comes before the current one, and the last before the first", () => {
  assert.deepEqual(
    ORDER.map((id) => step(id, -1)),
    ["d", "d", "b", "b", "d"],
  );
});

test("without a current row the steps begin at the ends", () => {
  assert.deepEqual([step(null, 1), step(null, -1)], ["b", "d"]);
});
