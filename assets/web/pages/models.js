// The page of models: the recogniser in use, installed models, downloads.

import { el } from "../components/dom.js";
import { loadTexts } from "../components/text/language.js";
import { pages } from "./navigation.js";
import { getJson, send } from "../api/server.js";
import { allowedPages } from "../api/visit.js";
import { megabytes } from "../components/text/byte_format.js";

const BUSY_POLL_MS = 500;
const IDLE_POLL_MS = 15_000;
const RETRY_MS = 2_000;
const AT_WORK = new Set(["waiting", "fetching"]);

/** @param {{element: HTMLElement}} host arguments of a Gradio component's script */
export async function mountModels({ element }) {
  if (!(await allowedPages()).includes("models")) return;
  const part = new ModelsPart(await loadTexts());
  element.querySelector(".ss-mount").replaceChildren(part.node);
  pages.addEventListener("page", () => part.refresh());
  window.addEventListener("focus", () => part.refresh());
  part.refresh();
}

class ModelsPart {
  #view = null;
  #source = "modelscope";
  #timer = 0;
  #asking = false;

  constructor(t) {
    this.t = t;
    this.problem = el("div", {
      class: "ss-offline",
      role: "alert",
      text: t("models.load_failed"),
      hidden: true,
    });
    this.title = el("h2", { class: "ss-title" });
    this.why = el("p", { class: "ss-quiet" });
    this.get = el("button", {
      class: "ss-button ss-primary",
      type: "button",
      dataset: { control: "get-paraformer" },
      on: { click: () => this.#getParaformer() },
    });
    this.source = el("select", {
      class: "ss-button",
      id: "ss-model-source",
      on: {
        change: () => {
          this.#source = this.source.value;
          this.#draw();
        },
      },
    });
    this.offer = el(
      "div",
      { class: "ss-models-offer" },
      this.get,
      el("label", { class: "ss-quiet", for: "ss-model-source", text: t("models.source") }),
      this.source,
    );
    this.offline = el("p", { class: "ss-models-note", text: t("models.offline") });
    this.progressText = el("div", { class: "ss-job-stage", role: "status" });
    this.done = el("div", { class: "ss-bar-done" });
    this.bar = el(
      "div",
      { class: "ss-bar", role: "progressbar", "aria-valuemin": "0", "aria-valuemax": "100" },
      this.done,
    );
    this.cancel = el("button", {
      class: "ss-button",
      type: "button",
      text: t("models.cancel"),
      dataset: { control: "cancel" },
      on: { click: () => this.#act("models/cancel") },
    });
    this.progress = el("div", { class: "ss-job" }, this.progressText, this.bar, this.cancel);
    this.list = el("ul", { class: "ss-models-list" });
    this.node = el(
      "section",
      { class: "ss ss-models", "aria-label": t("page.models") },
      this.problem,
      this.title,
      this.why,
      this.offer,
      this.offline,
      this.progress,
      el("p", { class: "ss-quiet", text: t("models.own_folder") }),
      el("h2", { class: "ss-heading", text: t("models.list") }),
      this.list,
    );
    this.node.hidden = true;
  }

  /** Load the state, if this page is shown. */
  async refresh() {
    clearTimeout(this.#timer);
    if (pages.shown !== "models" || this.#asking) return;
    this.#asking = true;
    let wait = RETRY_MS;
    try {
      this.#view = await getJson("models");
      this.problem.hidden = true;
      wait = this.#view.models.some((each) => AT_WORK.has(each.state))
        ? BUSY_POLL_MS
        : IDLE_POLL_MS;
      this.#draw();
    } catch {
      this.problem.hidden = false;
    }
    this.node.hidden = false;
    this.#asking = false;
    this.#timer = setTimeout(() => this.refresh(), wait);
  }

  #draw() {
    const { recognizer, models, is_offline: isOffline } = this.#view;
    this.title.textContent =
      recognizer.name === null
        ? this.t("models.at_work_none")
        : this.t("models.at_work", { models: recognizer.models.join(" + ") });
    this.why.textContent = this.t(recognizer.text_key);
    const working = models.filter((each) => AT_WORK.has(each.state));
    this.#drawOffer(working.length > 0 || isOffline);
    this.offline.hidden = !isOffline;
    this.#drawProgress(working);
    this.list.replaceChildren(...models.map((each) => this.#row(each)));
  }

  #drawOffer(isAway) {
    const { packages } = this.#view;
    this.offer.hidden = isAway || packages.some((each) => each.is_installed);
    if (this.offer.hidden) return;
    const chosen = packages.find((each) => each.source === this.#source) ?? packages[0];
    const key = chosen.num_bytes_here > 0 ? "models.resume_paraformer" : "models.get_paraformer";
    this.get.textContent = this.t(key, {
      size: megabytes(chosen.num_bytes - chosen.num_bytes_here),
    });
    if (this.source.options.length === packages.length) return;
    const names = {
      modelscope: this.t("models.source_modelscope"),
      huggingface: this.t("models.source_huggingface"),
    };
    this.source.replaceChildren(
      ...packages.map((each) => el("option", { value: each.source, text: names[each.source] })),
    );
  }

  #drawProgress(working) {
    this.progress.hidden = working.length === 0;
    if (working.length === 0) return;
    const current = working.find((each) => each.state === "fetching") ?? working[0];
    this.progressText.textContent = this.t("models.fetching", {
      name: current.title,
      done: megabytes(current.num_bytes_here),
      total: megabytes(current.num_bytes),
    });
    const percent = (100 * current.num_bytes_here) / current.num_bytes;
    this.done.style.width = `${percent}%`;
    this.bar.setAttribute("aria-valuenow", String(Math.floor(percent)));
  }

  #row(model) {
    const { t } = this;
    return el(
      "li",
      { class: "ss-model", dataset: { id: model.id, state: model.state } },
      el(
        "div",
        { class: "ss-model-main" },
        el("span", { class: "ss-item-title", text: model.title }),
        el("span", {
          class: "ss-item-state",
          text: [t(model.role_key), megabytes(model.num_bytes), model.licence].join(" · "),
        }),
        el("span", { class: "ss-item-state" }, this.#credit(model)),
        model.problem_key ? el("span", { class: "ss-problem", text: t(model.problem_key) }) : null,
        model.message
          ? el("span", { class: "ss-item-state ss-model-message", text: model.message })
          : null,
      ),
      el("span", { class: "ss-model-state", text: this.#stateText(model) }),
      this.#button(model),
    );
  }

  #credit(model) {
    if (model.homepage === null) return el("span", { text: model.credit });
    return el("a", {
      href: model.homepage,
      target: "_blank",
      rel: "noopener noreferrer",
      text: model.credit,
    });
  }

  #stateText(model) {
    if (model.state === "missing" && model.num_bytes_here > 0) {
      return this.t("models.state_partial", {
        done: megabytes(model.num_bytes_here),
        total: megabytes(model.num_bytes),
      });
    }
    return this.t(`models.state_${model.state}`);
  }

  #button(model) {
    if (!model.can_be_fetched || AT_WORK.has(model.state)) return null;
    const key =
      model.state === "failed"
        ? "models.retry"
        : model.num_bytes_here > 0
          ? "models.resume"
          : "models.fetch";
    return el("button", {
      class: "ss-button",
      type: "button",
      text: this.t(key),
      "aria-label": `${this.t(key)}: ${model.title}`,
      on: { click: () => this.#act(`models/${model.id}/fetch`) },
    });
  }

  #getParaformer() {
    return this.#act(`models/paraformer-from/${this.#source}`);
  }

  async #act(path) {
    this.get.disabled = true;
    await send("POST", path).catch(() => {});
    this.get.disabled = false;
    this.refresh();
  }
}
