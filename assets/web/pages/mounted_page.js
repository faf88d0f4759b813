// Mounting of a page that loads its content anew whenever it is shown.

import { allowedPages } from "../api/visit.js";
import { loadTexts } from "../components/text/language.js";
import { pages } from "./navigation.js";

/**
 * Create a page in its Gradio component, unless the visitor may not use it.
 * @param {{element: HTMLElement}} host arguments of a Gradio component's script
 * @param {string} name of the page
 * @param {(t: import("../types.d.ts").Translate) => {node: HTMLElement, refresh: () => Promise<void>}} create
 */
export async function mountPage({ element }, name, create) {
  if (!(await allowedPages()).includes(name)) return;
  const page = create(await loadTexts());
  element.querySelector(".ss-mount").replaceChildren(page.node);
  const refresh = () => {
    if (pages.shown === name) page.refresh();
  };
  pages.addEventListener("page", refresh);
  window.addEventListener("focus", refresh);
  refresh();
}
