// Requests a new clustering and lists the proposed changes.

/**
 * @import { SpeakerLook, Translate } from "../../types.d.ts"
 * @import { ReviewModel } from "../edits/model.js"
 * @import { Proposal } from "./proposal.js"
 */

import { openMenu } from "../../components/controls/action_menu.js";
import { el, icon } from "../../components/dom.js";
import { digit } from "../../components/speakers/speaker_digit.js";
import { Refused } from "../../api/server.js";

const MOST_SPEAKERS = 50;
const [LEAST_CHOICES, CHOICES_ABOVE] = [12, 4]; // numbers of speakers in the menu; above the present number

export class ProposalPanel {
  /** @param {{proposal: Proposal, model: ReviewModel, t: Translate, lookOf: (speakerId: string|null) => SpeakerLook, nameOf: (speakerId: string|null) => string, onShow: (rowIds: string[]) => void}} options */
  constructor(options) {
    this.options = options;
    const { t, proposal } = options;
    this.button = el(
      "button",
      {
        class: "ss-button ss-regroup",
        type: "button",
        "aria-haspopup": "menu",
        dataset: { control: "regroup" },
        on: { click: () => this.#openMenu() },
      },
      el("span", { text: t("proposal.ask") }),
      icon("chevron-down"),
    );
    this.note = el("p", { class: "ss-quiet ss-small", role: "status" });
    this.list = el("ul", { class: "ss-pairs" });
    this.colours = el("input", {
      type: "checkbox",
      on: {
        change: () => {
          proposal.coloursMap = this.colours.checked;
        },
      },
    });
    this.offer = el(
      "div",
      { class: "ss-offer" },
      this.list,
      el(
        "div",
        { class: "ss-offer-line" },
        this.#wordButton("proposal.take_all", "ss-button", () => proposal.take(proposal.ids)),
        this.#wordButton("proposal.dismiss", "ss-button ss-plain", () => {
          proposal.dismiss();
          this.note.textContent = "";
        }),
        el(
          "label",
          { class: "ss-small ss-offer-colours" },
          this.colours,
          el("span", { text: t("proposal.colours") }),
        ),
      ),
    );
    this.node = el("div", { class: "ss-proposal" }, this.note, this.offer);
    this.update();
  }

  /** Update after a change of the proposal or the rows. */
  update() {
    const { proposal, t } = this.options;
    const pairs = proposal.pairs();
    const count = pairs.reduce((sum, pair) => sum + pair.ids.length, 0);
    this.offer.hidden = count === 0;
    this.colours.checked = proposal.coloursMap;
    this.list.replaceChildren(...pairs.map((pair) => this.#line(pair)));
    if (!proposal.isOn) return;
    const taken = proposal.numTaken;
    this.note.textContent =
      count > 0
        ? t("proposal.found", { count })
        : taken > 0
          ? t("proposal.taken", { count: taken })
          : t("proposal.nothing");
  }

  #openMenu() {
    const { t, model } = this.options;
    const most = Math.min(
      MOST_SPEAKERS,
      Math.max(LEAST_CHOICES, model.speakers.length + CHOICES_ABOVE),
    );
    const numbers = Array.from({ length: most }, (_, i) => i + 1);
    openMenu({
      at: this.button,
      within: this.node,
      label: t("proposal.count"),
      items: [
        { text: t("proposal.auto"), icon: "sparkles", act: () => this.#ask("auto") },
        ...numbers.map((count) => ({
          text: t(count === 1 ? "proposal.speaker_one" : "proposal.speakers", { count }),
          key: count < 10 ? String(count) : "",
          act: () => this.#ask(String(count)),
        })),
      ],
    });
  }

  /** @param {string} count a number of speakers, or "auto" */
  async #ask(count) {
    const { proposal, t } = this.options;
    this.button.disabled = true;
    this.note.textContent = t("proposal.working");
    try {
      await proposal.ask(count);
    } catch (error) {
      this.note.textContent = t(
        !(error instanceof Refused)
          ? "view.offline"
          : error.status === 404
            ? "map.none"
            : "review.refused",
      );
    }
    this.button.disabled = false;
  }

  #line({ from, group, ids }) {
    const { proposal, t, lookOf, nameOf, onShow } = this.options;
    const [before, after] = [nameOf(from), proposal.nameOfGroup(group)];
    const words = t(ids.length === 1 ? "proposal.pair_one" : "proposal.pair", {
      count: ids.length,
      from: before,
      to: after,
    });
    const act = (picture, key, run) =>
      el(
        "button",
        {
          class: "ss-icon-button",
          type: "button",
          title: t(key),
          "aria-label": `${t(key)}: ${words}`,
          on: { click: run },
        },
        icon(picture),
      );
    return el(
      "li",
      { class: "ss-pair" },
      el(
        "button",
        {
          class: "ss-flat ss-pair-rows",
          type: "button",
          title: t("proposal.show"),
          on: { click: () => onShow(ids) },
        },
        el("span", { class: "ss-sr", text: words }),
        el(
          "span",
          { class: "ss-pair-picture", "aria-hidden": "true" },
          el("span", { class: "ss-pair-count", text: String(ids.length) }),
          digit(lookOf(from)),
          el("bdi", { text: before }),
          icon("arrow-right"),
          digit(proposal.lookOfGroup(group)),
          el("bdi", { text: after }),
        ),
      ),
      act("check", "proposal.take", () => proposal.take(ids)),
      act("x", "proposal.drop", () => proposal.dismiss(ids)),
    );
  }

  #wordButton(key, classes, act) {
    return el("button", {
      class: classes,
      type: "button",
      text: this.options.t(key),
      on: { click: act },
    });
  }
}
