// The user in the masthead: login name and logout, or a field for a name.

import { el } from "./dom.js";
import { giveName, givenName, loadVisit } from "../api/visit.js";
import { login } from "../api/server.js";

const root = () => window.gradio_config?.root ?? "";

/** @returns {Promise<{corner: Node|null, banner: Node|null}>} */
export async function userBadge(t) {
  const visit = await loadVisit().catch(() => ({ mode: "open", name: "" }));
  if (visit.mode === "demo") {
    document.body.dataset.visitors = "apart";
    return {
      corner: null,
      banner: el("p", { class: "ss-banner", text: t("demo.banner", { hours: visit.keep_hours }) }),
    };
  }
  if (visit.mode === "people") return { corner: account(visit.name, t), banner: loginOver(t) };
  return { corner: nameField(t), banner: null };
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
