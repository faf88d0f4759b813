import assert from "node:assert/strict";
import { beforeEach, describe, mock, test } from "node:test";

import { Poller } from "../../../assets/web/api/poller.js";

describe("Poller", () => {
  let asked;
  let answer;
  let isWanted;
  let poller;

  const settle = () => new Promise((done) => setImmediate(done));

  /** Let time pass and return how many requests were sent meanwhile. */
  async function pass(ms) {
    const before = asked;
    mock.timers.tick(ms);
    await settle();
    return asked - before;
  }

  beforeEach(() => {
    mock.timers.reset();
    mock.timers.enable({ apis: ["setTimeout"] });
    asked = 0;
    answer = async () => true;
    isWanted = true;
    poller = new Poller({
      ask: () => {
        asked += 1;
        return answer();
      },
      isWanted: () => isWanted,
    });
  });

  test("asks every second during work and every 15 seconds without", async () => {
    await poller.refresh();
    answer = async () => false;

    assert.deepEqual([await pass(999), await pass(1)], [0, 1]);
    assert.deepEqual([await pass(14_999), await pass(1)], [0, 1]);
  });

  test("doubles the pause after each failure up to a minute, and forgets failures", async () => {
    answer = () => Promise.reject(new Error("offline"));
    await poller.refresh();

    for (const pause of [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]) {
      assert.deepEqual([await pass(pause - 1), await pass(1)], [0, 1], String(pause));
    }
    answer = async () => true;
    assert.equal(await pass(60_000), 1);
    assert.equal(await pass(1_000), 1);
  });

  test("stops when it is not wanted and starts again with a call", async () => {
    await poller.refresh();
    isWanted = false;

    assert.equal(await pass(1_000), 0);
    assert.equal(await pass(60_000), 0);
    isWanted = true;
    await poller.refresh();
    assert.equal(asked, 2);
  });

  test("asks once more after calls during a request, never twice at a time", async () => {
    let finish;
    answer = () =>
      new Promise((done) => {
        finish = done;
      });
    const first = poller.refresh();
    await Promise.all([poller.refresh(), poller.refresh()]);
    assert.equal(asked, 1);

    finish(false);
    await first;

    assert.deepEqual([await pass(0), await pass(10_000)], [1, 0]);
  });
});
