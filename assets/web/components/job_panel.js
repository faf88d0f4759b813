// State of a run that is waiting, running, or ended without a transcript.

import { clock, durationText } from "./text/time_format.js";
import { el } from "./dom.js";
import { Refused, send } from "../api/server.js";
import { session } from "../api/session.js";
import { loadVisit } from "../api/visit.js";

const ENDED_BADLY = new Set(["failed", "cancelled", "interrupted"]);

/** Return the state of a run in one line. */
export function runText(run, t) {
  if (run.state === "queued") {
    return run.ahead > 0 ? t("state.queued", { ahead: run.ahead }) : t("state.queued_next");
  }
  if (run.is_live) return t(`state.live_${run.live_state}`);
  if (run.state !== "running") return t(`state.${run.state}`);
  const stage = t(`stage.${run.stage}`);
  return t("state.running", { stage, percent: Math.floor(100 * run.fraction) });
}

const MINUTE_S = 60;
const FEW_S = 90; // shorter times are shown in seconds
const STEP_S = 10; // rounding step of estimated times

/** Return an estimated time, rounded up. */
export function about(seconds, t) {
  const step = seconds > FEW_S - STEP_S ? MINUTE_S : STEP_S;
  const rounded = Math.max(step, Math.ceil(seconds / step) * step);
  return t("job.about", { time: durationText(1000 * rounded, t) });
}

/** Return elapsed time of a run and, if known, the time left. */
export function timeText(run, t) {
  const left = run.seconds_left === null ? "" : about(run.seconds_left, t);
  if (run.state === "queued") return left && t("job.starts", { left });
  const elapsed = t("job.elapsed", { time: clock(1000 * run.elapsed_seconds) });
  return left ? `${elapsed} · ${t("job.left", { left })}` : elapsed;
}

export class JobPanel {
  #cancelled = false;
  #limits = {};
  #refused = null; // reason why it cannot run again

  constructor(t) {
    this.t = t;
    this.stage = el("div", { class: "ss-job-stage", role: "status" });
    this.elapsed = el("div", { class: "ss-quiet" });
    this.done = el("div", { class: "ss-bar-done" });
    this.bar = el(
      "div",
      { class: "ss-bar", role: "progressbar", "aria-valuemin": "0", "aria-valuemax": "100" },
      this.done,
    );
    this.cancel = el("button", {
      class: "ss-button",
      type: "button",
      text: t("job.cancel"),
      on: { click: () => this.#cancel() },
    });
    this.again = el("button", {
      class: "ss-button ss-primary",
      type: "button",
      text: t("job.again"),
      on: { click: () => this.#again() },
    });
    this.message = el("p", { class: "ss-job-message" });
    loadVisit()
      .then((visit) => {
        this.#limits = visit.limits;
      })
      .catch(() => {});
    this.node = el(
      "div",
      { class: "ss-job" },
      this.stage,
      this.message,
      this.bar,
      this.elapsed,
      this.cancel,
      this.again,
    );
  }

  show(recording) {
    if (recording.run.id !== this.recording?.run.id) this.#refused = null;
    this.recording = recording;
    const { run } = recording;
    const over = ENDED_BADLY.has(run.state);
    this.node.dataset.state = over ? "ended" : "at-work";
    this.stage.textContent = over ? this.t(`job.${run.state}_title`) : runText(run, this.t);
    this.message.textContent = this.#message(run, over);
    this.bar.hidden = this.elapsed.hidden = this.cancel.hidden = over;
    this.again.hidden = !(over && recording.can_run_again);
    const percent = 100 * (run.fraction ?? 0);
    this.done.style.width = `${percent}%`;
    this.bar.setAttribute("aria-valuenow", String(Math.floor(percent)));
    this.elapsed.textContent = timeText(run, this.t);
    if (over) this.#cancelled = false;
    this.cancel.disabled = this.#cancelled;
    this.cancel.textContent = this.t(this.#cancelled ? "job.cancelling" : "job.cancel");
  }

  #message(run, over) {
    if (over && this.#refused) return this.t(this.#refused.key, this.#refused.values);
    if (over) return run.message_key ? this.t(run.message_key, this.#limits) : "";
    return run.is_continued && run.state === "running" ? this.t("job.continued") : "";
  }

  async #cancel() {
    this.#cancelled = true;
    this.show(this.recording);
    await send("POST", `runs/${this.recording.run.id}/cancel`).catch(() => {
      this.#cancelled = false;
    });
    session.refresh();
  }

  async #again() {
    this.again.disabled = true;
    this.#refused = null;
    await send("POST", `runs/${this.recording.run.id}/again`).catch((error) => {
      if (error instanceof Refused && error.code === "limit") this.#refused = error.body;
    });
    this.again.disabled = false;
    session.refresh();
  }
}
