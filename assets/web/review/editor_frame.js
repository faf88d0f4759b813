// The frame of the review workspace: title, facts, files, tools, notices.

/**
 * @import { TranscriptEditor } from "./editor.js"
 */

import { clock } from "../components/time_format.js";
import { el, icon } from "../components/dom.js";
import { downloadMenu } from "../components/download_menu.js";
import { soundLinks } from "../components/sound_links.js";
import { importButton } from "../components/import_button.js";
import { urlOf } from "../api/server.js";

export class EditorFrame {
  #downloadsFor = "";

  /** @param {TranscriptEditor} editor */
  constructor(editor) {
    const { view, t, model } = editor;
    this.editor = editor;
    this.downloads = el("div", {});
    this.notice = el("div", { class: "ss-notice", role: "alert" });
    this.saved = el("span", { class: "ss-quiet ss-small ss-saved", role: "status" });
    this.meta = el("span", { class: "ss-quiet" });
    this.madeBy = el("span", { class: "ss-quiet ss-small" });
    const empty =
      model.length === 0
        ? el("p", {
            class: "ss-empty",
            text: t(view.turns.length === 0 ? "view.no_speech" : "view.no_text"),
          })
        : null;
    // One place for what asks something or tells of a problem: it lies over the list's end, so that
    // nothing moves the rows.
    this.slot = el(
      "div",
      { class: "ss-slot" },
      this.notice,
      editor.unsaved.node,
      editor.conflicts.node,
      editor.place.node,
    );
    this.node = el(
      "article",
      { class: editor.readOnly ? "ss-editor ss-read-only" : "ss-editor" },
      this.#head(),
      editor.panels.views,
      el(
        "div",
        { class: "ss-body" },
        el(
          "div",
          { class: "ss-doc" },
          this.#tools(),
          editor.find.node,
          empty ?? editor.list.node,
          this.slot,
        ),
        editor.panels.node,
        editor.panels.rail.node,
      ),
      editor.playback.node,
    );
  }

  /** Show a notice; "" hides it. */
  say(words) {
    this.notice.textContent = words;
  }

  showHistory({ can_undo: canUndo, can_redo: canRedo }) {
    this.#button("undo").disabled = !canUndo;
    this.#button("redo").disabled = !canRedo;
  }

  /**
   * @param {string} action
   * @returns {HTMLButtonElement}
   */
  #button(action) {
    return this.node.querySelector(`[data-action=${action}]`);
  }

  /** Return the audio track of the transcript, if the source has several. */
  #tracks() {
    const { t, view } = this.editor;
    if (!view.tracks) return "";
    return ` · ${t(view.tracks.track === null ? "view.tracks_mixed" : "view.track_read", view.tracks)}`;
  }

  /** Show duration, number of speakers and sentences, progress, and the downloads that apply. */
  showMeta() {
    this.#showDownloads();
    const { liveTranscript, model, t, view } = this.editor;
    const source = view.imported_from
      ? t("view.imported_from", { file: view.imported_from })
      : t("view.made_by", { models: view.models.join(" · ") });
    this.madeBy.textContent =
      view.models.length === 0 || !liveTranscript.node.hidden ? "" : source + this.#tracks();
    const done = model.rows.filter(
      (row) => row.status === "verified" || row.status === "rejected",
    ).length;
    this.meta.textContent =
      t(model.speakers.length === 1 ? "view.meta_one" : "view.meta", {
        duration: clock(view.duration_ms),
        speakers: model.speakers.length,
        sentences: model.length,
      }) +
      (done > 0
        ? ` · ${t("review.progress", { percent: Math.floor((100 * done) / Math.max(1, model.length)) })}`
        : "");
  }

  showSaved({ length, offline }) {
    const { t } = this.editor;
    this.saved.textContent = offline
      ? t(length === 1 ? "review.unsent_one" : "review.unsent", { count: length })
      : length > 0
        ? t("review.saving")
        : t("review.saved");
    this.saved.classList.toggle("ss-problem", offline);
  }

  /** Show whether the current row follows the audio. */
  showFollowing() {
    this.#button("follow").setAttribute("aria-pressed", String(this.editor.playingRow.follows));
  }

  #head() {
    const { view, t, feed } = this.editor;
    return el(
      "header",
      { class: "ss-head" },
      el("h2", { class: "ss-title", text: view.title, title: view.title }),
      this.meta,
      this.madeBy,
      this.editor.liveTranscript.node,
      el(
        "div",
        { class: "ss-file-actions" },
        this.saved,
        el(
          "a",
          {
            class: "ss-button",
            href: urlOf(`recordings/${view.recording_id}/report`),
            dataset: { action: "report" },
          },
          icon("chart-no-axes-column"),
          t("report.open"),
        ),
        importButton(
          {
            recordingId: view.recording_id,
            transcriptId: view.id,
            onCorrected: () => feed.catchUp(),
          },
          t,
        ),
        this.downloads,
      ),
    );
  }

  #tools() {
    const { t, actions, filter } = this.editor;
    const button = (picture, action, words = t(`keys.${action}`)) =>
      el(
        "button",
        {
          class: "ss-icon-button",
          type: "button",
          title: words,
          "aria-label": words,
          dataset: { action },
          on: { click: () => actions.run(action) },
        },
        icon(picture),
      );
    return el(
      "div",
      { class: "ss-tools" },
      button("undo-2", "undo"),
      button("redo-2", "redo"),
      button("search", "find"),
      button("flag", "flag"),
      button("check", "verify"),
      filter.node,
      button("keyboard", "help"),
    );
  }

  /** Update the download menu if its choices changed. */
  #showDownloads() {
    const { model, view, t } = this.editor;
    const choices = {
      is_edited: model.rows.some((row) => row.is_edited),
      num_verified: model.rows.filter((row) => row.status === "verified").length,
    };
    const shown = `${choices.is_edited} ${choices.num_verified > 0}`;
    if (this.#downloadsFor === shown) return;
    this.#downloadsFor = shown;
    this.downloads.replaceChildren(
      downloadMenu({ id: view.id, formats: view.formats, ...choices }, t, () =>
        view.has_audio
          ? soundLinks(
              {
                transcriptId: view.id,
                speakers: model.speakers,
                ids: this.editor.selection.ids,
              },
              t,
            )
          : null,
      ),
    );
  }
}
