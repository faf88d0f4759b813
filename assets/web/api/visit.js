// The visitor: a logged-in user, a visitor of a demo, or the user of this computer.

import { getJson } from "./server.js";

const NAME = "speaker-studio:name";

let loading = null;

/** Load the visit once. */
export function loadVisit() {
  loading ??= getJson("visit");
  return loading;
}

/**
 * Return the names of the pages that the visitor may use.
 * @returns {Promise<string[]>}
 */
export const allowedPages = () =>
  loadVisit().then(
    (visit) => visit.pages,
    () => ["recordings"],
  );

/**
 * Return whether the visitor may use what is on a page.
 * @param {string} page
 */
export const mayUse = async (page) => (await allowedPages()).includes(page);

/** Return the author's name of this browser's edits without logins; may be empty. */
export const givenName = () => localStorage.getItem(NAME) ?? "";

export function giveName(name) {
  if (name) localStorage.setItem(NAME, name);
  else localStorage.removeItem(NAME);
}
