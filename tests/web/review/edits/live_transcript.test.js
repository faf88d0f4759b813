import assert from "node:assert/strict";
import { test } from "node:test";

import { reasonForNoRows } from "../../../../assets/web/review/edits/live_transcript.js";

test("a transcript without rows announces its first row only while its run is at work", () => {
  const unfinished = { is_finished: false, turns: [] };

  assert.equal(reasonForNoRows(unfinished, false), "growing.no_rows");
  assert.equal(reasonForNoRows(unfinished, true), "growing.ended_empty");
});

test("a finished transcript without rows has no speech or no recognised text", () => {
  assert.equal(reasonForNoRows({ is_finished: true, turns: [] }, true), "view.no_speech");
  assert.equal(reasonForNoRows({ is_finished: true, turns: [{}] }, true), "view.no_text");
});
