import assert from "node:assert/strict";
import { test } from "node:test";

import { PieceLog } from "../../../../assets/web/live/connection/piece_log.js";
import { MemoryPieces } from "../../support/live_server.js";

const sound = (count, value = 0) => ({ count, samples: new Int16Array(count).fill(value) });
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

test("pieces follow each other without holes", async () => {
  const log = new PieceLog(new MemoryPieces(), "key");
  log.append(sound(1_600));
  log.append({ count: 48_000, samples: null });
  log.append(sound(300));
  assert.equal(log.end, 49_900);
  assert.equal((await log.read(1_599)).first, 0);
  assert.equal((await log.read(1_600)).samples, null);
  assert.equal((await log.read(49_899)).first, 49_600);
  assert.equal(await log.read(49_900), null);
});

test("a full storage is reported, and what it does not take stays in memory", async () => {
  const store = new MemoryPieces();
  const log = new PieceLog(store, "key");
  const states = [];
  log.addEventListener("change", () => states.push(log.isSafe));
  store.isFull = true;
  for (let i = 0; i < 400; i++) log.append(sound(1_600, i));
  await settled();
  assert.deepEqual(states, [false]);
  assert.equal((await log.read(0)).samples[0], 0);
  store.isFull = false;
  log.append(sound(1_600));
  await settled();
  assert.deepEqual(states, [false, true]);
  assert.equal(store.pieces.length, 401);
});

test("memory holds half a minute once the storage has the rest", async () => {
  const store = new MemoryPieces();
  const log = new PieceLog(store, "key");
  for (let i = 0; i < 400; i++) log.append(sound(1_600, i));
  await settled();
  store.pieces = store.pieces.slice(0, 100); // what memory does not hold is read from there
  assert.equal((await log.read(50 * 1_600)).samples[0], 50);
  assert.equal((await log.read(399 * 1_600)).samples[0], 399);
});

test("what is lost on the device becomes silence of its length", async () => {
  const store = new MemoryPieces();
  const log = new PieceLog(store, "key");
  for (let i = 0; i < 400; i++) log.append(sound(1_600, i));
  await settled();
  store.pieces = store.pieces.filter((each) => each.first < 1_600 || each.first >= 4_800);
  assert.deepEqual(await log.read(1_600), { first: 1_600, count: 3_200, samples: null });
  assert.equal((await log.read(4_800)).samples[0], 3);
});

test("what the server has for good leaves the device", async () => {
  const store = new MemoryPieces();
  const log = new PieceLog(store, "key");
  for (let i = 0; i < 10; i++) log.append(sound(1_600, i));
  await settled();
  await log.setDurable(8_000);
  assert.equal(store.pieces.length, 5);
  assert.equal((await log.read(8_000)).samples[0], 5);
});
