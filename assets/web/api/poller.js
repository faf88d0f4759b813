// Repeated requests: frequent during work, rarer without, and with growing pauses after failures.

const BUSY_MS = 1_000;
const IDLE_MS = 15_000;
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 60_000;

export class Poller {
  #timer = 0;
  #asking = false;
  #askAgain = false;
  #failures = 0;

  /**
   * @param {object} host
   * @param {() => Promise<boolean>} host.ask sends a request; returns whether work is going on
   * @param {() => boolean} host.isWanted whether requests are to be sent now
   */
  constructor({ ask, isWanted }) {
    this.ask = ask;
    this.isWanted = isWanted;
  }

  /** Send a request now and go on from there, one request at a time; stop if it is not wanted. */
  async refresh() {
    clearTimeout(this.#timer);
    if (!this.isWanted()) return;
    if (this.#asking) {
      this.#askAgain = true;
      return;
    }
    this.#asking = true;
    const wait = await this.#request();
    this.#asking = false;
    const again = this.#askAgain;
    this.#askAgain = false;
    this.#timer = setTimeout(() => this.refresh(), again ? 0 : wait);
  }

  /** Return the pause after a request in milliseconds. */
  async #request() {
    try {
      const isBusy = await this.ask();
      this.#failures = 0;
      return isBusy ? BUSY_MS : IDLE_MS;
    } catch {
      this.#failures += 1;
      return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.#failures - 1));
    }
  }
}
