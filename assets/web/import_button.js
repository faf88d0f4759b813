// A transcript file of another program, imported as another transcript of the recording.

import { el } from "./dom.js";
import { Refused, sendJson } from "./server.js";
import { session } from "./session.js";

const ENDINGS = ".srt,.vtt,.json,.jsonl,.textgrid,.eaf,.rttm,.ctm,.stm";
const SHOWN_PROBLEMS = 20;

/** A button that asks for a file.  @param {object} recording the transcript view  @param {Function} t */
export function importButton(recording, t) {
  const input = el("input", {
    type: "file", accept: ENDINGS, hidden: true,
    on: { change: () => { if (input.files.length > 0) importFile(recording, t, input.files[0], button); input.value = ""; } },
  });
  const button = el("button", { class: "ss-button", type: "button", text: t("view.import"), title: t("view.import_hint"), on: { click: () => input.click() } });
  return el("div", { class: "ss-import" }, button, input);
}

async function importFile(recording, t, file, button) {
  button.disabled = true;
  try {
    const answer = await sendJson("POST", `recordings/${recording.id}/imports`, {
      name: file.name, content: await base64Of(file), client_edit_id: crypto.randomUUID?.() ?? `import-${Date.now()}-${Math.random()}`,
    });
    if (answer.problems.length > 0) tell(t, t("view.import_done"), problemLines(answer, t));
    session.refresh();
  } catch (error) {
    const why = error instanceof Refused ? error.body.message ?? "" : t("view.offline");
    tell(t, t("view.import_failed"), [why]);
  }
  button.disabled = false;
}

function problemLines({ problems, counts }, t) {
  const totals = Object.entries(counts).map(([kind, count]) => `${t(`import.${kind}`)} × ${count}`);
  const first = problems.slice(0, SHOWN_PROBLEMS).map((each) => {
    const where = each.line === null ? [] : [t("view.import_line", { line: each.line })];
    return [...where, t(`import.${each.kind}`), each.found].join(" · ");
  });
  return [...totals, "", ...first];
}

function tell(t, title, lines) {
  const dialog = el("dialog", { class: "ss ss-report", on: { close: () => dialog.remove() } },
    el("h2", { class: "ss-title", text: title }),
    el("pre", { class: "ss-report-lines", text: lines.join("\n") }),
    el("form", { method: "dialog" }, el("button", { class: "ss-button ss-primary", text: t("view.close") })));
  document.querySelector(".ss-workspace").append(dialog);
  dialog.showModal();
}

function base64Of(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
