// The list of recordings by day, with search, progress of runs and of review.

/**
 * @import { Translate } from "../../types.d.ts"
 */

import { byRecency } from "../../components/text/recency.js";
import { el, placeChildren } from "../../components/dom.js";
import { SearchBox } from "../../components/controls/search_box.js";
import { session } from "../../api/session.js";
import { LibraryItem } from "./library_item.js";
import { LibraryMenu } from "./library_menu.js";
import { pages } from "../navigation.js";
import { sideColumn } from "../side_column.js";

/**
 * Return the list of recordings.
 * @param {Translate} t
 */
export function buildLibrary(t) {
  const library = new Library(t);
  session.addEventListener("recordings", () => library.draw());
  session.addEventListener("open", () => library.draw());
  session.start();
  library.draw();
  return library.node;
}

const DAYS = {
  today: "library.today",
  yesterday: "library.yesterday",
  week: "library.week",
  earlier: "library.earlier",
};
const QUIET = "ss-quiet ss-list-note";

class Library {
  #items = new Map(); // recording id → LibraryItem
  #stops = []; // elements that the arrow keys move between

  constructor(t) {
    this.t = t;
    this.search = new SearchBox(t, () => this.draw());
    this.menu = new LibraryMenu(t);
    this.list = el("ul", {
      class: "ss-list",
      on: { keydown: (event) => this.#key(event), focusin: (event) => this.#moveStop(event) },
    });
    this.node = el(
      "section",
      { class: "ss-library", "aria-label": t("list.title") },
      this.search.node,
      this.list,
    );
    this.search.node.addEventListener("leave", () => this.#stops[0]?.focus());
  }

  draw() {
    const focused = /** @type {HTMLElement|null} */ (document.activeElement);
    const hadFocus = focused !== null && this.list.contains(focused);
    placeChildren(this.list, this.#lines());
    this.#updateStops();
    if (hadFocus && document.activeElement !== focused)
      (this.list.contains(focused) ? focused : this.#stops[0])?.focus({ preventScroll: true });
  }

  #open(recording, sentence = null) {
    pages.show("recordings");
    session.open(recording.id, sentence);
    sideColumn.leave();
  }

  #lines() {
    const { t, search } = this;
    const { recordings } = session;
    if (recordings === null) return [el("li", { class: QUIET, text: t("list.loading") })];
    this.#forget(new Set(recordings.map((each) => each.id)));
    if (recordings.length === 0)
      return [dayLine(t("list.title")), el("li", { class: QUIET, text: t("list.empty") })];
    if (search.found === null)
      return byRecency(recordings, new Date()).flatMap((day) => [
        dayLine(t(DAYS[day.group])),
        ...day.recordings.map((each) => this.#line(each, null)),
      ]);
    const known = new Map(recordings.map((each) => [each.id, each]));
    const found = search.found.filter((each) => known.has(each.id));
    return found.length === 0
      ? [el("li", { class: QUIET, text: t("library.found_none") })]
      : found.map((each) => this.#line(known.get(each.id), each));
  }

  #line(recording, found) {
    let item = this.#items.get(recording.id);
    if (item === undefined) {
      item = new LibraryItem(this.t, {
        open: (which, sentence) => this.#open(which, sentence),
        showMenu: (which, button) => this.menu.open(which, button),
      });
      this.#items.set(recording.id, item);
    }
    item.draw(recording, {
      isOpen: recording.id === session.openId,
      found,
      marked: (text) => this.search.marked(text),
    });
    return item.node;
  }

  #forget(ids) {
    for (const id of this.#items.keys()) if (!ids.has(id)) this.#items.delete(id);
  }

  /** Make the list one tab stop: at the focused line, else at the open recording. */
  #updateStops() {
    this.#stops = /** @type {HTMLElement[]} */ ([
      ...this.list.querySelectorAll("[data-part=open], [data-part=hit]"),
    ]);
    const current =
      this.#stops.find((stop) => stop === document.activeElement) ??
      this.#stops.find((stop) => stop.hasAttribute("aria-current")) ??
      this.#stops[0];
    for (const stop of this.#stops) stop.tabIndex = stop === current ? 0 : -1;
  }

  #moveStop({ target }) {
    if (!this.#stops.includes(target)) return;
    for (const stop of this.#stops) stop.tabIndex = stop === target ? 0 : -1;
  }

  #key(event) {
    const item = /** @type {HTMLElement} */ (event.target).closest(".ss-item");
    if (item === null || event.altKey || event.ctrlKey || event.metaKey) return;
    const main = /** @type {HTMLElement} */ (item.querySelector("[data-part=open]"));
    const more = /** @type {HTMLElement} */ (item.querySelector("[data-part=more]"));
    const at = this.#stops.indexOf(event.target === more ? main : event.target);
    const isMenuKey = event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey);
    const targets = {
      ArrowDown: this.#stops[at + 1],
      ArrowUp: this.#stops[at - 1] ?? this.search.input,
      Home: this.#stops[0],
      End: this.#stops.at(-1),
      ArrowRight: more.hidden ? null : more,
      ArrowLeft: main,
    };
    if (!(event.key in targets) && !isMenuKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (isMenuKey) return void more.click();
    targets[event.key]?.focus();
  }
}

function dayLine(words) {
  return el("li", { class: "ss-day", text: words });
}
