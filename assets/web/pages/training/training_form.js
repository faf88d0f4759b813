// The form for an export of training data.

/**
 * @import { TrainingChoices } from "../../api/payloads.d.ts"
 * @import { Translate } from "../../types.d.ts"
 */

import { el } from "../../components/dom.js";

const FORMATS_AT_FIRST = new Set(["funasr", "jsonl"]);

export class TrainingForm {
  #t;
  #inputs = new Map(); // name → function that reads the value
  #speakers = el("div", { class: "ss-training-names" });
  #tags = el("div", { class: "ss-training-names" });

  /**
   * @param {Translate} t
   * @param {TrainingChoices} view the choices
   * @param {() => void} changed called after every change
   */
  constructor(t, view, changed) {
    this.#t = t;
    this.node = el(
      "form",
      {
        class: "ss-training-form",
        on: { input: changed, submit: (event) => event.preventDefault() },
      },
      this.#group(
        "training.which",
        this.#check("verified_only", "training.verified_only", true),
        this.#check("changed_only", "training.changed_only", false),
        this.#check("without_heard", "training.without_heard", false),
        this.#pair(
          "training.duration",
          this.#number("min_seconds", view.min_seconds, "training.at_least"),
          this.#number("max_seconds", view.max_seconds, "training.at_most"),
        ),
        this.#pair(
          "training.confidence",
          this.#number("min_confidence", null, "training.at_least"),
          this.#number("max_confidence", null, "training.at_most"),
        ),
        this.#pair(
          "training.edited",
          this.#day("edited_from", "training.from"),
          this.#day("edited_until", "training.until"),
        ),
        this.#speakers,
        this.#tags,
      ),
      el(
        "div",
        { class: "ss-training-column" },
        this.#group(
          "training.divide",
          this.#select("group_by", "training.group_by", ["recording", "speaker"]),
          this.#percent("validation", view.validation, "training.validation_share"),
          this.#percent("test", view.test, "training.test_share"),
          this.#labelled(
            "training.seed",
            this.#number("seed", 0, "training.seed", { step: "1", min: null }),
          ),
        ),
        this.#group(
          "training.text",
          this.#select("punctuation", "training.punctuation", ["keep", "remove"]),
          this.#select("digits", "training.digits", ["keep", "chinese"]),
          this.#select("case", "training.case", ["keep", "lower", "upper"]),
        ),
      ),
      this.#group("training.formats", ...view.formats.map((name) => this.#format(name))),
    );
    this.offer(view);
  }

  /** Update speakers and tags; chosen ones stay chosen. */
  offer(view) {
    this.#names(this.#speakers, "speakers", "training.of_speakers", view.speakers);
    this.#names(this.#tags, "tags", "training.of_tags", view.tags);
  }

  /** Return the options as the server expects them. */
  chosen() {
    const values = Object.fromEntries([...this.#inputs].map(([name, read]) => [name, read()]));
    return {
      ...values,
      formats: this.#checked("formats"),
      speakers: this.#checked("speakers"),
      tags: this.#checked("tags"),
    };
  }

  #checked(name) {
    /** @type {NodeListOf<HTMLInputElement>} */
    const inputs = this.node.querySelectorAll(`input[name="${name}"]:checked`);
    return [...inputs].map((each) => each.value);
  }

  #group(key, ...children) {
    return el(
      "fieldset",
      { class: "ss-training-group" },
      el("legend", { class: "ss-heading", text: this.#t(key) }),
      ...children,
    );
  }

  #check(name, key, isOn) {
    const input = el("input", { type: "checkbox", name, checked: isOn });
    this.#inputs.set(name, () => input.checked);
    return el("label", { class: "ss-training-check" }, input, el("span", { text: this.#t(key) }));
  }

  #format(name) {
    const input = el("input", {
      type: "checkbox",
      name: "formats",
      value: name,
      checked: FORMATS_AT_FIRST.has(name),
    });
    return el(
      "label",
      { class: "ss-training-check" },
      input,
      el("span", { text: this.#t(`training.format_${name}`) }),
    );
  }

  #number(name, value, key, { step = "any", min = "0", max = null } = {}) {
    const input = el("input", {
      class: "ss-training-input",
      type: "number",
      name,
      value,
      step,
      min,
      max,
      placeholder: "–",
      "aria-label": this.#t(key),
    });
    this.#inputs.set(name, () => (input.value === "" ? null : Number(input.value)));
    return input;
  }

  #percent(name, share, key) {
    const input = this.#number(name, Math.round(100 * share), key, { step: "1", max: "90" });
    this.#inputs.set(name, () => Number(input.value) / 100);
    return this.#labelled(key, input);
  }

  #day(name, key) {
    const input = el("input", {
      class: "ss-training-input",
      type: "date",
      name,
      "aria-label": this.#t(key),
    });
    this.#inputs.set(name, () => input.value || null);
    return input;
  }

  #select(name, key, values) {
    const options = values.map((value) =>
      el("option", { value, text: this.#t(`training.${name}_${value}`) }),
    );
    const select = el("select", { class: "ss-training-input", name }, ...options);
    this.#inputs.set(name, () => select.value);
    return this.#labelled(key, select);
  }

  #labelled(key, input) {
    return el("label", { class: "ss-training-line" }, el("span", { text: this.#t(key) }), input);
  }

  #pair(key, low, high) {
    return el(
      "div",
      { class: "ss-training-line", role: "group", "aria-label": this.#t(key) },
      el("span", { text: this.#t(key) }),
      el("span", { class: "ss-training-pair" }, low, el("span", { text: "–" }), high),
    );
  }

  #names(place, name, key, names) {
    const chosen = new Set(this.node ? this.#checked(name) : []);
    place.hidden = names.length === 0;
    place.replaceChildren(
      el("span", { class: "ss-quiet ss-small", text: this.#t(key) }),
      ...names.map((each) =>
        el(
          "label",
          { class: "ss-training-check" },
          el("input", { type: "checkbox", name, value: each, checked: chosen.has(each) }),
          el("span", { text: each }),
        ),
      ),
    );
  }
}
