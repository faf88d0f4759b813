// Worker that owns the connection and the storage of a live recording, so that neither a busy page
// nor throttled timers hold them up.

import { LiveClient } from "./live_client.js";
import { PieceLog } from "./piece_log.js";
import { PieceStore } from "./piece_store.js";

const SPACE_MS = 30_000; // between two looks at the space of the browser's storage
const TIGHT_SHARE = 0.9;

const store = new PieceStore();
let client = null;
let session = null;

/** Begin or go on with a session. */
async function start({ url, stored, lastRev }) {
  session = stored;
  const end = await store.endOfSession(session.key).catch(() => 0);
  const log = new PieceLog(store, session.key, end);
  const { session: id, token, options } = session;
  const known = { session: id, token, last_rev: lastRev, options };
  client = new LiveClient(log, url, known, report);
  client.start();
  reportSpace();
}

/** Report every half minute whether the browser's storage is nearly full. */
async function reportSpace() {
  const { usage = 0, quota = 0 } = (await navigator.storage?.estimate?.().catch(() => null)) ?? {};
  self.postMessage({ kind: "space", is_tight: quota > 0 && usage > TIGHT_SHARE * quota });
  setTimeout(reportSpace, SPACE_MS);
}

/** Pass a report of the client on to the page, and keep what a reload needs. */
async function report(message) {
  if (message.kind === "ended" && message.reason === "delivered")
    await store.deleteSession(session.key).catch((error) => console.warn(error));
  self.postMessage(message);
  if (message.kind !== "welcome") return;
  const { session: id, token, recording_id: recordingId } = message.message;
  Object.assign(session, { session: id, token, recording_id: recordingId });
  await save();
}

/** Store the session; without storage it is lost with the page, which the page says. */
function save() {
  return store.putSession(session).catch((error) => console.warn(error));
}

/** Take the sound that the worklet sends: blocks of audio, gaps, and its end. */
function listen(port) {
  port.addEventListener("message", ({ data }) => {
    if (data.isEnd) finish();
    else client.push(data);
  });
  port.start();
}

async function finish() {
  session.is_stopped = true;
  client.finish();
  await save();
}

const HANDLERS = {
  start,
  listen: ({ port }) => listen(port),
  finish,
  wake: () => client.wake(),
};

let done = Promise.resolve(); // messages are handled one after the other

self.addEventListener("message", ({ data }) => {
  done = done.then(() => HANDLERS[data.kind](data));
});
self.addEventListener("online", () => client?.wake());
