import assert from "node:assert/strict";
import { test } from "node:test";

import { clock } from "../../../assets/web/components/time_format.js";

for (const [ms, text] of [
  [0, "0:00"],
  [999, "0:00"],
  [65_000, "1:05"],
  [599_999, "9:59"],
  [3_600_000, "1:00:00"],
  [3_661_000, "1:01:01"],
  [100 * 3_600_000, "100:00:00"],
]) {
  test(`clock shows ${ms} ms as ${text}`, () => assert.equal(clock(ms), text));
}
