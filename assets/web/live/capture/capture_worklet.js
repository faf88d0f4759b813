// AudioWorklet that turns the sound of a device into blocks of 100 ms at 16 kHz. The blocks go
// straight to the worker, their levels to the page.

import { BlockPacker, MAX_GAP } from "../connection/frames.js";
import { GapMeter } from "./gap_meter.js";
import { RATE, Resampler } from "./resampler.js";

class Capture extends AudioWorkletProcessor {
  #resampler = new Resampler(sampleRate);
  #packer = new BlockPacker();
  #gaps = new GapMeter(sampleRate);
  #worker = null;
  #isPaused = false;
  #isOver = false;

  constructor() {
    super();
    this.port.onmessage = ({ data }) => this.#command(data);
  }

  /** Take one quantum of 128 samples; without input the device gives no sound. */
  process([channels]) {
    if (this.#isOver) return false;
    if (this.#isPaused || this.#worker === null || channels.length === 0) return true;
    const gapMs = this.#gaps.push(channels[0].length, Date.now());
    if (gapMs > 0) this.#sendGap(Math.round((gapMs * RATE) / 1_000));
    for (const block of this.#packer.push(this.#resampler.push(channels[0]))) this.#send(block);
    return true;
  }

  #command({ kind, port }) {
    if (kind === "connect") this.#worker = port;
    else if (kind === "pause") this.#flush();
    else if (kind === "resume") this.#gaps.restart();
    else if (kind === "end") this.#finish();
    this.#isPaused = kind === "pause";
  }

  #finish() {
    this.#flush();
    this.#worker?.postMessage({ isEnd: true });
    this.#isOver = true;
  }

  #flush() {
    const rest = this.#packer.flush();
    if (rest !== null) this.#send(rest);
  }

  #sendGap(count) {
    this.#flush();
    for (let left = count; left > 0; left -= MAX_GAP)
      this.#worker.postMessage({ samples: null, count: Math.min(left, MAX_GAP) });
    this.port.postMessage({ count, peak: 0 });
  }

  #send({ samples, isClipped }) {
    this.port.postMessage({ count: samples.length, peak: peakOf(samples) });
    this.#worker.postMessage({ samples, count: samples.length, isClipped }, [samples.buffer]);
  }
}

/** Return the largest value, in 0 to 1. */
function peakOf(samples) {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return peak / 32_768;
}

registerProcessor("studio-capture", Capture);
