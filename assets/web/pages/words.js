// The page of words: those that recognition should prefer, and those learnt from corrections.

import { refusalText } from "../api/error_text.js";
import { getJson, sendJson } from "../api/server.js";
import { session } from "../api/session.js";
import { el, icon } from "../components/dom.js";
import { clock } from "../components/text/time_format.js";
import { mountPage } from "./mounted_page.js";
import { pages, RECORDINGS } from "./navigation.js";

/** @param {{element: HTMLElement}} host arguments of a Gradio component's script */
export const mountWords = (host) => mountPage(host, "words", (t) => new WordsPage(t));

class WordsPage {
  /** @param {(key: string, values?: Object<string, string|number>) => string} t */
  constructor(t) {
    this.t = t;
    this.problem = el("p", { class: "ss-problem", role: "alert" });
    this.word = el("input", {
      class: "ss-input",
      type: "text",
      maxlength: "40",
      placeholder: t("words.new"),
      "aria-label": t("words.new"),
    });
    this.form = el(
      "form",
      { class: "ss-words-new", on: { submit: (event) => this.#add(event) } },
      this.word,
      el("button", { class: "ss-button", type: "submit", text: t("words.add") }),
    );
    this.suggestions = el("ul", { "aria-label": t("words.learnt") });
    this.list = el("ul", { "aria-label": t("words.list") });
    this.node = el(
      "section",
      { class: "ss ss-words", "aria-label": t("page.words") },
      el("h2", { class: "ss-title", text: t("page.words") }),
      el("p", { class: "ss-quiet", text: t("words.about") }),
      this.form,
      this.problem,
      el("h3", { class: "ss-heading", text: t("words.learnt") }),
      el("p", { class: "ss-quiet", text: t("words.learnt_about") }),
      this.suggestions,
      el("h3", { class: "ss-heading", text: t("words.list") }),
      this.list,
    );
  }

  async refresh() {
    const { t } = this;
    const found = await getJson("glossary").catch(() => null);
    this.problem.textContent = found === null ? t("words.load_failed") : "";
    if (found === null) return;
    const fill = (list, items, empty) =>
      list.replaceChildren(
        ...(items.length > 0 ? items : [el("li", { class: "ss-quiet", text: t(empty) })]),
      );
    fill(
      this.suggestions,
      found.suggestions.map((each) => this.#suggestion(each)),
      "words.learnt_empty",
    );
    fill(
      this.list,
      found.words.map((each) => this.#item(each)),
      "words.empty",
    );
  }

  #suggestion(each) {
    const { t } = this;
    const button = (text, label, act) =>
      el("button", {
        class: "ss-button",
        type: "button",
        text,
        "aria-label": label,
        on: { click: act },
      });
    return el(
      "li",
      { class: "ss-word", dataset: { word: each.word } },
      el(
        "div",
        { class: "ss-word-main" },
        el("bdi", { class: "ss-item-title", text: each.word }),
        el("span", {
          class: "ss-word-state",
          text: t(each.is_used ? "words.is_used" : "words.is_suggested"),
        }),
        this.#origin(each),
      ),
      button(t("words.take"), t("words.take_word", each), () => this.#take(each)),
      button(t("words.decline"), t("words.decline_word", each), () =>
        this.#send("glossary/decline", { word: each.word }),
      ),
    );
  }

  #item(each) {
    const { t } = this;
    return el(
      "li",
      { class: "ss-word", dataset: { word: each.word } },
      el("input", {
        type: "checkbox",
        checked: each.is_on,
        "aria-label": t("words.use", each),
        on: {
          change: (event) =>
            this.#send("glossary/use", { word: each.word, is_on: event.target.checked }),
        },
      }),
      el(
        "div",
        { class: "ss-word-main" },
        el("bdi", { class: "ss-item-title", text: each.word }),
        this.#origin(each),
      ),
      el(
        "button",
        {
          class: "ss-icon-button",
          type: "button",
          title: t("words.delete", each),
          "aria-label": t("words.delete", each),
          on: { click: () => this.#send("glossary/delete", { word: each.word }) },
        },
        icon("trash-2"),
      ),
    );
  }

  /** Return where a word is from: the wrong word, and links to the corrected sentences. */
  #origin({
    heard_as: wrong,
    num_edits: count,
    sentences,
    recording_id: id = null,
    recording_title,
  }) {
    const { t } = this;
    const facts = [t(wrong === "" ? "words.by_hand" : "words.origin", { wrong })];
    if (count > 0) facts.push(t(count === 1 ? "words.times_one" : "words.times", { count }));
    const links = sentences.map((each) => this.#sentence(each));
    if (links.length === 0 && id !== null)
      links.push(el("a", { href: `#recording=${encodeURIComponent(id)}`, text: recording_title }));
    return el(
      "span",
      { class: "ss-item-state" },
      el("span", { text: facts.join(" · ") }),
      ...links,
    );
  }

  #sentence({ id, recording_id: recordingId, title, start_ms: startMs, text }) {
    return el("a", {
      href: `#recording=${encodeURIComponent(recordingId)}`,
      text: `${title} ${clock(startMs)}`,
      title: text,
      on: {
        click: (event) => {
          event.preventDefault();
          session.open(recordingId, { id, start_ms: startMs });
          pages.show(RECORDINGS);
        },
      },
    });
  }

  #take({ word, heard_as: wrong, sentences }) {
    return this.#send("glossary", {
      word,
      heard_as: wrong,
      recording_id: sentences[0]?.recording_id ?? null,
    });
  }

  async #add(event) {
    event.preventDefault();
    if (await this.#send("glossary", { word: this.word.value })) this.word.value = "";
  }

  /** @returns {Promise<boolean>} whether the server accepted it */
  async #send(path, content) {
    const problem = await sendJson("POST", path, content).then(
      () => "",
      (refusal) => refusalText(refusal, this.t),
    );
    await this.refresh();
    if (problem !== "") this.problem.textContent = problem;
    return problem === "";
  }
}
