// A server whose answers each test gives by hand.

/** Replaces `fetch`; requests wait in order until the test answers them. */
export class FakeServer {
  requests = []; // {method, path, body}
  #waiting = [];
  #received = [];

  install() {
    globalThis.fetch = (path, { method = "GET", body = "null" } = {}) => {
      this.requests.push({ method, path, body: JSON.parse(body) });
      this.#received.shift()?.();
      return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    };
    return this;
  }

  /** Resolve when the number of requests reaches `count`. */
  async received(count) {
    while (this.requests.length < count) {
      await new Promise((resolve) => this.#received.push(resolve));
    }
  }

  /** Answer the oldest open request. */
  answer(body, { status = 200 } = {}) {
    this.#waiting.shift().resolve(Response.json(body, { status }));
  }

  /** Break the connection of the oldest open request. */
  breakConnection() {
    this.#waiting.shift().reject(new TypeError("Failed to fetch"));
  }
}
