// One line of a history: icon, what was done, time, and what changed.

/**
 * @import { EditPayload } from "../../api/payloads.d.ts"
 */

import { el, icon } from "../../components/dom.js";

const ICONS = {
  machine: "sparkles",
  import: "upload",
  correct_text: "pencil",
  replace_text: "search",
  rename_speaker: "pencil",
  merge_speakers: "users",
  add_speaker: "plus",
  split_utterance: "split",
  merge_utterances: "merge",
  insert_utterance: "plus",
  delete_utterances: "trash-2",
  retime_utterance: "audio-lines",
  verify: "check",
  reject: "eye-off",
  reopen: "undo-2",
  flag: "flag",
  unflag: "flag",
};

/**
 * @param {EditPayload} edit
 * @param {{title: string, change: (Node|string)[], note?: string, version?: string, isCurrent?: boolean, end?: HTMLElement|null}} shown
 *   change: what differs; note: author and the like; version: name of the state after the edit;
 *   end: shown at the end of the first line, beside the time
 */
export function historyEntry(edit, { title, change, note = "", version, isCurrent, end = null }) {
  const when = new Date(edit.created_at);
  const classes = ["ss-edit"];
  if (edit.undone) classes.push("ss-edit-undone");
  if (isCurrent) classes.push("ss-edit-head");
  if (version !== undefined) classes.push("ss-edit-version");
  return el(
    "li",
    { class: classes.join(" ") },
    icon(version === undefined ? (ICONS[edit.kind] ?? "user-check") : "bookmark"),
    el(
      "div",
      { class: "ss-edit-line" },
      version === undefined ? null : el("strong", { text: version }),
      el("span", { class: "ss-edit-what", text: title }),
    ),
    el("time", {
      datetime: edit.created_at,
      title: when.toLocaleString(),
      text: when.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }),
    }),
    end,
    change.length === 0 ? null : el("div", { class: "ss-edit-change", dir: "auto" }, ...change),
    note === "" ? null : el("div", { class: "ss-edit-note", text: note }),
  );
}
