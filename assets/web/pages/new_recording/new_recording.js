// The sheet of a new transcription: files and microphone; its options are a form that Gradio builds.

/**
 * @import { CaptureError } from "../../live/capture/capture.js"
 * @import { Translate } from "../../types.d.ts"
 * @import { Unsent } from "./unsent_files.js"
 */

import { sendJson } from "../../api/server.js";
import { session } from "../../api/session.js";
import { loadVisit } from "../../api/visit.js";
import { byteText } from "../../components/text/byte_format.js";
import { el, icon } from "../../components/dom.js";
import { about } from "../../components/job_panel.js";
import { loadTexts, setBeforeReload } from "../../components/text/language.js";
import { LevelMeter } from "../../components/sound/level_meter.js";
import { TakeRecorder } from "../../components/sound/take_recorder.js";
import { clock } from "../../components/text/time_format.js";
import { LiveChoices } from "../../live/live_choices.js";
import { recorder } from "../../live/recorder.js";
import { pages } from "../navigation.js";
import { UnsentFiles } from "./unsent_files.js";
import { workMs } from "./work_estimate.js";

const PREPARE_PAUSE_MS = 60_000; // loaded models stay in memory for minutes
const STOP = /** @type {"button"} */ ("[data-action=live_stop]");
const MAX_TRACKS = 99;
const MAX_MIXED = 16;
const VIDEO = /\.(mp4|mov|mkv|avi|webm|wmv|flv|m4v|mpg|mpeg|ts)$/i;

/** @param {{element: HTMLElement}} host arguments of a Gradio component's script */
export async function mountNewFiles({ element }) {
  newRecording.start(await loadTexts());
  element.querySelector(".ss-mount").replaceChildren(newRecording.body);
}

class NewRecording extends EventTarget {
  body = null;
  #form = null;
  #t = null;
  #before = null; // focused element when the sheet opened
  #files = null;
  #recorder = new TakeRecorder();
  #source = "files";
  #language = ""; // as chosen, "" to detect it
  #preparedAt = -Infinity;
  /** @type {Promise<unknown>} the last request, so that the server gets them in order */
  #preparing = Promise.resolve();
  #isStarting = false;

  get isOpen() {
    return document.body.dataset.sheet === "new";
  }

  /**
   * Build the sheet around Gradio's form; later calls do nothing.
   * @param {Translate} t
   */
  start(t) {
    if (this.body !== null) return;
    this.#t = t;
    this.#form = document.getElementById("new-recording");
    this.#files = new UnsentFiles(t);
    this.#build();
    window.speakerStudio = {
      start: (values) => this.#submit(values),
      prepare: (language) => this.#prepare(language ?? ""),
    };
    this.#files.addEventListener("change", () => this.#draw());
    this.#recorder.addEventListener("change", () => this.#drawRecorder());
    this.#recorder.addEventListener("level", () => this.#drawLevel());
    document.addEventListener("keydown", (event) => this.#key(event), { capture: true });
    this.#listenForDrops();
    setBeforeReload(() => this.#keep());
    window.addEventListener("beforeunload", (event) => {
      if (this.#recorder.state !== "inactive" || recorder.isRecording) event.preventDefault();
    });
    recorder.addEventListener("over", (/** @type {CustomEvent} */ { detail }) =>
      this.#endLive(detail),
    );
    loadVisit()
      .then((visit) => visit.limits.live_minutes > 0 && this.choices.offer())
      .catch(() => {}); // without an answer the microphone records first
    this.#draw();
    this.#drawRecorder();
    this.#files.start();
  }

  /** @param {"files"|"microphone"} source */
  open(source = "files") {
    if (!this.isOpen) this.#before = document.activeElement;
    document.body.dataset.sheet = "new";
    this.#show(source);
    this.#prepare();
    this.tabs[source].focus();
  }

  /** Open the sheet and the browser's choice of files. */
  choose() {
    this.open("files");
    this.input.click();
  }

  /** Hide the sheet; what was chosen stays chosen. */
  close() {
    if (!this.isOpen) return;
    delete document.body.dataset.sheet;
    this.choices.setShown(false);
    this.#before?.focus?.();
  }

  /** @param {Iterable<File>} files */
  add(files) {
    this.open("files");
    this.say("");
    this.#files.add(files);
  }

  /** Show a notice in the sheet; "" hides it. */
  say(words) {
    this.notice.textContent = words;
  }

  #build() {
    const t = this.#t;
    this.input = el("input", {
      class: "ss-hidden-input",
      type: "file",
      multiple: true,
      tabindex: "-1",
      accept: "audio/*,video/*,.amr,.silk,.opus,.ape,.wma,.aiff",
      "aria-label": t("new.choose_files"),
      on: {
        change: () => {
          this.add(this.input.files);
          this.input.value = "";
        },
      },
    });
    this.list = el("ul", { class: "ss-files" });
    this.notice = el("p", { class: "ss-notice", role: "alert" });
    this.tabs = { files: this.#tab("files"), microphone: this.#tab("microphone") };
    this.#buildHead();
    this.zone = el(
      "div",
      { class: "ss-drop", on: { click: (event) => this.#clickZone(event) } },
      el(
        "strong",
        {},
        t("new.drop"),
        el("button", {
          class: "ss-drop-choose",
          type: "button",
          text: t("new.choose"),
          on: { click: () => this.input.click() },
        }),
      ),
      el("span", { class: "ss-quiet ss-small", text: t("new.drop_hint") }),
    );
    this.#buildRecorder();
    this.choices = new LiveChoices(t);
    this.choices.addEventListener("change", () => this.#drawSource());
    this.live = el("div", { hidden: true }, this.choices.node);
    this.body = el(
      "div",
      { class: "ss ss-new-files", id: "upload" },
      this.zone,
      this.input,
      this.live,
      this.recorder,
      this.list,
      this.notice,
    );
    this.total = el("span", { class: "ss-sheet-total", role: "status" });
    // Gradio's button gives the form's values, so this one presses it.
    this.record = el(
      "button",
      {
        class: "ss-button ss-record",
        type: "button",
        hidden: true,
        dataset: { control: "live-start" },
        on: { click: () => document.getElementById("start")?.click() },
      },
      icon("mic"),
      t("live.start"),
    );
    this.hint = el("span", { text: t("live.live_hint"), hidden: true });
    this.#form.append(el("div", { class: "ss ss-sheet-foot" }, this.total, this.hint, this.record));
    this.cover = el(
      "div",
      { class: "ss ss-drop-all", hidden: true },
      icon("upload"),
      el("strong", { text: t("new.drop_all") }),
    );
    document.body.append(this.cover);
  }

  #buildHead() {
    const t = this.#t;
    this.#form.setAttribute("role", "dialog");
    this.#form.setAttribute("aria-modal", "true");
    this.#form.setAttribute("aria-label", t("new.title"));
    this.#form.prepend(
      el(
        "div",
        { class: "ss ss-sheet-head" },
        el("h2", { text: t("new.title") }),
        el(
          "div",
          { class: "ss-segments", role: "group", "aria-label": t("new.source") },
          this.tabs.files,
          this.tabs.microphone,
        ),
        el(
          "button",
          {
            class: "ss-icon-button",
            type: "button",
            "aria-label": t("new.close"),
            title: t("new.close"),
            on: { click: () => this.close() },
          },
          icon("x"),
        ),
      ),
    );
  }

  #tab(source) {
    return el("button", {
      type: "button",
      text: this.#t(`new.${source}`),
      dataset: { source },
      on: { click: () => this.#show(source) },
    });
  }

  #show(source) {
    for (const [name, tab] of Object.entries(this.tabs))
      tab.setAttribute("aria-pressed", String(name === source));
    this.#source = source;
    this.zone.hidden = source !== "files";
    if (source === "microphone") this.choices.showDevices();
    this.#drawSource();
  }

  /** Show what belongs to the chosen source and way of recording. */
  #drawSource() {
    const isMicrophone = this.#source === "microphone";
    this.live.hidden = !isMicrophone;
    this.recorder.hidden = !isMicrophone || this.choices.isLive;
    this.choices.setShown(isMicrophone && this.isOpen);
    this.list.hidden = this.#isLive;
    this.record.hidden = !this.#isLive;
    this.total.hidden = this.#isLive;
    this.hint.hidden = !this.#isLive;
    this.#form.classList.toggle("ss-starts-live", this.#isLive);
  }

  get #isLive() {
    return this.#source === "microphone" && this.choices.isLive;
  }

  #buildRecorder() {
    const t = this.#t;
    const button = (control, picture, kind = "") =>
      el(
        "button",
        {
          class: `ss-button ${kind}`,
          type: "button",
          dataset: { control },
          on: { click: () => this.#record(control) },
        },
        icon(picture),
        t(`new.${control}`),
      );
    this.level = new LevelMeter(t);
    this.clock = el("span", { class: "ss-take-clock", text: clock(0) });
    this.controls = {
      record: button("record", "mic", "ss-record"),
      pause: button("pause", "pause"),
      resume: button("resume", "mic"),
      stop: button("stop", "square", "ss-record"),
    };
    this.recorder = el(
      "div",
      { class: "ss-recorder", id: "microphone", hidden: true },
      el("div", { class: "ss-recorder-row" }, this.clock, ...Object.values(this.controls)),
      this.level.node,
      el("p", { class: "ss-quiet ss-small", text: t("new.recording_hint") }),
    );
  }

  async #record(control) {
    if (control === "pause") return this.#recorder.pause();
    if (control === "resume") return this.#recorder.resume();
    if (control === "stop") return this.#endTake();
    this.say("");
    try {
      await this.#recorder.start();
    } catch (error) {
      console.warn(error);
      this.say(this.#t("new.no_microphone"));
    }
    return undefined;
  }

  /** End a take in progress and add it to the list. */
  async #endTake() {
    const take = await this.#recorder.stop();
    if (take === null) return;
    this.#files.addTake(take, this.#t("new.take_title", { time: timeText(new Date()) }));
  }

  #drawRecorder() {
    const { state } = this.#recorder;
    this.controls.record.hidden = state !== "inactive";
    this.controls.pause.hidden = state !== "recording";
    this.controls.resume.hidden = state !== "paused";
    this.controls.stop.hidden = state === "inactive";
    this.recorder.classList.toggle("ss-is-recording", state === "recording");
    this.#drawLevel();
    this.#draw();
  }

  #drawLevel() {
    this.level.show(this.#recorder.level);
    this.clock.textContent = clock(
      this.#recorder.state === "inactive" ? 0 : this.#recorder.elapsedMs,
    );
  }

  #draw() {
    const { entries } = this.#files;
    const rows = new Map(
      /** @type {HTMLElement[]} */ ([...this.list.children]).map((row) => [row.dataset.id, row]),
    );
    this.list.replaceChildren(
      ...entries.map((entry) => {
        const drawn = JSON.stringify({ ...entry, blob: null, aborter: null });
        const row = rows.get(entry.id);
        if (row?.dataset.drawn === drawn) return row;
        const made = this.#row(entry, row?.querySelector("audio") ?? null);
        made.dataset.drawn = drawn;
        return made;
      }),
    );
    this.total.textContent = this.#totalText(entries);
    this.dispatchEvent(new Event("change"));
  }

  /** @param {Unsent} entry */
  #row(entry, player) {
    const t = this.#t;
    const picture = entry.isTake ? "mic" : VIDEO.test(entry.name) ? "file-video" : "file-audio";
    return el(
      "li",
      { class: "ss-file", dataset: { id: entry.id, state: entry.state } },
      el("span", { class: "ss-file-icon" }, icon(picture)),
      el(
        "div",
        { class: "ss-file-facts" },
        el("span", { class: "ss-file-name", text: entry.isTake ? entry.title : entry.name }),
        entry.state === "uploading" ? progress(entry.progress) : null,
      ),
      el("span", { class: "ss-quiet ss-small ss-file-state", text: this.#stateText(entry) }),
      el(
        "button",
        {
          class: "ss-icon-button ss-small-tool",
          type: "button",
          "aria-label": t("new.remove", { name: entry.title }),
          title: t("new.remove", { name: entry.title }),
          dataset: { control: "remove" },
          on: { click: () => this.#files.remove(entry) },
        },
        icon("x"),
      ),
      ...[
        entry.isTake && entry.blob ? (player ?? this.#player(entry)) : null,
        entry.num_tracks > 1 ? this.#tracks(entry) : null,
        entry.known ? this.#known(entry) : null,
        entry.problem
          ? el("p", { class: "ss-notice ss-file-note", role: "alert", text: entry.problem })
          : null,
      ].filter((each) => each !== null),
    );
  }

  #stateText({ state, progress: part, length_ms: lengthMs, size }) {
    const t = this.#t;
    const facts = [lengthMs === null ? "" : clock(lengthMs), byteText(size)];
    if (state === "uploading") return t("new.uploading", { percent: Math.floor(100 * part) });
    if (state === "waiting") return `${byteText(size)} · ${t("new.waiting")}`;
    if (state === "checking") return `${byteText(size)} · ${t("new.checking")}`;
    return facts.filter(Boolean).join(" · ");
  }

  #player(entry) {
    return el("audio", {
      class: "ss-file-note",
      controls: true,
      preload: "metadata",
      src: URL.createObjectURL(entry.blob),
      "aria-label": this.#t("new.listen", { name: entry.title }),
    });
  }

  #tracks(entry) {
    const t = this.#t;
    const numbers = Array.from({ length: Math.min(entry.num_tracks, MAX_TRACKS) }, (_, i) =>
      String(i + 1),
    );
    const choices = [
      ["auto", t("new.track_auto")],
      ...numbers.map((number) => [number, number]),
      ...(entry.num_tracks <= MAX_MIXED ? [["mix", t("new.track_mix")]] : []),
    ];
    const select = el(
      "select",
      {
        class: "ss-select",
        dataset: { control: "track" },
        on: {
          change: () => {
            entry.track = select.value;
          },
        },
      },
      ...choices.map(([value, text]) => el("option", { value, text })),
    );
    select.value = entry.track;
    return el(
      "label",
      { class: "ss-file-note ss-field" },
      el("span", { text: `${t("new.track")} · ${t("new.track_info")}` }),
      select,
    );
  }

  #known({ known, isSame }) {
    const t = this.#t;
    return el(
      "p",
      { class: "ss-file-note ss-file-known" },
      el("span", { text: t(isSame ? "new.known_same" : "new.known", { title: known.title }) }),
      el("button", {
        class: "ss-button",
        type: "button",
        text: t("new.open_known"),
        dataset: { control: "open-known" },
        on: { click: () => this.#openRecording(known.id) },
      }),
    );
  }

  #totalText(entries) {
    const t = this.#t;
    const usable = entries.filter((each) => each.state !== "failed");
    if (usable.length === 0) return "";
    const ms = usable.reduce((sum, each) => sum + (each.length_ms ?? 0), 0);
    const length = lengthText(ms, t);
    const key = usable.length === 1 ? "new.total_one" : "new.total";
    const work = workMs(ms, session.recordings ?? []);
    return [
      t(key, { count: usable.length, length }),
      ...(work ? [t("new.work", { time: about(work / 1000, t) })] : []),
    ].join(" · ");
  }

  /** Start everything in the list, or a live recording, with the values of Gradio's form. */
  async #submit([language, speakers, count, hotwords]) {
    if (this.#isStarting) return;
    this.#isStarting = true;
    this.say("");
    try {
      const number = countText(speakers, count);
      if (this.#isLive)
        return await this.#startLive({
          language: language ?? "",
          num_speakers: number,
          hotwords: hotwords ?? "",
        });
      await this.#endTake();
      if (this.#files.entries.length === 0) return this.say(this.#t("notice.choose_file"));
      if (number === "") return this.say(this.#t("notice.speaker_range"));
      const started = await this.#files.startAll({
        language: language ?? "",
        speakers: number,
        hotwords: hotwords ?? "",
      });
      for (const { run_id: runId } of started) session.startedRuns.add(runId);
      if (started.length === 0) return undefined;
      await session.refresh();
      return this.#files.entries.length === 0
        ? this.#openRecording(started[0].recording_id)
        : session.open(started[0].recording_id);
    } finally {
      this.#isStarting = false;
    }
  }

  /** Open the device; the main area shows the recording from then on. */
  async #startLive(options) {
    const t = this.#t;
    if (recorder.isActive) return this.say(t("live.busy"));
    if (options.num_speakers === "") return this.say(t("notice.speaker_range"));
    this.choices.setShown(false);
    try {
      const title = t("new.take_title", { time: timeText(new Date(), ":") });
      await recorder.start(this.choices.take(), { ...options, title });
    } catch (error) {
      const { code } = /** @type {CaptureError} */ (error);
      this.choices.setShown(true);
      return this.say(t(`live.error_${code}`));
    }
    pages.show("recordings");
    this.close();
    return document.querySelector(STOP)?.focus();
  }

  /** Say why a live recording has ended early; what the server does not have becomes a take. */
  #endLive({ reason, take, title }) {
    const t = this.#t;
    this.open("microphone");
    this.choices.chooseTake();
    if (take !== null) this.#files.addTake(take, t("live.rest_title", { title }));
    this.say(t(`live.over_${reason}`));
  }

  #openRecording(id) {
    pages.show("recordings");
    session.open(id);
    session.refresh();
    this.close();
  }

  async #keep() {
    await this.#endTake();
    await this.#files.keepAll();
  }

  #clickZone({ target }) {
    if (target.closest("button") === null) this.input.click();
  }

  #key(event) {
    if (!this.isOpen || event.isComposing || isListOpen(event.target)) return;
    if (document.querySelector("dialog[open], .ss-pop") !== null) return;
    const inField = event.target.closest("textarea, button, a, summary, [role=listbox]");
    if (event.key === "Escape") {
      event.stopPropagation(); // the open transcript has a use of this key too
      this.close();
    } else if (event.key === "Enter" && inField === null)
      /** @type {HTMLElement|null} */ (document.querySelector("#start"))?.click();
    else if (event.key === "Tab") this.#keepFocus(event);
  }

  /** Keep the focus inside the sheet. */
  #keepFocus(event) {
    const stops = /** @type {HTMLElement[]} */ ([
      ...this.#form.querySelectorAll("button, input, select, textarea, audio, summary"),
    ]).filter((each) => each.tabIndex >= 0 && each.getClientRects().length > 0);
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (document.activeElement !== edge && this.#form.contains(document.activeElement)) return;
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
  }

  /** Take files that are dropped anywhere in the window, so that the browser never opens them. */
  #listenForDrops() {
    const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
    const show = (isShown) => {
      this.cover.hidden = !isShown;
    };
    document.addEventListener("dragenter", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      this.#prepare();
      show(true);
    });
    document.addEventListener("dragover", (event) => {
      if (hasFiles(event)) event.preventDefault();
    });
    document.addEventListener("dragleave", (event) => {
      if (event.relatedTarget === null) show(false);
    });
    document.addEventListener("drop", (event) => {
      show(false);
      if (!hasFiles(event)) return;
      event.preventDefault();
      this.add(event.dataTransfer.files);
    });
  }

  /** Let the server load the models of the chosen language while the person is choosing. */
  #prepare(language = this.#language) {
    const isRecent = performance.now() - this.#preparedAt < PREPARE_PAUSE_MS;
    if (isRecent && language === this.#language) return;
    this.#language = language;
    this.#preparedAt = performance.now();
    this.#preparing = this.#preparing
      .then(() => sendJson("POST", "prepare", { language }))
      .catch(() => {}); // the start of the run reports errors
  }
}

/** Return whether the options of the dropdown around an input are shown. */
function isListOpen(input) {
  return input.getAttribute?.("aria-expanded") === "true";
}

function progress(fraction) {
  return el(
    "span",
    { class: "ss-file-progress", "aria-hidden": "true" },
    el("span", { style: { width: `${100 * fraction}%` } }),
  );
}

/** Return the number of speakers as the server reads it: "auto", "3" or "3-5"; "" if it is missing. */
export function countText(choice, typed) {
  if (choice !== "other") return choice || "auto";
  const numbers = (typed ?? "").normalize("NFKC").match(/\d+/g) ?? [];
  return numbers.length === 1 || numbers.length === 2 ? numbers.join("-") : "";
}

/** Return a time as text, by default one that file names can contain: "2026-11-29 10.30". */
export function timeText(time, separator = ".") {
  const two = (n) => String(n).padStart(2, "0");
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join("-");
  return `${day} ${two(time.getHours())}${separator}${two(time.getMinutes())}`;
}

/** Return a length in words. */
export function lengthText(ms, t) {
  const seconds = Math.round(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours > 0) return t("new.hours_minutes", { hours, minutes });
  if (minutes > 0) return t("new.minutes", { minutes, seconds: seconds % 60 });
  return t("new.seconds", { seconds });
}

export const newRecording = new NewRecording();
