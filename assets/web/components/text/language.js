// The texts of the page in the chosen language.

import { getJson } from "../../api/server.js";

const CHOICE = "speaker-studio:language";

export function currentLanguage() {
  const chosen = localStorage.getItem(CHOICE);
  if (chosen === "zh" || chosen === "en") return chosen;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

let beforeReload = async () => {};

/**
 * Set what is awaited before the page reloads in another language.
 * @param {() => Promise<void>} act
 */
export function setBeforeReload(act) {
  beforeReload = act;
}

/** Store the choice and reload the page, because Gradio's form is rendered in one language. */
export async function chooseLanguage(language) {
  localStorage.setItem(CHOICE, language);
  await beforeReload();
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
