// Draws one row.

/**
 * @import { Row } from "../../api/payloads.d.ts"
 * @import { SpeakerLook, Translate } from "../../types.d.ts"
 */

import { clock } from "../../components/time_format.js";
import { el, icon } from "../../components/dom.js";

const STATUS_ICONS = { verified: "check", rejected: "x", corrected: "pencil" };

/**
 * @param {Row} row
 * @param {{look: SpeakerLook, name: string, t: Translate, isCurrent: boolean, isSelected: boolean, isSpoken: boolean, doubt: number,
 *   proposed: {name: string, look: SpeakerLook}|null, isProvisional: boolean}} state
 *   proposed: another proposed speaker; isProvisional: whether the run may still change the speaker
 */
export function drawRow(
  row,
  { look, name, t, isCurrent, isSelected, isSpoken, doubt, proposed = null, isProvisional = false },
) {
  const classes = ["ss-row", `ss-is-${row.status}`];
  if (isCurrent) classes.push("ss-current");
  if (isSelected) classes.push("ss-selected");
  if (isSpoken) classes.push("ss-spoken");
  return el(
    "div",
    {
      class: classes.join(" "),
      role: "row",
      id: `row-${row.id}`,
      "aria-selected": String(isSelected),
      dataset: { id: row.id },
      style: { ...look.style, "--doubt": String(doubt) },
    },
    el(
      "span",
      { class: "ss-cell", role: "gridcell" },
      speakerChip(name, look, isProvisional, t),
      proposed === null ? null : proposedChip(proposed, t),
    ),
    el(
      "span",
      { class: "ss-cell ss-start", role: "gridcell" },
      el("time", { text: clock(row.start_ms) }),
    ),
    el("span", {
      class: "ss-cell ss-text",
      role: "gridcell",
      dir: "auto",
      text: row.text,
      dataset: row.text === "" ? { empty: t("review.no_text") } : {},
    }),
    el(
      "span",
      { class: "ss-cell ss-signs", role: "gridcell" },
      !row.is_flagged
        ? null
        : sign(
            "flag",
            row.comment === "" ? t("review.flagged") : `${t("review.flagged")}: ${row.comment}`,
            "ss-flagged",
          ),
      STATUS_ICONS[row.status]
        ? sign(STATUS_ICONS[row.status], t(`review.status_${row.status}`), `ss-sign-${row.status}`)
        : null,
    ),
  );
}

/** Update the selection state of a drawn row in place, so that a double click finds the element. */
export function markRow(node, { isCurrent, isSelected }) {
  if (node === null) return;
  node.classList.toggle("ss-current", isCurrent);
  node.classList.toggle("ss-selected", isSelected);
  node.setAttribute("aria-selected", String(isSelected));
}

/**
 * Return a speaker's name with colour and shape.
 * @param {string} name
 * @param {SpeakerLook} look
 * @param {{label?: string|null, tag?: "button"|"span"}} options
 */
export function chip(name, look, { label = null, tag = "button" } = {}) {
  return el(
    tag,
    {
      class: "ss-chip",
      type: tag === "button" ? "button" : null,
      tabindex: tag === "button" ? "-1" : null,
      title: label,
      style: look.style,
    },
    el("span", { class: look.isHollow ? "ss-mark ss-ring" : "ss-mark", "aria-hidden": "true" }),
    el("span", { class: "ss-chip-name", text: name }),
  );
}

function speakerChip(name, look, isProvisional, t) {
  const node = chip(name, look, {
    label: t(isProvisional ? "growing.provisional" : "review.change_speaker", { name }),
  });
  node.classList.toggle("ss-provisional", isProvisional);
  return node;
}

function proposedChip({ name, look }, t) {
  const node = chip(name, look, { label: t("proposal.take_one", { name }) });
  node.classList.add("ss-proposed");
  return node;
}

function sign(name, words, className) {
  return el(
    "span",
    { class: `ss-sign ${className}`, role: "img", "aria-label": words, title: words },
    icon(name),
  );
}
