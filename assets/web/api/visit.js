// Who looks at the page: somebody who has logged in, a visitor of a demo, or whoever sits at this computer.

import { getJson } from "./server.js";

const NAME = "speaker-studio:name";

let loading = null;

/** Resolves to {mode: "open" | "people" | "demo", name, keep_hours, limits}. */
export function loadVisit() {
  loading ??= getJson("visit");
  return loading;
}

/** The name that this browser's edits are shown under, where nobody logs in; may be empty. */
export const givenName = () => localStorage.getItem(NAME) ?? "";

export function giveName(name) {
  if (name) localStorage.setItem(NAME, name);
  else localStorage.removeItem(NAME);
}
