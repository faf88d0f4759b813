// The list of recordings with search, progress of runs and of review.

/**
 * @import { Translate } from "../types.d.ts"
 */

import { claimLine } from "../components/claims.js";
import { clock } from "../components/time_format.js";
import { el, icon } from "../components/dom.js";
import { preloadModels } from "../api/model_preload.js";
import { RecordingDialog } from "../components/recording_dialog.js";
import { send } from "../api/server.js";
import { session } from "../api/session.js";
import { ShareDialog } from "../components/share_dialog.js";
import { runText } from "../components/job_panel.js";
import { SearchBox } from "../components/search_box.js";
import { transcriptChoice } from "../components/transcript_choice.js";
import { newRecording } from "./new_recording.js";
import { pages } from "./navigation.js";
import { explainRefusedUploads, refuseLargeFiles } from "../api/upload_limit.js";

/**
 * Return the list of recordings; a message from the form opens a recording or shows a notice.
 * @param {Translate} t
 * @param {{props: {value: any}, watch: Function}} host arguments of a Gradio component's script
 */
export function buildLibrary(t, { props, watch }) {
  const library = new Library(t);
  session.addEventListener("recordings", () => library.draw());
  session.addEventListener("open", () => library.draw());
  const applyMessage = () => {
    const message = props.value ?? {};
    library.notice.textContent = message.notice ? t(message.notice, message.values) : "";
    if (message.open) {
      session.open(message.open);
      newRecording.close();
    }
    session.refresh();
  };
  watch("value", applyMessage);
  preloadModels();
  refuseLargeFiles((key, values) => {
    library.notice.textContent = key === null ? "" : t(key, /** @type {any} */ (values));
  });
  explainRefusedUploads(t, (sentence) => {
    library.notice.textContent = sentence;
  });
  session.start();
  library.draw();
  if (props.value) applyMessage();
  return library.node;
}

class Library {
  constructor(t) {
    this.t = t;
    this.notice = el("div", { class: "ss-notice", role: "status" });
    this.search = new SearchBox(t, () => this.draw());
    this.dialog = new RecordingDialog(t);
    this.share = new ShareDialog(t, () => this.node);
    this.list = el("ul", { class: "ss-list" });
    this.node = el(
      "section",
      { class: "ss-library", "aria-label": t("list.title") },
      this.search.node,
      this.notice,
      this.list,
      this.dialog.node,
    );
  }

  draw() {
    const focused = /** @type {HTMLElement|null} */ (
      document.activeElement?.closest?.(".ss-item [data-part]")
    );
    if (focused?.tagName === "SELECT") return; // an open select would close; the next answer draws
    const place = focused && {
      id: /** @type {HTMLElement} */ (focused.closest(".ss-item")).dataset.id,
      part: focused.dataset.part,
    };
    this.search.node.hidden = !session.recordings?.length;
    this.list.replaceChildren(...this.#rows());
    if (!place) return;
    const again = this.list.querySelector(`[data-id="${place.id}"] [data-part="${place.part}"]`);
    /** @type {HTMLElement|null} */ (again)?.focus();
  }

  #open(id) {
    pages.show("recordings");
    session.open(id);
  }

  #rows() {
    const quiet = (key) => [el("li", { class: "ss-quiet", text: this.t(key) })];
    if (session.recordings === null) return quiet("list.loading");
    if (session.recordings.length === 0) return quiet("list.empty");
    if (!this.search.found)
      return session.recordings.map((recording) => this.#row(recording, null));
    const known = new Map(session.recordings.map((recording) => [recording.id, recording]));
    const found = this.search.found.filter((each) => known.has(each.id));
    return found.length === 0
      ? quiet("library.found_none")
      : found.map((each) => this.#row(known.get(each.id), each));
  }

  #row(recording, found) {
    const { t } = this;
    const isOpen = recording.id === session.openId;
    return el(
      "li",
      { class: isOpen ? "ss-item ss-open" : "ss-item", dataset: { id: recording.id } },
      el(
        "div",
        { class: "ss-item-body" },
        el(
          "button",
          {
            class: "ss-item-main",
            type: "button",
            "aria-current": isOpen ? "true" : null,
            dataset: { part: "open" },
            on: { click: () => this.#open(recording.id) },
          },
          el("span", { class: "ss-item-title", text: recording.title, title: recording.title }),
          el("span", { class: "ss-item-state", text: stateText(recording, t) }),
          progressLine(recording, t),
          tagLine(recording),
          ...(found ? this.search.snippets(found) : []),
        ),
        claimLine(recording, t, { isOpen }),
        isOpen && recording.can_edit && recording.num_transcripts > 1
          ? transcriptChoice(recording, t)
          : null,
      ),
      !recording.can_edit
        ? null
        : el(
            "div",
            { class: "ss-item-tools" },
            recording.transcript_id &&
              tool("share-2", "share", `${t("share.open")}: ${recording.title}`, () =>
                this.share.open(recording),
              ),
            tool("pencil", "edit", `${t("library.edit")}: ${recording.title}`, () =>
              this.dialog.open(recording),
            ),
            tool("trash-2", "delete", `${t("list.delete")}: ${recording.title}`, () =>
              remove(recording, t),
            ),
          ),
    );
  }
}

function tool(picture, part, label, act) {
  return el(
    "button",
    {
      class: `ss-icon-button ss-item-tool ss-item-${part}`,
      type: "button",
      title: label,
      "aria-label": label,
      dataset: { part },
      on: { click: act },
    },
    icon(picture),
  );
}

function stateText(recording, t) {
  const { run } = recording;
  if (run && run.state !== "done") return runText(run, t);
  const length = clock(recording.duration_ms);
  if (recording.num_speakers === null) return `${length} · ${t("state.none")}`;
  const size = t(recording.num_speakers === 1 ? "view.meta_one" : "view.meta", {
    duration: length,
    speakers: recording.num_speakers,
    sentences: recording.num_sentences,
  });
  const status = statusText(recording, t);
  return status ? `${size} · ${status}` : size;
}

function statusText({ status, percent }, t) {
  if (status === "in_review") return t("library.status_in_review", { percent });
  return status === "verified" ? t("library.status_verified") : "";
}

function progressLine({ run, status, percent }, t) {
  if (run?.state === "running") return line(100 * run.fraction, {});
  if (status !== "in_review" && status !== "verified") return null;
  return line(percent, {
    role: "progressbar",
    "aria-label": t("library.percent"),
    "aria-valuemin": "0",
    "aria-valuemax": "100",
    "aria-valuenow": String(percent),
  });
}

function line(percent, props) {
  return el(
    "span",
    { class: "ss-line", ...props },
    el("span", { class: "ss-line-done", style: { width: `${percent}%` } }),
  );
}

function tagLine({ tags }) {
  if (tags.length === 0) return null;
  return el(
    "span",
    { class: "ss-tags" },
    ...tags.map((tag) => el("span", { class: "ss-tag", text: tag })),
  );
}

async function remove(recording, t) {
  if (!window.confirm(t("list.delete_confirm", { title: recording.title }))) return;
  await send("DELETE", `recordings/${recording.id}`).catch(() => {});
  if (session.openId === recording.id) session.open(null);
  session.refresh();
}
