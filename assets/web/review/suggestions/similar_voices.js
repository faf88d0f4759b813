// After a person gave rows to a speaker: the other rows that sound like this speaker.

/**
 * @import { AnswerEvent } from "../../types.d.ts"
 * @import { TranscriptChanges } from "../../api/payloads.d.ts"
 * @import { TranscriptEditor } from "../editor.js"
 */

import { refusalText } from "../../api/error_text.js";
import { getJson, sendJson } from "../../api/server.js";

const PAUSE_MS = 400; // after the last edit: scoring again must not delay edits in quick succession

/**
 * Return the speaker that an edit gave to single rows; null for another kind of edit.
 * @param {{request: Object<string, any>}} edit
 * @param {Pick<TranscriptChanges, "utterances">} answer
 */
export function speakerGivenBy({ request }, { utterances }) {
  if (request.kind === "assign_speaker") return request.speaker_id;
  if (request.kind !== "add_speaker") return null;
  const [first] = request.utterance_ids;
  return utterances.find(({ id }) => id === first)?.speaker_id ?? null;
}

export class SimilarVoices {
  #aborter = new AbortController();
  #timer = 0;

  /** @param {TranscriptEditor} editor */
  constructor(editor) {
    this.editor = editor;
    editor.queue.addEventListener(
      "answer",
      (/** @type {AnswerEvent} */ { detail: { edit, answer } }) => {
        if (edit.request.kind === "verify_heard") return;
        this.dispose();
        const speaker = speakerGivenBy(edit, answer);
        if (speaker === null) return;
        this.#timer = window.setTimeout(() => this.#ask(speaker), PAUSE_MS);
      },
    );
  }

  dispose() {
    window.clearTimeout(this.#timer);
    this.#aborter.abort();
  }

  async #ask(speaker) {
    const { view, suggestions } = this.editor;
    this.#aborter = new AbortController();
    const { signal } = this.#aborter;
    const found = await getJson(`transcripts/${view.id}/speaker-proposals`, { signal }).catch(
      () => null, // the next correction asks again
    );
    const ids = found?.speakers[speaker];
    if (ids !== undefined && !signal.aborted) suggestions.show(this.#offer(speaker, ids));
  }

  #offer(speaker, ids) {
    const { model, commands, nameOf, lookOf, view, t } = this.editor;
    return {
      ids,
      words: (count) =>
        t(count === 1 ? "suggestions.voice_one" : "suggestions.voice", {
          count,
          name: nameOf(speaker),
        }),
      isOpen: (id) => model.row(id).speaker_id !== speaker && model.speaker(speaker) !== null,
      proposed: () => ({ name: nameOf(speaker), look: lookOf(speaker) }),
      take: (rows) =>
        commands.takeProposal(
          rows.map((id) => [id, speaker]),
          [],
        ),
      decline: async (rows) => {
        const body = { utterance_ids: rows, speaker_id: speaker };
        await sendJson("POST", `transcripts/${view.id}/speaker-proposals/decline`, body).catch(
          (refusal) => this.editor.say(refusalText(refusal, t)),
        );
      },
    };
  }
}
