// The bar of several selected rows: their number, the speakers with their keys, and what can be done.

/**
 * @import { TranscriptEditor } from "../editor.js"
 */

import { el, icon } from "../../components/dom.js";
import { digit } from "../../components/speakers/speaker_digit.js";
import { shownKey } from "../keys/keymap.js";

const SHOWN_SPEAKERS = 4; // the others are in the menu of speakers
const ACTIONS = [
  ["verify", "check"],
  ["merge_next", "merge"],
  ["reject", "eye-off"],
  ["delete", "trash-2"],
];

export class SelectionBar {
  #shown = "";

  /** @param {TranscriptEditor} editor */
  constructor(editor) {
    this.editor = editor;
    this.node = el("div", { class: "ss-asks ss-selection", role: "status" });
  }

  /** Update after a change of the selection or the speakers. */
  update() {
    const { selection, model, nameOf, t } = this.editor;
    const { size } = selection;
    const names = model.speakers.map(({ id }) => nameOf(id));
    const shown = size > 1 ? `${size} ${JSON.stringify(names)}` : "";
    if (shown === this.#shown) return;
    this.#shown = shown;
    if (size < 2) return void this.node.replaceChildren();
    this.node.replaceChildren(
      el("span", { class: "ss-selection-count", text: t("review.selected", { count: size }) }),
      el("span", { class: "ss-selection-speakers" }, ...this.#speakers()),
      ...ACTIONS.map(([action, picture]) => this.#button(action, picture)),
      this.#close(),
    );
  }

  #speakers() {
    const { model, nameOf, lookOf, commands, selection, actions, t } = this.editor;
    const buttons = model.speakers.slice(0, SHOWN_SPEAKERS).map(({ id }) =>
      el(
        "button",
        {
          class: "ss-flat ss-selection-act",
          type: "button",
          title: nameOf(id),
          on: { click: () => commands.assignSpeaker(selection.ids, id) },
        },
        digit(lookOf(id)),
        el("span", { class: "ss-selection-name", text: nameOf(id) }),
      ),
    );
    const more = el(
      "button",
      {
        class: "ss-flat ss-selection-act",
        type: "button",
        title: t("review.choose_speaker"),
        "aria-label": t("review.choose_speaker"),
        on: { click: () => actions.openSpeakers(selection.current, more) },
      },
      icon("users"),
    );
    return [...buttons, more];
  }

  #button(action, picture) {
    const { actions, keymap, t } = this.editor;
    return el(
      "button",
      {
        class:
          action === "delete" ? "ss-flat ss-selection-act ss-danger" : "ss-flat ss-selection-act",
        type: "button",
        title: shownKey(keymap.keyFor(action)),
        dataset: { action },
        on: { click: () => actions.run(action) },
      },
      icon(picture),
      el("span", { text: t(`selection.${action}`) }),
    );
  }

  #close() {
    const { selection, t } = this.editor;
    return el(
      "button",
      {
        class: "ss-flat ss-selection-act",
        type: "button",
        title: t("selection.clear"),
        "aria-label": t("selection.clear"),
        on: { click: () => selection.choose(selection.current) },
      },
      icon("x"),
    );
  }
}
