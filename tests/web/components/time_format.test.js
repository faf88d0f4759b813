import assert from "node:assert/strict";
import { test } from "node:test";

import {
  clock,
  clockTenths,
  durationText,
  parseClock,
  secondsTenths,
} from "../../../assets/web/components/text/time_format.js";

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

for (const [ms, text] of [
  [0, "0:00.0"],
  [49, "0:00.0"],
  [50, "0:00.1"],
  [59_960, "1:00.0"],
  [767_330, "12:47.3"],
  [3_599_990, "1:00:00.0"],
]) {
  test(`a time of ${ms} ms with tenths is ${text}`, () => assert.equal(clockTenths(ms), text));
}

test("a duration is rounded to tenths of a second", () => {
  assert.deepEqual([0, 949, 4_480, 61_000].map(secondsTenths), ["0.0", "0.9", "4.5", "61.0"]);
});

for (const [seconds, key, values] of [
  [0, "time.seconds", { seconds: 0 }],
  [89, "time.seconds", { seconds: 89 }],
  [90, "time.minutes", { minutes: 2 }],
  [41 * 60 + 20, "time.minutes", { minutes: 41 }],
  [3_600, "time.hours", { hours: 1, minutes: 0 }],
  [3_600 + 50 * 60, "time.hours", { hours: 1, minutes: 50 }],
]) {
  test(`a duration of ${seconds} s is told by ${key}`, () => {
    const said = durationText(1000 * seconds, (...given) => given);

    assert.deepEqual(said, [key, values]);
  });
}

for (const [text, ms] of [
  ["12:47.3", 767_300],
  [" 12:47.35 ", 767_350],
  ["767.3", 767_300],
  ["0:00", 0],
  ["1:02:03.4", 3_723_400],
  ["90:00", 5_400_000],
  ["１２：４７．３", 767_300],
  ["12:47。3", 767_300],
]) {
  test(`the typed time "${text}" is ${ms} ms`, () => assert.equal(parseClock(text), ms));
}

for (const text of ["", "abc", "12:60", "1:60:00", "-1", "1:2:3:4", "12:47.", "1e3", "0x10", "NaN"])
  test(`the typed text "${text}" is no time`, () => assert.equal(parseClock(text), null));

test("a time shown with tenths is read as the same tenth", () => {
  for (let ms = 0; ms < 4_000_000; ms += 12_345)
    assert.equal(parseClock(clockTenths(ms)), Math.round(ms / 100) * 100);
});
