// The speaker map: each window is a point, similar voices are close. Points play and select rows.

/**
 * @import { SpeakerLook, Translate } from "../../../types.d.ts"
 * @import { ReviewModel } from "../../edits/model.js"
 * @import { Selection } from "../../rows/selection.js"
 * @import { Proposal } from "../proposal.js"
 */

import { el, icon } from "../../../components/dom.js";
import { getJson, Refused, urlOf } from "../../../api/server.js";
import { currentLanguage } from "../../../components/text/language.js";
import { PickedRows } from "./picked_rows.js";
import { PointsCanvas } from "./points_canvas.js";
import { PointTooltip } from "./point_tooltip.js";

const POLL_MS = 1_500;
const RETRY_MS = 3_000;

const isSame = (some, others) =>
  some.length === others.length && some.every((each, i) => each === others[i]);

export class SpeakerMap {
  #windows = []; // [start_ms, end_ms]
  #points = [];
  #rows = []; // id of the row of each window, or null
  #timer = 0;
  #aborter = new AbortController();
  #picked = []; // ids of the rows drawn around
  #drawing = 0;
  #isRequested = false;

  /**
   * @param {{transcriptId: string, model: ReviewModel, selection: Selection, t: Translate, lookOf: (speakerId: string|null) => SpeakerLook, nameOf: (speakerId: string|null) => string,
   *   proposal: Proposal, below: HTMLElement, corner: HTMLElement, onPoint: (rowId: string, startMs: number, endMs: number) => void, onChosen: (rowIds: string[]) => void, onAssign: (rowIds: string[], speakerId: string) => void,
   *   onExpand: () => void, isEarly: () => boolean, isShown: () => boolean}} options
   *   below: shown under the map; corner: beside the map's legend; isEarly: whether the embeddings are not computed yet
   */
  constructor(options) {
    this.options = options;
    const { t } = options;
    this.plot = el("div", { class: "ss-map-plot", role: "img", "aria-label": t("map.label") });
    this.canvas = new PointsCanvas(this.plot, {
      onHover: (event, index) => this.#showTooltip(event, index),
      onLeave: () => this.words.hide(),
      onClick: (index) =>
        options.onPoint(this.#rows[index], this.#windows[index][0], this.#windows[index][1]),
      onChosen: (indexes) => this.#choose(indexes),
    });
    this.note = el("p", { class: "ss-quiet ss-small ss-map-note", role: "status" });
    this.words = new PointTooltip();
    this.picked = new PickedRows(options);
    this.lasso = this.#button("lasso", t("map.lasso"), "lasso", () => this.#setLasso());
    this.expand = this.#button("maximize-2", t("map.expand"), "expand-map", options.onExpand);
    this.head = el(
      "div",
      { class: "ss-map-head" },
      el("h3", { class: "ss-heading", text: t("review.map") }),
      this.lasso,
      this.#button("locate", t("map.fit"), "fit-map", () => this.canvas.fit()),
      chartLink(options.transcriptId, t),
      this.expand,
    );
    this.current = legend("ss-legend-current", t("map.current"));
    this.pending = legend("ss-legend-pending", "");
    this.foot = el(
      "div",
      { class: "ss-map-foot" },
      this.current,
      this.pending,
      this.note,
      options.corner,
    );
    this.node = el(
      "section",
      { class: "ss-map", "aria-label": t("review.map") },
      this.head,
      this.plot,
      this.foot,
      options.below,
      this.words.node,
    );
    this.#setLasso(false);
  }

  dispose() {
    this.#aborter.abort();
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#drawing);
    this.canvas.dispose();
  }

  /** Update the map, if it is shown. */
  update() {
    if (!this.options.isShown()) return;
    const { t, below, corner, isEarly } = this.options;
    this.node.classList.toggle("ss-map-early", isEarly());
    below.hidden = corner.hidden = isEarly();
    if (isEarly()) this.note.textContent = t("growing.map_later");
    else if (!this.#isRequested) {
      this.#isRequested = true;
      this.#load();
    } else this.#later();
  }

  /** Update after a change of the selection. */
  showCurrent() {
    const { selection } = this.options;
    if (this.#picked.length > 0 && !isSame(selection.ids, this.#picked)) this.#pick([]);
    if (this.#points.length > 0) this.#showRings();
  }

  /** Show whether the map fills most of the window. */
  showExpanded(isExpanded) {
    this.expand.setAttribute("aria-pressed", String(isExpanded));
  }

  async #load() {
    const { t, transcriptId } = this.options;
    try {
      const answer = await getJson(`transcripts/${transcriptId}/map`, {
        signal: this.#aborter.signal,
      });
      this.#windows = answer.windows;
      this.#points = answer.points;
      this.plot.dataset.state = answer.is_final ? "final" : "coarse";
      this.note.textContent =
        this.#windows.length === 0 ? t("map.empty") : answer.is_final ? "" : t("map.coarse");
      if (!answer.is_final) this.#timer = setTimeout(() => this.#load(), POLL_MS);
      this.#draw();
    } catch (error) {
      if (this.#aborter.signal.aborted) return;
      clearTimeout(this.#timer);
      const isMissing = error instanceof Refused && error.status === 404;
      if (!isMissing) this.#timer = setTimeout(() => this.#load(), RETRY_MS);
      this.note.textContent = t(isMissing ? "map.none" : "view.offline");
    }
  }

  #later() {
    cancelAnimationFrame(this.#drawing);
    this.#drawing = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    const { model } = this.options;
    this.#rows = this.#windows.map(([start, end]) => {
      const index = model.indexAt((start + end) / 2);
      return index < 0 ? null : model.order[index];
    });
    const groups = this.#groups();
    this.canvas.show({
      points: this.#points,
      groups,
      ...this.#rings(),
      picked: this.#picked.length === 0 ? null : this.#windowsOf(new Set(this.#picked)),
    });
    this.#describe(groups);
    this.#showLegend();
  }

  #showRings() {
    this.canvas.showRings(this.#rings());
    this.#showLegend();
  }

  #rings() {
    const { selection, proposal } = this.options;
    const pending = proposal.isOn ? new Set(proposal.ids) : new Set();
    return {
      current: this.#windowsOf(new Set([selection.current])),
      pending: this.#windowsOf(pending),
    };
  }

  #showLegend() {
    const { t, selection, proposal } = this.options;
    const count = proposal.isOn ? proposal.ids.length : 0;
    this.current.hidden = selection.current === null;
    this.pending.hidden = count === 0;
    this.pending.lastChild.textContent = t("map.pending", { count });
  }

  /** Return the windows of rows. @param {Set<string|null>} ids */
  #windowsOf(ids) {
    const windows = new Set();
    this.#rows.forEach((id, i) => {
      if (id !== null && ids.has(id)) windows.add(i);
    });
    return windows;
  }

  /** Return the windows of each speaker, of each proposed one if the map shows the proposal. */
  #groups() {
    const { model, lookOf, nameOf, proposal } = this.options;
    const groups = new Map();
    const add = (key, look, name, window) => {
      if (!groups.has(key)) groups.set(key, { look: look(), name: name(), windows: [] });
      groups.get(key).windows.push(window);
    };
    this.#rows.forEach((row, i) => {
      const group = proposal.coloursMap ? proposal.groupOfWindow(i) : undefined;
      const id = model.row(row)?.speaker_id ?? null;
      if (group === undefined)
        add(
          id,
          () => lookOf(id),
          () => nameOf(id),
          i,
        );
      else
        add(
          group,
          () => proposal.lookOfGroup(group),
          () => proposal.nameOfGroup(group),
          i,
        );
    });
    return [...groups.values()];
  }

  /** Describe the map in words: the number of points of each speaker. */
  #describe(groups) {
    const { t } = this.options;
    const counts = groups.map(({ name, windows }) =>
      t("map.points", { name, count: windows.length }),
    );
    this.plot.setAttribute("aria-label", [t("map.label"), ...counts].join(" · "));
  }

  #choose(indexes) {
    const { model, onChosen, t } = this.options;
    const ids = new Set(indexes.map((i) => this.#rows[i]).filter((id) => id !== null));
    if (ids.size === 0) return;
    const rows = model.order.filter((id) => ids.has(id));
    onChosen(rows);
    this.#pick(rows);
    this.note.textContent = t("map.chosen", {
      count: rows.length,
      last: Math.min(9, model.speakers.length),
    });
  }

  #pick(ids) {
    this.#picked = ids;
    this.note.textContent = "";
    this.picked.show(ids);
    this.#draw();
  }

  /** Choose what a drag does: draw the lasso, or move the map. */
  #setLasso(isOn = !this.canvas.gestures.isLasso) {
    this.canvas.gestures.isLasso = isOn;
    this.lasso.setAttribute("aria-pressed", String(isOn));
    this.plot.classList.toggle("ss-map-lasso", isOn);
  }

  #showTooltip(pointer, index) {
    const { model, nameOf, t } = this.options;
    const row = model.row(this.#rows[index]);
    this.words.show(pointer, {
      name: nameOf(row?.speaker_id ?? null),
      startMs: this.#windows[index][0],
      text: row?.text ?? t("map.no_words"),
    });
  }

  #button(picture, words, control, act) {
    return el(
      "button",
      {
        class: "ss-icon-button",
        type: "button",
        title: words,
        "aria-label": words,
        dataset: { control },
        on: { click: act },
      },
      icon(picture),
    );
  }
}

function legend(shape, words) {
  return el(
    "span",
    { class: "ss-legend", hidden: true },
    el("span", { class: shape, "aria-hidden": "true" }),
    el("span", { text: words }),
  );
}

/** Return the link that downloads the map as an interactive chart in one file. */
function chartLink(transcriptId, t) {
  return el(
    "a",
    {
      class: "ss-icon-button",
      href: urlOf(`transcripts/${transcriptId}/map/chart/${currentLanguage()}`),
      download: true,
      title: t("map.chart"),
      "aria-label": t("map.chart"),
      dataset: { control: "map-chart" },
    },
    icon("chart-scatter"),
  );
}
