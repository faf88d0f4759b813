// One recording of the library: title, length, people, state, strip, hits of a search, menu.

/**
 * @import { Found, Recording } from "../../api/payloads.d.ts"
 * @import { Translate } from "../../types.d.ts"
 */

import { claimText } from "../../components/claims.js";
import { clock } from "../../components/text/time_format.js";
import { el, icon } from "../../components/dom.js";
import { shareStrip } from "../../components/speakers/share_strip.js";

/**
 * @typedef {Object} ItemActions
 * @property {(recording: Recording, sentence?: {id: string, start_ms: number}) => void} open
 * @property {(recording: Recording, button: HTMLElement) => void} showMenu
 */

/** The line of one recording; its elements stay while their content changes, so focus stays. */
export class LibraryItem {
  #drawn = "";
  #recording = null;

  /**
   * @param {Translate} t
   * @param {ItemActions} actions
   */
  constructor(t, actions) {
    this.t = t;
    this.main = el("button", {
      class: "ss-item-main",
      type: "button",
      tabindex: "-1",
      dataset: { part: "open" },
      on: { click: () => actions.open(this.#recording) },
    });
    this.more = el(
      "button",
      {
        class: "ss-icon-button ss-item-more",
        type: "button",
        tabindex: "-1",
        "aria-haspopup": "menu",
        "aria-expanded": "false",
        dataset: { part: "more" },
        on: { click: () => actions.showMenu(this.#recording, this.more) },
      },
      icon("ellipsis"),
    );
    this.hits = el("div", { class: "ss-hits" });
    this.node = el("li", { class: "ss-item" }, this.main, this.more, this.hits);
    this.actions = actions;
  }

  /** Elements of the line that take the focus in turn. */
  get stops() {
    return [
      this.main,
      .../** @type {NodeListOf<HTMLElement>} */ (this.hits.querySelectorAll("button")),
    ];
  }

  /**
   * @param {Recording} recording
   * @param {{isOpen: boolean, found: Found|null, marked: (text: string) => Node[]}} how
   */
  draw(recording, { isOpen, found, marked }) {
    this.#recording = recording;
    const drawn = JSON.stringify([recording, isOpen, found]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const { t } = this;
    this.node.dataset.id = recording.id;
    this.node.classList.toggle("ss-open", isOpen);
    if (isOpen) this.main.setAttribute("aria-current", "true");
    else this.main.removeAttribute("aria-current");
    const label = t("library.more", { title: recording.title });
    this.more.setAttribute("aria-label", label);
    this.more.title = label;
    this.more.hidden = !recording.can_edit && recording.num_transcripts < 2;
    const claim = claimText(recording, t);
    this.main.replaceChildren(
      el("span", { class: "ss-item-title", text: recording.title, title: recording.title }),
      el(
        "span",
        { class: "ss-item-meta" },
        el("span", { class: "ss-item-size", text: sizeText(recording, t) }),
        stateOf(recording, t),
      ),
      .../** @type {Node[]} */ (
        [
          recording.run?.is_live ? null : shareStrip(recording),
          claim ? el("span", { class: "ss-claim", text: claim }) : null,
          tagLine(recording),
        ].filter(Boolean)
      ),
    );
    this.hits.replaceChildren(...(found ? this.#hits(found, marked) : []));
  }

  #hits({ num_hits: count, hits, speakers }, marked) {
    const lines = [
      ...speakers.map((each) =>
        this.#hit(each, [el("span", { class: "ss-hit-name" }, ...marked(each.name)), each.text]),
      ),
      ...hits.map((each) => this.#hit(each, marked(each.text))),
    ];
    const words = this.t(count === 1 ? "library.hits_one" : "library.hits", { count });
    return count > hits.length
      ? [...lines, el("span", { class: "ss-hit-count", text: words })]
      : lines;
  }

  #hit({ utterance_id: id, start_ms: start }, content) {
    return el(
      "button",
      {
        class: "ss-hit",
        type: "button",
        tabindex: "-1",
        dataset: { part: "hit" },
        on: { click: () => this.actions.open(this.#recording, { id, start_ms: start }) },
      },
      el("span", { class: "ss-hit-time", text: clock(start) }),
      ...content,
    );
  }
}

function sizeText({ duration_ms: length, num_speakers: people }, t) {
  const parts = [];
  if (length !== null) parts.push(clock(length));
  if (people) parts.push(t(people === 1 ? "library.people_one" : "library.people", { people }));
  return parts.join(" · ");
}

/** Return the state of a run, or else of the review. */
function stateOf(recording, t) {
  const { run } = recording;
  const [words, kind] =
    run !== null && run.state !== "done" ? runState(run, t) : reviewState(recording, t);
  return el(
    "span",
    { class: `ss-item-state ${kind}` },
    kind === "ss-verified" ? icon("check") : null,
    words,
  );
}

function runState(run, t) {
  if (run.is_live) return [t(`state.live_${run.live_state}`), "ss-item-live"];
  if (run.state === "running")
    return [t("library.transcribing", { percent: Math.floor(100 * run.fraction) }), ""];
  if (run.state === "queued") return [t("library.queued"), ""];
  return [t(`state.${run.state}`), run.state === "cancelled" ? "" : "ss-failed"];
}

function reviewState({ status, percent, num_sentences: sentences, num_speakers: people }, t) {
  if (people === null) return [t("state.none"), ""];
  if (sentences === 0) return [t("library.no_speech"), "ss-failed"];
  if (status === "verified") return [t("library.status_verified"), "ss-verified"];
  return [status === "in_review" ? `${percent} %` : "", ""];
}

function tagLine({ tags }) {
  if (tags.length === 0) return null;
  return el(
    "span",
    { class: "ss-tags" },
    ...tags.map((tag) => el("span", { class: "ss-tag", text: tag })),
  );
}
