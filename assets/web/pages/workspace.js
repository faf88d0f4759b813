// The main area: the open transcript, the state of its run, or a message.

import { claimWarning } from "../components/claims.js";
import { el } from "../components/dom.js";
import { JobPanel } from "../components/job_panel.js";
import { loadTexts } from "../components/text/language.js";
import { getJson } from "../api/server.js";
import { session } from "../api/session.js";
import { LiveView } from "../live/live_view.js";
import { recorder } from "../live/recorder.js";
import { UnfinishedBar } from "../live/unfinished_bar.js";
import { transcriptName, transcriptsOf } from "../components/transcript_choices.js";
import { afterDrawn } from "../review/after_drawn.js";
import { ComparisonView } from "../review/comparison/comparison_view.js";
import { TranscriptEditor } from "../review/editor.js";
import { welcome } from "./welcome.js";
import { buildKeyHelp } from "../review/keys/key_help.js";
import { Keymap } from "../review/keys/keymap.js";

let preparing = null;

/** Create the workspace and load its content before Gradio mounts it. */
export function prepareWorkspace() {
  preparing ??= prepare();
  return preparing;
}

async function prepare() {
  session.start();
  const workspace = new Workspace(await loadTexts());
  session.addEventListener("recordings", () => workspace.update());
  session.addEventListener("open", () => workspace.update());
  session.addEventListener("help", () => workspace.showHelp());
  recorder.addEventListener("change", () => workspace.follow());
  workspace.update();
  return workspace;
}

/** @param {{element: HTMLElement}} host arguments of a Gradio component's script */
export async function mountWorkspace({ element }) {
  performance.mark("studio:placed"); // for benchmarks/review_page
  element.querySelector(".ss-mount").replaceChildren((await prepareWorkspace()).node);
}

const REST_MS = 2_000;
const LIVE = "live"; // state of the workspace that shows the live recording

class Workspace {
  #shown = ""; // shown state: "transcript:<id>", "job:<run>", …
  #current = null;
  #isChoosing = false;
  #refreshTimer = 0;

  constructor(t) {
    this.t = t;
    this.claim = el("p", { class: "ss-banner", role: "status", hidden: true });
    this.content = el("div", { class: "ss-content" });
    this.unfinished = new UnfinishedBar(t);
    this.node = el(
      "div",
      { class: "ss ss-workspace" },
      this.claim,
      this.unfinished.node,
      this.content,
    );
  }

  /** Show or leave the live recording when it begins or ends. */
  follow() {
    const isShown = this.#shown === LIVE;
    if (isShown !== recorder.shows(session.openId)) this.update();
  }

  update() {
    this.claim.textContent = claimWarning(session.opened, this.t);
    this.claim.hidden = this.claim.textContent === "";
    document.title = [this.#title(), this.t("app.name")].filter(Boolean).join(" · ");
    if (recorder.shows(session.openId)) return this.#live();
    if (session.recordings === null) return this.#message("loading", "", this.t("view.loading"));
    const recording = session.opened;
    if (session.openId === null) return this.#welcome();
    if (recording === null) return this.#message("missing", "", this.t("view.load_failed"));
    if (this.#isChoosing || this.#choosesResult(recording)) return undefined;
    if (session.comparison?.recordingId === recording.id) return this.#comparison(recording);
    const isAtWork = recording.run?.state === "queued" || recording.run?.state === "running";
    const id = isAtWork ? recording.growing_id : session.transcriptOf(recording);
    return id === null ? this.#job(recording) : this.#transcript(recording, id);
  }

  #title() {
    const isLive = recorder.isRecording && recorder.shows(session.openId);
    return isLive ? `● ${recorder.title}` : session.opened?.title;
  }

  #message(state, title, text) {
    if (this.#shown === state) return;
    this.#show(
      state,
      el(
        "div",
        { class: "ss-message" },
        title ? el("h2", { class: "ss-title", text: title }) : null,
        el("p", { text }),
      ),
      null,
    );
  }

  #live() {
    if (this.#shown === LIVE) return;
    const view = new LiveView(this.t);
    this.#show(LIVE, view.node, view);
  }

  /** Show how to begin: files, microphone, demo. */
  #welcome() {
    const demo = session.recordings.find((each) => each.transcript_id !== null);
    const state = `welcome:${demo?.id ?? ""}`;
    if (this.#shown !== state) this.#show(state, welcome(this.t, demo), null);
  }

  #job(recording) {
    if (recording.run === null) return this.#message("missing", "", this.t("view.load_failed"));
    const state = `job:${recording.run.id}`;
    if (this.#shown !== state) {
      const panel = new JobPanel(this.t);
      this.#show(
        state,
        el(
          "div",
          { class: "ss-job-page" },
          el("h2", { class: "ss-title", text: recording.title }),
          panel.node,
          ...skeletons(),
        ),
        panel,
      );
    }
    return this.#current.show(recording);
  }

  async #transcript(recording, id) {
    const state = `transcript:${id}`;
    const opening = `opening:${id}`;
    if (this.#shown === state) {
      this.#goToSentence();
      return this.#current.follow(recording);
    }
    if (this.#shown === opening) return undefined;
    this.#message(opening, recording.title, this.t("view.loading"));
    try {
      const opened = await getJson(`transcripts/${id}`);
      const view = new TranscriptEditor({ ...opened, read_only: !recording.can_edit }, this.t);
      if (this.#shown !== opening) return view.dispose();
      this.#show(state, view.node, view);
      afterDrawn(view.node, () => this.#goToSentence(), new AbortController().signal);
      view.queue.addEventListener("length", () => this.#refreshList(view.queue));
      return view.follow(session.opened ?? recording);
    } catch (error) {
      console.warn(error);
      if (this.#shown === opening) this.#message("missing", "", this.t("view.load_failed"));
      return undefined;
    }
  }

  /**
   * Keep the transcript of a run that this page has started open when the run is done, also where
   * another transcript of the recording would be preferred; return whether that is under way.
   */
  #choosesResult(recording) {
    const { run } = recording;
    if (run?.state !== "done" || !session.startedRuns.delete(run.id)) return false;
    if (recording.num_transcripts < 2) return false;
    this.#isChoosing = true;
    const former = session.comparedRuns.get(run.id);
    session.comparedRuns.delete(run.id);
    const shown = former ? compareNewest(recording, former) : this.#chooseNewest(recording);
    shown.finally(() => {
      this.#isChoosing = false;
      session.refresh();
    });
    return true;
  }

  async #chooseNewest(recording) {
    const [newest] = await transcriptsOf(recording.id);
    if (newest.id !== recording.transcript_id) await session.prefer(recording.id, newest.id);
  }

  /** Show two transcripts of the recording side by side. */
  async #comparison(recording) {
    const { first, second } = session.comparison;
    const state = `comparison:${first}:${second}`;
    const opening = `opening ${state}`;
    if (this.#shown === state || this.#shown === opening) return;
    this.#message(opening, recording.title, this.t("view.loading"));
    const close = () => session.open(recording.id);
    const take = async (id) => {
      await session.prefer(recording.id, id);
      close();
    };
    try {
      const [found, choices] = await Promise.all([
        getJson(`transcripts/${first}/comparison/${second}`),
        transcriptsOf(recording.id),
      ]);
      if (this.#shown !== opening) return;
      const names = new Map(choices.map((each) => [each.id, transcriptName(each, this.t)]));
      const onTake = recording.can_edit ? take : null;
      const view = new ComparisonView(found, names, this.t, { onClose: close, onTake });
      this.#show(state, view.node, view);
    } catch (error) {
      console.warn(error);
      if (this.#shown === opening) this.#message("missing", "", this.t("view.load_failed"));
    }
  }

  /** Select the sentence that a search found, in the open transcript. */
  #goToSentence() {
    const editor = this.#current;
    if (!(editor instanceof TranscriptEditor) || session.sentence === null) return;
    if (editor.view.recording_id !== session.openId) return;
    const { id, start_ms: startMs } = session.takeSentence();
    const row =
      editor.model.row(id) ?? editor.model.rows.findLast((each) => each.start_ms <= startMs);
    if (row) editor.go(row.id, { play: false });
  }

  /** Show the keyboard's help, of the open transcript if there is one. */
  showHelp() {
    if (this.#current instanceof TranscriptEditor) return this.#current.openHelp();
    const dialog = buildKeyHelp({
      keymap: new Keymap(),
      t: this.t,
      onClose: () => dialog.remove(),
    });
    this.node.append(dialog);
    return dialog.showModal();
  }

  /** Reload the list when every edit is saved and the user pauses. */
  #refreshList(queue) {
    clearTimeout(this.#refreshTimer);
    if (queue.length === 0) this.#refreshTimer = setTimeout(() => session.refresh(), REST_MS);
  }

  #show(state, node, current) {
    this.#current?.dispose?.();
    this.#shown = state;
    this.#current = current;
    this.content.replaceChildren(node);
  }
}

/** Compare the newest transcript of a recording with a former one. */
async function compareNewest(recording, former) {
  const [newest] = await transcriptsOf(recording.id);
  session.compare(recording.id, former, newest.id);
}

/** Return shapes of turns in place of the transcript that has not begun. */
function skeletons() {
  return [
    [12, 92, 64],
    [10, 78],
    [14, 96, 88, 40],
  ].map((widths) =>
    el(
      "div",
      { class: "ss-skeleton", "aria-hidden": "true" },
      ...widths.map((width) => el("i", { style: { width: `${width}%` } })),
    ),
  );
}
