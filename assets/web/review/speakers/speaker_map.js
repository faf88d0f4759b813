// The speaker map: each window is a point, similar voices are close. Points play and select rows.

/**
 * @import { PlotElement, SpeakerLook, Translate } from "../../types.d.ts"
 * @import { ReviewModel } from "../edits/model.js"
 * @import { Proposal } from "./proposal.js"
 */

import { el } from "../../components/dom.js";
import { getJson, Refused, urlOf } from "../../api/server.js";
import { paintOf } from "../../components/speaker_colors.js";
import { PointTooltip } from "./point_tooltip.js";

const POLL_MS = 1_500;
const RETRY_MS = 3_000;
const LOOK = { size: 6, faint: 0.15 }; // px; opacity of points that are not selected
const LOOK_OF_MANY = { size: 4, faint: 0.03 }; // large points overlap and are slow without a GPU; faint ones overlap too
const MANY = 3_000;

let loadingPlotly = null;

/** Load Plotly from the app, once. */
function loadPlotly() {
  loadingPlotly ??= new Promise((resolve, reject) => {
    const script = el("script", {
      src: urlOf("plotly.js"),
      on: {
        load: () => resolve(window.Plotly),
        error: () => {
          loadingPlotly = null;
          reject(new Error("plotly"));
        },
      },
    });
    document.head.append(script);
  });
  return loadingPlotly;
}

const isSame = (some, others) =>
  some.length === others.length && some.every((each, i) => each === others[i]);

export class SpeakerMap {
  #windows = []; // [start_ms, end_ms]
  #points = null;
  #final = false;
  #timer = 0;
  #aborter = new AbortController();
  #chosen = [];
  #drawing = 0;
  #isRequested = false;
  #frame = []; // input of the last draw except the points' colours
  #members = []; // window indexes of each trace

  /**
   * @param {{transcriptId: string, model: ReviewModel, t: Translate, lookOf: (speakerId: string|null) => SpeakerLook, nameOf: (speakerId: string|null) => string, proposal: Proposal, below: HTMLElement,
   *   onPoint: (rowId: string, startMs: number, endMs: number) => void, onChosen: (rowIds: string[]) => void, isEarly: () => boolean, isShown: () => boolean}} options
   *   isEarly: whether the embeddings are not computed yet
   */
  constructor(options) {
    this.options = options;
    const { t } = options;
    /** @type {PlotElement} */
    this.plot = el("div", { class: "ss-map-plot", role: "img", "aria-label": t("map.label") });
    this.note = el("p", { class: "ss-quiet ss-small", role: "status" });
    this.hint = el("p", { class: "ss-quiet ss-small", text: t("map.hint") });
    this.words = new PointTooltip();
    this.node = el(
      "section",
      { class: "ss-map", "aria-label": t("review.map") },
      this.plot,
      this.note,
      options.below,
      this.hint,
      this.words.node,
    );
    this.observer = new ResizeObserver(() => this.#draw());
    this.observer.observe(this.plot);
  }

  dispose() {
    this.#aborter.abort();
    clearTimeout(this.#timer);
    this.observer.disconnect();
    if (this.plot.data) window.Plotly?.purge(this.plot);
  }

  /** Update the map, if it is shown. */
  update() {
    if (!this.options.isShown()) return;
    const { t, below, isEarly } = this.options;
    this.plot.hidden = below.hidden = this.hint.hidden = isEarly();
    if (isEarly()) this.note.textContent = t("growing.map_later");
    else if (!this.#isRequested) {
      this.#isRequested = true;
      this.#load();
    } else this.#later();
  }

  /** Return the rows of the selected points. */
  chosenRows() {
    const ids = this.#rowIds();
    return [...new Set(this.#chosen.map((point) => ids[point]).filter((id) => id !== null))];
  }

  async #load() {
    const { t, transcriptId } = this.options;
    try {
      const answer = await getJson(`transcripts/${transcriptId}/map`, {
        signal: this.#aborter.signal,
      });
      this.#windows = answer.windows;
      this.#points = answer.points;
      this.#final = answer.is_final;
      this.note.textContent =
        this.#windows.length === 0 ? t("map.empty") : this.#final ? "" : t("map.coarse");
      if (!this.#final) this.#timer = setTimeout(() => this.#load(), POLL_MS);
      await this.#draw();
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

  /** Return the row of each window; null for a window outside all rows. */
  #rowIds() {
    return this.#windows.map((window) => this.#rowIdOf(window));
  }

  #rowIdOf([start, end]) {
    const { model } = this.options;
    const index = model.indexAt((start + end) / 2);
    return index < 0 ? null : model.order[index];
  }

  async #draw() {
    if (this.#points === null || this.#windows.length === 0 || this.plot.clientWidth === 0) return;
    const Plotly = await loadPlotly();
    if (this.#aborter.signal.aborted) return;
    const groups = this.#groups();
    const [palette, members] = [[...groups.keys()], [...groups.values()]];
    const ink = getComputedStyle(this.plot).getPropertyValue("--ink");
    const frame = [this.#points, ink, this.plot.clientWidth, this.plot.clientHeight, ...palette];
    const isFirst = !this.plot.data;
    const isFramed = !isFirst && isSame(frame, this.#frame);
    const changed = members
      .map((_, group) => group)
      .filter((group) => !isFramed || !isSame(members[group], this.#members[group]));
    [this.#frame, this.#members] = [frame, members];
    if (changed.length === 0) return; // the answer to an edit often changes nothing
    if (isFramed) {
      // a complete draw takes nearly twice as long
      const [x, y] = [0, 1].map((axis) =>
        changed.map((group) => this.#along(axis, members[group])),
      );
      return void (await Plotly.restyle(this.plot, { x, y }, changed));
    }
    await Plotly.react(this.plot, this.#traces(palette, members), this.#layout(ink), {
      displayModeBar: false,
      scrollZoom: true,
    });
    if (isFirst) this.#listen();
  }

  /**
   * Return the windows of each colour. One trace per colour needs no colour array in Plotly.
   * @returns {Map<string, number[]>}
   */
  #groups() {
    const { model, lookOf, proposal } = this.options;
    const looks = new Map(
      [null, ...model.speakers.map((each) => each.id)].map((id) => [id, paintOf(lookOf(id))]),
    );
    const proposed = proposal.coloursMap ? proposal.looks() : null;
    const groups = new Map(
      [...looks.values(), ...(proposed ?? []).map((look) => paintOf(look))].map((color) => [
        color,
        [],
      ]),
    );
    this.#rowIds().forEach((id, i) => {
      const own = looks.get(model.row(id)?.speaker_id ?? null) ?? looks.get(null);
      const other = proposed?.[proposal.groupOfWindow(i)];
      groups.get(other ? paintOf(other) : own).push(i);
    });
    return groups;
  }

  #along(axis, windows) {
    return windows.map((i) => this.#points[i][axis]);
  }

  #traces(palette, members) {
    const { size, faint } = this.#points.length < MANY ? LOOK : LOOK_OF_MANY;
    return members.map((windows, group) => ({
      type: "scattergl",
      mode: "markers",
      x: this.#along(0, windows),
      y: this.#along(1, windows),
      marker: { size, color: palette[group], opacity: 0.8 },
      selected: { marker: { opacity: 1 } },
      unselected: { marker: { opacity: faint } },
      hoverinfo: "none", // Plotly would store a text for every point, and interpret markup in it
    }));
  }

  #layout(ink) {
    const axis = { visible: false, fixedrange: false };
    return {
      dragmode: "lasso",
      uirevision: this.#final ? "final" : "coarse",
      showlegend: false,
      margin: { l: 4, r: 4, t: 4, b: 4 },
      xaxis: axis,
      yaxis: { ...axis, scaleanchor: "x" },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { color: ink },
      width: this.plot.clientWidth,
      height: this.plot.clientHeight,
      newselection: { line: { color: ink, width: 1 } },
      activeselection: { opacity: 0 },
    };
  }

  #listen() {
    this.plot.on("plotly_hover", ({ event, points: [point] }) =>
      this.#showTooltip(event, this.#indexOf(point)),
    );
    this.plot.on("plotly_unhover", () => this.words.hide());
    this.plot.on("plotly_click", ({ points: [point] }) => {
      const [start, end] = this.#windows[this.#indexOf(point)];
      this.options.onPoint(this.#rowIdOf([start, end]), start, end);
    });
    this.plot.on("plotly_selected", (chosen) => {
      this.#chosen = chosen?.points?.map((point) => this.#indexOf(point)) ?? [];
      if (this.#chosen.length > 0) this.options.onChosen(this.chosenRows());
    });
    this.plot.on("plotly_deselect", () => {
      this.#chosen = [];
    });
  }

  /** Return the window of a point. */
  #indexOf({ curveNumber, pointIndex }) {
    return this.#members[curveNumber][pointIndex];
  }

  #showTooltip(pointer, index) {
    const { model, nameOf, t } = this.options;
    const [startMs] = this.#windows[index];
    const row = model.row(this.#rowIdOf(this.#windows[index]));
    this.words.show(pointer, {
      name: nameOf(row?.speaker_id ?? null),
      startMs,
      text: row?.text ?? t("map.no_words"),
    });
  }
}
