// Finds the times for which a device gave no sound, such as sleep: the clock went on, samples did not.

const LEAST_MS = 200;
const SURE_MS = 1_000; // no buffer catches up with a longer stall
const DRIFT = 0.001; // share by which the difference of the two clocks is followed at each look

/** Compares the samples of a device with the clock. Short stalls are made up by later samples. */
export class GapMeter {
  #samplesPerMs;
  #base = null; // usual difference of clock and samples, which drifts slowly
  #ms = 0; // time of the samples
  #lastNow = 0;
  #stall = null; // {until, least}: a stall that later samples may make up

  /** @param {number} rate samples per second of the device */
  constructor(rate) {
    this.#samplesPerMs = rate / 1_000;
  }

  /** Forget the time until now, as after a pause. */
  restart() {
    this.#base = null;
    this.#stall = null;
  }

  /**
   * Count samples and return the milliseconds that are missing before them; 0 for none.
   * @param {number} count
   * @param {number} now clock in milliseconds
   */
  push(count, now) {
    const isSure = now - this.#lastNow >= SURE_MS;
    this.#lastNow = now;
    this.#ms += count / this.#samplesPerMs;
    const lag = now - this.#ms;
    this.#base ??= lag;
    const late = lag - this.#base;
    if (late < LEAST_MS) {
      this.#stall = null;
      this.#base += late * (late < 0 ? 1 : DRIFT);
      return 0;
    }
    if (isSure) return this.#missing(late);
    this.#stall ??= { until: now + SURE_MS, least: late };
    this.#stall.least = Math.min(this.#stall.least, late);
    return now < this.#stall.until ? 0 : this.#missing(this.#stall.least);
  }

  #missing(ms) {
    this.#base += ms;
    this.#stall = null;
    return ms;
  }
}
