// Two ways to the server: a WebSocket, and HTTP posts where a proxy blocks WebSockets. A transport is
// used for one connection. It reports to its owner what arrives, and that it is closed.

/**
 * @typedef {Object} Owner
 * @property {() => void} opened messages can be sent
 * @property {(message: any) => void} received
 * @property {(code: number) => void} closed once, with the close code of a WebSocket
 */

const FULL_BYTES = 256 * 1024;
const AGAIN_BYTES = 64 * 1024;
const POST_MS = 500;
const POST_FRAMES = 10;
const ABNORMAL = 1006;
const CLOSE_CODES = {
  400: 4000,
  401: 4001,
  403: 4003,
  404: 4010,
  409: 4009,
  410: 4010,
  429: 4008,
  503: 4008,
};

export class SocketTransport {
  #socket;
  #isFull = false;

  /**
   * @param {string} url address of the live route, http or https
   * @param {Owner} owner
   * @param {(url: string) => WebSocket} connect
   */
  constructor(url, owner, connect = (address) => new WebSocket(address)) {
    this.#socket = connect(url.replace(/^http/, "ws"));
    this.#socket.binaryType = "arraybuffer";
    this.#socket.addEventListener("open", () => owner.opened());
    this.#socket.addEventListener("message", ({ data }) => owner.received(JSON.parse(data)));
    this.#socket.addEventListener("close", ({ code }) => owner.closed(code), { once: true });
  }

  /** Whether more frames would wait in memory rather than on the way. */
  get isFull() {
    const waiting = this.#socket.bufferedAmount;
    this.#isFull = waiting > (this.#isFull ? AGAIN_BYTES : FULL_BYTES);
    return this.#isFull;
  }

  /** @param {object} message */
  tell(message) {
    this.#socket.send(JSON.stringify(message));
  }

  /** @param {ArrayBuffer} frame */
  send(frame) {
    this.#socket.send(frame);
  }

  close() {
    this.#socket.close();
  }
}

/** Sends the frames of half a second in one post; the answers hold the server's messages. */
export class PostTransport {
  #url;
  #owner;
  #fetch;
  #session = null;
  #rev = 0;
  #frames = [];
  #messages = [];
  #timer = null;
  #isClosed = false;

  /**
   * @param {string} url address of the live route
   * @param {Owner} owner
   * @param {typeof fetch} request
   */
  constructor(url, owner, request = (...values) => fetch(...values)) {
    this.#url = url;
    this.#owner = owner;
    this.#fetch = request;
    queueMicrotask(() => owner.opened());
  }

  get isFull() {
    return this.#frames.length >= POST_FRAMES;
  }

  tell(message) {
    if (message.type !== "hello") return void this.#messages.push(message);
    this.#rev = message.last_rev;
    return void this.#hello(message);
  }

  send(frame) {
    this.#frames.push(frame);
  }

  close() {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#owner.closed(ABNORMAL);
  }

  async #hello(message) {
    const welcome = await this.#post("", JSON.stringify(message), "application/json");
    if (welcome === null) return;
    this.#session = { id: welcome.session, token: welcome.token };
    this.#owner.received(welcome);
    this.#timer = setTimeout(() => this.#exchange(), POST_MS);
  }

  /** Send what waits, and fetch what the server has. */
  async #exchange() {
    const frames = this.#frames.splice(0, POST_FRAMES);
    const messages = this.#messages.splice(0);
    const stop = messages.find((each) => each.type === "stop");
    const query = new URLSearchParams({ rev: String(this.#rev) });
    if (stop) query.set("stop", String(stop.samples));
    const path = `/${encodeURIComponent(this.#session.id)}/frames?${query}`;
    const answer = await this.#post(path, new Blob(frames), "application/octet-stream");
    if (answer === null || this.#isClosed) return;
    // An answer from before the end was posted must not look like the answer to it.
    const isStopWaiting = this.#messages.some((each) => each.type === "stop");
    for (const message of isStopWaiting ? answer.events : [...answer.events, answer.ack]) {
      this.#rev = Math.max(this.#rev, message.rev ?? 0);
      this.#owner.received(message);
    }
    this.#timer = setTimeout(() => this.#exchange(), POST_MS);
  }

  /** @returns the answer's content; null after an error, which ends the connection */
  async #post(path, body, type) {
    try {
      const headers = { "content-type": type };
      if (this.#session !== null) headers["x-live-token"] = this.#session.token;
      const response = await this.#fetch(this.#url + path, { method: "POST", headers, body });
      if (response.ok) return await response.json();
      this.#end(CLOSE_CODES[response.status] ?? ABNORMAL);
    } catch (error) {
      console.warn(error);
      this.#end(ABNORMAL);
    }
    return null;
  }

  #end(code) {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#owner.closed(code);
  }
}
