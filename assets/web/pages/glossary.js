// The glossary: words that recognition should prefer, where they are from, and whether they are used.

import { refusalText } from "../api/error_text.js";
import { getJson, sendJson } from "../api/server.js";
import { el, icon } from "../components/dom.js";

export class GlossaryPart {
  /** @param {(key: string, values?: Object<string, string|number>) => string} t */
  constructor(t) {
    this.t = t;
    this.problem = el("p", { class: "ss-problem", role: "alert" });
    this.word = el("input", {
      class: "ss-input",
      type: "text",
      maxlength: "40",
      placeholder: t("glossary.new"),
      "aria-label": t("glossary.new"),
    });
    this.form = el(
      "form",
      { class: "ss-glossary-new", on: { submit: (event) => this.#add(event) } },
      this.word,
      el("button", { class: "ss-button", type: "submit", text: t("glossary.add") }),
    );
    this.list = el("ul", { class: "ss-glossary" });
    this.node = el(
      "section",
      { class: "ss-glossary-part", "aria-label": t("glossary.title") },
      el("h2", { class: "ss-heading", text: t("glossary.title") }),
      el("p", { class: "ss-quiet", text: t("glossary.about") }),
      this.form,
      this.problem,
      this.list,
    );
  }

  async refresh() {
    const { words } = await getJson("glossary").catch(() => ({ words: null }));
    if (words === null) return;
    this.list.replaceChildren(
      ...(words.length > 0
        ? words.map((each) => this.#item(each))
        : [el("li", { class: "ss-quiet", text: this.t("glossary.empty") })]),
    );
  }

  #item(word) {
    const { t } = this;
    return el(
      "li",
      { class: "ss-glossary-word", dataset: { word: word.word } },
      el("input", {
        type: "checkbox",
        checked: word.is_on,
        "aria-label": t("glossary.use", word),
        on: {
          change: (event) =>
            this.#send("glossary/use", { word: word.word, is_on: event.target.checked }),
        },
      }),
      el("bdi", { class: "ss-item-title", text: word.word }),
      el("span", { class: "ss-item-state" }, ...this.#origin(word)),
      el(
        "button",
        {
          class: "ss-icon-button",
          type: "button",
          title: t("glossary.delete", word),
          "aria-label": t("glossary.delete", word),
          on: { click: () => this.#send("glossary/delete", { word: word.word }) },
        },
        icon("trash-2"),
      ),
    );
  }

  #origin({ heard_as: wrong, recording_id: id, recording_title: title }) {
    const words = wrong === "" ? "glossary.by_hand" : "glossary.origin";
    const from =
      id === null ? null : el("a", { href: `#recording=${encodeURIComponent(id)}`, text: title });
    return [el("span", { text: this.t(words, { wrong }) }), from].filter((each) => each !== null);
  }

  async #add(event) {
    event.preventDefault();
    if (await this.#send("glossary", { word: this.word.value })) this.word.value = "";
  }

  /** @returns {Promise<boolean>} whether the server accepted it */
  async #send(path, content) {
    this.problem.textContent = "";
    const problem = await sendJson("POST", path, content).then(
      () => null,
      (refusal) => refusalText(refusal, this.t),
    );
    if (problem !== null) this.problem.textContent = problem;
    await this.refresh();
    return problem === null;
  }
}
