// Names the open one of several transcripts of a recording, and opens another.

/**
 * @import { Recording, TranscriptChoice } from "../../api/payloads.d.ts"
 * @import { TranscriptEditor } from "../editor.js"
 */

import { session } from "../../api/session.js";
import { openMenu } from "../../components/controls/action_menu.js";
import { el, icon } from "../../components/dom.js";
import {
  madeAt,
  transcriptItem,
  transcriptName,
  transcriptsOf,
} from "../../components/transcript_choices.js";

let isFocusWanted = false; // by the head of the transcript that is being opened

export class TranscriptSwitch {
  #shownFor = ""; // state of the list of recordings that the name was loaded for

  /** @param {TranscriptEditor} editor */
  constructor(editor) {
    this.editor = editor;
    this.name = el("span", {});
    this.node = el(
      "button",
      {
        class: "ss-flat ss-transcript-switch",
        type: "button",
        hidden: true,
        "aria-haspopup": "menu",
        "aria-expanded": "false",
        dataset: { part: "transcript-switch" },
        on: { click: () => this.#openMenu() },
      },
      this.name,
      icon("chevron-down"),
    );
  }

  /**
   * Update after a change of the list of recordings.
   * @param {Recording} recording
   */
  async follow(recording) {
    const {
      num_transcripts: number,
      transcript_id: preferred,
      is_finished: isFinished,
    } = recording;
    const state = `${number} ${preferred} ${isFinished}`;
    if (number < 2 || state === this.#shownFor) return;
    this.#shownFor = state;
    this.#show(await transcriptsOf(recording.id));
  }

  /** @param {TranscriptChoice[]} choices */
  #show(choices) {
    const { t, view } = this.editor;
    const open = choices.find((each) => each.id === view.id);
    this.node.hidden = open === undefined;
    if (open === undefined) return;
    const name = `${transcriptName(open, t)} · ${madeAt(open)}`;
    this.name.textContent = name;
    this.node.title = name;
    this.node.setAttribute("aria-label", t("transcripts.open", { name }));
    if (isFocusWanted) this.node.focus();
    isFocusWanted = false;
  }

  async #openMenu() {
    const { t, view, readOnly, node } = this.editor;
    const choices = await transcriptsOf(view.recording_id);
    if (choices.length === 0) return this.editor.say(t("view.load_failed"));
    this.#show(choices);
    const isPreferred = choices.some((each) => each.id === view.id && each.is_preferred);
    const prefer = {
      text: t("transcripts.prefer"),
      icon: "check",
      action: "prefer",
      startsGroup: true,
      act: () => session.prefer(view.recording_id, view.id),
    };
    return openMenu({
      at: this.node,
      within: node,
      label: t("transcripts.switch"),
      items: [
        ...choices.map((each) => ({
          ...transcriptItem(each, t),
          isChecked: each.id === view.id,
          act: () => this.#openOther(each.id),
        })),
        ...(readOnly || isPreferred ? [] : [prefer]),
      ],
    });
  }

  /** Show another transcript on this page alone. */
  #openOther(id) {
    const { view } = this.editor;
    if (id === view.id) return;
    isFocusWanted = true;
    session.show(view.recording_id, id);
  }
}
