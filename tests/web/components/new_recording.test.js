import assert from "node:assert/strict";
import { test } from "node:test";

import { levelOf } from "../../../assets/web/components/sound/level_measurement.js";
import { stemOf } from "../../../assets/web/pages/new_recording/unsent_files.js";

test("the level is a share of the range from -60 to 0 dB", () => {
  assert.equal(levelOf(new Float32Array(64)), 0);
  assert.equal(levelOf(new Float32Array(64).fill(1)), 1);
  const half = levelOf(new Float32Array(64).fill(10 ** (-30 / 20)));
  assert.ok(Math.abs(half - 0.5) < 0.01);
});

test("the title of a file is its name without the extension", () => {
  assert.equal(stemOf("会议 1.2.m4a"), "会议 1.2");
  assert.equal(stemOf("recording"), "recording");
  assert.equal(stemOf(".wav"), ".wav");
});
