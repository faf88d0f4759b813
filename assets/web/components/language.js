// The texts of the page in the chosen language.

import { getJson } from "../api/server.js";

const CHOICE = "speaker-studio:language";

export function currentLanguage() {
  const chosen = localStorage.getItem(CHOICE);
  if (chosen === "zh" || chosen === "en") return chosen;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** Store the choice and reload the page, because Gradio's form is rendered in one language. */
export function chooseLanguage(language) {
  localStorage.setItem(CHOICE, language);
  window.location.reload();
}

let loading = null;

/** Resolve to `t(key, values)`. */
export function loadTexts() {
  loading ??= getJson(`texts/${currentLanguage()}.json`).then(
    (texts) =>
      (key, values = {}) =>
        (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole),
  );
  return loading;
}
