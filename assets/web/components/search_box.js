// Searches recordings by title and text, and shows the hits.

/**
 * @import { Translate } from "../types.d.ts"
 */

import { clock } from "./time_format.js";
import { el } from "./dom.js";
import { getJson } from "../api/server.js";

const TYPING_MS = 150; // pause after the last key before the search starts

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
      on: { input: () => this.#searchLater() },
    });
    this.node = el("div", { class: "ss-search-row", role: "search" }, this.input);
  }

  /** @param {{num_hits: number, hits: {start_ms: number, text: string}[]}} found */
  snippets({ num_hits: count, hits }) {
    if (count === 0) return [];
    const lines = hits.map((hit) =>
      el(
        "span",
        { class: "ss-hit" },
        el("span", { class: "ss-hit-time", text: clock(hit.start_ms) }),
        ...this.#marked(hit.text),
      ),
    );
    if (count > hits.length) {
      lines.push(
        el("span", {
          class: "ss-item-state",
          text: this.t(count === 1 ? "library.hits_one" : "library.hits", { count }),
        }),
      );
    }
    return lines;
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
  #marked(text) {
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
