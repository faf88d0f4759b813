// Creates and deletes the secret address of a shared transcript.

/**
 * @import { Translate } from "../../types.d.ts"
 */

import { el } from "../dom.js";
import { getJson, sendJson, urlOf } from "../../api/server.js";

export class ShareDialog {
  #id = null;
  #asked = 0; // questions so far: only the answer to the newest one is shown

  /**
   * @param {Translate} t
   * @param {() => HTMLElement} host parent of the open dialog
   */
  constructor(t, host) {
    this.t = t;
    this.host = host;
    this.address = el("input", {
      class: "ss-input",
      name: "address",
      readonly: true,
      "aria-label": t("share.title"),
      on: { focus: () => this.address.select() },
    });
    this.problem = el("p", { class: "ss-problem", role: "alert" });
    this.make = button(t("share.make"), () => this.#change("share"), "ss-primary");
    this.copy = button(t("share.copy"), () => this.#copy());
    this.stop = button(t("share.stop"), () => this.#change("share/stop"));
    this.node = el(
      "dialog",
      {
        class: "ss-dialog",
        "aria-label": t("share.title"),
        on: { close: () => this.node.remove() },
      },
      el(
        "div",
        { class: "ss-form" },
        el("h2", { class: "ss-title", text: t("share.title") }),
        el("p", { class: "ss-quiet", text: t("share.explained") }),
        this.address,
        this.problem,
        el(
          "div",
          { class: "ss-form-end" },
          this.stop,
          this.copy,
          this.make,
          button(t("share.close"), () => this.node.close()),
        ),
      ),
    );
  }

  /** @param {{id: string}} recording */
  async open(recording) {
    this.#id = recording.id;
    this.#show(null);
    this.host().append(this.node);
    this.node.showModal();
    await this.#ask(() => getJson(`recordings/${this.#id}/share`));
  }

  #change(path) {
    return this.#ask(() => sendJson("POST", `recordings/${this.#id}/${path}`, {}));
  }

  async #ask(question) {
    const number = ++this.#asked;
    try {
      const { token = null } = await question();
      if (number === this.#asked) this.#show(token);
    } catch {
      if (number === this.#asked) this.problem.textContent = this.t("share.failed");
    }
  }

  #show(token) {
    this.problem.textContent = "";
    this.copy.textContent = this.t("share.copy");
    this.address.value =
      token === null ? "" : new URL(urlOf(`shared/${token}`), window.location.href).href;
    for (const part of [this.address, this.copy, this.stop]) part.hidden = token === null;
    this.make.hidden = token !== null;
  }

  async #copy() {
    this.address.select();
    await navigator.clipboard
      .writeText(this.address.value)
      .catch(() => document.execCommand("copy"));
    this.copy.textContent = this.t("share.copied");
  }
}

function button(text, act, kind = "") {
  return el("button", { class: `ss-button ${kind}`, type: "button", text, on: { click: act } });
}
