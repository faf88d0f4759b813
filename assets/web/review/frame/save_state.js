// The state of saving: saved, being saved, or waiting for the server.

/**
 * @import { Translate } from "../../types.d.ts"
 * @import { EditQueue } from "../edits/edit_queue.js"
 */

import { el, icon } from "../../components/dom.js";

const SHOWN_AFTER_MS = 400; // a shorter wait is not shown
const ICONS = { saved: "cloud-check", saving: "loader-circle", offline: "cloud-off" };

export class SaveState {
  #shown = "";
  #timer = 0;

  /** @param {Translate} t */
  constructor(t) {
    this.t = t;
    this.node = el("span", { class: "ss-saved", role: "status" });
  }

  dispose() {
    clearTimeout(this.#timer);
  }

  /** @param {EditQueue} queue whose state is shown from now on */
  follow(queue) {
    for (const what of ["length", "offline", "online"])
      queue.addEventListener(what, () => this.#show(queue));
    this.#show(queue);
  }

  #show({ unsaved, offline }) {
    const state = offline ? "offline" : unsaved > 0 ? "saving" : "saved";
    this.node.dataset.state = state;
    clearTimeout(this.#timer);
    if (state === "saving" && this.#shown !== "")
      this.#timer = setTimeout(() => this.#draw(state, unsaved), SHOWN_AFTER_MS);
    else this.#draw(state, unsaved);
  }

  #draw(state, count) {
    const words = {
      saved: () => this.t("review.saved"),
      saving: () => this.t("review.saving"),
      offline: () => this.t(count === 1 ? "review.unsent_one" : "review.unsent", { count }),
    }[state]();
    if (this.#shown === words) return;
    this.#shown = words;
    this.node.title = state === "offline" ? this.t("review.unsent_hint") : "";
    this.node.replaceChildren(icon(ICONS[state]), words);
  }
}
