// Selects the transcript of a recording that the page shows and exports.

/**
 * @import { Recording } from "../api/payloads.d.ts"
 */

import { el } from "./dom.js";
import { getJson, send } from "../api/server.js";
import { session } from "../api/session.js";

const known = new Map(); // recording id → {key, transcripts}; loaded again if the key changes

/** @param {Recording} recording */
export function transcriptChoice(recording, t) {
  const select = el("select", {
    class: "ss-select",
    "aria-label": t("library.choose"),
    title: t("library.choose"),
    dataset: { part: "choice" },
    on: { change: () => choose(select) },
  });
  const key = `${recording.transcript_id} ${recording.num_transcripts} ${recording.percent} ${recording.num_speakers}`;
  fill(select, recording, known.get(recording.id)?.transcripts ?? [], t);
  if (known.get(recording.id)?.key !== key) ask(select, recording, key, t);
  return select;
}

async function ask(select, recording, key, t) {
  const answer = await getJson(`recordings/${recording.id}/transcripts`).catch(() => null);
  if (answer === null) return; // loaded again with the next draw
  known.set(recording.id, { key, transcripts: answer.transcripts });
  fill(select, recording, answer.transcripts, t);
}

function fill(select, recording, transcripts, t) {
  select.hidden = transcripts.length < 2;
  select.replaceChildren(
    ...transcripts.map((each) =>
      el("option", {
        value: each.id,
        selected: each.id === recording.transcript_id,
        text: t("library.choice", {
          model:
            each.model ??
            t(each.is_finished ? "library.choice_imported" : "library.choice_unfinished"),
          speakers: each.num_speakers,
          percent: each.percent,
          time: new Date(each.created_at).toLocaleString([], {
            dateStyle: "short",
            timeStyle: "short",
          }),
        }),
      }),
    ),
  );
}

async function choose(select) {
  const id = select.value;
  select.blur();
  await send("POST", `transcripts/${id}/choose`).catch(() => {});
  session.refresh();
}
