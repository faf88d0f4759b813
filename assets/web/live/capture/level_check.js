// The level of the chosen microphone before a live recording begins, where its use is allowed.

/**
 * @import { SoundSource } from "./capture.js"
 * @import { Translate } from "../../types.d.ts"
 */

import { el } from "../../components/dom.js";
import { LevelMeter } from "../../components/sound/level_meter.js";
import { levelOf } from "../../components/sound/take_recorder.js";

const FFT_SIZE = 1024;
const LOOK_MS = 80;

export class LevelCheck {
  #context = null;
  #stream = null;
  #timer = 0;
  #number = 0; // of the last start or stop, so that a slow start does not outlive a stop

  /** @param {Translate} t */
  constructor(t) {
    this.meter = new LevelMeter(t);
    this.node = el(
      "div",
      { class: "ss-live-check", hidden: true },
      el("span", { class: "ss-quiet ss-small", text: t("live.check") }),
      this.meter.node,
    );
  }

  /** Show the level; without permission nothing is asked. @param {SoundSource} source */
  async start({ deviceId }) {
    this.stop();
    const number = this.#number;
    const permission = await navigator.permissions
      ?.query({ name: /** @type {PermissionName} */ ("microphone") })
      .catch(() => null);
    if (permission?.state !== "granted" || number !== this.#number) return;
    const audio = deviceId ? { deviceId: { exact: deviceId } } : true;
    const stream = await navigator.mediaDevices?.getUserMedia({ audio }).catch(() => null);
    if (!stream) return;
    if (number === this.#number) this.#measure(stream);
    else close(stream);
  }

  stop() {
    this.#number += 1;
    clearInterval(this.#timer);
    if (this.#stream !== null) close(this.#stream);
    this.#context?.close();
    this.#stream = this.#context = null;
    this.node.hidden = true;
  }

  #measure(stream) {
    this.#stream = stream;
    this.#context = new AudioContext();
    const analyser = this.#context.createAnalyser();
    analyser.fftSize = FFT_SIZE;
    this.#context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(FFT_SIZE);
    this.node.hidden = false;
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      this.meter.show(levelOf(samples));
    }, LOOK_MS);
  }
}

function close(stream) {
  for (const track of stream.getTracks()) track.stop();
}
