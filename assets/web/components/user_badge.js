// The user in the sidebar: login name, access tokens and logout, or a field for a name.

import { demoBar } from "./demo_bar.js";
import { el, icon } from "./dom.js";
import { TokenDialog } from "./dialogs/token_dialog.js";
import { giveName, givenName, loadVisit } from "../api/visit.js";
import { login } from "../api/server.js";

const root = () => window.gradio_config?.root ?? "";

const visit = () => loadVisit().catch(() => ({ mode: "open", name: "" }));

/** Return the user's name, access tokens and logout, or a field for a name; null for visitors of a demo. */
export async function userBadge(t) {
  const { mode, name } = await visit();
  if (mode === "demo") return null;
  return mode === "people" ? account(name, t) : nameField(t);
}

/** Return the bar of a demo, or the bar of a session that ended; null if neither applies. */
export async function visitBar(t) {
  const { mode, keep_hours: hours } = await visit();
  if (mode === "demo") return demoBar(t, hours);
  return mode === "people" ? loginOver(t) : null;
}

function avatar(name) {
  const [initial] = name;
  return el(
    "span",
    { class: "ss-avatar", "aria-hidden": "true" },
    initial ? initial.toUpperCase() : icon("user"),
  );
}

/** Return a button with the given name, which becomes a field to change it. */
function nameField(t) {
  const place = el("div", { class: "ss-who" });
  const button = el("button", {
    class: "ss-flat ss-who-name",
    type: "button",
    title: t("people.name_hint"),
    dataset: { control: "name" },
    on: { click: () => edit() },
  });
  const show = () => {
    const name = givenName();
    button.setAttribute("aria-label", name ? `${t("people.name")}: ${name}` : t("people.name"));
    button.replaceChildren(
      avatar(name),
      el("span", { class: name ? "" : "ss-quiet", text: name || t("people.name") }),
    );
    place.replaceChildren(button);
  };
  const edit = () => {
    const field = el("input", {
      class: "ss-input ss-who-field",
      maxlength: "80",
      "aria-label": t("people.name"),
      placeholder: t("people.name"),
      autocomplete: "name",
      on: {
        blur: () => end(true),
        keydown: (event) => {
          if (event.isComposing || !["Enter", "Escape"].includes(event.key)) return;
          event.preventDefault();
          event.stopPropagation();
          end(event.key === "Enter");
          button.focus();
        },
      },
    });
    let hasEnded = false; // removing the field fires "blur" once more
    const end = (isKept) => {
      if (hasEnded) return;
      hasEnded = true;
      if (isKept) giveName(field.value.trim());
      show();
    };
    field.value = givenName();
    place.replaceChildren(field);
    field.select();
  };
  show();
  return place;
}

function account(name, t) {
  const tokens = new TokenDialog(t);
  return el(
    "form",
    { class: "ss-account", method: "post", action: `${root()}/logout` },
    avatar(name),
    el("span", { class: "ss-account-name", text: name, dataset: { who: "me" } }),
    el(
      "button",
      {
        class: "ss-icon-button ss-small-tool",
        type: "button",
        "aria-label": t("tokens.title"),
        title: t("tokens.title"),
        dataset: { control: "tokens" },
        on: { click: () => tokens.open() },
      },
      icon("key-round"),
    ),
    el(
      "button",
      {
        class: "ss-icon-button ss-small-tool",
        type: "submit",
        "aria-label": t("login.leave"),
        title: t("login.leave"),
      },
      icon("log-out"),
    ),
  );
}

function loginOver(t) {
  const banner = el(
    "p",
    { class: "ss-banner", role: "alert", hidden: true },
    el("span", { text: t("login.over") }),
    el("a", { href: `${root()}/login`, target: "_blank", text: t("login.title") }),
  );
  login.addEventListener("over", () => {
    banner.hidden = false;
  });
  login.addEventListener("back", () => {
    banner.hidden = true;
  });
  return banner;
}
