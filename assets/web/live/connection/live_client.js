// Sends a live recording to the server, in order and without loss, over any number of connections.

/**
 * @import { PieceLog } from "./piece_log.js"
 */

import { encodeFrame, endOf } from "./frames.js";
import { PostTransport, SocketTransport } from "./transports.js";

const SAMPLES_PER_MS = 16;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 15_000;
const JITTER = 0.25;
const PING_MS = 15_000;
const PONG_MS = 10_000;
const WELCOME_MS = 15_000; // a server that starts loads models first
const FULL_WAIT_MS = 50;
const RESEND_SPEED = 8; // times real time
const MAX_UNACKED_S = 30; // where the server states none
const UPGRADE_MS = 5_000; // time of two failed upgrades after which posts are tried
const REPORTED_PIECES = 10; // a second
const ABNORMAL = 1006;

/** Reasons for which the server ends a session for good. */
const ENDS = {
  1000: "expired",
  4000: "bad_request",
  4003: "refused",
  4009: "taken_over",
  4010: "expired",
};
const LOGGED_OUT = 4001;
const FULL = 4008;

const REALM = {
  openSocket: (url, owner) => new SocketTransport(url, owner),
  openPosts: (url, owner) => new PostTransport(url, owner),
  now: () => performance.now(),
  random: () => Math.random(),
};

/**
 * What the client says to the page:
 * - {kind: "welcome", message}: the server has the session
 * - {kind: "event", message}: partial, final, speakers, lag or error
 * - {kind: "link", state: "connecting"|"online"|"posts"|"offline"}
 * - {kind: "logged_out"}: the server takes nothing until the person has logged in again
 * - {kind: "progress", unsent_ms, is_safe}
 * - {kind: "ended", reason}: "delivered", one of ENDS, or "full"
 * @typedef {(report: any) => void} Report
 */

export class LiveClient {
  #log;
  #url;
  #session;
  #report;
  #realm;
  #transport = null;
  #isWelcome = false; // whether the server takes frames
  #connection = 0; // number of the connection
  #cursor = 0; // next sample to send
  #highest = 0; // end of what was ever sent
  #acked = 0;
  #notBefore = 0;
  #maxUnacked = MAX_UNACKED_S * 1_000 * SAMPLES_PER_MS;
  #isPumping = false;
  #isStopping = false;
  #isStopTold = false;
  #isOver = false;
  #usesPosts = false;
  #isOpened = false; // whether the last connection was opened
  #failures = []; // times of upgrades that failed in a row
  #attempts = 0;
  #retry = null;
  #pings = null;
  #pong = null;
  #numPings = 0;
  #numKept = 0; // pieces that came without a connection

  /**
   * @param {PieceLog} log
   * @param {string} url address of the live route
   * @param {{session: string|null, token: string|null, last_rev: number, options: object}} session
   * @param {Report} report
   * @param {Partial<typeof REALM>} realm stand-ins for tests
   */
  constructor(log, url, session, report, realm = {}) {
    this.#log = log;
    this.#url = url;
    this.#session = { ...session };
    this.#report = report;
    this.#realm = { ...REALM, ...realm };
    log.addEventListener("change", () => this.#reportProgress());
  }

  start() {
    this.#connect();
  }

  /** Try to connect at once, as when the network is back. */
  wake() {
    if (this.#retry === null || this.#isOver) return;
    this.#attempts = 0;
    this.#connect();
  }

  /** Take sound that follows what was given before. */
  push(sound) {
    this.#log.append(sound);
    if (!this.#isWelcome && ++this.#numKept % REPORTED_PIECES === 0) this.#reportProgress();
    this.#pump();
  }

  /** End the recording: the server is told once it has everything. */
  finish() {
    this.#isStopping = true;
    this.#pump();
  }

  /** Give up the connection for good. */
  close() {
    this.#end(null);
  }

  #connect() {
    clearTimeout(this.#retry);
    this.#retry = null;
    const number = ++this.#connection;
    const isCurrent = () => number === this.#connection && !this.#isOver;
    const owner = {
      opened: () => isCurrent() && this.#hello(),
      received: (message) => isCurrent() && this.#receive(message),
      closed: (code) => isCurrent() && this.#closed(code),
    };
    this.#report({ kind: "link", state: "connecting" });
    const open = this.#usesPosts ? this.#realm.openPosts : this.#realm.openSocket;
    this.#transport = null;
    this.#isOpened = false;
    this.#expect(WELCOME_MS);
    this.#transport = open(this.#url, owner);
  }

  #hello() {
    this.#isOpened = true;
    this.#transport.tell({ type: "hello", v: 1, ...this.#session });
  }

  #receive(message) {
    clearTimeout(this.#pong);
    this.#pong = null;
    const { type } = message;
    if (message.rev > this.#session.last_rev) this.#session.last_rev = message.rev;
    if (type === "welcome") this.#welcome(message);
    else if (type === "ack") this.#acknowledge(message);
    else if (type === "nack") this.#rewind(message.next_sample);
    else if (type !== "pong") this.#report({ kind: "event", message });
    if (type === "settled" && this.#isStopTold) this.#end("delivered");
  }

  #welcome(message) {
    const { session, token, next_sample: next, limits } = message;
    Object.assign(this.#session, { session, token });
    this.#maxUnacked = (limits?.max_unacked_s ?? MAX_UNACKED_S) * 1_000 * SAMPLES_PER_MS;
    this.#attempts = 0;
    this.#isWelcome = true;
    this.#isStopTold = false;
    this.#log.skipTo(next);
    this.#report({ kind: "welcome", message });
    this.#report({ kind: "link", state: this.#usesPosts ? "posts" : "online" });
    this.#pings = setInterval(() => this.#ping(), PING_MS);
    this.#rewind(next);
  }

  #acknowledge({ next_sample: next, durable_sample: durable }) {
    this.#acked = Math.max(this.#acked, next);
    this.#log.setDurable(durable);
    this.#reportProgress();
    if (this.#isStopTold && durable >= this.#log.end) this.#end("delivered");
    else this.#pump();
  }

  #rewind(next) {
    this.#cursor = next;
    this.#acked = next;
    this.#pump();
  }

  /** Send what the server may have now, and then that the recording has ended. */
  async #pump() {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      let wait;
      while ((wait = this.#wait()) !== null) {
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
        else await this.#sendNext();
      }
    } finally {
      this.#isPumping = false;
    }
    if (!this.#isStopping || !this.#isWelcome || this.#isStopTold) return;
    if (this.#cursor < this.#log.end) return;
    this.#isStopTold = true;
    this.#transport.tell({ type: "stop", samples: this.#log.end });
  }

  /** Return how long to wait before the next frame; null if there is none to send. */
  #wait() {
    if (!this.#isWelcome || this.#isOver || this.#cursor >= this.#log.end) return null;
    if (this.#cursor - this.#acked >= this.#maxUnacked) return null; // goes on with an ack
    if (this.#transport.isFull) return FULL_WAIT_MS;
    return Math.max(0, this.#notBefore - this.#realm.now());
  }

  async #sendNext() {
    const [connection, cursor] = [this.#connection, this.#cursor];
    const piece = await this.#log.read(cursor);
    const isStale = connection !== this.#connection || cursor !== this.#cursor;
    if (piece === null || isStale || !this.#isWelcome || this.#isOver) return;
    const end = endOf(piece);
    const isSentAgain = end <= this.#highest;
    this.#cursor = end;
    this.#highest = Math.max(this.#highest, end);
    this.#transport.send(encodeFrame(piece, { isSentAgain }));
    const ms = piece.samples === null ? 0 : piece.count / SAMPLES_PER_MS / RESEND_SPEED;
    this.#notBefore = Math.max(this.#notBefore, this.#realm.now() - FULL_WAIT_MS) + ms;
  }

  #ping() {
    this.#transport.tell({ type: "ping", n: ++this.#numPings });
    this.#expect(PONG_MS);
  }

  /** Connect anew if nothing arrives in time. */
  #expect(ms) {
    clearTimeout(this.#pong);
    this.#pong = setTimeout(() => {
      this.#closed(ABNORMAL);
      this.#transport.close(); // says so no more to this client
    }, ms);
  }

  #closed(code) {
    this.#disconnect();
    if (this.#isStopping && this.#isStopTold && this.#acked >= this.#log.end)
      return this.#end("delivered");
    if (ENDS[code]) return this.#end(ENDS[code]);
    if (code === FULL && this.#session.session === null) return this.#end("full");
    if (code === LOGGED_OUT) this.#report({ kind: "logged_out" });
    this.#chooseTransport();
    this.#report({ kind: "link", state: "offline" });
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#attempts++);
    const jitter = 1 + JITTER * (2 * this.#realm.random() - 1);
    this.#retry = setTimeout(() => this.#connect(), wait * jitter);
    return undefined;
  }

  #disconnect() {
    this.#connection += 1; // later events of the connection are ignored
    this.#isWelcome = false;
    clearInterval(this.#pings);
    clearTimeout(this.#pong);
  }

  /** Use posts after two upgrades that failed in a short time, and sockets after failed posts. */
  #chooseTransport() {
    const now = this.#realm.now();
    const hasFailed = !this.#usesPosts && !this.#isOpened;
    const before = this.#failures.filter((each) => now - each <= UPGRADE_MS);
    this.#failures = hasFailed ? [...before, now] : [];
    this.#usesPosts = this.#failures.length > 1;
  }

  #reportProgress() {
    const unsent = Math.max(0, this.#log.end - this.#acked) / SAMPLES_PER_MS;
    this.#report({ kind: "progress", unsent_ms: unsent, is_safe: this.#log.isSafe });
  }

  #end(reason) {
    if (this.#isOver) return;
    this.#disconnect();
    this.#isOver = true;
    clearTimeout(this.#retry);
    this.#transport?.close();
    if (reason !== null) this.#report({ kind: "ended", reason });
  }
}
