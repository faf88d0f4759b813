// What two people have made of the same sentence, side by side, until one of them is chosen.

import { clock } from "../clock.js";
import { el } from "../dom.js";
import { chip } from "./row_view.js";

const SHOWN_ROWS = 4;

/** Both versions of the rows that an edit and somebody else have changed. @returns {{theirs: object|null, mine: object|null}[]} */
export function versionsOf(edit, refusal) {
  const conflicts = refusal.body?.conflicts ?? [];
  return conflicts.filter((each) => each.table === "utterances").map(({ current, wanted }) => {
    const typed = edit.request.kind === "correct_text" && current !== null ? { ...current, text: edit.request.text } : null;
    return { theirs: current, mine: wanted ?? typed };
  });
}

export class ConflictBoard {
  /** @param {{t: Function, nameOf: Function, lookOf: Function}} options */
  constructor(options) {
    this.options = options;
    this.node = el("div", { class: "ss-conflicts", role: "alert" });
  }

  /** @param {{versions: {theirs: object|null, mine: object|null}[], onMine: () => void, onTheirs: () => void}} conflict */
  show({ versions, onMine, onTheirs }) {
    const { t } = this.options;
    const canBeMine = versions.every(({ theirs, mine }) => theirs !== null && mine !== null);
    const choose = (act) => () => { box.remove(); act(); };
    const box = el("section", { class: "ss-conflict", "aria-label": t("conflict.title") },
      el("p", { class: "ss-conflict-title", text: t(canBeMine ? "conflict.title" : "conflict.gone") }),
      ...versions.slice(0, SHOWN_ROWS).map((each) => el("div", { class: "ss-versions" },
        this.#version("theirs", each.theirs, each.mine), this.#version("mine", each.mine, each.theirs))),
      versions.length > SHOWN_ROWS ? el("p", { class: "ss-quiet ss-small", text: t("conflict.more", { count: versions.length - SHOWN_ROWS }) }) : null,
      el("div", { class: "ss-conflict-choice" },
        el("button", { class: "ss-button", type: "button", text: t("conflict.keep_theirs"), on: { click: choose(onTheirs) } }),
        canBeMine ? el("button", { class: "ss-button ss-primary", type: "button", text: t("conflict.put_mine"), on: { click: choose(onMine) } }) : null));
    this.node.append(box);
  }

  #version(whose, row, other) {
    const { t, nameOf, lookOf } = this.options;
    if (row === null) return el("div", { class: "ss-version" }, el("span", { class: "ss-quiet ss-small", text: t(`conflict.${whose}`) }), el("p", { text: t("conflict.nothing") }));
    const differs = (field) => other !== null && row[field] !== other[field];
    return el("div", { class: "ss-version", dataset: { whose } },
      el("span", { class: "ss-quiet ss-small", text: t(`conflict.${whose}`) }),
      el("div", { class: "ss-version-facts" }, chip(nameOf(row.speaker_id), lookOf(row.speaker_id), { tag: "span" }),
        el("span", { class: differs("start_ms") || differs("end_ms") ? "ss-small" : "ss-quiet ss-small", text: `${seconds(row.start_ms)}–${seconds(row.end_ms)}` }),
        row.status === "machine" ? null : el("span", { class: "ss-quiet ss-small", text: t(`review.status_${row.status}`) })),
      el("p", { class: "ss-version-text", dir: "auto", text: row.text }),
      row.is_flagged ? el("p", { class: "ss-small ss-version-text", dir: "auto", text: [t("review.flagged"), row.comment].filter(Boolean).join(" · ") }) : null);
  }
}

const seconds = (ms) => `${clock(ms)}.${Math.floor((ms % 1_000) / 100)}`;
