// The head of the review workspace: title, facts, state of saving, and what can be done with the
// whole recording.

/**
 * @import { TranscriptEditor } from "../editor.js"
 */

import { openMenu } from "../../components/controls/action_menu.js";
import { ask } from "../../components/dialogs/confirm_dialog.js";
import { el, icon } from "../../components/dom.js";
import { downloadMenu } from "../../components/controls/download_menu.js";
import { ImportDialog } from "../../components/dialogs/import_dialog.js";
import { RecordingDialog } from "../../components/dialogs/recording_dialog.js";
import { soundLinks } from "../../components/controls/sound_links.js";
import { ShareDialog } from "../../components/dialogs/share_dialog.js";
import { transcriptItem, transcriptsOf } from "../../components/transcript_choices.js";
import { currentLanguage } from "../../components/text/language.js";
import { clock } from "../../components/text/time_format.js";
import { refusalText } from "../../api/error_text.js";
import { send, sendJson, urlOf } from "../../api/server.js";
import { session } from "../../api/session.js";
import { openSecondAnnotation } from "../annotations/second_annotation.js";
import { SaveState } from "./save_state.js";
import { TranscriptSwitch } from "./transcript_switch.js";

export class EditorHead {
  #downloadsFor = "";
  #reviewer = "";

  /** @param {TranscriptEditor} editor */
  constructor(editor) {
    const { view, t, feed } = editor;
    this.editor = editor;
    this.saved = new SaveState(t);
    this.downloads = el("div", {});
    this.title = el("h2", {
      class: "ss-title",
      text: view.title,
      title: t("head.rename"),
      on: { dblclick: () => this.#rename() },
    });
    this.transcripts = new TranscriptSwitch(editor);
    this.facts = el("span", { class: "ss-facts-line" });
    this.done = el("span", {});
    this.meter = el("span", { class: "ss-meter", "aria-hidden": "true" }, this.done);
    this.verified = el("span", { class: "ss-quiet" });
    this.madeBy = el("span", { class: "ss-quiet ss-made-by" });
    this.reviewer = el("span", { class: "ss-reviewer", role: "img", hidden: true });
    this.details = new RecordingDialog(t);
    this.share = new ShareDialog(t, () => this.node);
    this.imports = new ImportDialog(
      {
        recordingId: view.recording_id,
        transcriptId: view.id,
        choices: view.imports,
        onCorrected: () => feed.catchUp(),
      },
      t,
    );
    this.more = this.#iconButton("ellipsis", t("head.more"), () => this.#openMenu());
    this.more.setAttribute("aria-haspopup", "menu");
    this.more.dataset.part = "head-menu";
    const share = this.#iconButton("share-2", t("share.title"), () =>
      this.share.open({ id: view.recording_id }),
    );
    share.dataset.part = "head-share";
    this.node = el(
      "header",
      { class: "ss-head" },
      el(
        "div",
        { class: "ss-head-title" },
        this.title,
        this.facts,
        this.meter,
        this.verified,
        this.madeBy,
        editor.liveTranscript.node,
      ),
      this.transcripts.node,
      el(
        "div",
        { class: "ss-file-actions" },
        this.saved.node,
        this.reviewer,
        el(
          "a",
          {
            class: "ss-button ss-plain",
            href: urlOf(`recordings/${view.recording_id}/report`),
            "aria-label": t("report.open"),
            dataset: { action: "report" },
          },
          icon("chart-no-axes-column"),
          el("span", { text: t("report.open") }),
        ),
        editor.readOnly ? null : share,
        this.downloads,
        this.more,
      ),
      this.imports.node,
    );
  }

  dispose() {
    this.saved.dispose();
  }

  /** Show title, transcript and the person who reviews, as the list of recordings has them. */
  follow(recording) {
    const { t, view } = this.editor;
    this.transcripts.follow(recording);
    if (recording.title !== view.title) {
      view.title = recording.title;
      this.title.textContent = recording.title;
    }
    const name = recording.claimed_by ?? "";
    if (name === this.#reviewer) return;
    this.#reviewer = name;
    const words = t("people.claimed_by", { name });
    this.reviewer.hidden = name === "";
    this.reviewer.textContent = [...name][0] ?? "";
    this.reviewer.title = words;
    this.reviewer.setAttribute("aria-label", words);
  }

  openDownloads() {
    const menu = this.downloads.querySelector("details");
    menu.open = true;
    menu.querySelector("summary").focus();
  }

  /** Show duration, number of speakers and sentences, progress, and the downloads that apply. */
  showFacts() {
    this.#showDownloads();
    const { liveTranscript, model, t, view } = this.editor;
    const source = view.imported_from
      ? t("view.imported_from", { file: view.imported_from })
      : t("view.made_by", { models: view.models.join(" · ") });
    this.madeBy.textContent =
      view.models.length === 0 || !liveTranscript.node.hidden ? "" : source + this.#tracks();
    this.facts.title = this.madeBy.textContent;
    this.facts.replaceChildren(
      ...[
        clock(view.duration_ms),
        t(model.speakers.length === 1 ? "head.speakers_one" : "head.speakers", {
          count: model.speakers.length,
        }),
        t("head.sentences", { count: model.length }),
      ].map((text) => el("span", { text })),
    );
    const isDone = (row) => row.status === "verified" || row.status === "rejected";
    const share = model.rows.filter(isDone).length / Math.max(1, model.length);
    this.meter.hidden = this.verified.hidden = share === 0;
    this.done.style.width = `${100 * share}%`;
    this.verified.textContent = t("review.progress", { percent: Math.floor(100 * share) });
  }

  /** Return what the run was given besides the recording: words to prefer, a language model. */
  #words() {
    const { t, view } = this.editor;
    const { hotwords, language_model: model } = view.words;
    const listed = new Intl.ListFormat(currentLanguage());
    return [
      hotwords.length > 0 ? t("view.words_used", { words: listed.format(hotwords) }) : "",
      model === null ? "" : t("view.language_model_used", { model }),
    ];
  }

  /** Return the audio track of the transcript, if the source has several. */
  #tracks() {
    const { t, view } = this.editor;
    if (!view.tracks) return "";
    return ` · ${t(view.tracks.track === null ? "view.tracks_mixed" : "view.track_read", view.tracks)}`;
  }

  #iconButton(picture, words, act) {
    return el(
      "button",
      {
        class: "ss-icon-button",
        type: "button",
        title: words,
        "aria-label": words,
        on: { click: act },
      },
      icon(picture),
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
      downloadMenu(
        { id: view.id, language: view.language, formats: view.formats, ...choices },
        t,
        () =>
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

  #openMenu() {
    const { editor } = this;
    const { t, isCompact, readOnly } = editor;
    const changing = [
      { text: t("head.rename_item"), icon: "pencil", act: () => this.#rename() },
      {
        text: t("library.edit"),
        icon: "info",
        action: "details",
        act: () => this.#openDetails(),
      },
      { text: t("head.import"), icon: "upload", action: "import", act: () => this.imports.open() },
      {
        text: t("second.open"),
        icon: "users",
        action: "second-annotation",
        act: () => openSecondAnnotation(editor),
      },
    ];
    const removing = {
      text: t("head.delete"),
      icon: "trash-2",
      action: "delete-recording",
      isDanger: true,
      startsGroup: true,
      act: () => this.#askToDelete(),
    };
    openMenu({
      at: this.more,
      within: editor.node,
      label: t("head.more"),
      items: [
        ...(readOnly ? [] : changing),
        ...this.#otherTranscripts(),
        {
          text: t(isCompact ? "head.roomy" : "head.compact"),
          icon: "list-filter",
          action: "density",
          startsGroup: true,
          act: () => editor.setCompact(!isCompact),
        },
        {
          text: t("keys.help"),
          icon: "keyboard",
          key: "?",
          action: "help",
          act: () => editor.openHelp(),
        },
        ...(readOnly ? [] : [removing]),
      ],
    });
  }

  /** Return the menu's items for another transcript with today's words, and for a comparison. */
  #otherTranscripts() {
    const { t, view, readOnly } = this.editor;
    const again = {
      text: t("head.again_with_words"),
      icon: "book-open",
      action: "again",
      startsGroup: true,
      act: () => this.#transcribeAgain(),
    };
    const compare = {
      text: t("compare.open"),
      icon: "layers-2",
      action: "compare",
      act: () => this.#chooseComparison(),
    };
    return [
      ...(readOnly || !view.is_finished ? [] : [again]),
      ...((session.opened?.num_transcripts ?? 1) > 1 ? [compare] : []),
    ];
  }

  /** Start another transcript with the words of today; it is compared with this one when done. */
  async #transcribeAgain() {
    const { editor } = this;
    try {
      const { run_id: runId } = await sendJson("POST", `runs/${editor.view.run_id}/again`, {});
      session.startedRuns.add(runId);
      session.comparedRuns.set(runId, editor.view.id);
      session.refresh();
    } catch (error) {
      editor.say(refusalText(error, editor.t));
    }
  }

  /** Ask which transcript of the recording is compared with this one. */
  async #chooseComparison() {
    const { editor } = this;
    const { t, view } = editor;
    await editor.queue.settled(); // else the comparison lacks the last edits
    const found = await transcriptsOf(view.recording_id);
    const others = found.filter((each) => each.id !== view.id);
    if (others.length === 0) return editor.say(t("view.load_failed"));
    if (others.length === 1) return session.compare(view.recording_id, view.id, others[0].id);
    return openMenu({
      at: this.more,
      within: editor.node,
      label: t("compare.open"),
      items: others.map((each) => ({
        ...transcriptItem(each, t),
        act: () => session.compare(view.recording_id, view.id, each.id),
      })),
    });
  }

  #openDetails() {
    const { node } = this.details;
    this.editor.node.append(node);
    node.addEventListener("close", () => node.remove(), { once: true });
    this.details.open(session.opened, [this.madeBy.textContent, ...this.#words()].filter(Boolean));
  }

  async #askToDelete() {
    const { t, view } = this.editor;
    const chosen = await ask({
      title: t("list.delete_title", { title: view.title }),
      text: t("list.delete_text"),
      choices: [
        { value: "", text: t("library.cancel") },
        { value: "delete", text: t("list.delete_forever"), kind: "ss-danger-button" },
      ],
    });
    if (chosen !== "delete") return;
    await send("DELETE", `recordings/${view.recording_id}`).catch(() => {});
    if (session.openId === view.recording_id) session.open(null);
    session.refresh();
  }

  /** Edit the title in its place. */
  #rename() {
    const { editor } = this;
    const { view, t, readOnly } = editor;
    if (readOnly) return editor.refuseEdit();
    let isOver = false;
    const end = (keep) => {
      if (isOver) return; // the box loses the focus when it is replaced
      isOver = true;
      const title = box.value.trim();
      box.replaceWith(this.title);
      if (keep && title !== "" && title !== view.title) this.#storeTitle(title);
      editor.focusList();
    };
    const box = el("input", {
      class: "ss-input ss-title-box",
      value: view.title,
      maxlength: "200",
      "aria-label": t("library.title"),
      on: {
        blur: () => end(true),
        keydown: (event) => {
          event.stopPropagation();
          if (event.isComposing) return;
          if (event.key === "Enter") end(true);
          if (event.key === "Escape") end(false);
        },
      },
    });
    this.title.replaceWith(box);
    box.focus();
    return box.select();
  }

  async #storeTitle(title) {
    const { view, t } = this.editor;
    const { tags = [], language = "", notes = "" } = session.opened ?? {};
    try {
      await sendJson("PATCH", `recordings/${view.recording_id}`, { title, tags, language, notes });
      view.title = title;
      this.title.textContent = title;
      session.refresh();
    } catch {
      this.editor.say(t("library.not_saved"));
    }
  }
}
