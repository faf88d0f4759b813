// The user in the sidebar: login name and logout, or a field for a name.

import { el } from "./dom.js";
import { giveName, givenName, loadVisit } from "../api/visit.js";
import { login } from "../api/server.js";

const root = () => window.gradio_config?.root ?? "";

const visit = () => loadVisit().catch(() => ({ mode: "open", name: "" }));

/** Return the user's name and logout, or a field for a name; null for visitors of a demo. */
export async function userBadge(t) {
  const { mode, name } = await visit();
  if (mode === "demo") return null;
  return mode === "people" ? account(name, t) : nameField(t);
}

/** Return the bar of a demo, or the bar of a session that ended; null if neither applies. */
export async function visitBar(t) {
  const { mode, keep_hours: hours } = await visit();
  if (mode === "demo") {
    document.body.dataset.visitors = "apart";
    return el("p", { class: "ss-banner", text: t("demo.banner", { hours }) });
  }
  return mode === "people" ? loginOver(t) : null;
}

function nameField(t) {
  const field = el("input", {
    class: "ss-input ss-who",
    maxlength: "80",
    "aria-label": t("people.name"),
    placeholder: t("people.name"),
    title: t("people.name_hint"),
    autocomplete: "name",
    on: { change: () => giveName(field.value.trim()) },
  });
  field.value = givenName();
  return field;
}

function account(name, t) {
  return el(
    "form",
    { class: "ss-account", method: "post", action: `${root()}/logout` },
    el("span", { class: "ss-quiet", text: name, dataset: { who: "me" } }),
    el("button", { class: "ss-button", type: "submit", text: t("login.leave") }),
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
