// The sentences drawn around on the map, with the speakers to assign them to.

/**
 * @import { SpeakerLook, Translate } from "../../../types.d.ts"
 * @import { ReviewModel } from "../../edits/model.js"
 */

import { el } from "../../../components/dom.js";
import { digit } from "../../../components/speakers/speaker_digit.js";
import { clock } from "../../../components/text/time_format.js";

const MOST_ROWS = 200; // more are counted in the heading alone

export class PickedRows {
  /**
   * @param {{model: ReviewModel, t: Translate, lookOf: (speakerId: string|null) => SpeakerLook, nameOf: (speakerId: string|null) => string,
   *   onPoint: (rowId: string, startMs: number, endMs: number) => void, onAssign: (rowIds: string[], speakerId: string) => void}} options
   */
  constructor(options) {
    this.options = options;
    this.node = el("section", {
      class: "ss-picked",
      "aria-label": options.t("map.picked"),
      hidden: true,
    });
  }

  /** @param {string[]} ids in the order of the transcript */
  show(ids) {
    const { t } = this.options;
    this.node.hidden = ids.length === 0;
    this.node.replaceChildren(
      el("h3", { class: "ss-heading", text: t("map.picked_count", { count: ids.length }) }),
      el("ul", {}, ...ids.slice(0, MOST_ROWS).map((id) => this.#line(id))),
      this.#speakers(ids),
    );
  }

  #line(id) {
    const { model, onPoint, t } = this.options;
    const row = model.row(id);
    if (row === null) return "";
    return el(
      "li",
      {},
      el(
        "button",
        {
          class: "ss-picked-row",
          type: "button",
          on: { click: () => onPoint(null, row.start_ms, row.end_ms) },
        },
        el("time", { text: clock(row.start_ms) }),
        el("span", { dir: "auto", text: row.text || t("map.no_words") }),
      ),
    );
  }

  #speakers(ids) {
    const { model, t, lookOf, nameOf, onAssign } = this.options;
    return el(
      "div",
      { class: "ss-picked-speakers" },
      el("span", { text: t("map.assign") }),
      ...model.speakers.map((each) =>
        el(
          "button",
          {
            class: "ss-icon-button",
            type: "button",
            title: nameOf(each.id),
            "aria-label": `${t("map.assign")} ${nameOf(each.id)}`,
            on: { click: () => onAssign(ids, each.id) },
          },
          digit(lookOf(each.id)),
        ),
      ),
    );
  }
}
