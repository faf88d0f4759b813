import assert from "node:assert/strict";
import { test } from "node:test";

import { workMs } from "../../../assets/web/pages/new_recording/work_estimate.js";

const MINUTE_MS = 60_000;
const recording = (minutes, seconds, state = "done") => ({
  duration_ms: minutes * MINUTE_MS,
  run: { state, elapsed_seconds: seconds },
});

test("the work of a recording is estimated by the median pace of finished runs", () => {
  const recordings = [recording(10, 60), recording(1, 12), recording(60, 720)];

  assert.equal(workMs(10 * MINUTE_MS, recordings), 2 * MINUTE_MS);
});

test("only the five newest runs count", () => {
  const old = Array.from({ length: 20 }, () => recording(1, 60));
  const recordings = [...Array.from({ length: 5 }, () => recording(1, 6)), ...old];

  assert.equal(workMs(MINUTE_MS, recordings), 6_000);
});

test("nothing is estimated without a finished run of a long enough recording", () => {
  const others = [
    recording(10, 60, "running"),
    recording(0.1, 6),
    recording(60, 0.1), // an import
    { duration_ms: null, run: null },
  ];

  assert.equal(workMs(MINUTE_MS, others), null);
});
