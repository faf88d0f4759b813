// The formats a transcript can be saved in, grouped by what they are for.

import { el } from "./dom.js";
import { urlOf } from "./server.js";

/** A button that opens the list.  @param {object} recording the transcript view  @param {Function} t */
export function downloadMenu(recording, t) {
  const groups = [...new Set(recording.formats.map((each) => each.group))];
  const summary = el("summary", { class: "ss-button", text: t("view.download") });
  const menu = el("details", {
    class: "ss-menu",
    on: {
      keydown: (event) => { if (event.key === "Escape" && menu.open) { menu.open = false; summary.focus(); } },
      focusout: (event) => { if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false; },
      click: (event) => { if (event.target.closest("a")) menu.open = false; },
      toggle: () => { if (menu.open) closeOnClickElsewhere(menu); },
    },
  }, summary, el("div", { class: "ss-menu-panel" }, ...groups.map((group) => el("section", {},
    el("h3", { class: "ss-heading", text: t(`format_group.${group}`) }),
    el("ul", {}, ...recording.formats.filter((each) => each.group === group).map((each) => el("li", {},
      el("a", {
        download: true, dataset: { format: each.name }, href: urlOf(`recordings/${recording.id}/export/${each.name}`),
      },
      el("span", { text: t(`format.${each.name}`) }),
      el("span", { class: "ss-quiet ss-small", text: `.${each.extension}` })))))))));
  return el("nav", { class: "ss-downloads", "aria-label": t("view.download") }, menu);
}

function closeOnClickElsewhere(menu) {
  const gone = new AbortController();
  document.addEventListener("click", (event) => {
    if (menu.contains(event.target)) return;
    menu.open = false;
    gone.abort();
  }, { signal: gone.signal });
  menu.addEventListener("toggle", () => gone.abort(), { once: true });
}
