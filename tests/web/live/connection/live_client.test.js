import assert from "node:assert/strict";
import { test } from "node:test";

import { LiveClient } from "../../../../assets/web/live/connection/live_client.js";
import { PieceLog } from "../../../../assets/web/live/connection/piece_log.js";
import { FakeLiveServer, MemoryPieces } from "../../support/live_server.js";

const COUNT = 1_600;
const NEW = { session: null, token: null, last_rev: 0, options: { language: "zh" } };

/** A client with what it reports; `speak` gives it blocks whose samples are their number. */
function recording({
  server = new FakeLiveServer(),
  store = new MemoryPieces(),
  known = NEW,
  realm = {},
} = {}) {
  const reports = [];
  const log = new PieceLog(store, "key", known.end ?? 0);
  const report = (each) => reports.push(each);
  const client = new LiveClient(log, "/live", known, report, { ...server.realm, ...realm });
  let spoken = 0;
  const speak = (blocks) => {
    for (let i = 0; i < blocks; i++)
      client.push({ count: COUNT, samples: new Int16Array(COUNT).fill(++spoken) });
  };
  const links = () => reports.filter((each) => each.kind === "link").map((each) => each.state);
  const ending = () => reports.find((each) => each.kind === "ended")?.reason;
  return { client, log, server, store, reports, speak, links, ending, spoken: () => spoken };
}

/** Resolve once a condition holds. */
async function until(holds) {
  for (let i = 0; i < 2_000; i++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  assert.fail(`never: ${holds}`);
}

function assertComplete({ server, spoken }) {
  const heard = [];
  for (let at = 0; at < server.samples.length; at += COUNT) heard.push(server.samples[at]);
  assert.deepEqual(
    heard,
    Array.from({ length: spoken() }, (_, i) => i + 1),
  );
}

test("what is recorded before the server answers is sent in order", async (t) => {
  const live = recording();
  t.after(() => live.client.close());
  live.speak(3);
  live.client.start();
  await until(() => live.server.samples.length === 3 * COUNT);
  live.speak(2);
  await until(() => live.server.samples.length === 5 * COUNT);
  assertComplete(live);
  assert.deepEqual(live.server.hellos, [{ type: "hello", v: 1, ...NEW }]);
});

test("after a cut what the server does not have is sent again, and nothing else", async (t) => {
  const live = recording();
  t.after(() => live.client.close());
  live.client.start();
  live.speak(4);
  await until(() => live.server.samples.length === 4 * COUNT);
  live.server.samples.length = 2 * COUNT; // the last frames were lost on the way
  live.server.cut();
  live.speak(3);
  await until(() => live.server.samples.length === 7 * COUNT);
  assertComplete(live);
  assert.equal(live.server.numSentAgain, 2);
  assert.equal(live.server.hellos[1].session, "s1");
  assert.equal(live.server.hellos[1].token, "secret");
  assert.deepEqual(live.links(), ["connecting", "online", "offline", "connecting", "online"]);
});

test("after a login has ended what was recorded meanwhile is sent once there is another", async (t) => {
  const live = recording();
  t.after(() => live.client.close());
  live.client.start();
  live.speak(2);
  await until(() => live.server.samples.length === 2 * COUNT);
  live.server.isReachable = false;
  live.server.cut(4001);
  live.speak(3);
  assert.deepEqual(
    live.reports.filter(({ kind }) => kind === "logged_out" || kind === "ended"),
    [{ kind: "logged_out" }],
  );
  live.server.isReachable = true;
  live.client.wake();
  await until(() => live.server.samples.length === 5 * COUNT);
  assertComplete(live);
});

test("a server that misses a frame gets it", async (t) => {
  const live = recording();
  t.after(() => live.client.close());
  live.client.start();
  live.speak(3);
  await until(() => live.server.samples.length === 3 * COUNT);
  live.server.samples.length = COUNT;
  live.speak(1); // beyond its next sample: refused
  await until(() => live.server.samples.length === 4 * COUNT);
  assertComplete(live);
});

test("the network's return connects at once", async (t) => {
  const live = recording();
  t.after(() => live.client.close());
  live.server.isReachable = false;
  live.client.start();
  await until(() => live.links().filter((each) => each === "offline").length === 4);
  live.speak(2);
  live.server.isReachable = true;
  live.client.wake();
  await until(() => live.server.samples.length === 2 * COUNT);
  assertComplete(live);
});

test("after two failed upgrades frames are posted, then sockets are tried again", async (t) => {
  const opened = [];
  const failing = (kind) => (_url, owner) => {
    opened.push(kind);
    queueMicrotask(() => owner.closed(1006));
    return { isFull: false, close: () => {} };
  };
  const realm = { openSocket: failing("socket"), openPosts: failing("posts"), random: () => 0 };
  const log = new PieceLog(new MemoryPieces(), "key");
  const client = new LiveClient(log, "/live", NEW, () => {}, realm);
  t.after(() => client.close());
  client.start();
  await until(() => opened.length === 4);
  assert.deepEqual(opened, ["socket", "socket", "posts", "socket"]);
});

test("the storage is emptied up to what the server has for good", async (t) => {
  const live = recording();
  t.after(() => live.client.close());
  live.client.start();
  live.speak(5);
  await until(() => live.store.pieces.length === 5);
  await until(() => live.server.samples.length === 5 * COUNT);
  live.server.ack(3 * COUNT);
  await until(() => live.store.pieces.length === 2);
  assert.equal(live.store.pieces[0].first, 3 * COUNT);
});

test("no more than the allowed time is on the way without an answer", async (t) => {
  const live = recording();
  t.after(() => live.client.close());
  live.speak(310);
  live.client.start();
  await until(() => live.server.samples.length === 300 * COUNT);
  await new Promise((resolve) => setTimeout(resolve, 60));
  assert.equal(live.server.samples.length, 300 * COUNT);
  live.server.ack();
  await until(() => live.server.samples.length === 310 * COUNT);
});

test("what has piled up is sent at eight times the speed of speech", async (t) => {
  const server = new FakeLiveServer();
  const live = recording({ server, realm: { now: () => performance.now() } });
  t.after(() => live.client.close());
  live.speak(40);
  const begun = performance.now();
  live.client.start();
  await until(() => server.samples.length === 40 * COUNT);
  assert.ok(performance.now() - begun >= 400);
});

test("the stop is told after the last frame, and ends with the last durable sample", async () => {
  const live = recording();
  live.client.start();
  live.speak(2);
  live.client.finish();
  await until(() => live.server.told.some((each) => each.type === "stop"));
  assert.equal(live.server.samples.length, 2 * COUNT);
  assert.deepEqual(live.server.told.at(-1), { type: "stop", samples: 2 * COUNT });
  live.server.ack(COUNT);
  assert.equal(live.ending(), undefined);
  live.server.ack();
  assert.equal(live.ending(), "delivered");
});

test("a stop that a cut took away is told again", async () => {
  const live = recording();
  live.client.start();
  live.speak(2);
  live.client.finish();
  await until(() => live.server.told.some((each) => each.type === "stop"));
  live.server.samples.length = 0;
  live.server.cut();
  await until(() => live.server.told.filter((each) => each.type === "stop").length === 2);
  assertComplete(live);
  live.server.ack();
  assert.equal(live.ending(), "delivered");
});

for (const [code, reason] of [
  [1000, "expired"],
  [4000, "bad_request"],
  [4003, "refused"],
  [4009, "taken_over"],
  [4010, "expired"],
]) {
  test(`close code ${code} ends the session: ${reason}`, async () => {
    const live = recording();
    live.client.start();
    await until(() => live.links().includes("online"));
    live.server.cut(code);
    assert.equal(live.ending(), reason);
    assert.equal(live.server.hellos.length, 1);
  });
}

test("a busy server ends a new session, and lets a known one wait", async (t) => {
  const server = new FakeLiveServer();
  const live = recording({ server });
  live.client.start();
  await until(() => live.links().includes("online"));
  server.cut(4008);
  t.after(() => live.client.close());
  assert.equal(live.ending(), undefined);

  const refused = [];
  const realm = {
    openSocket: (_url, owner) => {
      queueMicrotask(() => owner.closed(4008));
      return { close: () => {} };
    },
  };
  const log = new PieceLog(new MemoryPieces(), "key");
  new LiveClient(log, "/live", NEW, (each) => refused.push(each), realm).start();
  await until(() => refused.some((each) => each.reason === "full"));
});

test("a session goes on after a reload with what only the storage has", async (t) => {
  const first = recording();
  first.client.start();
  await until(() => first.links().includes("online"));
  first.server.cut();
  first.server.isReachable = false;
  first.speak(450); // more than is kept in memory
  await until(() => first.store.pieces.length === 450);
  first.client.close();

  first.server.isReachable = true;
  const known = { ...NEW, session: "s1", token: "secret", end: 450 * COUNT };
  const second = recording({ server: first.server, store: first.store, known });
  t.after(() => second.client.close());
  second.client.start();
  await until(() => first.server.samples.length === 300 * COUNT);
  first.server.ack();
  await until(() => first.server.samples.length === 450 * COUNT);
  assertComplete({ server: first.server, spoken: first.spoken });
});

test("passing and final texts reach the page, and the next hello says which are known", async (t) => {
  const live = recording();
  t.after(() => live.client.close());
  live.client.start();
  await until(() => live.links().includes("online"));
  live.server.say({ type: "final", rev: 7, segment: 0, sentences: [] });
  live.server.cut();
  await until(() => live.server.hellos.length === 2);
  assert.equal(live.server.hellos[1].last_rev, 7);
  assert.deepEqual(
    live.reports.filter((each) => each.kind === "event").map((each) => each.message.type),
    ["final"],
  );
});
