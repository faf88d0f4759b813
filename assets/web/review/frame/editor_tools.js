// The tools above the transcript: undo and redo, find, filter, doubtful places, verify.

/**
 * @import { TranscriptEditor } from "../editor.js"
 */

import { el, icon } from "../../components/dom.js";
import { rovingFocus } from "../../components/controls/roving_focus.js";
import { DoubtSteps } from "../doubt_steps.js";
import { shownKey } from "../keys/keymap.js";

export class EditorTools {
  /** @param {TranscriptEditor} editor */
  constructor(editor) {
    const { t, actions, filter, keymap } = editor;
    this.doubts = new DoubtSteps(editor);
    const words = (action) => `${t(`keys.${action}`)}  ${shownKey(keymap.keyFor(action))}`;
    const button = (picture, action) =>
      el(
        "button",
        {
          class: "ss-icon-button",
          type: "button",
          title: words(action),
          "aria-label": t(`keys.${action}`),
          dataset: { action },
          on: { click: () => actions.run(action) },
        },
        icon(picture),
      );
    const steps = el(
      "div",
      { class: "ss-tool-group" },
      button("undo-2", "undo"),
      button("redo-2", "redo"),
      button("search", "find"),
    );
    rovingFocus(steps, "button");
    const verify = el(
      "button",
      {
        class: "ss-button ss-primary ss-verify",
        type: "button",
        title: t("keys.verify"),
        dataset: { action: "verify" },
        on: { click: () => actions.run("verify") },
      },
      icon("check"),
      el("span", { text: t("edit.verify") }),
      el("kbd", { "aria-hidden": "true", text: shownKey(keymap.keyFor("verify")) }),
    );
    this.node = el(
      "div",
      { class: "ss-tools", role: "toolbar", "aria-label": t("tools.label") },
      steps,
      filter.node,
      this.doubts.node,
      verify,
    );
  }
}
