import assert from "node:assert/strict";
import { test } from "node:test";

import { byRecency, recencyOf } from "../../../assets/web/components/text/recency.js";

const WEDNESDAY = new Date(2026, 10, 25, 0, 30);

test("days are counted from midnight to midnight", () => {
  assert.equal(recencyOf(new Date(2026, 10, 25, 0, 0), WEDNESDAY), "today");
  assert.equal(recencyOf(new Date(2026, 10, 24, 23, 59), WEDNESDAY), "yesterday");
  assert.equal(recencyOf(new Date(2026, 10, 26, 9), WEDNESDAY), "today");
});

test("the week begins on Monday", () => {
  assert.equal(recencyOf(new Date(2026, 10, 23, 1), WEDNESDAY), "week");
  assert.equal(recencyOf(new Date(2026, 10, 22, 23), WEDNESDAY), "earlier");
  assert.equal(recencyOf(new Date(2026, 10, 22, 12), new Date(2026, 10, 23, 12)), "yesterday");
  assert.equal(recencyOf(new Date(2026, 10, 21, 12), new Date(2026, 10, 23, 12)), "earlier");
});

test("recordings keep their order in groups without empty ones", () => {
  const at = (...time) => ({ added_at: new Date(...time).toISOString() });
  const recordings = [at(2026, 10, 25, 0, 10), at(2026, 10, 25, 0, 5), at(2026, 8, 1)];
  assert.deepEqual(
    byRecency(recordings, WEDNESDAY).map((each) => [each.group, each.recordings.length]),
    [
      ["today", 2],
      ["earlier", 1],
    ],
  );
  assert.deepEqual(byRecency([], WEDNESDAY), []);
});
