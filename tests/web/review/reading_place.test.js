import assert from "node:assert/strict";
import { test } from "node:test";

import { rowToContinue } from "../../../assets/web/review/reading_place.js";

const rows = (...states) => states.map((status, i) => ({ id: `r${i}`, status }));

test("the first row that is neither verified nor rejected is offered", () => {
  const found = rowToContinue(rows("verified", "rejected", "corrected", "machine"), "r0");
  assert.equal(found.id, "r2");
});

test("nothing is offered before review begins, at that row, and after the last", () => {
  assert.equal(rowToContinue(rows("machine", "corrected"), null), null);
  assert.equal(rowToContinue(rows("verified", "machine"), "r1"), null);
  assert.equal(rowToContinue(rows("verified", "rejected"), "r0"), null);
  assert.equal(rowToContinue([], null), null);
});
