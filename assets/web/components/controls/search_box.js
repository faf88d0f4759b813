// Searches recordings by title and text, and shows the hits.

/**
 * @import { Translate } from "../../types.d.ts"
 */

import { el, icon } from "../dom.js";
import { getJson } from "../../api/server.js";

const TYPING_MS = 150; // pause after the last key before the search starts
const IS_MAC = /Mac|iP(hone|ad)/.test(navigator.platform);

export class SearchBox {
  found = null; // null without a query
  #timer = 0;
  #request = 0;

  /**
   * @param {Translate} t
   * @param {() => void} changed called after `found` changed
   */
  constructor(t, changed) {
    this.t = t;
    this.changed = changed;
    this.input = el("input", {
      class: "ss-search",
      type: "search",
      placeholder: t("library.search"),
      "aria-label": t("library.search"),
      maxlength: "200",
      autocomplete: "off",
      spellcheck: "false",
      "aria-keyshortcuts": "Control+K Meta+K",
      on: { input: () => this.#searchLater(), keydown: (event) => this.#key(event) },
    });
    this.node = el(
      "label",
      { class: "ss-search-row" },
      icon("search"),
      this.input,
      el("kbd", { "aria-hidden": "true", text: IS_MAC ? "⌘K" : "Ctrl K" }),
    );
  }

  /** Leave the field: Escape empties it, the arrow goes to what it found. */
  #key(event) {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") {
      event.preventDefault();
      this.node.dispatchEvent(new Event("leave"));
    } else if (event.key === "Escape" && this.input.value !== "") {
      event.preventDefault();
      event.stopPropagation();
      this.input.value = "";
      this.#search();
    }
  }

  #searchLater() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#search(), TYPING_MS);
  }

  async #search() {
    const request = ++this.#request;
    const query = this.input.value.trim();
    let found = null;
    if (query) {
      try {
        ({ found } = await getJson(`search?q=${encodeURIComponent(query)}`));
      } catch {
        found = [];
      }
    }
    if (request !== this.#request) return; // a later query replaces this one
    this.found = found;
    this.changed();
  }

  /** Return the text in pieces with hits marked; a long text starts shortly before the first. */
  marked(text) {
    const words = this.input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const low = text.toLowerCase();
    const first = Math.min(
      ...words.map((word) => low.indexOf(word)).filter((place) => place >= 0),
      text.length,
    );
    const pieces = [];
    let place = Math.max(0, first - 12);
    if (place > 0) pieces.push(el("span", { text: "…" }));
    while (place < text.length) {
      const next = words
        .map((word) => ({ at: low.indexOf(word, place), length: word.length }))
        .filter(({ at }) => at >= 0)
        .sort((a, b) => a.at - b.at || b.length - a.length)[0];
      const end = next?.at ?? text.length;
      if (end > place) pieces.push(el("span", { text: text.slice(place, end) }));
      if (next) pieces.push(el("mark", { text: text.slice(end, end + next.length) }));
      place = next ? end + next.length : text.length;
    }
    return pieces;
  }
}
