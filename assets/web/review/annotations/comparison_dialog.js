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
import { currentLanguage } from "../../components/text/language.js";
import { clock } from "../../components/text/time_format.js";
import { newId } from "../edits/edit_queue.js";
import { comparedSide, sentenceDrawer } from "../comparison/compared_side.js";

const SIDES = /** @type {const} */ (["first", "second"]);
const NAMES = { first: "second.first", second: "second.second" };
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
    this.drawSentence = sentenceDrawer(found.speakers, this.t);
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

  /** Return the name of a side: the people who annotated it, or its place. */
  #nameOf(side) {
    const { found, t } = this;
    const people = { first: found.first_annotators, second: [found.pair.annotator] }[side];
    const names = people.filter((each) => each !== "");
    return new Intl.ListFormat(currentLanguage()).format(names) || t(NAMES[side]);
  }

  #columnNames() {
    return el(
      "li",
      { class: "ss-comparison-row ss-comparison-names" },
      el("span", {}),
      ...SIDES.map((side) => el("strong", { text: this.#nameOf(side), dir: "auto" })),
    );
  }

  /** @param {ComparedPassage} passage */
  #passage(passage) {
    const { t } = this;
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
      ...SIDES.map((side) => this.#side(passage, side)),
    );
  }

  #side(passage, side) {
    const { found, t } = this;
    const sentences = passage[side];
    const isOther = passage.differs_in.includes("speaker");
    const drawn = sentences.map(({ parts, speaker }) => this.drawSentence(parts, speaker, isOther));
    const textOf = (all) => all.map((each) => each.text).join("");
    const isTaken = passage.is_decided && textOf(passage.adjudicated) === textOf(sentences);
    const take =
      found.revision === null
        ? null
        : this.#textButton(
            t(`second.take_${side}`),
            () => this.#take(passage, side),
            isTaken ? "ss-is-taken" : "",
          );
    return comparedSide("div", this.#nameOf(side), drawn, t, take);
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
