// A meter of bars for the level of the sound.

/**
 * @import { Translate } from "../../types.d.ts"
 */

import { el } from "../dom.js";

const NUM_BARS = 20;
const HOT_BAR = 18; // from -6 dB on, where 20 bars are 60 dB

export class LevelMeter {
  /**
   * @param {Translate} t
   * @param {string} kind further class of the element
   */
  constructor(t, kind = "") {
    this.bars = Array.from({ length: NUM_BARS }, () => el("i"));
    this.node = el(
      "span",
      {
        class: `ss-level ${kind}`.trim(),
        role: "meter",
        "aria-label": t("new.level"),
        "aria-valuemin": "0",
        "aria-valuemax": "100",
        "aria-valuenow": "0",
      },
      ...this.bars,
    );
  }

  /** @param {number} level 0 to 1 */
  show(level) {
    const lit = Math.round(level * NUM_BARS);
    this.bars.forEach((bar, i) => {
      bar.classList.toggle("ss-on", i < lit);
      bar.classList.toggle("ss-hot", i < lit && i >= HOT_BAR);
    });
    this.node.setAttribute("aria-valuenow", String(Math.round(100 * level)));
  }
}
