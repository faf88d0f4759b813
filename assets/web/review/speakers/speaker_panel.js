// The panel of speakers: rename, play a sample, merge, skip, filter.

/**
 * @import { SpeakerLook, Translate } from "../../types.d.ts"
 * @import { ReviewModel } from "../edits/model.js"
 */

import { clock } from "../../components/time_format.js";
import { el, icon } from "../../components/dom.js";
import { chip } from "../rows/row_view.js";

export class SpeakerPanel {
  #renaming = null;
  #shown = "";

  /**
   * @param {{model: ReviewModel, t: Translate, lookOf: (speakerId: string|null) => SpeakerLook, nameOf: (speakerId: string|null) => string, onRename: (id, name) => void, onMerge: (from, into) => void,
   *   onSample: (id) => void, onSkip: (id, skipped: boolean) => void, onFilter: (id) => void, isSkipped: (id) => boolean}} options
   */
  constructor(options) {
    this.options = options;
    this.list = el("ul", { class: "ss-people" });
    this.node = el(
      "section",
      { class: "ss-panel", role: "tabpanel", "aria-label": options.t("review.speakers") },
      this.list,
    );
  }

  update() {
    if (this.#renaming !== null || this.node.hidden) return; // a name is being typed, or the panel is hidden
    const { model, isSkipped } = this.options;
    const talk = talkTimes(model);
    const shown = JSON.stringify(
      model.speakers.map((each) => [each, talk.get(each.id), isSkipped(each.id)]),
    );
    if (shown === this.#shown) return;
    this.#shown = shown;
    const total = [...talk.values()].reduce((sum, ms) => sum + ms, 0);
    this.list.replaceChildren(
      ...model.speakers.map((each, i) => this.#person(each, i, talk.get(each.id) ?? 0, total)),
    );
  }

  #person(speaker, index, talkMs, totalMs) {
    const { t, lookOf, nameOf, isSkipped } = this.options;
    const name = nameOf(speaker.id);
    const share = totalMs > 0 ? talkMs / totalMs : 0;
    const button = (picture, words, act, pressed = null) =>
      el(
        "button",
        {
          class: "ss-tiny",
          type: "button",
          title: words,
          "aria-label": `${words}: ${name}`,
          "aria-pressed": pressed,
          on: { click: act },
        },
        icon(picture),
      );
    const others = this.options.model.speakers.filter((each) => each.id !== speaker.id);
    const person = el(
      "li",
      {
        class: "ss-person",
        dataset: { speaker: speaker.id },
        style: lookOf(speaker.id).style,
      },
      el(
        "div",
        { class: "ss-person-head" },
        el("kbd", { text: index < 9 ? String(index + 1) : "" }),
        this.#nameButton(speaker, name),
        button("play", t("review.sample"), () => this.options.onSample(speaker.id)),
        button(
          isSkipped(speaker.id) ? "volume-x" : "volume-2",
          t("review.skip"),
          () => {
            this.options.onSkip(speaker.id, !isSkipped(speaker.id));
            this.update();
          },
          String(isSkipped(speaker.id)),
        ),
        button("list-filter", t("review.only_this"), () => this.options.onFilter(speaker.id)),
        others.length === 0 ? null : this.#mergeChoice(speaker, name, others),
      ),
      el(
        "div",
        { class: "ss-person-share" },
        el("span", { class: "ss-person-bar" }, el("span", { style: { width: `${100 * share}%` } })),
        el("span", {
          class: "ss-quiet ss-small",
          text: `${clock(talkMs)} · ${Math.round(100 * share)}%`,
        }),
      ),
    );
    return person;
  }

  #nameButton(speaker, name) {
    const node = chip(name, this.options.lookOf(speaker.id), {
      label: this.options.t("review.rename"),
    });
    node.tabIndex = 0;
    node.addEventListener("click", () => this.#rename(speaker, node));
    return node;
  }

  #rename(speaker, place) {
    this.#renaming = speaker.id;
    const end = (keep) => {
      if (this.#renaming === null) return;
      this.#renaming = null;
      const name = box.value.trim();
      if (keep && name !== (speaker.name ?? "")) this.options.onRename(speaker.id, name);
      this.#shown = "";
      this.update();
    };
    const box = el("input", {
      class: "ss-input",
      value: speaker.name ?? "",
      maxlength: "80",
      placeholder: this.options.nameOf(speaker.id),
      "aria-label": this.options.t("review.rename"),
      on: {
        blur: () => end(true),
        keydown: (event) => {
          event.stopPropagation();
          if (event.isComposing) return;
          if (event.key === "Enter") end(true);
          if (event.key === "Escape") end(false);
        },
      },
    });
    place.replaceWith(box);
    box.focus();
    box.select();
  }

  #mergeChoice(speaker, name, others) {
    const { t, nameOf } = this.options;
    return el(
      "select",
      {
        class: "ss-merge",
        title: t("review.merge_into"),
        "aria-label": `${t("review.merge_into")}: ${name}`,
        on: {
          change: (event) => {
            if (event.target.value) this.options.onMerge(speaker.id, event.target.value);
          },
        },
      },
      el("option", { value: "", text: "⇢" }),
      ...others.map((each) => el("option", { value: each.id, text: nameOf(each.id) })),
    );
  }
}

/** Return the total duration of each speaker's rows in milliseconds. */
export function talkTimes(model) {
  const talk = new Map();
  for (const row of model.rows) {
    if (row.speaker_id === null || row.status === "rejected") continue;
    talk.set(row.speaker_id, (talk.get(row.speaker_id) ?? 0) + row.end_ms - row.start_ms);
  }
  return talk;
}
