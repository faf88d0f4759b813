// The menu of export formats, grouped by purpose.

/**
 * @import { ExportFormat } from "../api/payloads.d.ts"
 * @import { Translate } from "../types.d.ts"
 */

import { el, icon } from "./dom.js";
import { currentLanguage } from "./language.js";
import { urlOf } from "../api/server.js";

/**
 * Return the button that opens the menu.
 * @param {{id: string, formats: ExportFormat[]}} transcript
 * @param {Translate} t
 * @param {() => HTMLElement|null} soundLinks returns the links to sound when the menu is opened
 */
export function downloadMenu(transcript, t, soundLinks) {
  const sounds = el("div", {});
  const groups = [...new Set(transcript.formats.map((each) => each.group))];
  const summary = el(
    "summary",
    { class: "ss-button" },
    el("span", { text: t("view.download") }),
    icon("chevron-down"),
  );
  const which = whichVersion(transcript, t, () =>
    links.forEach((link) => {
      link.href = address(link.dataset.format);
    }),
  );
  const address = (format) =>
    urlOf(
      `transcripts/${transcript.id}/export/${format}/${which.version()}/${which.extent()}/${currentLanguage()}`,
    );
  const links = [];
  const linkTo = (format) => {
    const link = el(
      "a",
      { download: true, dataset: { format: format.name }, href: address(format.name) },
      el("span", { text: t(`format.${format.name}`) }),
      el("span", { class: "ss-quiet ss-small", text: `.${format.extension}` }),
    );
    links.push(link);
    return link;
  };
  const menu = el(
    "details",
    {
      class: "ss-menu",
      on: {
        keydown: (event) => {
          if (event.key === "Escape" && menu.open) {
            menu.open = false;
            summary.focus();
          }
        },
        focusout: (event) => {
          if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
        },
        click: (event) => {
          if (event.target.closest("a")) menu.open = false;
        },
        toggle: () => {
          if (!menu.open) return;
          sounds.replaceChildren(...[soundLinks()].filter((each) => each !== null));
          closeOnClickElsewhere(menu);
        },
      },
    },
    summary,
    el(
      "div",
      { class: "ss-menu-panel" },
      which.node,
      ...groups.map((group) =>
        el(
          "section",
          {},
          el("h3", { class: "ss-heading", text: t(`format_group.${group}`) }),
          el(
            "ul",
            {},
            ...transcript.formats
              .filter((each) => each.group === group)
              .map((each) => el("li", {}, linkTo(each))),
          ),
        ),
      ),
      sounds,
    ),
  );
  return el("nav", { class: "ss-downloads", "aria-label": t("view.download") }, menu);
}

/** Close an open menu at the next click outside. */
export function closeOnClickElsewhere(menu) {
  const gone = new AbortController();
  document.addEventListener(
    "click",
    (event) => {
      if (menu.contains(event.target)) return;
      menu.open = false;
      gone.abort();
    },
    { signal: gone.signal },
  );
  menu.addEventListener("toggle", () => gone.abort(), { once: true });
}

/** Return the choices of version and extent; a choice without effect is left out. */
function whichVersion(transcript, t, onChange) {
  const box = (label) => {
    const input = el("input", { type: "checkbox", on: { change: onChange } });
    return { input, node: el("label", { class: "ss-small" }, input, el("span", { text: label })) };
  };
  const machine = transcript.is_edited ? box(t("view.download_machine")) : null;
  const verified = transcript.num_verified > 0 ? box(t("view.download_verified")) : null;
  return {
    node:
      machine || verified
        ? el("div", { class: "ss-menu-choices" }, machine?.node, verified?.node)
        : null,
    version: () => (machine?.input.checked ? "machine" : "reviewed"),
    extent: () => (verified?.input.checked ? "verified" : "whole"),
  };
}
