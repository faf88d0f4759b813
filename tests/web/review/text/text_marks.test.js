import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { TextMarks, tokenPlaces } from "../../../../assets/web/review/text/text_marks.js";

const TEXT = "我们 去,北京。";
const TOKENS = [
  [0, 200, "我们", 0.9],
  [200, 400, " 去", 0.4],
  [400, 450, ",", 0.1],
  [450, 700, "北", 0.3],
  [700, 900, "京。", 0.45],
];

test("tokenPlaces returns the range of each token in the text", () => {
  assert.deepEqual(tokenPlaces(TEXT, TOKENS), [
    [0, 2],
    [3, 4],
    [4, 5],
    [5, 6],
    [6, 8],
  ]);
});

test("tokenPlaces returns null for a token that is not in the text or is empty", () => {
  const tokens = [
    [0, 1, "你", null],
    [1, 2, " ", null],
    [2, 3, "北京", null],
  ];

  assert.deepEqual(tokenPlaces(TEXT, tokens), [null, null, [5, 7]]);
});

test("tokenPlaces finds repeated tokens one after the other", () => {
  const token = [0, 1, "好", null];

  assert.deepEqual(tokenPlaces("好好好", [token, token]), [
    [0, 1],
    [1, 2],
  ]);
});

describe("TextMarks", () => {
  let marks;

  beforeEach(() => {
    marks = new TextMarks();
    marks.setTokens("a", TEXT, TOKENS);
  });

  test("has the tokens of a row only for the text that they belong to", () => {
    assert.ok(marks.hasTokens("a", TEXT));
    assert.ok(!marks.hasTokens("a", "你好"));
    marks.forget("a");
    assert.ok(!marks.hasTokens("a", TEXT));
  });

  test("returns the time of the token at a character", () => {
    assert.equal(marks.timeAt("a", 0), 0);
    assert.equal(marks.timeAt("a", 5), 450);
    assert.equal(marks.timeAt("a", 99), null);
    assert.equal(marks.timeAt("unknown", 0), null);
  });

  test("returns the end of the word at a time", () => {
    assert.equal(marks.placeAt("a", 250), 4);
    assert.equal(marks.placeAt("a", 900), null);
    assert.equal(marks.placeAt("unknown", 0), null);
  });

  test("the least certain words come with their uncertain neighbours, without punctuation", () => {
    assert.deepEqual(marks.doubtfulPlace("a"), [5, 7]);
  });

  test("returns the word at a character that a language model changed, and the text without it", () => {
    marks.setTokens("b", " 去北京。", [
      [0, 1, " 去", 0.9],
      [1, 2, "北", 0.9, "被"],
      [2, 3, "京。", 0.9, ""],
    ]);

    assert.ok(marks.hasModelWords("b") && !marks.hasModelWords("a"));
    assert.equal(marks.modelWordAt("b", 1), null);
    assert.deepEqual(marks.modelWordAt("b", 2), { word: "北", without: "被" });
    assert.deepEqual(marks.modelWordAt("b", 4), { word: "京", without: "" });
    assert.equal(marks.modelWordAt("b", 5), null);
    assert.equal(marks.modelWordAt("unknown", 0), null);
  });

  test("no doubtful place if every token is certain or without confidence", () => {
    marks.setTokens("b", "你好", [
      [0, 1, "你", 0.9],
      [1, 2, "好", null],
    ]);

    assert.equal(marks.doubtfulPlace("b"), null);
    assert.equal(marks.doubtfulPlace("unknown"), null);
  });
});

test("judged Chinese words are doubtful whatever their confidence, others by it", () => {
  const marks = new TextMarks();
  marks.setTokens("a", TEXT, TOKENS);
  marks.judge([
    [0, 200],
    [5_000, 6_000],
  ]);
  assert.deepEqual(marks.doubtfulPlace("a"), [0, 2]);
  marks.setTokens("b", "去 AB", [
    [9_000, 9_100, "去", 0.1],
    [9_100, 9_200, " AB", 0.2],
  ]);
  assert.deepEqual(marks.doubtfulPlace("b"), [2, 4]);
});
