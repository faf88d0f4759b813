// The transcripts of a recording, as menus offer them and the head of the open one names it.

/**
 * @import { TranscriptChoice } from "../api/payloads.d.ts"
 * @import { Translate } from "../types.d.ts"
 * @import { MenuItem } from "./controls/action_menu.js"
 */

import { getJson } from "../api/server.js";
import { currentLanguage } from "./text/language.js";

const EXTENSION = /\.\w+$/;
const KINDS = {
  machine: "transcripts.machine",
  import: "transcripts.import",
  second: "transcripts.second",
  adjudicated: "transcripts.adjudicated",
};

/**
 * Return the transcripts of a recording, the newest first; nothing if the server does not answer.
 * @param {string} recordingId
 */
export async function transcriptsOf(recordingId) {
  const answer = await getJson(`recordings/${recordingId}/transcripts`).catch(() => null);
  return answer?.transcripts ?? [];
}

/**
 * Return what a transcript is: its kind, what it was made from, and the people who worked on it.
 * @param {TranscriptChoice} choice
 * @param {Translate} t
 */
export function transcriptName(choice, t) {
  const { kind, annotators, hotwords, model, imported_from: file } = choice;
  const isMachine = kind === "machine";
  const withWords = isMachine && hotwords.length > 0;
  const names = new Intl.ListFormat(currentLanguage()).format(annotators);
  return [
    t(withWords ? "transcripts.machine_words" : KINDS[kind]),
    isMachine ? model : kind === "import" ? file?.replace(EXTENSION, "") : null,
    names === "" ? null : isMachine ? t("transcripts.edited_by", { names }) : names,
    choice.is_finished ? null : t("library.choice_unfinished"),
  ]
    .filter(Boolean)
    .join(" · ");
}

/**
 * Return when a transcript was made, in the visitor's time.
 * @param {TranscriptChoice} choice
 */
export function madeAt({ created_at: time }) {
  return new Date(time).toLocaleString([], { dateStyle: "short", timeStyle: "short" });
}

/**
 * Return the menu's item of a transcript.
 * @param {TranscriptChoice} choice
 * @param {Translate} t
 * @returns {Pick<MenuItem, "text"|"detail"|"action">}
 */
export function transcriptItem(choice, t) {
  const { num_speakers: speakers, percent } = choice;
  return {
    text: transcriptName(choice, t),
    detail: t("library.choice", { speakers, percent, time: madeAt(choice) }),
    action: "choice",
  };
}
