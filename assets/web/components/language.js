// The page's words in the language its reader has chosen.

import { getJson } from "../api/server.js";

const CHOICE = "speaker-studio:language";

export function currentLanguage() {
  const chosen = localStorage.getItem(CHOICE);
  if (chosen === "zh" || chosen === "en") return chosen;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** Remembers the choice and loads the page again: the form's own words follow the page's language. */
export function chooseLanguage(language) {
  localStorage.setItem(CHOICE, language);
  window.location.reload();
}

let loading = null;

/** Resolves to `t(key, values)`. */
export function loadTexts() {
  loading ??= getJson(`texts/${currentLanguage()}.json`).then(
    (texts) =>
      (key, values = {}) =>
        (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole),
  );
  return loading;
}
