// Error rates against verified sentences and the annotators' pace, loaded when opened.

/**
 * @import { Translate } from "../../types.d.ts"
 */

import { clock } from "../../components/text/time_format.js";
import { el } from "../../components/dom.js";
import { getJson } from "../../api/server.js";

const RETRY_MS = 3_000;
const percent = (share) => `${(100 * share).toFixed(1)} %`;

export class ReviewFigures {
  /** @param {{transcriptId: string, t: Translate, isShown: () => boolean}} options */
  constructor(options) {
    this.options = options;
    this.node = el("div", { class: "ss-figures", role: "status" });
  }

  async update() {
    const { t, transcriptId } = this.options;
    if (this.node.childElementCount === 0) this.#say(t("view.loading"));
    try {
      const [quality, { annotators }] = await Promise.all([
        getJson(`transcripts/${transcriptId}/quality`),
        getJson(`transcripts/${transcriptId}/annotators`),
      ]);
      this.node.replaceChildren(
        ...this.#quality(quality),
        ...annotators.flatMap((each) => this.#annotator(each)),
      );
    } catch {
      this.#say(t("view.offline"));
      setTimeout(() => {
        if (this.options.isShown() && this.node.isConnected) this.update();
      }, RETRY_MS);
    }
  }

  #say(words) {
    this.node.replaceChildren(note(words));
  }

  #quality(quality) {
    const { t } = this.options;
    const isOpen = quality.cer === null;
    return [
      heading(t("figures.quality")),
      isOpen ? note(t("figures.nothing_verified")) : null,
      isOpen
        ? null
        : facts([
            [t("figures.cer"), percent(quality.cer)],
            [t("figures.der"), percent(quality.der)],
          ]),
      heading(t("figures.progress")),
      facts([
        [
          t("figures.verified"),
          t("figures.verified_of", {
            count: quality.num_verified,
            all: quality.num_verified + quality.num_open,
          }),
        ],
        [t("figures.verified_time"), clock(quality.verified_ms)],
      ]),
    ].filter((each) => each !== null);
  }

  #annotator(work) {
    const { t } = this.options;
    return [
      heading(work.author || t("figures.nobody")),
      facts([
        [t("figures.at_work"), clock(work.active_ms)],
        [t("figures.sentences"), String(work.num_utterances)],
        ...(work.active_ms > 0
          ? [
              [
                t("figures.pace"),
                t("figures.an_hour", { count: Math.round(work.utterances_an_hour) }),
              ],
            ]
          : []),
        ...(work.real_time_factor > 0
          ? [[t("figures.factor"), work.real_time_factor.toFixed(1)]]
          : []),
        [t("figures.taken_back"), String(work.num_taken_back)],
      ]),
    ];
  }
}

const heading = (text) => el("h3", { class: "ss-facts-title", text });
const note = (text) => el("p", { class: "ss-quiet ss-small", text });
const facts = (pairs) =>
  el(
    "dl",
    { class: "ss-facts" },
    ...pairs.flatMap(([name, value]) => [el("dt", { text: name }), el("dd", { text: value })]),
  );
