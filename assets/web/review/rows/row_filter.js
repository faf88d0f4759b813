// The filter of the rows: chips with counts for status, doubt and overlap; all states and the speakers
// are in a menu, so that nothing is lost where the chips do not fit.

/**
 * @import { Speaker } from "../../api/payloads.d.ts"
 * @import { SpeakerLook, Translate } from "../../types.d.ts"
 * @import { ReviewModel } from "../edits/model.js"
 */

import { openMenu } from "../../components/controls/action_menu.js";
import { el, icon } from "../../components/dom.js";
import { rovingFocus } from "../../components/controls/roving_focus.js";
import { overlapOf } from "./turns.js";

const CHIPS = ["all", "doubtful", "open", "corrected", "overlapping", "flagged"];
const MENU_ONLY = ["verified", "rejected"];

/** @type {Object<string, (row: import("../../api/payloads.d.ts").Row, model: ReviewModel) => boolean>} */
const PASSES = {
  all: () => true,
  doubtful: (row, model) => model.isDoubtful(row.id),
  open: (row) => row.status !== "verified" && row.status !== "rejected",
  corrected: (row) => row.is_edited,
  overlapping: (row, model) => overlapOf(model, row.id) !== null,
  flagged: (row) => row.is_flagged,
  verified: (row) => row.status === "verified",
  rejected: (row) => row.status === "rejected",
};

/** Fires "change". */
export class RowFilter extends EventTarget {
  #state = "all";
  #speaker = null;
  #counts = new Map();
  #shown = "";

  /** @param {{model: ReviewModel, nameOf: (speakerId: string|null) => string, lookOf: (speakerId: string|null) => SpeakerLook, t: Translate}} options */
  constructor(options) {
    super();
    this.options = options;
    const { t } = options;
    this.chips = CHIPS.map((name) =>
      el(
        "button",
        {
          class: "ss-flat ss-filter-chip",
          type: "button",
          dataset: { filter: name },
          on: { click: () => this.showState(name) },
        },
        el("span", { text: t(`filter.${name}`) }),
        el("span", { class: "ss-filter-count" }),
      ),
    );
    this.more = el(
      "button",
      {
        class: "ss-icon-button",
        type: "button",
        title: t("filter.more"),
        "aria-label": t("filter.more"),
        "aria-haspopup": "menu",
        dataset: { filter: "more" },
        on: { click: () => this.#openMenu() },
      },
      icon("list-filter"),
    );
    this.node = el(
      "div",
      { class: "ss-filter", role: "group", "aria-label": t("filter.state") },
      el("div", { class: "ss-filter-chips" }, ...this.chips),
      this.more,
    );
    rovingFocus(this.node, "button");
    this.#showState();
  }

  get isOn() {
    return this.#state !== "all" || this.#speaker !== null;
  }

  get state() {
    return this.#state;
  }

  /** Show the rows of a state, such as "open". */
  showState(name) {
    this.#state = name;
    this.#changed();
  }

  /** Show the rows of a speaker only; of all speakers if they were shown alone, or for null. */
  showSpeaker(id) {
    this.#speaker = this.#speaker === id ? null : id;
    this.#changed();
  }

  clear() {
    this.#state = "all";
    this.#speaker = null;
    this.#changed();
  }

  passes(row) {
    return (
      PASSES[this.#state](row, this.options.model) &&
      (this.#speaker === null || row.speaker_id === this.#speaker)
    );
  }

  /** Update after a change of the speakers. */
  updateSpeakers() {
    if (this.#speaker !== null && this.options.model.speaker(this.#speaker) === null)
      this.#speaker = null;
    this.#showState();
  }

  /** Count the rows of every chip. */
  updateCounts() {
    const { model } = this.options;
    const { rows } = model;
    for (const name of [...CHIPS, ...MENU_ONLY])
      this.#counts.set(name, rows.filter((row) => PASSES[name](row, model)).length);
    const shown = [...this.#counts.values()].join(" ");
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.chips.forEach((chip, i) => {
      chip.lastElementChild.textContent = String(this.#counts.get(CHIPS[i]));
    });
  }

  #changed() {
    this.#showState();
    this.dispatchEvent(new Event("change"));
  }

  #showState() {
    CHIPS.forEach((name, i) =>
      this.chips[i].setAttribute("aria-pressed", String(name === this.#state)),
    );
    const isInMenu = this.#speaker !== null || MENU_ONLY.includes(this.#state);
    this.more.setAttribute("aria-pressed", String(isInMenu));
    const { t, nameOf } = this.options;
    const words = [
      MENU_ONLY.includes(this.#state) ? t(`filter.${this.#state}`) : null,
      this.#speaker === null ? null : nameOf(this.#speaker),
    ].filter(Boolean);
    this.more.title = words.length > 0 ? words.join(" · ") : t("filter.more");
  }

  #openMenu() {
    const { model, nameOf, lookOf, t } = this.options;
    openMenu({
      at: this.more,
      within: this.node.closest(".ss-editor"),
      label: t("filter.more"),
      items: [
        ...[...CHIPS, ...MENU_ONLY].map((name) => ({
          text: t(`filter.${name}`),
          note: String(this.#counts.get(name) ?? ""),
          isChecked: name === this.#state,
          act: () => this.showState(name),
        })),
        {
          text: t("filter.everybody"),
          isChecked: this.#speaker === null,
          startsGroup: true,
          act: () => this.showSpeaker(null),
        },
        ...model.speakers.map(({ id }) => ({
          text: nameOf(id),
          look: lookOf(id),
          isChecked: id === this.#speaker,
          act: () => this.showSpeaker(id),
        })),
      ],
    });
  }
}
