import assert from "node:assert/strict";
import { test } from "node:test";

import { nextRecording } from "../../../assets/web/review/done_bar.js";

const recording = (id, percent, transcript = "t") => ({ id, percent, transcript_id: transcript });

test("the next recording is the following one that is not reviewed", () => {
  const list = [recording("a", 10), recording("b", 100), recording("c", 100), recording("d", 0)];

  assert.equal(nextRecording(list, "b").id, "d");
  assert.equal(nextRecording(list, "d").id, "a");
});

test("reviewed recordings, those without a transcript and the open one are left out", () => {
  const list = [recording("a", 100), recording("b", 50), recording("c", 0, null)];

  assert.equal(nextRecording(list, "b"), null);
});
