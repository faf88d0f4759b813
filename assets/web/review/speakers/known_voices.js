// Known voices: names proposed for speakers without one, and voices remembered on request.

/**
 * @import { TranscriptEditor } from "../editor.js"
 */

import { refusalText } from "../../api/error_text.js";
import { readStorage, writeStorage } from "../../api/browser_storage.js";
import { getJson, sendJson } from "../../api/server.js";
import { mayUse } from "../../api/visit.js";

const LEAST_VERIFIED_MS = 10_000; // of a voice to remember
const DECLINED = "speaker-studio:other-voice"; // in the browser's storage, by transcript

/**
 * Return how much verified speech a speaker has.
 * @param {import("../../api/payloads.d.ts").Row[]} rows
 * @param {string} speakerId
 */
export function verifiedMs(rows, speakerId) {
  return rows
    .filter((row) => row.speaker_id === speakerId && row.status === "verified")
    .reduce((sum, row) => sum + row.end_ms - row.start_ms, 0);
}

/** Fires "change". */
export class KnownVoices extends EventTarget {
  #names = {}; // {speaker id: {name, percent}}
  #isAllowed = false; // visitors of a demo have no known voices
  #declined;

  /** @param {TranscriptEditor} editor */
  constructor(editor) {
    super();
    this.editor = editor;
    this.key = `${DECLINED}:${editor.view.id}`;
    this.#declined = new Set(readStorage(this.key) ?? []);
  }

  /** Load the proposed names. */
  async load() {
    const { view, readOnly } = this.editor;
    if (readOnly || !view.is_finished || !(await mayUse("voices"))) return;
    const found = await getJson(`transcripts/${view.id}/known-voices`).catch(() => null);
    if (found === null) return;
    this.#isAllowed = true;
    this.#names = found.speakers;
    this.dispatchEvent(new Event("change"));
  }

  /**
   * Return the name proposed for a speaker; null for a named one or without a similar voice.
   * @returns {{name: string, percent: number}|null}
   */
  nameFor(speakerId) {
    const proposed = this.#names[speakerId];
    const speaker = this.editor.model.speaker(speakerId);
    const isOpen = proposed !== undefined && speaker !== null && !speaker.name;
    return isOpen && !this.#declined.has(entry(speakerId, proposed)) ? proposed : null;
  }

  /** Store that a speaker is not the proposed person. */
  decline(speakerId) {
    this.#declined.add(entry(speakerId, this.#names[speakerId]));
    writeStorage(this.key, [...this.#declined]);
    this.dispatchEvent(new Event("change"));
  }

  /** Return whether the voice of a speaker may be remembered. */
  canRemember(speakerId) {
    const { model } = this.editor;
    return (
      this.#isAllowed &&
      Boolean(model.speaker(speakerId)?.name) &&
      verifiedMs(model.rows, speakerId) >= LEAST_VERIFIED_MS
    );
  }

  async remember(speakerId) {
    const { view, t, nameOf } = this.editor;
    const body = { speaker_id: speakerId };
    const words = await sendJson("POST", `transcripts/${view.id}/known-voices`, body).then(
      () => t("voices.remembered", { name: nameOf(speakerId) }),
      (refusal) => refusalText(refusal, t),
    );
    this.editor.say(words);
  }
}

const entry = (speakerId, { name }) => `${speakerId} ${name}`;
