// Loads the token times of the rows in view after scrolling stops.

/**
 * @import { ReviewModel } from "../edits/model.js"
 * @import { TextMarks } from "../text/text_marks.js"
 * @import { RowList } from "./row_list.js"
 */

import { getJson } from "../../api/server.js";

const REST_MS = 120;
const MOST_ROWS = 80; // of one request
const DECIDED = new Set(["verified", "rejected"]); // rows without marks of the language model

export class WordTimes {
  #aborter = new AbortController();
  #timer = 0;

  /** @param {{transcriptId: string, model: ReviewModel, list: RowList, marks: TextMarks}} options */
  constructor({ transcriptId, model, list, marks }) {
    this.transcriptId = transcriptId;
    this.model = model;
    this.list = list;
    this.marks = marks;
  }

  dispose() {
    this.#aborter.abort();
    clearTimeout(this.#timer);
  }

  want() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load(), REST_MS);
  }

  /** Drop the times of rows whose text changed. */
  forgetChanged(ids) {
    for (const id of ids)
      if (!this.marks.hasTokens(id, this.model.row(id)?.text)) this.marks.forget(id);
  }

  /** Mark words of the rows in view. */
  #mark() {
    const { model, list, marks } = this;
    const drawn = list.drawnKeys().filter((id) => model.row(id) !== null);
    /** @returns {[string, Element][]} */
    const textsOf = (isChosen) =>
      drawn.filter(isChosen).map((id) => [id, list.nodeOf(id).querySelector(".ss-text")]);
    marks.showDoubtful(textsOf((id) => model.isDoubtful(id)));
    marks.showModelWords(textsOf((id) => !DECIDED.has(model.row(id).status)));
  }

  async #load() {
    const { model, list, marks } = this;
    const { signal } = this.#aborter;
    const wanted = list
      .drawnKeys()
      .filter((id) => model.row(id) && !marks.hasTokens(id, model.row(id).text));
    if (wanted.length > 0 && !signal.aborted) {
      const answer = await getJson(
        `transcripts/${this.transcriptId}/tokens?ids=${wanted.slice(0, MOST_ROWS).join(",")}`,
        {
          signal,
        },
      ).catch(() => ({ tokens: {} }));
      for (const [id, tokens] of Object.entries(answer.tokens))
        if (model.stored(id)) marks.setTokens(id, model.stored(id).text, tokens);
    }
    if (signal.aborted) return;
    this.#mark();
  }
}
