import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { setImmediate } from "node:timers/promises";

import { EditQueue } from "../../../../assets/web/review/edits/edit_queue.js";
import { installBrowser } from "../../support/browser.js";
import { FakeServer } from "../../support/fake_server.js";
import { changes, row } from "../../support/rows.js";

const PREFIX = "speaker-studio:unsent:t1:";

describe("EditQueue", () => {
  let storage;
  let server;
  let queue;
  let queues;
  let events;
  let revision;

  function open() {
    const opened = new EditQueue("t1", () => revision);
    for (const type of ["answer", "refused", "offline", "online"]) {
      opened.addEventListener(type, ({ detail }) => events.push([type, detail]));
    }
    queues.push(opened);
    return opened;
  }

  const stored = () =>
    Object.keys(storage)
      .filter((key) => key.startsWith(PREFIX))
      .flatMap((key) => JSON.parse(storage.getItem(key)));

  const correct = (id, text) =>
    queue.push({ kind: "correct_text", utterance_id: id, text }, { [id]: { text } });

  const types = () => events.map(([type]) => type);

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
    storage = installBrowser();
    server = new FakeServer().install();
    events = [];
    queues = [];
    revision = 7;
    queue = open();
  });

  afterEach(() => {
    for (const each of queues) each.dispose();
    mock.timers.reset();
  });

  test("is settled once every edit is answered", async () => {
    let isSettled = false;
    correct("a", "您好");
    correct("b", "再见");
    const settled = queue.settled().then(() => (isSettled = true));
    await server.received(1);
    server.answer(changes({ revision: 8 }));
    await server.received(2);
    assert.equal(isSettled, false);
    server.answer(changes({ revision: 9 }));
    await settled;
    assert.equal(queue.unsaved, 0);
  });

  test("is settled with unsent edits when the server does not answer", async () => {
    correct("a", "您好");
    const settled = queue.settled();
    await server.received(1);
    server.breakConnection();
    await settled;
    assert.equal(queue.unsaved, 1);
  });

  test("sends an edit with its id, the revision and the author", async () => {
    localStorage.setItem("speaker-studio:name", "李雷");
    const edit = correct("a", "您好");
    await server.received(1);

    const [{ method, path, body }] = server.requests;
    assert.equal(method, "POST");
    assert.equal(path, "/studio/transcripts/t1/edits");
    assert.deepEqual(body, {
      author: "李雷",
      kind: "correct_text",
      utterance_id: "a",
      text: "您好",
      client_edit_id: edit.id,
      base: 7,
    });
    assert.match(edit.id, /^[0-9a-f]{32}$/);
  });

  test("sends one edit at a time, in order", async () => {
    correct("a", "one");
    correct("b", "two");
    await server.received(1);
    await setImmediate();
    assert.equal(server.requests.length, 1);

    server.answer(changes({ revision: 8 }));
    await server.received(2);
    assert.deepEqual(
      server.requests.map(({ body }) => body.text),
      ["one", "two"],
    );
  });

  test("an edit is stored until it is answered", async () => {
    const edit = correct("a", "您好");
    assert.deepEqual(
      stored().map(({ id }) => id),
      [edit.id],
    );

    await server.received(1);
    server.answer(changes({ revision: 8 }));
    await setImmediate();
    assert.deepEqual(types(), ["answer"]);
    assert.deepEqual(stored(), []);
    assert.equal(queue.length, 0);
  });

  test("a refused edit is dropped and the next one is sent", async () => {
    const edit = correct("a", "one");
    correct("b", "two");
    await server.received(1);
    server.answer({ error: "stale", message: "…" }, { status: 409 });
    await server.received(2);

    const [[type, detail]] = events;
    assert.equal(type, "refused");
    assert.equal(detail.edit.id, edit.id);
    assert.equal(detail.refusal.body.error, "stale");
    assert.equal(queue.length, 1);
  });

  for (const [name, fail] of [
    ["a broken connection", (fake) => fake.breakConnection()],
    ["an error of the server", (fake) => fake.answer({ error: "storage" }, { status: 503 })],
    ["an ended login", (fake) => fake.answer({ error: "login" }, { status: 401 })],
    ["an answer of another program", (fake) => fake.answer("hotel", { status: 403 })],
  ]) {
    test(`after ${name} the same edit is sent again`, async () => {
      const edit = correct("a", "您好");
      await server.received(1);
      fail(server);
      await setImmediate();
      assert.deepEqual(types(), ["offline"]);
      assert.ok(queue.offline);
      assert.equal(queue.length, 1);

      mock.timers.tick(500);
      await server.received(2);
      assert.equal(server.requests[1].body.client_edit_id, edit.id);
      server.answer(changes({ revision: 8 }));
      await setImmediate();
      assert.deepEqual(types(), ["offline", "online", "answer"]);
    });
  }

  test("the time between attempts doubles up to 8 seconds", async () => {
    correct("a", "您好");
    for (const [attempt, wait] of [500, 1_000, 2_000, 4_000, 8_000, 8_000].entries()) {
      await server.received(attempt + 1);
      server.breakConnection();
      await setImmediate();
      mock.timers.tick(wait - 1);
      await setImmediate();
      assert.equal(server.requests.length, attempt + 1);
      mock.timers.tick(1);
    }
    await server.received(7);
    assert.deepEqual(types(), ["offline"]);
  });

  test("sends at once when the browser is online again", async () => {
    correct("a", "您好");
    await server.received(1);
    server.breakConnection();
    await setImmediate();
    window.dispatchEvent(new Event("online"));

    await server.received(2);
  });

  test("a disposed queue sends nothing more", async () => {
    correct("a", "您好");
    await server.received(1);
    server.breakConnection();
    await setImmediate();
    queue.dispose();
    mock.timers.tick(60_000);
    window.dispatchEvent(new Event("online"));
    await setImmediate();

    assert.equal(server.requests.length, 1);
    assert.equal(stored().length, 1);
  });

  test("the next page sends what this one could not, once", async () => {
    const edit = correct("a", "您好");
    queue.dispose();
    const next = open();
    const adopted = next.adopt();

    assert.deepEqual(
      adopted.map(({ id }) => id),
      [edit.id],
    );
    assert.deepEqual(next.adopt(), []);
    await server.received(2);
    assert.equal(server.requests[1].body.client_edit_id, edit.id);
    assert.equal(stored().length, 1);
  });

  test("with a full storage edits are sent and adopted ones stay under their old key", async () => {
    correct("a", "您好");
    queue.dispose();
    storage.fill();
    const next = open();
    next.adopt();

    await server.received(2);
    assert.equal(stored().length, 1);
  });

  test("a waiting edit gets the new revision if only rows of the answered edit changed", async () => {
    correct("a", "one");
    correct("a", "two");
    await server.received(1);
    server.answer(changes({ revision: 8, utterances: [row("a", { text: "one" })] }));
    await server.received(2);

    assert.equal(server.requests[1].body.base, 8);
  });

  test("a waiting edit keeps its revision if another person changed one of its rows", async () => {
    correct("a", "one");
    correct("b", "two");
    await server.received(1);
    server.answer(changes({ revision: 9, utterances: [row("a"), row("b", { text: "theirs" })] }));
    await server.received(2);

    assert.equal(server.requests[1].body.base, 7);
  });

  test("a waiting edit keeps its revision if another person removed one of its rows", async () => {
    correct("a", "one");
    correct("b", "two");
    await server.received(1);
    server.answer(changes({ revision: 9, removed: ["b"] }));
    await server.received(2);

    assert.equal(server.requests[1].body.base, 7);
  });
});
