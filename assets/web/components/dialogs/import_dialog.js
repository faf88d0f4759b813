// Imports a transcript file: as corrections of the open transcript, or as a new one.

/**
 * @import { ImportChoices, ImportReport } from "../../api/payloads.d.ts"
 * @import { Translate } from "../../types.d.ts"
 */

import { el } from "../dom.js";
import { refusalText } from "../../api/error_text.js";
import { sendJson } from "../../api/server.js";
import { session } from "../../api/session.js";

const SHOWN_PROBLEMS = 20;

/** Asks for the use of a file, then for the file. */
export class ImportDialog {
  /**
   * @param {{recordingId: string, transcriptId: string, choices: ImportChoices, onCorrected: () => void}} target
   * @param {Translate} t
   */
  constructor(target, t) {
    this.t = t;
    const [detected, ...encodings] = target.choices.encodings;
    this.encoding = el(
      "select",
      { class: "ss-select", name: "encoding" },
      el("option", { value: detected, text: t("view.import_encoding_auto") }),
      ...encodings.map((name) => el("option", { value: name, text: name.toUpperCase() })),
    );
    this.node = el(
      "dialog",
      { class: "ss-dialog ss-import", "aria-label": t("head.import") },
      el(
        "form",
        { class: "ss-form", method: "dialog" },
        el("h2", { class: "ss-dialog-title", text: t("head.import") }),
        el("p", { class: "ss-quiet ss-small", text: t("view.import_hint") }),
        el(
          "label",
          { class: "ss-field" },
          el("span", { text: t("view.import_encoding") }),
          this.encoding,
        ),
        ...this.#choice(
          "corrections",
          `transcripts/${target.transcriptId}/imports`,
          target.choices.suffixes,
          target.onCorrected,
        ),
        ...this.#choice(
          "transcript",
          `recordings/${target.recordingId}/imports`,
          target.choices.suffixes,
          () => session.refresh(),
        ),
        el(
          "div",
          { class: "ss-form-end" },
          el("button", { class: "ss-button", text: t("library.cancel") }),
        ),
      ),
    );
  }

  open() {
    this.node.showModal();
  }

  /**
   * @param {"corrections"|"transcript"} use
   * @param {`recordings/${string}/imports`|`transcripts/${string}/imports`} path
   * @param {string[]} suffixes of the files to choose from
   * @param {() => void} onDone
   */
  #choice(use, path, suffixes, onDone) {
    const { t } = this;
    const input = el("input", {
      type: "file",
      accept: suffixes.join(),
      hidden: true,
      dataset: { use },
      "aria-label": t(`view.import_${use}`),
      on: {
        change: () => {
          this.node.close();
          if (input.files.length > 0)
            importFile({ path, onDone, encoding: this.encoding.value }, t, input.files[0]);
          input.value = "";
        },
      },
    });
    return [
      input,
      el(
        "button",
        { class: "ss-import-choice", type: "button", on: { click: () => input.click() } },
        el("span", { class: "ss-import-name", text: t(`view.import_${use}`) }),
        el("span", { class: "ss-quiet ss-small", text: t(`view.import_${use}_hint`) }),
      ),
    ];
  }
}

/**
 * Send a file and report what could not be read.
 * @param {{path: `recordings/${string}/imports`|`transcripts/${string}/imports`, onDone: () => void, encoding: string}} target
 * @param {Translate} t
 * @param {File} file
 */
async function importFile({ path, onDone, encoding }, t, file) {
  try {
    const answer = await sendJson("POST", path, {
      name: file.name,
      content: await base64Of(file),
      encoding,
      client_edit_id: crypto.randomUUID?.() ?? `import-${Date.now()}-${Math.random()}`,
    });
    if (!answer.has_changed) showReport(t, t("view.import_same"), problemLines(answer, t));
    else if (answer.problems.length > 0)
      showReport(t, t("view.import_done"), problemLines(answer, t));
    onDone();
  } catch (error) {
    showReport(t, t("view.import_failed"), [refusalText(error, t)]);
  }
}

/**
 * @param {ImportReport} report
 * @param {Translate} t
 */
function problemLines({ problems, counts }, t) {
  const totals = Object.entries(counts).map(([kind, count]) => `${t(`import.${kind}`)} × ${count}`);
  const first = problems.slice(0, SHOWN_PROBLEMS).map((each) => {
    const where = each.line === null ? [] : [t("view.import_line", { line: each.line })];
    return [...where, t(`import.${each.kind}`), each.found].join(" · ");
  });
  return [...totals, "", ...first];
}

function showReport(t, title, lines) {
  const dialog = el(
    "dialog",
    { class: "ss ss-report", "aria-label": title, on: { close: () => dialog.remove() } },
    el("h2", { class: "ss-title", text: title }),
    el("pre", { class: "ss-report-lines", text: lines.join("\n") }),
    el(
      "form",
      { method: "dialog" },
      el("button", { class: "ss-button ss-primary", text: t("view.close") }),
    ),
  );
  document.querySelector(".ss-workspace").append(dialog);
  dialog.showModal();
}

function base64Of(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const address = String(reader.result); // data:TYPE;base64,CONTENT
      resolve(address.slice(address.indexOf(",") + 1));
    };
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
