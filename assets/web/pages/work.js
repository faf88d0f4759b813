// The page of work: transcriptions in progress with person and machine, recordings by review state.

/**
 * @import { ReviewGroup, ReviewableRecording, WorkJob, WorkPayload } from "../api/payloads.d.ts"
 */

import { getJson, send, sendJson } from "../api/server.js";
import { Poller } from "../api/poller.js";
import { refusalText } from "../api/error_text.js";
import { session } from "../api/session.js";
import { allowedPages } from "../api/visit.js";
import { el, placeChildren } from "../components/dom.js";
import { runText, timeText } from "../components/job_panel.js";
import { loadTexts } from "../components/text/language.js";
import { clock } from "../components/text/time_format.js";
import { AnnotatorAgreement } from "./annotator_agreement.js";
import { pages, RECORDINGS } from "./navigation.js";

const PAGE = "work";
const DONE = "done";

/** @param {{element: HTMLElement}} host arguments of a Gradio component's script */
export async function mountWork({ element }) {
  if (!(await allowedPages()).includes(PAGE)) return;
  const part = new WorkPart(await loadTexts());
  element.querySelector(".ss-mount").replaceChildren(part.node);
  pages.addEventListener("page", () => part.refresh());
  document.addEventListener("visibilitychange", () => part.refresh());
  part.refresh();
}

function openRecording(id) {
  pages.show(RECORDINGS);
  session.open(id);
}

class WorkPart {
  #jobs = new Map(); // id of the run → its row
  #drawnGroups = "";

  constructor(t) {
    this.t = t;
    this.poller = new Poller({
      ask: () => this.#load(),
      isWanted: () => pages.shown === PAGE && !document.hidden,
    });
    this.problem = el("div", {
      class: "ss-offline",
      role: "alert",
      text: t("work.load_failed"),
      hidden: true,
    });
    this.next = el("button", {
      class: "ss-button ss-primary",
      type: "button",
      text: t("work.next"),
      dataset: { control: "next-recording" },
      on: { click: () => this.#takeNext() },
    });
    this.note = el("p", { class: "ss-quiet", role: "status" });
    this.none = el("p", { class: "ss-quiet", text: t("work.no_jobs") });
    this.jobs = el("ul", { class: "ss-work-list" });
    this.more = el("p", { class: "ss-quiet" });
    this.groups = el("div", { class: "ss-work-groups" });
    this.agreement = new AnnotatorAgreement(t);
    this.node = el(
      "section",
      { class: "ss ss-work", "aria-label": t("page.work"), hidden: true },
      this.problem,
      el("div", { class: "ss-work-head" }, this.#heading("work.review"), this.next),
      this.note,
      this.groups,
      this.agreement.node,
      this.#heading("work.jobs"),
      this.none,
      this.jobs,
      this.more,
    );
  }

  /** Load the state now and then again and again, while this page is shown. */
  refresh() {
    return this.poller.refresh();
  }

  #heading(key) {
    return el("h2", { class: "ss-heading", text: this.t(key) });
  }

  async #load() {
    try {
      const view = await getJson("team");
      this.problem.hidden = true;
      this.#draw(view);
      return view.num_jobs > 0;
    } catch (error) {
      this.problem.hidden = false;
      throw error;
    } finally {
      this.node.hidden = false;
    }
  }

  /** @param {WorkPayload} view */
  #draw(view) {
    const before = this.#jobs;
    this.#jobs = new Map(
      view.jobs.map((job) => [job.run.id, before.get(job.run.id) ?? new JobRow(this.t, job, this)]),
    );
    for (const job of view.jobs) this.#jobs.get(job.run.id).show(job);
    placeChildren(
      this.jobs,
      [...this.#jobs.values()].map((row) => row.node),
    );
    this.none.hidden = view.num_jobs > 0;
    this.#showMore(this.more, view.num_jobs - view.jobs.length);
    const groups = JSON.stringify(view.groups);
    if (groups === this.#drawnGroups) return;
    this.#drawnGroups = groups;
    this.groups.replaceChildren(...view.groups.map((group) => this.#group(group)));
  }

  #showMore(line, count) {
    line.textContent = this.t("work.more", { count });
    line.hidden = count <= 0;
  }

  /** @param {ReviewGroup} group */
  #group({ state, total, recordings }) {
    const more = el("p", { class: "ss-quiet" });
    this.#showMore(more, total - recordings.length);
    return el(
      "details",
      { class: "ss-work-group", open: state !== DONE && total > 0, dataset: { state } },
      el(
        "summary",
        {},
        el("span", { text: this.t(`work.state_${state}`) }),
        el("span", { class: "ss-work-count", text: String(total) }),
      ),
      el("ul", { class: "ss-work-list" }, ...recordings.map((each) => this.#recording(each))),
      more,
    );
  }

  /** @param {ReviewableRecording} recording */
  #recording(recording) {
    const { t } = this;
    const facts = [
      recording.duration_ms === null ? "" : clock(recording.duration_ms),
      recording.claimed_by ?? "",
      recording.percent > 0 && recording.percent < 100 ? `${recording.percent}%` : "",
      recording.num_flagged > 0 ? t("work.flagged", { count: recording.num_flagged }) : "",
    ];
    return el(
      "li",
      { class: "ss-work-row", dataset: { id: recording.id } },
      titleButton(recording.id, recording.title),
      el("span", { class: "ss-item-state", text: facts.filter(Boolean).join(" · ") }),
    );
  }

  async #takeNext() {
    this.next.disabled = true;
    this.note.textContent = "";
    try {
      const { id } = await sendJson("POST", "team/next", {});
      if (id === null) this.note.textContent = this.t("work.next_none");
      else {
        await session.refresh();
        openRecording(id);
      }
    } catch (error) {
      this.note.textContent = refusalText(error, this.t);
    }
    this.next.disabled = false;
    this.refresh();
  }
}

/** One transcription that is waiting or running. */
class JobRow {
  /**
   * @param {import("../types.d.ts").Translate} t
   * @param {WorkJob} job
   * @param {{refresh: () => void}} part
   */
  constructor(t, job, part) {
    this.t = t;
    this.state = el("span", { class: "ss-item-state" });
    this.facts = el("span", { class: "ss-item-state" });
    this.cancel = el("button", {
      class: "ss-button",
      type: "button",
      text: t("job.cancel"),
      "aria-label": `${t("job.cancel")}: ${job.title}`,
      on: {
        click: async () => {
          this.cancel.disabled = true;
          await send("POST", `runs/${job.run.id}/cancel`).catch(() => {
            this.cancel.disabled = false;
          });
          part.refresh();
        },
      },
    });
    this.cancel.hidden = !job.is_own;
    this.node = el(
      "li",
      { class: "ss-work-row", dataset: { run: job.run.id } },
      titleButton(job.recording_id, job.title),
      this.state,
      this.facts,
      this.cancel,
    );
  }

  /** @param {WorkJob} job */
  show(job) {
    const { t } = this;
    this.state.textContent = [runText(job.run, t), timeText(job.run, t)]
      .filter(Boolean)
      .join(" · ");
    this.facts.textContent = [
      job.duration_ms === null ? "" : clock(job.duration_ms),
      job.person,
      job.worker,
    ]
      .filter(Boolean)
      .join(" · ");
  }
}

function titleButton(id, title) {
  return el("button", {
    class: "ss-flat ss-work-title",
    type: "button",
    text: title,
    on: { click: () => openRecording(id) },
  });
}
