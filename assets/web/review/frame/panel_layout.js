// Which panel is shown. A wide window has it beside the transcript, a middle one over it, opened from
// a rail; a narrow one shows either the transcript or a panel.

import { readStorage, writeStorage } from "../../api/browser_storage.js";

/** @typedef {"people"|"history"|"quality"} PanelName */

/** @type {PanelName[]} */
export const PANELS = ["people", "history", "quality"];
const STORED = "speaker-studio:panel";

/** Fires "change" when another panel, or none, is shown. */
export class PanelLayout extends EventTarget {
  /** @type {PanelName} */
  #tab = "people";
  #isFolded = readStorage(STORED)?.folded === true;
  #isOver = false; // whether the panel lies over the transcript of a middle window
  #isViewed = false; // whether a narrow window shows the panel in place of the transcript
  #aborter = new AbortController();

  /** @param {(query: string) => MediaQueryList} media */
  constructor(media = (query) => window.matchMedia(query)) {
    super();
    this.wide = media("(min-width: 1500px)");
    this.narrow = media("(max-width: 1023px)");
    for (const each of [this.wide, this.narrow])
      each.addEventListener("change", () => this.#changed(), { signal: this.#aborter.signal });
  }

  dispose() {
    this.#aborter.abort();
  }

  get tab() {
    return this.#tab;
  }
  /** The name of the shown panel, or null. */
  get shown() {
    return this.#isOpen ? this.#tab : null;
  }
  /** Whether the panel covers a part of the transcript. */
  get isOver() {
    return this.#isOver && !this.wide.matches && !this.narrow.matches;
  }

  get #isOpen() {
    if (this.narrow.matches) return this.#isViewed;
    return this.wide.matches ? !this.#isFolded : this.#isOver;
  }

  /** @param {PanelName} name */
  open(name) {
    this.#tab = name;
    this.#set(true);
  }

  /** Hide the panel; a narrow window shows the transcript again. */
  fold() {
    this.#set(false);
  }

  #set(isOpen) {
    if (this.narrow.matches) this.#isViewed = isOpen;
    else if (!this.wide.matches) this.#isOver = isOpen;
    else if (this.#isFolded === isOpen) {
      this.#isFolded = !isOpen;
      writeStorage(STORED, isOpen ? null : { folded: true });
    }
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
