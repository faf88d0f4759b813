// The page of known voices: people whose voices are remembered, and in which recordings.

import { refusalText } from "../api/error_text.js";
import { getJson, send, sendJson } from "../api/server.js";
import { ask } from "../components/dialogs/confirm_dialog.js";
import { el, icon } from "../components/dom.js";
import { clock } from "../components/text/time_format.js";
import { openSentencesOf } from "./person_sentences.js";
import { mountPage } from "./mounted_page.js";

/** @param {{element: HTMLElement}} host arguments of a Gradio component's script */
export const mountVoices = (host) => mountPage(host, "voices", (t) => new VoicesPage(t));

class VoicesPage {
  /** @param {(key: string, values?: Object<string, string|number>) => string} t */
  constructor(t) {
    this.t = t;
    this.problem = el("p", { class: "ss-problem", role: "alert" });
    this.list = el("ul", { "aria-label": t("voices.title") });
    this.node = el(
      "section",
      { class: "ss ss-words", "aria-label": t("page.voices") },
      el("h2", { class: "ss-title", text: t("voices.title") }),
      el("p", { class: "ss-quiet", text: t("voices.about") }),
      this.problem,
      this.list,
    );
  }

  async refresh() {
    const { people } = await getJson("people").catch(() => ({ people: null }));
    if (people === null) return;
    this.list.replaceChildren(
      ...(people.length > 0
        ? people.map((each) => this.#item(each))
        : [el("li", { class: "ss-quiet", text: this.t("voices.empty") })]),
    );
  }

  #item(person) {
    const { t } = this;
    const heardMs = person.recordings.reduce((sum, each) => sum + each.spoken_ms, 0);
    const count = person.recordings.length;
    const words = t("voices.delete", person);
    return el(
      "li",
      { class: "ss-word ss-known-person", dataset: { person: person.name } },
      el("input", {
        class: "ss-input",
        type: "text",
        value: person.name,
        maxlength: "80",
        title: t("voices.rename", person),
        "aria-label": t("voices.rename", person),
        on: { change: (event) => this.#rename(person, event.target.value) },
      }),
      el(
        "span",
        { class: "ss-item-state" },
        el("span", {
          text: t(count === 1 ? "voices.heard_one" : "voices.heard", {
            count,
            time: clock(heardMs),
          }),
        }),
        ...person.recordings.map(({ id, title }) =>
          el("a", { href: `#recording=${encodeURIComponent(id)}`, text: title }),
        ),
      ),
      el(
        "button",
        {
          class: "ss-icon-button",
          type: "button",
          title: t("people.sentences", { name: person.name }),
          "aria-label": t("people.sentences", { name: person.name }),
          dataset: { control: "sentences" },
          on: { click: () => openSentencesOf(person, t) },
        },
        icon("search"),
      ),
      el(
        "button",
        {
          class: "ss-icon-button",
          type: "button",
          title: words,
          "aria-label": words,
          on: { click: () => this.#delete(person) },
        },
        icon("trash-2"),
      ),
    );
  }

  async #rename({ id }, name) {
    this.problem.textContent = await sendJson("POST", `people/${id}`, { name }).then(
      () => "",
      (refusal) => refusalText(refusal, this.t),
    );
    await this.refresh();
  }

  async #delete(person) {
    const { t } = this;
    const chosen = await ask({
      title: t("voices.delete", person),
      text: t("voices.delete_text"),
      choices: [
        { value: "", text: t("voices.keep") },
        { value: "delete", text: t("voices.delete_now"), kind: "ss-danger-text" },
      ],
    });
    if (chosen !== "delete") return;
    this.problem.textContent = await send("DELETE", `people/${person.id}`).then(
      () => "",
      () => t("voices.delete_failed"),
    );
    await this.refresh();
  }
}
