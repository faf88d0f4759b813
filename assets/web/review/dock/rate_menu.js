// The button that shows the playback speed, and its menu.

/**
 * @import { Translate } from "../../types.d.ts"
 */

import { openMenu } from "../../components/controls/action_menu.js";
import { el, icon } from "../../components/dom.js";

export const RATES = [0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2];

/** Return a speed as text: 1 -> "1.0×", 1.25 -> "1.25×". */
export const rateText = (rate) => `${Number.isInteger(rate) ? rate.toFixed(1) : rate}×`;

/** Return the speed that is some steps faster, or slower by a negative number. */
export function rateBeside(rate, by) {
  const nearest = RATES.reduce((best, each) =>
    Math.abs(each - rate) < Math.abs(best - rate) ? each : best,
  );
  const index = RATES.indexOf(nearest) + by;
  return RATES[Math.max(0, Math.min(RATES.length - 1, index))];
}

export class RateMenu {
  /** @param {{t: Translate, rate: () => number, onChoose: (rate: number) => void}} options */
  constructor(options) {
    this.options = options;
    this.words = el("span", {});
    this.node = el(
      "button",
      {
        class: "ss-flat ss-rate",
        type: "button",
        title: options.t("review.rate"),
        "aria-haspopup": "menu",
        "aria-expanded": "false",
        dataset: { control: "rate" },
        on: { click: () => this.#open() },
      },
      this.words,
      icon("chevron-down"),
    );
    this.show();
  }

  /** Show the present speed. */
  show() {
    const rate = rateText(this.options.rate());
    this.words.textContent = rate;
    this.node.setAttribute("aria-label", `${this.options.t("review.rate")} ${rate}`);
  }

  #open() {
    const { rate, onChoose, t } = this.options;
    const items = RATES.map((each) => ({
      text: rateText(each),
      isChecked: each === rate(),
      act: () => onChoose(each),
    }));
    openMenu({
      at: this.node,
      within: this.node.closest(".ss-editor"),
      label: t("review.rate"),
      items,
    });
  }
}
