// The second annotation of a transcript: asks for one, or opens the comparison with the first.

/**
 * @import { TranscriptEditor } from "../editor.js"
 * @import { Refused } from "../../api/server.js"
 */

import { refusalText } from "../../api/error_text.js";
import { getJson, sendJson } from "../../api/server.js";
import { session } from "../../api/session.js";
import { ask } from "../../components/dialogs/confirm_dialog.js";
import { ComparisonDialog } from "./comparison_dialog.js";

/**
 * Open the comparison of the two annotations; without a second one, offer to begin it.
 * @param {TranscriptEditor} editor
 */
export async function openSecondAnnotation(editor) {
  const { t, view } = editor;
  try {
    await editor.queue.settled(); // else the comparison lacks the last edits
    const { pair } = await getJson(`transcripts/${view.id}/second-annotation`);
    if (pair !== null) await new ComparisonDialog(editor).open();
    else await begin(editor);
  } catch (refusal) {
    editor.say(refusalText(/** @type {Refused} */ (refusal), t) || t("view.offline"));
  }
}

async function begin({ t, view }) {
  const chosen = await ask({
    title: t("second.title"),
    text: t("second.explained"),
    choices: [
      { value: "", text: t("library.cancel") },
      { value: "nothing", text: t("second.from_nothing") },
      { value: "machine", text: t("second.from_machine"), kind: "ss-primary" },
    ],
  });
  if (chosen === "") return;
  const { pair } = await sendJson("POST", `transcripts/${view.id}/second-annotation`, {
    starts_from: chosen,
  });
  session.show(view.recording_id, pair.second_id);
  session.refresh();
}
