// The menu of export formats, grouped by purpose.

/**
 * @import { ExportFormat } from "../../api/payloads.d.ts"
 * @import { Translate } from "../../types.d.ts"
 */

import { el, icon } from "../dom.js";
import { currentLanguage } from "../text/language.js";
import { segments } from "./segments.js";
import { readStorage, writeStorage } from "../../api/browser_storage.js";
import { urlOf } from "../../api/server.js";

const SCRIPTS = ["keep", "simplified", "traditional"];
const CHINESE = new Set(["zh", "yue", ""]); // "": not known, as in most imported files
const STORED_SCRIPT = "speaker-studio:export-script";

/**
 * Return the button that opens the menu.
 * @param {{id: string, language: string, formats: ExportFormat[], is_edited: boolean, num_verified: number}} transcript
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
  const update = () =>
    links.forEach((link) => {
      link.href = address(link.dataset.format);
    });
  const which = whichVersion(transcript, t, update);
  const script = CHINESE.has(transcript.language) ? scriptChoice(t, update) : null;
  const address = (format) =>
    urlOf(
      `transcripts/${transcript.id}/export/${format}/${which.version()}/${which.extent()}/${currentLanguage()}`,
    ) + (script?.query() ?? "");
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
      script?.node ?? null,
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

/** Return the choice of Chinese characters, which this browser remembers. */
function scriptChoice(t, onChange) {
  const stored = readStorage(STORED_SCRIPT);
  let script = SCRIPTS.includes(stored) ? stored : "keep";
  const choice = segments({
    label: t("view.script"),
    choices: SCRIPTS.map((value) => ({ value, text: t(`script.${value}`) })),
    value: script,
    onChoose: (chosen) => {
      script = chosen;
      writeStorage(STORED_SCRIPT, chosen);
      onChange();
    },
  });
  return {
    node: el(
      "div",
      { class: "ss-menu-script" },
      el("span", { class: "ss-small", text: t("view.script") }),
      choice,
    ),
    query: () => (script === "keep" ? "" : `?script=${script}`),
  };
}
