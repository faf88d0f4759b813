// Requests a new clustering and lists the proposed changes.

/**
 * @import { SpeakerLook, Translate } from "../../types.d.ts"
 * @import { Proposal } from "./proposal.js"
 */

import { el, icon } from "../../components/dom.js";
import { Refused } from "../../api/server.js";
import { chip } from "../rows/row_view.js";

const MOST_SPEAKERS = 50;

export class ProposalPanel {
  /** @param {{proposal: Proposal, t: Translate, lookOf: (speakerId: string|null) => SpeakerLook, nameOf: (speakerId: string|null) => string, onShow: (rowIds: string[]) => void}} options */
  constructor(options) {
    this.options = options;
    const { t, proposal } = options;
    this.count = el("input", {
      class: "ss-input ss-count",
      type: "number",
      min: "1",
      max: String(MOST_SPEAKERS),
      step: "1",
      placeholder: t("proposal.auto"),
      "aria-label": t("proposal.count"),
    });
    this.button = el("button", { class: "ss-button", type: "submit", text: t("proposal.ask") });
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
      el(
        "div",
        { class: "ss-offer-line" },
        el("button", {
          class: "ss-button ss-primary",
          type: "button",
          text: t("proposal.take_all"),
          on: { click: () => proposal.take(proposal.ids) },
        }),
        el("button", {
          class: "ss-button",
          type: "button",
          text: t("proposal.dismiss"),
          on: { click: () => proposal.dismiss() },
        }),
        el(
          "label",
          { class: "ss-small ss-offer-colours" },
          this.colours,
          el("span", { text: t("proposal.colours") }),
        ),
      ),
      this.list,
    );
    this.node = el(
      "div",
      { class: "ss-proposal" },
      el(
        "form",
        {
          class: "ss-offer-line",
          novalidate: true,
          on: {
            submit: (event) => {
              event.preventDefault();
              this.#ask();
            },
          },
        },
        this.count,
        this.button,
      ),
      this.note,
      this.offer,
    );
    this.update();
  }

  /** Update after a change of the proposal or the rows. */
  update() {
    const { proposal, t } = this.options;
    this.offer.hidden = !proposal.isOn;
    this.colours.checked = proposal.coloursMap;
    if (!proposal.isOn) return this.list.replaceChildren();
    const pairs = proposal.pairs();
    const total = pairs.reduce((sum, pair) => sum + pair.ids.length, 0);
    this.note.textContent =
      total === 0 ? t("proposal.nothing") : t("proposal.found", { count: total });
    return this.list.replaceChildren(...pairs.map((pair) => this.#line(pair)));
  }

  async #ask() {
    const { proposal, t } = this.options;
    const { value } = this.count;
    if (
      value !== "" &&
      !(Number.isInteger(Number(value)) && Number(value) >= 1 && Number(value) <= MOST_SPEAKERS)
    ) {
      this.note.textContent = t("proposal.range", { most: MOST_SPEAKERS });
      return;
    }
    this.button.disabled = true;
    this.note.textContent = t("proposal.working");
    try {
      await proposal.ask(value === "" ? "auto" : value);
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
    return el(
      "li",
      { class: "ss-pair" },
      el(
        "button",
        {
          class: "ss-pair-rows",
          type: "button",
          title: t("proposal.show"),
          "aria-label": `${words}. ${t("proposal.show")}`,
          on: { click: () => onShow(ids) },
        },
        el("span", { class: "ss-pair-count", text: String(ids.length) }),
        chip(before, lookOf(from), { tag: "span" }),
        el("span", { "aria-hidden": "true", text: "→" }),
        chip(after, proposal.lookOfGroup(group), { tag: "span" }),
      ),
      el(
        "button",
        {
          class: "ss-tiny",
          type: "button",
          title: t("proposal.take"),
          "aria-label": `${t("proposal.take")}: ${words}`,
          on: { click: () => proposal.take(ids) },
        },
        icon("check"),
      ),
      el(
        "button",
        {
          class: "ss-tiny",
          type: "button",
          title: t("proposal.drop"),
          "aria-label": `${t("proposal.drop")}: ${words}`,
          on: { click: () => proposal.dismiss(ids) },
        },
        icon("x"),
      ),
    );
  }
}
