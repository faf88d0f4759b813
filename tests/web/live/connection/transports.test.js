import assert from "node:assert/strict";
import { test } from "node:test";

import { PostTransport } from "../../../../assets/web/live/connection/transports.js";

const HELLO = { type: "hello", v: 1, session: null, token: null, last_rev: 3, options: {} };
const WELCOME = { type: "welcome", session: "s 1", token: "secret", next_sample: 0 };
const json = (content, status = 200) => new Response(JSON.stringify(content), { status });

/** A transport with what it posts and reports; `answers` are given in order, the last one again. */
function posting(...answers) {
  const posts = [];
  const received = [];
  let transport = null;
  const opened = new Promise((resolve) => {
    const owner = {
      opened: resolve,
      received: (message) => received.push(message),
      closed: (code) => received.push({ type: "closed", code }),
    };
    transport = new PostTransport("/live", owner, async (url, { headers, body }) => {
      posts.push({ url, headers, body });
      return (answers.length > 1 ? answers.shift() : answers[0])();
    });
  });
  return { transport, posts, received, opened };
}

async function until(holds) {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test("frames are posted together, and the answer holds the messages", async (t) => {
  const ack = { type: "ack", next_sample: 5, durable_sample: 0 };
  const final = { type: "final", rev: 4, segment: 0, sentences: [] };
  const { transport, posts, received, opened } = posting(
    () => json(WELCOME),
    () => json({ ack, events: [final] }),
    () => json({ ack, events: [] }),
  );
  t.after(() => transport.close());
  await opened;
  transport.tell(HELLO);
  await until(() => received.length === 1);
  transport.send(new Uint8Array([1, 2]).buffer);
  transport.send(new Uint8Array([3]).buffer);
  transport.tell({ type: "stop", samples: 77 });
  await until(() => posts.length === 3);

  assert.deepEqual(received.slice(0, 3), [WELCOME, final, ack]);
  assert.deepEqual([posts[0].url, posts[0].body], ["/live", JSON.stringify(HELLO)]);
  assert.equal(posts[1].url, "/live/s%201/frames?rev=3&stop=77");
  assert.equal(posts[1].headers["x-live-token"], "secret");
  assert.deepEqual([...new Uint8Array(await posts[1].body.arrayBuffer())], [1, 2, 3]);
  assert.equal(posts[2].url, "/live/s%201/frames?rev=4");
});

test("an end told while a post is on its way is posted before its acknowledgement", async (t) => {
  const ack = { type: "ack", next_sample: 5, durable_sample: 5 };
  let answer = () => {};
  const { transport, posts, received, opened } = posting(
    () => json(WELCOME),
    () => new Promise((resolve) => (answer = () => resolve(json({ ack, events: [] })))),
    () => json({ ack, events: [] }),
  );
  t.after(() => transport.close());
  await opened;
  transport.tell(HELLO);
  await until(() => posts.length === 2);
  transport.tell({ type: "stop", samples: 5 });
  answer();
  await until(() => received.length === 2);

  assert.equal(posts.length, 3);
  assert.equal(posts[2].url, "/live/s%201/frames?rev=3&stop=5");
  assert.deepEqual(received, [WELCOME, ack]);
});

test("no more than ten frames are taken at a time", async (t) => {
  const { transport, opened } = posting(() => json(WELCOME));
  t.after(() => transport.close());
  await opened;
  for (let i = 0; i < 9; i++) transport.send(new ArrayBuffer(1));
  assert.equal(transport.isFull, false);
  transport.send(new ArrayBuffer(1));
  assert.equal(transport.isFull, true);
});

for (const [status, code] of [
  [403, 4003],
  [404, 4010],
  [409, 4009],
  [429, 4008],
  [502, 1006],
]) {
  test(`status ${status} is the close code ${code}`, async () => {
    const { transport, received, opened } = posting(() => json({}, status));
    await opened;
    transport.tell(HELLO);
    await until(() => received.length === 1);
    assert.deepEqual(received, [{ type: "closed", code }]);
  });
}

test("a network that is away closes the connection", async () => {
  const { transport, received, opened } = posting(() => Promise.reject(new TypeError("offline")));
  await opened;
  transport.tell(HELLO);
  await until(() => received.length === 1);
  assert.deepEqual(received, [{ type: "closed", code: 1006 }]);
});
