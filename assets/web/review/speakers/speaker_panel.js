// The list of speakers with their shares: rename, hear a sample, mute, show alone, merge.

/**
 * @import { Speaker } from "../../api/payloads.d.ts"
 * @import { SpeakerLook, Translate } from "../../types.d.ts"
 * @import { ReviewModel } from "../edits/model.js"
 * @import { KnownVoices } from "./known_voices.js"
 */

import { openMenu } from "../../components/controls/action_menu.js";
import { el, icon } from "../../components/dom.js";
import { clock } from "../../components/text/time_format.js";
import { digit } from "../../components/speakers/speaker_digit.js";
import { holderOfName, talkTimes } from "./shares.js";

const MOST_KEYS = 9; // speakers that a digit key chooses

export class SpeakerPanel {
  #renaming = null;
  #offer = null; // {from, into}: speakers that would have the same name
  #shown = "";

  /**
   * @param {{model: ReviewModel, knownVoices: KnownVoices, t: Translate, lookOf: (speakerId: string|null) => SpeakerLook, nameOf: (speakerId: string|null) => string,
   *   readOnly: boolean, onRename: (id, name) => void, onMerge: (from, into) => void, onSample: (id) => void,
   *   onSkip: (id, skipped: boolean) => void, onFilter: (id) => void, onLeave: () => void, isSkipped: (id) => boolean}} options
   */
  constructor(options) {
    this.options = options;
    this.list = el("ul", {
      class: "ss-people",
      on: {
        keydown: (event) => this.#move(event),
        focusin: ({ target }) => this.#setTabStop(target),
      },
    });
    this.node = this.list;
  }

  update() {
    if (this.#renaming !== null) return;
    const { model, isSkipped, knownVoices } = this.options;
    const talk = talkTimes(model);
    const shown = JSON.stringify([
      this.#offer,
      ...model.speakers.map((each) => [
        each,
        talk.get(each.id),
        isSkipped(each.id),
        knownVoices.nameFor(each.id),
      ]),
    ]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const focus = this.#focusPlace();
    const times = [...talk.values()];
    const [total, most] = [times.reduce((sum, ms) => sum + ms, 0), Math.max(1, ...times)];
    this.list.replaceChildren(
      ...model.speakers.map((each) => {
        const talkMs = talk.get(each.id) ?? 0;
        return this.#person(each, { talkMs, share: talkMs / (total || 1), bar: talkMs / most });
      }),
    );
    this.#setTabStop(this.#buttonAt(focus) ?? this.list.querySelector("button"));
    if (focus !== null) this.#buttonAt(focus)?.focus();
  }

  /** Focus a speaker's name. */
  focus(id) {
    this.#buttonAt({ id, column: 0 })?.focus();
  }

  #person(speaker, { talkMs, share, bar }) {
    const { t, lookOf, nameOf, isSkipped, readOnly } = this.options;
    const { id } = speaker;
    const [name, look, isMuted] = [nameOf(id), lookOf(id), isSkipped(id)];
    const title = t(readOnly ? "review.sample" : "review.rename");
    return el(
      "li",
      {
        class: isMuted ? "ss-person ss-muted" : "ss-person",
        dataset: { speaker: id },
        style: look.style,
      },
      digit(look),
      el(
        "button",
        {
          class: "ss-person-name",
          type: "button",
          title: `${name} · ${title}`,
          "aria-label": `${name}, ${title}`,
          dataset: { part: "name" },
          on: {
            click: (event) =>
              readOnly ? this.options.onSample(id) : this.#rename(speaker, event.detail === 0),
          },
        },
        el("bdi", { text: name }),
        isMuted ? icon("volume-x") : null,
      ),
      el("span", { class: "ss-person-bar" }, el("span", { style: { width: `${100 * bar}%` } })),
      el("span", { class: "ss-person-share", text: `${Math.round(100 * share)} %` }),
      el("span", { class: "ss-person-time", text: clock(talkMs) }),
      el("span", { class: "ss-person-actions" }, ...this.#actions(id, name, isMuted)),
      this.#offer?.from === id ? this.#mergeOffer() : this.#knownName(speaker),
    );
  }

  #actions(id, name, isMuted) {
    const { t, onSample, onFilter } = this.options;
    const button = (picture, words, act, pressed = null) =>
      el(
        "button",
        {
          class: "ss-icon-button",
          type: "button",
          title: words,
          "aria-label": `${words}: ${name}`,
          "aria-pressed": pressed,
          dataset: { part: picture === "ellipsis" ? "more" : null },
          on: { click: act },
        },
        icon(picture),
      );
    return [
      button("headphones", t("review.sample"), () => onSample(id)),
      button(
        isMuted ? "volume-x" : "volume-2",
        t("review.skip"),
        () => this.#mute(id),
        String(isMuted),
      ),
      button("list-filter", t("review.only_this"), () => onFilter(id)),
      button("ellipsis", t("panel.more"), (event) => this.#openMenu(id, event.currentTarget)),
    ];
  }

  #mute(id) {
    this.options.onSkip(id, !this.options.isSkipped(id));
    this.update();
  }

  #openMenu(id, at) {
    const { t, model, nameOf, readOnly, knownVoices, onSample, onFilter } = this.options;
    const speaker = model.speaker(id);
    if (speaker === null) return;
    const edits = readOnly
      ? []
      : [
          { text: t("review.rename"), icon: "pencil", act: () => this.#rename(speaker) },
          ...(model.speakers.length > 1
            ? [{ text: t("review.merge_into"), icon: "merge", act: () => this.#openMerge(id) }]
            : []),
          ...(knownVoices.canRemember(id)
            ? [
                {
                  text: t("voices.remember"),
                  icon: "fingerprint",
                  act: () => knownVoices.remember(id),
                },
              ]
            : []),
        ];
    openMenu({
      at,
      within: this.list.parentElement,
      label: nameOf(id),
      items: [
        { text: t("review.sample"), icon: "headphones", act: () => onSample(id) },
        { text: t("review.skip"), icon: "volume-x", act: () => this.#mute(id) },
        { text: t("review.only_this"), icon: "list-filter", act: () => onFilter(id) },
        ...edits,
      ],
    });
  }

  #openMerge(from) {
    const { t, model, lookOf, nameOf, onMerge } = this.options;
    const items = model.speakers.map((each, i) => ({
      id: each.id,
      text: nameOf(each.id),
      look: lookOf(each.id),
      key: i < MOST_KEYS ? String(i + 1) : "",
      act: () => onMerge(from, each.id),
    }));
    openMenu({
      at: this.#itemOf(from),
      within: this.list.parentElement,
      label: t("review.merge_into"),
      items: items.filter((each) => each.id !== from),
    });
  }

  /** Edit a name in its place; then the focus returns to it if a key began, else to the transcript. */
  #rename(speaker, isBegunByKey = false) {
    const button = this.#buttonAt({ id: speaker.id, column: 0 });
    if (button === null) return;
    this.#renaming = speaker.id;
    const end = (keep, isByKey) => {
      if (this.#renaming === null) return;
      this.#renaming = null;
      this.#shown = "";
      if (keep) this.#keepName(speaker, box.value.trim());
      this.update();
      if (!isByKey || this.#offer !== null) return;
      if (isBegunByKey) this.focus(speaker.id);
      else this.options.onLeave();
    };
    const box = el("input", {
      class: "ss-input",
      value: speaker.name ?? "",
      maxlength: "80",
      placeholder: this.options.nameOf(speaker.id),
      "aria-label": this.options.t("review.rename"),
      on: {
        blur: () => end(true, false),
        keydown: (event) => {
          event.stopPropagation();
          if (event.isComposing || !["Enter", "Escape"].includes(event.key)) return;
          event.preventDefault(); // the name takes the focus, and would be pressed by this key
          end(event.key === "Enter", true);
        },
      },
    });
    button.replaceWith(box);
    box.focus();
    box.select();
  }

  /** Send a new name; if another speaker shows this name, offer to merge the two. */
  #keepName(speaker, name) {
    const { model, nameOf, onRename } = this.options;
    this.#offer = null;
    if (name === (speaker.name ?? "")) return;
    const holder = holderOfName(model.speakers, name, nameOf);
    if (holder === null || holder === speaker.id) onRename(speaker.id, name);
    else this.#offer = { from: speaker.id, into: holder };
  }

  /** Return the line that proposes the name of a similar voice, if there is one. */
  #knownName(speaker) {
    const { t, knownVoices } = this.options;
    const known = knownVoices.nameFor(speaker.id);
    if (known === null) return null;
    const button = (words, kind, act) =>
      el("button", {
        class: `ss-button ${kind}`,
        type: "button",
        text: t(words),
        on: { click: act },
      });
    const take = () => {
      this.#keepName(speaker, known.name);
      this.update();
      this.focus(speaker.id);
    };
    return el(
      "div",
      { class: "ss-like" },
      icon("fingerprint"),
      el("span", { text: t("voices.like", known) }),
      button("voices.take", "", take),
      button("voices.not", "ss-plain", () => knownVoices.decline(speaker.id)),
    );
  }

  #mergeOffer() {
    const { t, nameOf, onMerge } = this.options;
    const { from, into } = this.#offer;
    const end = (act) => {
      this.#offer = null;
      act();
      this.update();
    };
    return el(
      "div",
      { class: "ss-like", role: "alert" },
      icon("users"),
      el("span", { text: t("panel.same_name", { name: nameOf(into) }) }),
      el("button", {
        class: "ss-button",
        type: "button",
        text: t("panel.merge"),
        on: { click: () => end(() => onMerge(from, into)) },
      }),
      el("button", {
        class: "ss-button ss-plain",
        type: "button",
        text: t("panel.not_same"),
        on: { click: () => end(() => this.focus(from)) },
      }),
    );
  }

  /** Move with the arrow keys: up and down between speakers, left and right between the buttons. */
  #move(event) {
    const from = this.#focusPlace();
    if (from === null) return;
    const { id, column } = from;
    const ids = this.#items.map((each) => this.#idOf(each));
    const row = ids.indexOf(id);
    const place = {
      ArrowDown: { id: ids[row + 1], column },
      ArrowUp: { id: ids[row - 1], column },
      ArrowRight: { id, column: column + 1 },
      ArrowLeft: { id, column: column - 1 },
      Home: { id: ids[0], column },
      End: { id: ids[ids.length - 1], column },
    }[event.key];
    if (place === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.#buttonAt(place)?.focus();
  }

  #setTabStop(chosen) {
    for (const each of this.list.querySelectorAll("button"))
      each.tabIndex = each === chosen ? 0 : -1;
  }

  /** @returns {{id: string, column: number}|null} the speaker and the number of the focused button */
  #focusPlace() {
    const button = /** @type {Element} */ (document.activeElement);
    const item = /** @type {HTMLElement|null} */ (
      button.closest("button")?.closest(".ss-person") ?? null
    );
    if (item === null || !this.list.contains(item)) return null;
    const buttons = /** @type {Element[]} */ ([...item.querySelectorAll("button")]);
    return { id: this.#idOf(item), column: buttons.indexOf(button) };
  }

  #buttonAt(place) {
    return this.#itemOf(place?.id)?.querySelectorAll("button")[place.column] ?? null;
  }

  get #items() {
    return /** @type {HTMLElement[]} */ ([...this.list.children]);
  }

  /** @returns {HTMLElement|null} */
  #itemOf(id) {
    return this.#items.find((each) => this.#idOf(each) === id) ?? null;
  }

  #idOf(item) {
    return item.dataset.speaker;
  }
}
