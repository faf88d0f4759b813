// Stand-ins for the storage and the server of live recordings.

import { endOf } from "../../../assets/web/live/connection/frames.js";

/** Keeps pieces in memory as PieceStore does. */
export class MemoryPieces {
  pieces = [];
  isFull = false;

  async put(_key, pieces) {
    if (this.isFull) throw new Error("QuotaExceededError");
    for (const piece of pieces) {
      this.pieces = this.pieces.filter((each) => each.first !== piece.first);
      this.pieces.push(piece);
    }
    this.pieces.sort((a, b) => a.first - b.first);
  }

  async read(_key, from, limit) {
    return this.pieces.filter((each) => endOf(each) > from).slice(0, limit);
  }

  async forget(_key, sample) {
    this.pieces = this.pieces.filter((each) => endOf(each) > sample);
  }
}

const readFrame = (frame) => {
  const view = new DataView(frame);
  const [count, first] = [view.getUint32(4, true), Number(view.getBigUint64(8, true))];
  const isGap = view.getUint8(1) === 2;
  const samples = new Int16Array(count);
  if (!isGap) samples.set(new Int16Array(frame.slice(16)));
  return { first, count, samples, isSentAgain: (view.getUint16(2, true) & 1) === 1 };
};

/** A server of one live session by the rules of its wire format; connections can be cut. */
export class FakeLiveServer {
  samples = []; // what it has
  hellos = [];
  told = [];
  numSentAgain = 0;
  isReachable = true;
  lastCode = null;
  #owner = null;

  /** What LiveClient uses in place of real connections, with a clock that is never short of time. */
  get realm() {
    const open = (_url, owner) => this.#open(owner);
    let ms = 0;
    return { openSocket: open, openPosts: open, random: () => 0.5, now: () => (ms += 100) };
  }

  /** Close the connection; what is on the way is lost. */
  cut(code = 1006) {
    const owner = this.#owner;
    this.#owner = null;
    owner?.closed(code);
  }

  say(message) {
    this.#owner.received(message);
  }

  ack(durable = this.samples.length) {
    this.say({ type: "ack", next_sample: this.samples.length, durable_sample: durable });
  }

  #open(owner) {
    const connection = {
      isFull: false,
      tell: (message) => this.#owner === owner && this.#hear(message),
      send: (frame) => this.#owner === owner && this.#take(readFrame(frame)),
      close: () => {},
    };
    queueMicrotask(() => {
      if (!this.isReachable) return owner.closed(1006);
      this.#owner = owner;
      return owner.opened();
    });
    return connection;
  }

  #hear(message) {
    this.told.push(message);
    if (message.type !== "hello") return;
    this.hellos.push(message);
    this.say({
      type: "welcome",
      session: "s1",
      token: "secret",
      recording_id: "r1",
      next_sample: this.samples.length,
      rev: 0,
      limits: { max_unacked_s: 30 },
    });
  }

  #take({ first, samples, isSentAgain }) {
    if (isSentAgain) this.numSentAgain += 1;
    if (first > this.samples.length)
      return this.say({ type: "nack", next_sample: this.samples.length });
    for (const sample of samples.subarray(this.samples.length - first)) this.samples.push(sample);
    return undefined;
  }
}
