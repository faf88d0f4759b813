import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { KnownVoices } from "../../../assets/web/review/speakers/known_voices.js";
import { SameMistakes } from "../../../assets/web/review/suggestions/same_mistakes.js";
import { installBrowser } from "../support/browser.js";
import { row } from "../support/rows.js";

// The visitor is loaded once per page, so the tests of each kind of visitor have a file of their own.
describe("a visitor of a demo, in the visitor's own copy", () => {
  let requested;
  let editor;

  beforeEach(() => {
    installBrowser();
    requested = [];
    globalThis.fetch = async (path) => {
      requested.push(path);
      return { ok: true, status: 200, json: async () => ({ mode: "demo", pages: ["recordings"] }) };
    };
    const rows = [row("a", { text: "讨论课题进展" }), row("b", { text: "讨论项目进展" })];
    editor = {
      view: { id: "t", recording_id: "r", is_finished: true },
      readOnly: false,
      queue: new EventTarget(),
      model: { rows, order: ["a", "b"], row: (id) => rows.find((each) => each.id === id) },
      commands: { replaceText: () => ({ id: "edit 2" }) },
      suggestions: { show: (offer) => (editor.offer = offer) },
      t: (key) => key,
    };
  });

  const requestsBesideVisit = () => requested.filter((path) => path !== "/studio/visit");
  const allAnswered = () => new Promise((resolve) => setImmediate(resolve));

  test("has no request for known voices", async () => {
    await new KnownVoices(editor).load();

    assert.deepEqual(requestsBesideVisit(), []);
  });

  test("has no request for the glossary after a corrected word", async () => {
    new SameMistakes(editor).corrected("edit 1", "讨论项目进展", "讨论课题进展");
    const detail = { edit: { id: "edit 1", request: { utterance_id: "a" } } };
    editor.queue.dispatchEvent(new CustomEvent("answer", { detail }));
    editor.offer.take(["b"]);
    await allAnswered();

    assert.deepEqual(requestsBesideVisit(), []);
  });
});
