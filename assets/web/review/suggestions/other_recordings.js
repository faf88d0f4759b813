// The sentences of other recordings with the wrong word that was corrected: one edit for each recording.

/**
 * @import { RecordingSentences } from "../../api/payloads.d.ts"
 * @import { Translate } from "../../types.d.ts"
 */

import { refusalText } from "../../api/error_text.js";
import { getJson, sendJson } from "../../api/server.js";
import { openListDialog } from "../../components/dialogs/list_dialog.js";
import { el } from "../../components/dom.js";
import { clock } from "../../components/text/time_format.js";
import { newId } from "../edits/edit_queue.js";
import { excerpt, textWithWord } from "./corrected_word.js";

/**
 * @typedef {{wrong: string, right: string}} Word
 */

/**
 * Ask for the sentences with a word, and show them.
 * @param {{word: Word, recordingId: string, t: Translate, onClose: () => void}} options
 *   recordingId: the recording that is left out
 */
export async function openOtherRecordings({ word, recordingId, t, onClose }) {
  const query = new URLSearchParams({ word: word.wrong, without: recordingId });
  const path = /** @type {const} */ (`sentences?${query}`);
  const body = el("div", { class: "ss-elsewhere", text: t("view.loading") });
  const dialog = openListDialog({ title: t("elsewhere.title", word), body, t, onClose });
  const found = await getJson(path).catch(() => null);
  if (found === null) return void (body.textContent = t("elsewhere.failed"));
  const recordings = withChanges(found.recordings, word);
  body.replaceChildren(
    ...(recordings.length > 0
      ? recordings.map((each) => proposal(each, word, t))
      : [el("p", { text: t("elsewhere.none") })]),
  );
  /** @type {HTMLElement|null} */ (dialog.querySelector("[data-control=apply]"))?.focus();
}

/**
 * Return the recordings with the sentences in which the word is a word of its own.
 * @param {RecordingSentences[]} recordings
 * @param {Word} word
 */
export function withChanges(recordings, word) {
  return recordings
    .map((each) => ({
      ...each,
      sentences: each.sentences.filter(({ text }) => textWithWord(text, word) !== null),
    }))
    .filter(({ sentences }) => sentences.length > 0);
}

/** Return the sentences of one recording with a button that changes all of them by one edit. */
function proposal(recording, word, t) {
  const { title, sentences } = recording;
  const count = sentences.length;
  const state = el("span", { class: "ss-quiet", role: "status" });
  const apply = el("button", {
    class: "ss-button ss-primary",
    type: "button",
    text: t(count === 1 ? "elsewhere.apply_one" : "elsewhere.apply", { count }),
    dataset: { control: "apply" },
    on: {
      click: async () => {
        apply.disabled = true;
        state.textContent = await change(recording, word).then(
          () => t(count === 1 ? "elsewhere.done_one" : "elsewhere.done", { count }),
          (refusal) => {
            apply.disabled = false;
            return refusalText(refusal, t);
          },
        );
      },
    },
  });
  return el(
    "section",
    { class: "ss-elsewhere-recording", "aria-label": title },
    el("h3", { text: title }),
    el(
      "ul",
      {},
      ...sentences.map(({ start_ms: start, text }) =>
        el(
          "li",
          {},
          el("time", { text: clock(start) }),
          el("span", {
            text: `${excerpt(text, word.wrong)} → ${excerpt(textWithWord(text, word), word.right)}`,
          }),
        ),
      ),
    ),
    el("div", { class: "ss-form-end" }, state, apply),
  );
}

function change({ transcript_id: id, revision, sentences }, { wrong, right }) {
  return sendJson("POST", `transcripts/${id}/edits`, {
    kind: "replace_text",
    find: wrong,
    replacement: right,
    utterance_ids: sentences.map((each) => each.id),
    client_edit_id: newId(),
    base: revision,
  });
}
