import assert from "node:assert/strict";
import { test } from "node:test";

import { RATE, Resampler } from "../../../../assets/web/live/capture/resampler.js";

const RATES = [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000];
const CHUNK = 128; // samples at once, as an AudioWorklet gives them

function tone(hz, rate, seconds) {
  return Float32Array.from({ length: Math.round(rate * seconds) }, (_, i) =>
    Math.sin((2 * Math.PI * hz * i) / rate),
  );
}

function resampled(samples, rate) {
  const resampler = new Resampler(rate);
  const parts = [];
  for (let at = 0; at < samples.length; at += CHUNK)
    parts.push(...resampler.push(samples.subarray(at, at + CHUNK)));
  return parts;
}

/** Return the level of steady output in dB of a full tone. */
function levelDb(samples) {
  const steady = samples.slice(RATE / 10, -RATE / 10);
  const power = steady.reduce((sum, each) => sum + each * each, 0) / steady.length;
  return 10 * Math.log10(2 * power + 1e-20);
}

for (const rate of RATES) {
  test(`speech passes unchanged at ${rate} Hz`, () => {
    for (const hz of [60, 440, 1_000, 2_500, 3_400, 5_000, 6_000, 7_000]) {
      if (hz > rate * 0.45) continue;
      const level = levelDb(resampled(tone(hz, rate, 0.5), rate));
      assert.ok(Math.abs(level) <= 0.5, `${hz} Hz: ${level} dB`);
    }
  });

  test(`the number of samples is exact at ${rate} Hz`, () => {
    const resampler = new Resampler(rate);
    let given = 0;
    let made = 0;
    for (let i = 0; i < 2_000; i++) {
      given += CHUNK;
      made += resampler.push(new Float32Array(CHUNK)).length;
      assert.ok(Math.abs(made - Math.floor((given * RATE) / rate)) <= 1);
    }
  });
}

for (const rate of [44_100, 48_000, 96_000]) {
  test(`what would alias below 7 kHz is removed at ${rate} Hz`, () => {
    for (const hz of [9_000, 9_500, 11_000, 13_000, 15_900, 17_000, 20_000, 40_000]) {
      if (hz >= rate / 2) continue;
      const level = levelDb(resampled(tone(hz, rate, 0.5), rate));
      assert.ok(level <= -60, `${hz} Hz: ${level} dB`);
    }
  });
}

test("the images of a narrow input are removed", () => {
  const samples = resampled(tone(3_000, 8_000, 0.5), 8_000);
  const [sine, cosine] = [Math.sin, Math.cos].map((wave) =>
    samples.reduce((sum, each, i) => sum + each * wave((2 * Math.PI * 5_000 * i) / RATE), 0),
  );
  const level = 20 * Math.log10((2 * Math.hypot(sine, cosine)) / samples.length);
  assert.ok(level <= -60, `${level} dB`);
});

test("the times of minutes do not drift by one sample", () => {
  const rate = 44_100;
  const resampler = new Resampler(rate);
  let made = 0;
  for (let second = 0; second < 120; second++)
    made += resampler.push(new Float32Array(rate)).length;
  assert.equal(made, 120 * RATE);
});

test("a rate that has no small ratio to 16 kHz is interpolated", () => {
  const rate = 44_099;
  assert.ok(Math.abs(levelDb(resampled(tone(1_000, rate, 0.5), rate))) <= 0.5);
  assert.ok(levelDb(resampled(tone(9_500, rate, 0.5), rate)) <= -60);
});
