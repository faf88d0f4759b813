// The menu of a recording in the library: details, link, claim, other transcripts, deletion.

/**
 * @import { Recording } from "../../api/payloads.d.ts"
 * @import { Translate } from "../../types.d.ts"
 */

import { openMenu } from "../../components/controls/action_menu.js";
import { claimAction } from "../../components/claims.js";
import { ask } from "../../components/dialogs/confirm_dialog.js";
import { RecordingDialog } from "../../components/dialogs/recording_dialog.js";
import { ShareDialog } from "../../components/dialogs/share_dialog.js";
import { transcriptItem, transcriptsOf } from "../../components/transcript_choices.js";
import { send } from "../../api/server.js";
import { session } from "../../api/session.js";

export class LibraryMenu {
  /** @param {Translate} t */
  constructor(t) {
    this.t = t;
    this.details = new RecordingDialog(t);
    this.share = new ShareDialog(t, () => document.body);
    document.body.append(this.details.node);
  }

  /**
   * @param {Recording} recording
   * @param {HTMLElement} button
   */
  async open(recording, button) {
    const { t } = this;
    const transcripts = recording.num_transcripts > 1 ? await transcriptsOf(recording.id) : [];
    const preferred = transcripts.find((each) => each.is_preferred)?.id ?? null;
    const shown = session.transcriptOf({ id: recording.id, transcript_id: preferred });
    const choices = transcripts.map((each, i) => ({
      ...this.#choice(recording, each),
      isChecked: each.id === shown,
      startsGroup: recording.can_edit && i === 0,
    }));
    openMenu({
      at: button,
      within: button.closest(".ss"),
      label: t("library.more", { title: recording.title }),
      items: recording.can_edit ? this.#actions(recording, choices) : choices,
    });
  }

  #actions(recording, choices) {
    const { t } = this;
    return [
      {
        text: t("library.edit"),
        icon: "pencil",
        action: "edit",
        act: () => this.details.open(recording),
      },
      ...(recording.transcript_id === null
        ? []
        : [
            {
              text: t("share.open"),
              icon: "share-2",
              action: "share",
              act: () => this.share.open(recording),
            },
          ]),
      ...claimAction(recording, t),
      ...choices,
      {
        text: t("list.delete"),
        icon: "trash-2",
        action: "delete",
        isDanger: true,
        startsGroup: true,
        act: () => this.#delete(recording),
      },
    ];
  }

  #choice(recording, each) {
    return {
      ...transcriptItem(each, this.t),
      act: () => {
        if (recording.can_edit) session.prefer(recording.id, each.id);
        else session.show(recording.id, each.id);
        session.open(recording.id);
      },
    };
  }

  async #delete(recording) {
    const { t } = this;
    const chosen = await ask({
      title: t("list.delete_title", { title: recording.title }),
      text: t("list.delete_text"),
      choices: [
        { value: "", text: t("library.cancel") },
        { value: "delete", text: t("list.delete_forever"), kind: "ss-danger-button" },
      ],
    });
    if (chosen !== "delete") return;
    await send("DELETE", `recordings/${recording.id}`).catch(() => {});
    if (session.openId === recording.id) session.open(null);
    session.refresh();
  }
}
