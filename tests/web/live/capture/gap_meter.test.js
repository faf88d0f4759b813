import assert from "node:assert/strict";
import { test } from "node:test";

import { GapMeter } from "../../../../assets/web/live/capture/gap_meter.js";

const RATE = 48_000;
const QUANTUM = 480; // 10 ms

/** Feed `ms` of sound from `now` on; return the sum of the gaps, and the clock after it. */
function feed(meter, now, ms, { clockRate = 1 } = {}) {
  let gap = 0;
  for (let done = 0; done < ms; done += 10) {
    now += 10 * clockRate;
    gap += meter.push(QUANTUM, now);
  }
  return { gap, now };
}

test("even sound has no gap", () => {
  assert.equal(feed(new GapMeter(RATE), 1_000, 10_000).gap, 0);
});

test("a sleep is one gap of its length", () => {
  const meter = new GapMeter(RATE);
  const { now } = feed(meter, 5_000, 1_000);
  const after = feed(meter, now + 60_000, 2_000);
  assert.ok(Math.abs(after.gap - 60_000) < 20, `${after.gap} ms`);
});

test("a short stall whose samples follow is no gap", () => {
  const meter = new GapMeter(RATE);
  let { now } = feed(meter, 5_000, 1_000);
  now += 600;
  const burst = feed(meter, now, 600, { clockRate: 0 });
  assert.equal(burst.gap + feed(meter, burst.now, 3_000).gap, 0);
});

test("a short stall whose samples are lost becomes a gap within a second", () => {
  const meter = new GapMeter(RATE);
  const { now } = feed(meter, 5_000, 1_000);
  const after = feed(meter, now + 400, 1_100);
  assert.ok(Math.abs(after.gap - 400) < 20, `${after.gap} ms`);
});

test("clocks that differ by a few parts in ten thousand make no gap in hours", () => {
  const meter = new GapMeter(RATE);
  assert.equal(feed(meter, 5_000, 600_000, { clockRate: 1.0005 }).gap, 0);
  assert.equal(feed(new GapMeter(RATE), 5_000, 600_000, { clockRate: 0.9995 }).gap, 0);
});

test("a pause is no gap", () => {
  const meter = new GapMeter(RATE);
  const { now } = feed(meter, 5_000, 1_000);
  meter.restart();
  assert.equal(feed(meter, now + 60_000, 2_000).gap, 0);
});
