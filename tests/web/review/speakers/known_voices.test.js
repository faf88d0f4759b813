import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { KnownVoices, verifiedMs } from "../../../../assets/web/review/speakers/known_voices.js";
import { installBrowser } from "../../support/browser.js";
import { row } from "../../support/rows.js";

describe("KnownVoices", () => {
  let editor;
  let answer;

  beforeEach(() => {
    installBrowser();
    answer = { speakers: { s1: { name: "王经理", percent: 92 } } };
    globalThis.fetch = async (path) => {
      if (path.endsWith("/visit")) return { ok: true, json: async () => ({ pages: ["voices"] }) };
      return {
        ok: answer !== null,
        status: 404,
        json: async () => answer ?? { error: "not_found" },
      };
    };
    const speakers = { s1: { id: "s1", name: null }, s2: { id: "s2", name: "李总" } };
    editor = {
      view: { id: "t", is_finished: true },
      readOnly: false,
      model: {
        speaker: (id) => speakers[id] ?? null,
        rows: [
          row("a", { speaker_id: "s2", end_ms: 9_000, status: "verified" }),
          row("b", { speaker_id: "s2", end_ms: 9_000 }),
        ],
      },
    };
  });

  test("proposes a name for a speaker without one until it is declined", async () => {
    const voices = new KnownVoices(editor);
    await voices.load();
    const before = voices.nameFor("s1");
    voices.decline("s1");
    const again = new KnownVoices(editor);
    await again.load();

    assert.deepEqual(before, { name: "王经理", percent: 92 });
    assert.equal(voices.nameFor("s1"), null);
    assert.equal(again.nameFor("s1"), null);
    assert.equal(again.nameFor("s2"), null);
  });

  test("remembers a named voice with ten seconds of verified speech only", async () => {
    const voices = new KnownVoices(editor);
    await voices.load();
    const tooShort = voices.canRemember("s2");
    editor.model.rows.push(row("c", { speaker_id: "s2", status: "verified" }));

    assert.equal(verifiedMs(editor.model.rows, "s2"), 10_000);
    assert.equal(tooShort, false);
    assert.equal(voices.canRemember("s2"), true);
    assert.equal(voices.canRemember("s1"), false);
  });

  test("remembers nothing where the server has no known voices", async () => {
    answer = null;
    editor.model.rows.push(row("c", { speaker_id: "s2", end_ms: 60_000, status: "verified" }));
    const voices = new KnownVoices(editor);
    await voices.load();

    assert.equal(voices.nameFor("s1"), null);
    assert.equal(voices.canRemember("s2"), false);
  });
});
