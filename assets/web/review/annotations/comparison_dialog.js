// Two annotations side by side, with their figures and a decision for every difference.

/**
 * @import { TranscriptEditor } from "../editor.js"
 * @import { ComparedPassage } from "../../api/payloads.d.ts"
 * @import { Refused } from "../../api/server.js"
 */

import { refusalText } from "../../api/error_text.js";
import { getJson, sendJson } from "../../api/server.js";
import { session } from "../../api/session.js";
import { el, icon } from "../../components/dom.js";
import { speakerColors, speakerName } from "../../components/speakers/speaker_colors.js";
import { clock } from "../../components/text/time_format.js";
import { newId } from "../edits/edit_queue.js";
import { markDifferences } from "./text_differences.js";

const SIDES = /** @type {const} */ (["first", "second"]);
const percent = (share) => `${(100 * share).toFixed(1)} %`;

export class ComparisonDialog {
  /** @param {TranscriptEditor} editor */
  constructor(editor) {
    this.editor = editor;
    this.t = editor.t;
    this.figures = el("p", { class: "ss-comparison-figures" });
    this.actions = el("div", { class: "ss-form-end" });
    this.problem = el("p", { class: "ss-problem", role: "alert" });
    this.list = el("ul", { class: "ss-comparison-list", tabindex: "-1" });
    this.node = el(
      "dialog",
      {
        class: "ss ss-dialog ss-comparison",
        "aria-label": this.t("second.compare"),
        on: {
          close: () => this.#closed(),
          keydown: (event) => event.stopPropagation(),
        },
      },
      el(
        "header",
        { class: "ss-comparison-head" },
        el("h2", { class: "ss-title", text: this.t("second.compare") }),
        this.#button("x", this.t("new.close"), () => this.node.close()),
      ),
      this.figures,
      this.actions,
      this.problem,
      this.list,
    );
  }

  /** @throws {Refused} if the comparison cannot be read */
  async open() {
    await this.#load();
    document.body.append(this.node);
    this.node.showModal();
    this.list.focus();
  }

  async #load() {
    const { id } = this.editor.view;
    const found = await getJson(`transcripts/${id}/second-annotation/comparison`);
    this.found = found;
    const lookOf = speakerColors(found.speakers.map((_, i) => i));
    this.lookOf = lookOf;
    this.differing = found.passages.filter((each) => each.differs_in.length > 0);
    this.#draw();
  }

  #draw() {
    const { found, differing, t } = this;
    const { cer, der, kappa } = found.figures;
    this.figures.textContent = [
      t("second.cer", { rate: percent(cer) }),
      t("second.der", { rate: percent(der) }),
      kappa === null ? null : t("second.kappa", { kappa: kappa.toFixed(2) }),
      t("second.differences", { count: differing.length, total: found.passages.length }),
      found.revision === null
        ? null
        : t("second.decided", {
            count: differing.filter((each) => each.is_decided).length,
            total: differing.length,
          }),
    ]
      .filter((each) => each !== null)
      .join(" · ");
    this.actions.replaceChildren(...this.#overallActions());
    this.list.replaceChildren(this.#columnNames(), ...differing.map((each) => this.#passage(each)));
    if (differing.length === 0)
      this.list.replaceChildren(el("li", { class: "ss-quiet", text: t("second.same") }));
  }

  #overallActions() {
    const { found, t } = this;
    const { first_id: first, second_id: second, adjudicated_id: adjudicated } = found.pair;
    const equal = found.passages.filter((each) => each.differs_in.length === 0 && !each.is_decided);
    const opening = [
      [first, "second.open_first"],
      [second, "second.open_second"],
      [adjudicated, "second.open_adjudicated"],
    ].filter(([id]) => id !== null && id !== this.editor.view.id);
    return [
      ...opening.map(([id, key]) => this.#textButton(t(key), () => this.#show(id))),
      found.revision === null
        ? this.#textButton(t("second.adjudicate"), () => this.#adjudicate(), "ss-primary")
        : null,
      found.revision !== null && equal.length > 0
        ? this.#textButton(
            t("second.verify_same", { count: equal.length }),
            () => this.#verify(equal),
            "ss-primary",
          )
        : null,
    ].filter((each) => each !== null);
  }

  #columnNames() {
    const { found, t } = this;
    const names = found.first_annotators.filter((each) => each !== "").join("、");
    return el(
      "li",
      { class: "ss-comparison-row ss-comparison-names" },
      el("span", {}),
      el("strong", { text: names || t("second.first"), dir: "auto" }),
      el("strong", { text: found.pair.annotator || t("second.second"), dir: "auto" }),
    );
  }

  /** @param {ComparedPassage} passage */
  #passage(passage) {
    const { t } = this;
    const texts = SIDES.map((side) => passage[side].map((each) => each.text).join(""));
    return el(
      "li",
      { class: passage.is_decided ? "ss-comparison-row ss-is-decided" : "ss-comparison-row" },
      el(
        "div",
        { class: "ss-comparison-time" },
        this.#button("play", t("second.play", { time: clock(passage.start_ms) }), () =>
          this.editor.player.playSegment(passage.start_ms, passage.end_ms),
        ),
        el("time", { class: "ss-quiet", text: clock(passage.start_ms) }),
        passage.is_decided ? icon("check") : null,
      ),
      ...SIDES.map((side, i) => this.#side(passage, side, texts[1 - i])),
    );
  }

  #side(passage, side, otherText) {
    const { found, lookOf, t } = this;
    const sentences = passage[side];
    const whole = sentences.map((each) => each.text).join("");
    const isOther = passage.differs_in.includes("speaker");
    let read = 0; // characters of the earlier sentences
    const lines = sentences.map(({ speaker, text }) => {
      const from = read;
      read += [...text].length;
      return el(
        "p",
        {},
        el("span", {
          class: isOther ? "ss-compared-name ss-differs" : "ss-compared-name",
          style: lookOf(speaker).style,
          text:
            speaker === null ? t("view.unknown_speaker") : speakerName(found.speakers[speaker], t),
          dir: "auto",
        }),
        el("span", { dir: "auto" }, ...markDifferences(whole, otherText, from, read)),
      );
    });
    const isTaken =
      passage.is_decided && passage.adjudicated.map((each) => each.text).join("") === whole;
    return el(
      "div",
      { class: "ss-comparison-side" },
      ...(lines.length > 0 ? lines : [el("p", { class: "ss-quiet", text: t("second.none") })]),
      found.revision === null
        ? null
        : this.#textButton(
            t(`second.take_${side}`),
            () => this.#take(passage, side),
            isTaken ? "ss-is-taken" : "",
          ),
    );
  }

  #take(passage, side) {
    return this.#change(
      `transcripts/${this.found.pair.adjudicated_id}/second-annotation/adoptions`,
      {
        client_edit_id: newId(),
        base: this.found.revision,
        side,
        source_ids: passage[side].map((each) => each.id),
        utterance_ids: passage.adjudicated_ids,
      },
    );
  }

  #verify(passages) {
    return this.#change(`transcripts/${this.found.pair.adjudicated_id}/edits`, {
      client_edit_id: newId(),
      base: this.found.revision,
      kind: "verify",
      utterance_ids: passages.flatMap((each) => each.adjudicated_ids),
    });
  }

  #adjudicate() {
    return this.#change(`transcripts/${this.editor.view.id}/second-annotation/adjudication`, {});
  }

  /** Send a change and show the comparison after it; a refusal is explained. */
  async #change(path, body) {
    const { scrollTop } = this.list;
    this.problem.textContent = "";
    this.node.toggleAttribute("inert", true); // one decision at a time
    try {
      await sendJson("POST", path, body);
      await this.#load();
      session.refresh();
    } catch (refusal) {
      this.problem.textContent =
        refusalText(/** @type {Refused} */ (refusal), this.t) || this.t("view.offline");
      await this.#load().catch(() => {});
    }
    this.node.removeAttribute("inert");
    this.list.scrollTop = scrollTop;
    this.list.focus();
  }

  #show(id) {
    this.node.close();
    session.show(this.editor.view.recording_id, id);
  }

  #closed() {
    this.node.remove();
    this.editor.player.pause();
    this.editor.feed.catchUp();
    this.editor.focusList();
  }

  #button(picture, words, act) {
    return el(
      "button",
      {
        class: "ss-icon-button",
        type: "button",
        "aria-label": words,
        title: words,
        on: { click: act },
      },
      icon(picture),
    );
  }

  #textButton(text, act, kind = "") {
    return el("button", { class: `ss-button ${kind}`, type: "button", text, on: { click: act } });
  }
}
