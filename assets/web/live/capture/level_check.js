// The level of the chosen microphone before a live recording begins, where its use is allowed.

/**
 * @import { SoundSource } from "./capture.js"
 * @import { Translate } from "../../types.d.ts"
 */

import { el } from "../../components/dom.js";
import { LevelMeasurement } from "../../components/sound/level_measurement.js";
import { LevelMeter } from "../../components/sound/level_meter.js";

export class LevelCheck {
  /** @type {LevelMeasurement|null} */
  #measurement = null;
  #stream = null;
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
    this.#measurement?.stop();
    if (this.#stream !== null) close(this.#stream);
    this.#stream = this.#measurement = null;
    this.node.hidden = true;
  }

  #measure(stream) {
    this.#stream = stream;
    this.#measurement = new LevelMeasurement(stream, (level) => this.meter.show(level));
    this.node.hidden = false;
  }
}

function close(stream) {
  for (const track of stream.getTracks()) track.stop();
}
