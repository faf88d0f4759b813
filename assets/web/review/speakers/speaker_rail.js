// The rail of a window without room for the panel: a digit per speaker, map, history and quality.

/**
 * @import { SpeakerLook, Translate } from "../../types.d.ts"
 * @import { ReviewModel } from "../edits/model.js"
 */

import { el, icon } from "../../components/dom.js";
import { rovingFocus } from "../../components/controls/roving_focus.js";
import { digit } from "../../components/speakers/speaker_digit.js";

export class SpeakerRail {
  #shown = "";

  /**
   * @param {{model: ReviewModel, t: Translate, lookOf: (speakerId: string|null) => SpeakerLook, nameOf: (speakerId: string|null) => string,
   *   onOpen: (panel: string) => void, onMap: () => void, onSpeaker: (speakerId: string) => void}} options
   */
  constructor(options) {
    this.options = options;
    const { t, onOpen, onMap } = options;
    this.unfold = this.#button("panel-right", t("panel.unfold"), "open", () => onOpen("people"));
    this.people = el("div", { class: "ss-rail-people" });
    this.node = el(
      "nav",
      { class: "ss-rail", "aria-label": t("panel.label") },
      this.unfold,
      el("hr"),
      this.people,
      el("hr"),
      this.#button("chart-scatter", t("review.map"), "map", onMap),
      this.#button("history", t("review.history"), "history", () => onOpen("history")),
      this.#button("gauge", t("figures.title"), "quality", () => onOpen("quality")),
    );
    this.stops = rovingFocus(this.node, "button", { isVertical: true });
  }

  focus() {
    this.unfold.focus();
  }

  update() {
    const { model, lookOf, nameOf, onSpeaker } = this.options;
    const shown = JSON.stringify(model.speakers);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.people.replaceChildren(
      ...model.speakers.map((each) => {
        const [name, look] = [nameOf(each.id), lookOf(each.id)];
        return el(
          "button",
          {
            class: "ss-icon-button",
            type: "button",
            tabindex: "-1",
            title: name,
            "aria-label": `${look.number} ${name}`,
            style: look.style,
            on: { click: () => onSpeaker(each.id) },
          },
          digit(look),
        );
      }),
    );
    this.stops.refresh();
  }

  #button(picture, words, name, act) {
    return el(
      "button",
      {
        class: "ss-icon-button",
        type: "button",
        title: words,
        "aria-label": words,
        dataset: { rail: name },
        on: { click: act },
      },
      icon(picture),
    );
  }
}
