import assert from "node:assert/strict";
import { test } from "node:test";

import { commonCharacters } from "../../../../assets/web/review/annotations/text_differences.js";

const kept = (text, other) => [...text].filter((_, i) => commonCharacters(text, other)[i]).join("");

test("equal texts have nothing to mark", () => {
  assert.equal(kept("今天开会。", "今天开会。"), "今天开会。");
});

test("characters that the other text has not are found in the middle", () => {
  assert.equal(kept("今天九点开会", "今天十点开会"), "今天点开会");
  assert.equal(kept("王经理说不行", "王经理不行"), "王经理不行");
});

test("a text beside an empty one differs throughout", () => {
  assert.equal(kept("你好", ""), "");
  assert.equal(kept("", "你好"), "");
});

test("code points outside the basic plane are never cut", () => {
  assert.equal(kept("𠜎好👩", "好"), "好");
});

test("very long texts are marked as a whole", () => {
  assert.equal(kept("好".repeat(3_000), "好".repeat(2_999)), "");
});
