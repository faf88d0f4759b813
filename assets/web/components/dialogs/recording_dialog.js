// The form for title, tags, language and notes of a recording.

import { el } from "../dom.js";
import { sendJson } from "../../api/server.js";
import { session } from "../../api/session.js";

const LANGUAGES = ["zh", "en", "yue", "ja", "ko"];

export class RecordingDialog {
  #id = null;

  constructor(t) {
    this.t = t;
    this.title = el("input", {
      class: "ss-input",
      name: "title",
      maxlength: "200",
      required: true,
    });
    this.tags = el("input", { class: "ss-input", name: "tags" });
    this.language = el(
      "select",
      { class: "ss-select", name: "language" },
      el("option", { value: "", text: t("library.language_heard") }),
      ...LANGUAGES.map((code) => el("option", { value: code, text: t(`new.language_${code}`) })),
    );
    this.notes = el("textarea", {
      class: "ss-input",
      name: "notes",
      rows: "5",
      maxlength: "10000",
    });
    this.facts = el("div", { class: "ss-quiet ss-form-facts" });
    this.problem = el("p", { class: "ss-problem", role: "alert" });
    const form = el(
      "form",
      { class: "ss-form", method: "dialog", on: { submit: (event) => this.#save(event) } },
      el("h2", { class: "ss-title", text: t("library.edit") }),
      field(t("library.title"), this.title),
      field(t("library.tags"), this.tags),
      field(t("library.language"), this.language),
      field(t("library.notes"), this.notes),
      this.facts,
      this.problem,
      el(
        "div",
        { class: "ss-form-end" },
        el("button", {
          class: "ss-button",
          type: "button",
          text: t("library.cancel"),
          on: { click: () => this.node.close() },
        }),
        el("button", { class: "ss-button ss-primary", type: "submit", text: t("library.save") }),
      ),
    );
    this.node = el("dialog", { class: "ss-dialog", "aria-label": t("library.edit") }, form);
  }

  /**
   * @param {{id: string, title: string, tags: string[], language: string, notes: string}} recording
   * @param {string[]} facts sentences about how its transcript was made
   */
  open(recording, facts = []) {
    this.facts.replaceChildren(...facts.map((text) => el("p", { text })));
    this.#id = recording.id;
    this.title.value = recording.title;
    this.tags.value = recording.tags.join("，");
    this.language.value = recording.language;
    this.notes.value = recording.notes;
    this.problem.textContent = "";
    this.node.showModal();
    this.title.focus();
  }

  async #save(event) {
    event.preventDefault(); // the dialog closes after the answer
    const details = {
      title: this.title.value,
      tags: this.tags.value.split(/[,，、;；]/),
      language: this.language.value,
      notes: this.notes.value,
    };
    try {
      await sendJson("PATCH", `recordings/${this.#id}`, details);
      this.node.close();
      session.refresh();
    } catch {
      this.problem.textContent = this.t("library.not_saved");
    }
  }
}

function field(words, input) {
  return el("label", { class: "ss-field" }, el("span", { text: words }), input);
}
