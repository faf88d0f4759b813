// Finds text in all rows, goes from hit to hit, and replaces one or all of them.

/**
 * @import { Translate } from "../../types.d.ts"
 * @import { ReviewModel } from "../edits/model.js"
 */

import { el, icon } from "../../components/dom.js";

/**
 * Return the places of some words in the rows.
 * @param {{id: string, text: string}[]} rows
 * @param {string} words
 * @returns {{id: string, at: number}[]}
 */
export function hitsOf(rows, words) {
  if (words === "") return [];
  const hits = [];
  for (const { id, text } of rows)
    for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + words.length))
      hits.push({ id, at });
  return hits;
}

export class FindReplace {
  #hits = [];
  #index = -1; // of the hit that is shown

  /**
   * @param {{model: ReviewModel, t: Translate, onHits: () => void, onShow: (id: string) => void,
   *   onReplaceOne: (id: string, text: string) => void, onReplace: (find: string, replacement: string, ids: string[]) => void,
   *   onClose: () => void}} options
   */
  constructor(options) {
    this.options = options;
    const { t } = options;
    const field = (key) =>
      el("input", {
        class: "ss-input",
        type: "text",
        placeholder: t(key),
        "aria-label": t(key),
        autocomplete: "off",
        on: { input: () => this.update({ restart: true }) },
      });
    const step = (picture, key, by) =>
      el(
        "button",
        {
          class: "ss-icon-button",
          type: "button",
          title: t(key),
          "aria-label": t(key),
          on: { click: () => this.#step(by) },
        },
        icon(picture),
      );
    const button = (key, act) =>
      el("button", { class: "ss-button", type: "button", text: t(key), on: { click: act } });
    this.find = field("review.find");
    this.replacement = field("review.replace_with");
    this.found = el("span", { class: "ss-quiet ss-small ss-found", role: "status" });
    this.one = button("review.replace_one", () => this.#replaceOne());
    this.all = button("review.replace_all", () => this.#replaceAll());
    this.node = el(
      "div",
      {
        class: "ss-find",
        role: "search",
        hidden: true,
        on: { keydown: (event) => this.#key(event) },
      },
      el(
        "div",
        { class: "ss-find-line" },
        this.find,
        this.found,
        step("chevron-left", "review.find_previous", -1),
        step("chevron-right", "review.find_next", 1),
        this.#closeButton(),
      ),
      el("div", { class: "ss-find-line" }, this.replacement, this.one, this.all),
    );
  }

  get isOpen() {
    return !this.node.hidden;
  }

  get words() {
    return this.isOpen ? this.find.value : "";
  }

  /** The hit that is shown, or null. */
  get current() {
    return this.isOpen ? (this.#hits[this.#index] ?? null) : null;
  }

  open() {
    this.node.hidden = false;
    this.find.focus();
    this.find.select();
    this.update({ restart: true });
  }

  close() {
    this.node.hidden = true;
    this.options.onHits();
    this.options.onClose();
  }

  /** Search again, after a change of the rows or, with `restart`, of the words. */
  update({ restart = false } = {}) {
    if (!this.isOpen) return;
    this.#hits = hitsOf(this.options.model.rows, this.find.value);
    if (restart) this.#index = -1;
    this.#index = Math.min(this.#index, this.#hits.length - 1);
    this.#show();
  }

  #show() {
    const { t } = this.options;
    const count = this.#hits.length;
    this.found.textContent =
      this.find.value === ""
        ? ""
        : t("review.found", { place: this.#index < 0 ? "–" : this.#index + 1, count });
    this.one.disabled = this.all.disabled =
      count === 0 || this.find.value === this.replacement.value;
    this.options.onHits();
  }

  /** Show the next (1) or the previous (-1) hit, from the last on to the first. */
  #step(by) {
    const count = this.#hits.length;
    if (count === 0) return;
    this.#index = this.#index < 0 && by < 0 ? count - 1 : (this.#index + by + count) % count;
    this.options.onShow(this.#hits[this.#index].id);
    this.#show();
  }

  /** Replace the hit that is shown, and show the next; without one show the first. */
  #replaceOne() {
    const hit = this.#hits[this.#index];
    if (hit === undefined) return this.#step(1);
    const { text } = this.options.model.row(hit.id);
    const before = text.slice(0, hit.at) + this.replacement.value;
    this.options.onReplaceOne(hit.id, before + text.slice(hit.at + this.find.value.length));
    this.#hits = hitsOf(this.options.model.rows, this.find.value);
    const { model } = this.options;
    const next = this.#hits.findIndex(
      ({ id, at }) =>
        model.indexOf(id) > model.indexOf(hit.id) || (id === hit.id && at >= before.length),
    );
    this.#index = (next < 0 ? 0 : next) - 1;
    if (this.#hits.length > 0) return this.#step(1);
    return this.#show();
  }

  #replaceAll() {
    const ids = [...new Set(this.#hits.map(({ id }) => id))];
    if (ids.length > 0) this.options.onReplace(this.find.value, this.replacement.value, ids);
    this.close();
  }

  #key(event) {
    event.stopPropagation();
    if (event.isComposing || event.keyCode === 229) return;
    const isField = event.target instanceof HTMLInputElement;
    if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && isField) this.#step(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
  }

  #closeButton() {
    const words = this.options.t("review.close");
    return el(
      "button",
      {
        class: "ss-icon-button",
        type: "button",
        title: words,
        "aria-label": words,
        on: { click: () => this.close() },
      },
      icon("x"),
    );
  }
}
