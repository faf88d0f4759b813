// Everything that a known person said, by recording; a press opens the recording at the sentence.

/**
 * @import { KnownPerson, RecordingSentences } from "../api/payloads.d.ts"
 * @import { Translate } from "../types.d.ts"
 */

import { getJson } from "../api/server.js";
import { session } from "../api/session.js";
import { openListDialog } from "../components/dialogs/list_dialog.js";
import { el } from "../components/dom.js";
import { clock } from "../components/text/time_format.js";
import { RECORDINGS, pages } from "./navigation.js";

/**
 * @param {Pick<KnownPerson, "id"|"name">} person
 * @param {Translate} t
 */
export async function openSentencesOf(person, t) {
  const body = el("div", { class: "ss-elsewhere", text: t("view.loading") });
  const title = t("people.sentences", { name: person.name });
  const dialog = openListDialog({ title, body, t });
  const path = /** @type {const} */ (`people/${person.id}/sentences`);
  const found = await getJson(path).catch(() => null);
  if (found === null) return void (body.textContent = t("elsewhere.failed"));
  const open = (recording, sentence) => {
    dialog.close();
    pages.show(RECORDINGS);
    session.open(recording.id, sentence);
  };
  body.replaceChildren(
    ...(found.recordings.length > 0
      ? found.recordings.map((each) => sentencesOf(each, open))
      : [el("p", { text: t("people.sentences_none", { name: person.name }) })]),
  );
}

/**
 * @param {RecordingSentences} recording
 * @param {(recording: RecordingSentences, sentence: {id: string, start_ms: number}) => void} open
 */
function sentencesOf(recording, open) {
  return el(
    "section",
    { class: "ss-elsewhere-recording", "aria-label": recording.title },
    el("h3", { text: recording.title }),
    el(
      "ul",
      {},
      ...recording.sentences.map((sentence) =>
        el(
          "li",
          {},
          el(
            "button",
            {
              class: "ss-flat ss-pop-item",
              type: "button",
              dataset: { control: "sentence" },
              on: { click: () => open(recording, sentence) },
            },
            el("time", { text: clock(sentence.start_ms) }),
            el("span", { text: sentence.text }),
          ),
        ),
      ),
    ),
  );
}
