// How far the annotators of the same recordings agree, loaded when opened.

/**
 * @import { AnnotatorPair } from "../api/payloads.d.ts"
 * @import { Translate } from "../types.d.ts"
 */

import { getJson } from "../api/server.js";
import { el } from "../components/dom.js";

const percent = (share) => `${(100 * share).toFixed(1)} %`;

export class AnnotatorAgreement {
  /** @param {Translate} t */
  constructor(t) {
    this.t = t;
    this.list = el("ul", { class: "ss-work-list", role: "status" });
    this.node = el(
      "details",
      {
        class: "ss-work-group",
        dataset: { part: "agreement" },
        on: { toggle: () => this.node.open && this.#load() },
      },
      el("summary", {}, el("span", { text: t("pairs.title") })),
      this.list,
    );
  }

  async #load() {
    this.#say("view.loading");
    try {
      const { pairs } = await getJson("team/annotators");
      if (pairs.length === 0) return this.#say("pairs.none");
      return this.list.replaceChildren(...pairs.map((each) => this.#row(each)));
    } catch {
      return this.#say("view.offline");
    }
  }

  /** @param {AnnotatorPair} pair */
  #row({ first, second, num_recordings: count, cer, der, kappa }) {
    const { t } = this;
    const nobody = t("pairs.nobody");
    const figures = [
      t("pairs.recordings", { count }),
      t("second.cer", { rate: percent(cer) }),
      t("second.der", { rate: percent(der) }),
      kappa === null ? null : t("second.kappa", { kappa: kappa.toFixed(2) }),
    ];
    return el(
      "li",
      {},
      el("span", {
        text: t("pairs.names", { first: first || nobody, second: second || nobody }),
        dir: "auto",
      }),
      el("span", {
        class: "ss-quiet ss-small",
        text: ` · ${figures.filter((each) => each !== null).join(" · ")}`,
      }),
    );
  }

  #say(key) {
    this.list.replaceChildren(el("li", { class: "ss-quiet", text: this.t(key) }));
  }
}
