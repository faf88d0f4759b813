// The filter of the rows: by speaker, status, text and doubt.

/**
 * @import { Speaker } from "../../api/payloads.d.ts"
 * @import { Translate } from "../../types.d.ts"
 */

import { el } from "../../components/dom.js";

const STATES = ["all", "open", "verified", "corrected", "rejected", "flagged", "doubtful"];

const PASSES = {
  // (row, isDoubtful)
  all: () => true,
  open: (row) => row.status !== "verified" && row.status !== "rejected",
  verified: (row) => row.status === "verified",
  corrected: (row) => row.is_edited,
  rejected: (row) => row.status === "rejected",
  flagged: (row) => row.is_flagged,
  doubtful: (row, isDoubtful) => isDoubtful,
};

/** Fires "change". */
export class RowFilter extends EventTarget {
  #words = "";

  /** @param {{speakers: () => Speaker[], nameOf: (speakerId: string|null) => string, t: Translate}} options */
  constructor(options) {
    super();
    this.options = options;
    const { t } = options;
    const changed = () => this.dispatchEvent(new Event("change"));
    this.state = el(
      "select",
      { class: "ss-select", "aria-label": t("filter.state"), on: { change: changed } },
      ...STATES.map((name) => el("option", { value: name, text: t(`filter.${name}`) })),
    );
    this.speaker = el("select", {
      class: "ss-select",
      "aria-label": t("filter.speaker"),
      on: { change: changed },
    });
    this.node = el("div", { class: "ss-filter" }, this.speaker, this.state);
    this.updateSpeakers();
  }

  get isOn() {
    return this.state.value !== "all" || this.speaker.value !== "" || this.#words !== "";
  }

  updateSpeakers() {
    const { speakers, nameOf, t } = this.options;
    const chosen = this.speaker.value;
    this.speaker.replaceChildren(
      el("option", { value: "", text: t("filter.everybody") }),
      ...speakers().map((each) => el("option", { value: each.id, text: nameOf(each.id) })),
    );
    this.speaker.value = [...this.speaker.options].some((each) => each.value === chosen)
      ? chosen
      : "";
  }

  showSpeaker(id) {
    this.speaker.value = this.speaker.value === id ? "" : id;
    this.dispatchEvent(new Event("change"));
  }

  showWords(words) {
    if (words === this.#words) return;
    this.#words = words;
    this.dispatchEvent(new Event("change"));
  }

  clear() {
    this.state.value = "all";
    this.speaker.value = "";
    this.#words = "";
    this.dispatchEvent(new Event("change"));
  }

  passes(row, isDoubtful) {
    return (
      PASSES[this.state.value](row, isDoubtful) &&
      (this.speaker.value === "" || row.speaker_id === this.speaker.value) &&
      (this.#words === "" || row.text.includes(this.#words))
    );
  }
}
