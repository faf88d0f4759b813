// Lists, makes and revokes the access tokens of the person who is logged in.

/**
 * @import { AccessToken } from "../../api/payloads.d.ts"
 * @import { Translate } from "../../types.d.ts"
 */

import { el, icon } from "../dom.js";
import { ask } from "./confirm_dialog.js";
import { Refused, getJson, send, sendJson } from "../../api/server.js";

const MINUTES = /** @type {const} */ ({ dateStyle: "medium", timeStyle: "short" });

export class TokenDialog {
  /** @param {Translate} t */
  constructor(t) {
    this.t = t;
    this.list = el("ul", { class: "ss-tokens" });
    this.empty = el("p", { class: "ss-quiet ss-small", text: t("tokens.none") });
    this.secret = el("input", {
      class: "ss-input",
      name: "secret",
      readonly: true,
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": t("tokens.secret"),
      on: { focus: () => this.secret.select() },
    });
    this.copy = button(t("share.copy"), () => this.#copy());
    this.made = el(
      "div",
      { class: "ss-tokens-made", role: "status" },
      el("p", { class: "ss-small", text: t("tokens.shown_once") }),
      el("div", { class: "ss-tokens-line" }, this.secret, this.copy),
    );
    this.name = el("input", {
      class: "ss-input",
      name: "token-name",
      maxlength: "80",
      autocomplete: "off",
      placeholder: t("tokens.name_example"),
      "aria-label": t("tokens.name"),
    });
    this.problem = el("p", { class: "ss-problem", role: "alert" });
    this.node = el(
      "dialog",
      {
        class: "ss ss-dialog",
        "aria-label": t("tokens.title"),
        on: {
          close: () => this.node.remove(),
          keydown: (event) => event.stopPropagation(),
        },
      },
      el(
        "form",
        { class: "ss-form", on: { submit: (event) => this.#create(event) } },
        el("h2", { class: "ss-title", text: t("tokens.title") }),
        el("p", { class: "ss-quiet ss-small", text: t("tokens.explained") }),
        this.list,
        this.empty,
        this.made,
        el(
          "div",
          { class: "ss-tokens-line" },
          this.name,
          el("button", {
            class: "ss-button ss-primary",
            type: "submit",
            text: t("tokens.make"),
          }),
        ),
        this.problem,
        el(
          "div",
          { class: "ss-form-end" },
          button(t("share.close"), () => this.node.close()),
        ),
      ),
    );
  }

  async open() {
    this.#showSecret("");
    this.#show([]);
    this.empty.hidden = true; // until the list is known
    document.body.append(this.node);
    this.node.showModal();
    this.name.focus();
    await this.#try(() => this.#load());
  }

  async #load() {
    this.#show((await getJson("tokens")).tokens);
  }

  /** @param {AccessToken[]} tokens */
  #show(tokens) {
    this.list.replaceChildren(...tokens.map((each) => this.#row(each)));
    this.empty.hidden = tokens.length > 0;
  }

  /** @param {AccessToken} token */
  #row(token) {
    const words = this.t("tokens.revoke", { name: token.name });
    return el(
      "li",
      { class: "ss-token" },
      el(
        "div",
        {},
        el("div", { class: "ss-token-name", text: token.name }),
        el("div", { class: "ss-quiet ss-small", text: this.#times(token) }),
      ),
      el(
        "button",
        {
          class: "ss-icon-button ss-small-tool",
          type: "button",
          title: words,
          "aria-label": words,
          on: { click: () => this.#revoke(token) },
        },
        icon("trash-2"),
      ),
    );
  }

  /** @param {AccessToken} token */
  #times({ made_at: made, used_at: used }) {
    const shown = (time) => new Date(time).toLocaleString([], MINUTES);
    return used === null
      ? this.t("tokens.unused", { made: shown(made) })
      : this.t("tokens.used", { made: shown(made), used: shown(used) });
  }

  async #create(event) {
    event.preventDefault();
    await this.#try(async () => {
      const { secret } = await sendJson("POST", "tokens", { name: this.name.value });
      this.#showSecret(secret);
      this.name.value = "";
      await this.#load();
      this.secret.focus();
    });
  }

  /** @param {AccessToken} token */
  async #revoke(token) {
    const choice = await ask({
      title: this.t("tokens.revoke", { name: token.name }),
      text: this.t("tokens.revoke_text"),
      choices: [
        { value: "", text: this.t("library.cancel") },
        { value: "revoke", text: this.t("tokens.revoke_now"), kind: "ss-danger-button" },
      ],
    });
    if (choice !== "revoke") return;
    await this.#try(async () => {
      await send("DELETE", `tokens/${token.id}`);
      await this.#load();
    });
  }

  async #try(act) {
    this.problem.textContent = "";
    try {
      await act();
    } catch (error) {
      const key = error instanceof Refused ? error.body.key : null;
      this.problem.textContent = this.t(key ?? "share.failed");
    }
  }

  #showSecret(secret) {
    this.secret.value = secret;
    this.made.hidden = secret === "";
    this.copy.textContent = this.t("share.copy");
  }

  async #copy() {
    this.secret.select();
    await navigator.clipboard
      .writeText(this.secret.value)
      .catch(() => document.execCommand("copy"));
    this.copy.textContent = this.t("share.copied");
  }
}

function button(text, act) {
  return el("button", { class: "ss-button", type: "button", text, on: { click: act } });
}
