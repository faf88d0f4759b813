// The sheet of a new transcription, which shows the form that Gradio builds.

import { el, icon } from "../components/dom.js";

class NewRecording {
  #form = null;
  #before = null; // focused element when the sheet opened

  get isOpen() {
    return document.body.dataset.sheet === "new";
  }

  /** Prepare the sheet once its form is in the page. */
  start(t) {
    this.#form = document.getElementById("new-recording");
    if (this.#form === null || this.#form.querySelector(".ss-sheet-head")) return;
    this.#form.setAttribute("role", "dialog");
    this.#form.setAttribute("aria-modal", "true");
    this.#form.setAttribute("aria-label", t("new.title"));
    this.#form.prepend(
      el(
        "div",
        { class: "ss ss-sheet-head" },
        el("h2", { text: t("new.title") }),
        el(
          "button",
          {
            class: "ss-icon-button",
            type: "button",
            "aria-label": t("new.close"),
            title: t("new.close"),
            on: { click: () => this.close() },
          },
          icon("x"),
        ),
      ),
    );
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.isOpen) this.close();
    });
  }

  open() {
    this.#before = document.activeElement;
    document.body.dataset.sheet = "new";
    /** @type {HTMLElement|null} */ (this.#form?.querySelector("button, input"))?.focus();
  }

  /** Hide the sheet; what was chosen stays chosen. */
  close() {
    delete document.body.dataset.sheet;
    this.#before?.focus?.();
  }
}

export const newRecording = new NewRecording();
