// The page of training data: options, size, and export as a zip file.

import { el } from "../../components/dom.js";
import { loadTexts } from "../../components/text/language.js";
import { pages } from "../navigation.js";
import { getJson, Refused, send, sendJson, urlOf } from "../../api/server.js";
import { allowedPages } from "../../api/visit.js";
import { megabytes } from "../../components/text/byte_format.js";
import { TrainingForm } from "./training_form.js";

const LOOK_AGAIN_MS = 350; // after the last change of a choice
const POLL_MS = 500;
const RETRY_MS = 2_000;
const AT_WORK = new Set(["waiting", "running"]);

/** @param {{element: HTMLElement}} host arguments of a Gradio component's script */
export async function mountTrainingData({ element }) {
  if (!(await allowedPages()).includes("training")) return;
  const part = new TrainingPart(await loadTexts());
  element.querySelector(".ss-mount").replaceChildren(part.node);
  pages.addEventListener("page", () => part.look());
  part.look();
}

class TrainingPart {
  #form = null;
  #timer = 0;
  #poll = 0;
  #question = 0;

  constructor(t) {
    this.t = t;
    this.problem = el("div", { class: "ss-offline", role: "alert", hidden: true });
    this.choices = el("div", { class: "ss-training-choices" });
    this.table = el("tbody");
    this.leftOut = el("p", { class: "ss-quiet ss-small" });
    this.start = el("button", {
      class: "ss-button ss-primary",
      type: "button",
      text: t("training.start"),
      disabled: true,
      dataset: { control: "export" },
      on: { click: () => this.#start() },
    });
    this.note = el("div", { class: "ss-problem", role: "status" });
    this.done = el("div", { class: "ss-bar-done" });
    this.bar = el(
      "div",
      {
        class: "ss-bar",
        role: "progressbar",
        "aria-valuemin": "0",
        "aria-valuemax": "100",
        "aria-label": t("training.running"),
      },
      this.done,
    );
    this.stage = el("div", { class: "ss-job-stage", role: "status" });
    this.cancel = el("button", {
      class: "ss-button",
      type: "button",
      text: t("training.cancel"),
      dataset: { control: "cancel" },
    });
    this.work = el("div", { class: "ss-job", hidden: true }, this.stage, this.bar, this.cancel);
    this.download = el("a", {
      class: "ss-button ss-primary",
      download: "",
      hidden: true,
      dataset: { control: "download" },
    });
    this.node = el(
      "section",
      { class: "ss ss-training", "aria-label": t("page.training"), hidden: true },
      this.problem,
      el("h2", { class: "ss-title", text: t("training.title") }),
      el("p", { class: "ss-quiet", text: t("training.intro") }),
      this.choices,
      el(
        "div",
        { class: "ss-training-sum" },
        this.#sizes(),
        this.leftOut,
        el("div", { class: "ss-training-actions" }, this.start, this.download),
        this.note,
        this.work,
      ),
    );
  }

  /** Load the choices, if this page is shown. */
  async look() {
    if (pages.shown !== "training") return;
    try {
      const view = await getJson("training");
      if (this.#form === null) this.#form = new TrainingForm(this.t, view, () => this.#changed());
      else this.#form.offer(view);
      this.choices.replaceChildren(this.#form.node);
      this.problem.hidden = true;
      this.node.hidden = false;
      this.#preview();
      if (view.export) this.#follow(view.export.id);
    } catch {
      this.problem.textContent = this.t("training.load_failed");
      this.problem.hidden = false;
      this.node.hidden = false;
    }
  }

  #sizes() {
    const heads = [
      "training.split",
      "training.clips",
      "training.hours",
      "training.speakers",
      "training.recordings",
    ].map((key) => el("th", { scope: "col", text: this.t(key) }));
    return el(
      "table",
      { class: "ss-training-table" },
      el("caption", { class: "ss-heading", text: this.t("training.preview") }),
      el("thead", {}, el("tr", {}, ...heads)),
      this.table,
    );
  }

  #changed() {
    clearTimeout(this.#timer);
    this.start.disabled = true;
    this.#timer = setTimeout(() => this.#preview(), LOOK_AGAIN_MS);
  }

  async #preview() {
    const question = ++this.#question;
    const chosen = this.#form.chosen();
    if (chosen.formats.length === 0) {
      this.#say(this.t("training.no_format"));
      this.start.disabled = true;
      return;
    }
    try {
      const view = await sendJson("POST", "training/preview", chosen);
      if (question === this.#question) this.#show(view);
    } catch (error) {
      if (question !== this.#question) return;
      this.start.disabled = true;
      this.#say(
        this.t(
          error instanceof Refused && error.status === 400
            ? "training.bad_choice"
            : "training.load_failed",
        ),
      );
    }
  }

  #show(view) {
    const { t } = this;
    const total = view.splits.reduce((sum, each) => sum + each.clips, 0);
    this.table.replaceChildren(
      ...view.splits
        .filter((each) => each.clips > 0 || each.name === "train")
        .map((each) =>
          el(
            "tr",
            {},
            el("th", { scope: "row", text: t(`training.split_${each.name}`) }),
            ...[each.clips, each.hours.toFixed(2), each.speakers, each.recordings].map((value) =>
              el("td", { text: String(value) }),
            ),
          ),
        ),
    );
    this.leftOut.textContent =
      view.left_out.length === 0
        ? ""
        : t("training.left_out", {
            reasons: view.left_out
              .map((each) => t(`training.reason_${each.reason}`, { count: each.count }))
              .join(" · "),
          });
    this.start.disabled = total === 0;
    this.#say(total === 0 ? t("training.nothing") : "");
  }

  async #start() {
    this.start.disabled = true;
    this.download.hidden = true;
    try {
      const { id } = await sendJson("POST", "training/exports", this.#form.chosen());
      this.#follow(id);
    } catch {
      this.#say(this.t("training.problem_other"));
    }
    this.start.disabled = false;
  }

  async #follow(id) {
    clearTimeout(this.#poll);
    this.cancel.onclick = () => send("POST", `training/exports/${id}/cancel`).catch(() => {});
    let view;
    try {
      view = await getJson(`training/exports/${id}`);
    } catch (error) {
      if (error instanceof Refused && error.status === 404) {
        this.work.hidden = true;
        this.download.hidden = true;
        return;
      }
      this.#poll = setTimeout(() => this.#follow(id), RETRY_MS);
      return;
    }
    this.#draw(view);
    if (AT_WORK.has(view.state)) this.#poll = setTimeout(() => this.#follow(id), POLL_MS);
  }

  #draw(view) {
    const { t } = this;
    const percent = Math.floor(100 * view.fraction);
    this.work.hidden = !AT_WORK.has(view.state);
    this.stage.textContent =
      view.state === "waiting" ? t("training.waiting") : `${t("training.running")} ${percent}%`;
    this.done.style.width = `${percent}%`;
    this.bar.setAttribute("aria-valuenow", String(percent));
    this.download.hidden = view.state !== "done";
    if (view.state === "done") {
      this.download.href = urlOf(`training/exports/${view.id}/file`);
      this.download.textContent = t("training.download", { size: megabytes(view.num_bytes) });
    }
    if (view.problem_key) this.#say(t(view.problem_key));
    else if (view.state === "cancelled") this.#say(t("training.cancelled"));
  }

  #say(text) {
    this.note.textContent = text;
  }
}
