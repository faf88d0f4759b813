// A transcript whose run is not finished: progress, new rows, and the update at the end.

/**
 * @import { Recording } from "../../api/payloads.d.ts"
 * @import { TranscriptEditor } from "../editor.js"
 */

import { ask } from "../../components/dialogs/confirm_dialog.js";
import { el } from "../../components/dom.js";
import { runText, timeText } from "../../components/job_panel.js";
import { getJson, send, sendJson } from "../../api/server.js";
import { session } from "../../api/session.js";

const AT_WORK = new Set(["queued", "running"]);
const FINISHED_SHOWN_MS = 6_000; // time for which the end is shown
const RETRY_MS = 1_000;

/** Return the key of the text for a transcript without rows, whose run may have ended early. */
export function reasonForNoRows({ is_finished: isFinished, turns }, hasEnded) {
  if (isFinished === false) return hasEnded ? "growing.ended_empty" : "growing.no_rows";
  return turns.length === 0 ? "view.no_speech" : "view.no_text";
}

export class LiveTranscript {
  isOn; // whether the transcript is unfinished
  #hasEnded = false; // whether its run ended without finishing it
  #cancelledRun = null;
  #finishing = false;
  #timer = 0;

  /** @param {TranscriptEditor} editor */
  constructor(editor) {
    this.editor = editor;
    this.isOn = editor.view.is_finished === false;
    const { t } = editor;
    this.words = el("span", { class: "ss-strip-words", role: "status" });
    this.done = el("span", { class: "ss-bar-done" });
    this.bar = el(
      "span",
      {
        class: "ss-bar",
        role: "progressbar",
        "aria-valuemin": "0",
        "aria-valuemax": "100",
        "aria-label": t("growing.progress"),
      },
      this.done,
    );
    this.cancel = el("button", {
      class: "ss-tiny ss-tiny-words",
      type: "button",
      text: t("job.cancel"),
      on: { click: () => this.#stop() },
    });
    this.again = el("button", {
      class: "ss-tiny ss-tiny-words",
      type: "button",
      text: t("job.again"),
      on: { click: () => this.#runAgain() },
    });
    this.time = el("span", {});
    this.node = el(
      "span",
      { class: "ss-strip", hidden: true },
      this.words,
      this.bar,
      this.time,
      this.cancel,
      this.again,
    );
  }

  dispose() {
    clearTimeout(this.#timer);
  }

  /** Return the key of the text for a transcript without rows. */
  get reasonForNoRows() {
    return reasonForNoRows(this.editor.view, this.#hasEnded);
  }

  /** Return whether the run may still change the speaker of a row, which no person reviewed. */
  isProvisional(row) {
    return this.isOn && row.status === "machine" && !row.is_edited;
  }

  /** @param {Recording} recording present state in the list */
  async follow(recording) {
    const { feed, playback, model, view, frame, t } = this.editor;
    this.recording = recording;
    if (recording.has_audio && !view.has_audio) {
      playback.open();
      if (frame.notice.textContent === t("growing.no_audio")) this.editor.say("");
    }
    if (!this.isOn) return;
    const isAtWork = recording.growing_id === view.id && AT_WORK.has(recording.run?.state);
    this.#hasEnded = !isAtWork && recording.run?.state !== "done";
    frame.showRows();
    this.#show(recording, isAtWork);
    await feed.catchUp();
    const known = Math.max(recording.duration_ms ?? 0, model.rows.at(-1)?.end_ms ?? 0);
    if (known > view.duration_ms) playback.durationMs = known;
    if (!isAtWork && recording.growing_id !== view.id) await this.#finish();
  }

  /** Load the final transcript once the run is done, without moving rows. */
  async #finish() {
    if (this.#finishing) return;
    this.#finishing = true;
    const { view, playback, frame, panels, list, feed, t } = this.editor;
    const finished = await getJson(`transcripts/${view.id}`).catch(() => null);
    this.#finishing = false;
    clearTimeout(this.#timer);
    if (finished?.is_finished === false) {
      // another run was started since
      this.words.textContent = t("growing.unfinished");
      return;
    }
    if (finished === null || feed.revision < finished.revision) {
      this.#timer = setTimeout(() => this.follow(this.recording), RETRY_MS); // an edit is not answered yet
      return;
    }
    this.isOn = false;
    Object.assign(view, {
      is_finished: true,
      models: finished.models,
      tracks: finished.tracks,
      turns: finished.turns,
      language: finished.language,
    });
    playback.durationMs = finished.duration_ms;
    this.editor.loadDoubts();
    this.editor.loadFormerSpeakers();
    this.editor.knownVoices.load();
    frame.showRows();
    list.refresh();
    panels.map.update();
    this.bar.hidden = this.time.hidden = this.cancel.hidden = this.again.hidden = true;
    this.words.textContent = t("growing.settled");
    frame.showMeta();
    this.#timer = setTimeout(() => {
      // the model names take its place, so that nothing below moves
      this.node.hidden = true;
      frame.showMeta();
    }, FINISHED_SHOWN_MS);
  }

  #show({ run, can_run_again: canRunAgain, can_edit: canEdit }, isAtWork) {
    const { t } = this.editor;
    const percent = 100 * (run?.fraction ?? 0);
    this.node.hidden = false;
    this.words.textContent = isAtWork
      ? runText(run, t)
      : run && run.state !== "done"
        ? t(`growing.unfinished_${run.state}`)
        : "";
    this.done.style.width = `${percent}%`;
    this.bar.setAttribute("aria-valuenow", String(Math.floor(percent)));
    const isRecording = isAtWork && run.is_live; // has no share that is done
    this.bar.hidden = !isAtWork || isRecording;
    this.cancel.hidden = !isAtWork || !canEdit;
    this.cancel.disabled = run?.id === this.#cancelledRun;
    this.time.textContent = isAtWork && !isRecording ? timeText(run, t) : "";
    this.again.hidden = isAtWork || !canEdit || !canRunAgain;
  }

  /** Cancel the run; ask first what becomes of the sentences recognised so far. */
  async #stop() {
    const { id } = this.recording.run;
    const chosen = await this.#askWhatToKeep();
    if (chosen === "") return;
    this.#cancelledRun = id;
    this.cancel.disabled = true;
    await sendJson("POST", `runs/${id}/cancel`, { discard: chosen === "discard" }).catch(() => {
      this.#cancelledRun = null;
    });
    session.refresh();
  }

  /** @returns {Promise<string>} "keep", "discard", or "" to go on */
  async #askWhatToKeep() {
    const { model, t } = this.editor;
    if (model.length === 0) return "discard";
    return ask({
      title: t("job.cancel_title"),
      text: t("job.cancel_text", { count: model.length }),
      choices: [
        { value: "keep", text: t("job.cancel_keep"), kind: "ss-primary" },
        { value: "discard", text: t("job.cancel_discard"), kind: "ss-danger-text" },
        { value: "", text: t("job.cancel_not") },
      ],
    });
  }

  async #runAgain() {
    this.again.disabled = true;
    await send("POST", `runs/${this.recording.run.id}/again`).catch(() => {});
    this.again.disabled = false;
    session.refresh();
  }
}
