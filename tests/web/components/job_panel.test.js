import assert from "node:assert/strict";
import { test } from "node:test";

import { runText } from "../../../assets/web/components/job_panel.js";

const t = (key, values = {}) => [key, ...Object.values(values)].join(" ");
const RUN = { state: "running", stage: "recognize", fraction: 0.5, ahead: 0, is_live: false };

test("a run at work is shown with its stage and its share", () => {
  assert.equal(runText(RUN, t), "state.running stage.recognize 50");
});

test("a recording that is still being made has no stage", () => {
  for (const live_state of ["recording", "paused", "ending"])
    assert.equal(runText({ ...RUN, is_live: true, live_state }, t), `state.live_${live_state}`);
});

test("a waiting run names those ahead of it", () => {
  assert.equal(runText({ ...RUN, state: "queued", ahead: 2 }, t), "state.queued 2");
  assert.equal(runText({ ...RUN, state: "queued" }, t), "state.queued_next");
});
