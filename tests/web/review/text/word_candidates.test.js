import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { installBrowser } from "../../support/browser.js";
import { FakeServer } from "../../support/fake_server.js";
import { TextMarks } from "../../../../assets/web/review/text/text_marks.js";
import {
  mergedOffers,
  WordCandidatesOf,
} from "../../../../assets/web/review/text/word_candidates.js";

const TEXT = "车库林时，停车。";
const TOKENS = [...TEXT.matchAll(/\p{L}\P{L}*/gu)].map(([text], i) => [
  100 * i,
  100 * i + 100,
  text,
  0.9,
]);

describe("WordCandidatesOf", () => {
  let words;

  beforeEach(async () => {
    const marks = new TextMarks();
    marks.setTokens("a", TEXT, TOKENS);
    marks.setTokens("b", "林时", [
      [9_000, 9_100, "林", 0.2],
      [9_100, 9_200, "时", 0.2],
    ]);
    words = new WordCandidatesOf({ transcriptId: "t", marks });
    installBrowser();
    const server = new FakeServer().install();
    const loaded = words.load(new AbortController().signal);
    server.answer({ candidates: [[200, 400, "林时", ["临时", "零食"]]] });
    await loaded;
  });

  test("a stored place is found by the time of its words", () => {
    const offered = { place: [2, 4], words: ["临时", "零食"] };
    assert.deepEqual(words.storedAt("a", [2, 4]), offered);
    assert.deepEqual(words.storedAt("a", [3, 3]), offered);
  });

  test("other places, other times and rows without times have nothing", () => {
    assert.equal(words.storedAt("a", [0, 2]), null);
    assert.equal(words.storedAt("b", [0, 2]), null);
    assert.equal(words.storedAt("c", [0, 2]), null);
  });

  test("a place whose text was corrected has nothing", () => {
    words.marks.setTokens("a", TEXT.replace("林", "临"), [
      ...TOKENS.slice(0, 2),
      [200, 300, "临", null],
      ...TOKENS.slice(3),
    ]);
    assert.equal(words.storedAt("a", [2, 4]), null);
  });
});

describe("mergedOffers", () => {
  const asked = { place: [2, 4], words: ["临时", "零食", "零时"] };

  test("what the recogniser considered comes before the third word that sounds alike", () => {
    const stored = { place: [3, 4], words: ["市", "士"] };
    assert.deepEqual(mergedOffers("车库林时停车", asked, stored), {
      place: [2, 4],
      words: ["临时", "零食", "林市"],
    });
  });

  test("an offer for another place is left out", () => {
    const stored = { place: [3, 5], words: ["市停"] };
    assert.deepEqual(mergedOffers("车库林时停车", asked, stored), asked);
  });
});
