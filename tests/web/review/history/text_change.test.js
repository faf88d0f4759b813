import assert from "node:assert/strict";
import { test } from "node:test";

import { splitChange } from "../../../../assets/web/review/history/text_change.js";

test("the changed characters stand between the equal ones", () => {
  assert.deepEqual(splitChange("不过有两处中叠没标", "不过有两处重叠没标"), {
    lead: "不过有两处",
    removed: "中",
    added: "重",
    rest: "叠没标",
  });
});

test("a repeated character is counted on one side alone", () => {
  assert.deepEqual(splitChange("对对", "对对对"), {
    lead: "对对",
    removed: "",
    added: "对",
    rest: "",
  });
  assert.deepEqual(splitChange("aba", "aa"), { lead: "a", removed: "b", added: "", rest: "a" });
});

test("characters of two halves are never cut", () => {
  assert.deepEqual(splitChange("\u{1f469}", "\u{1f468}"), {
    lead: "",
    removed: "\u{1f469}",
    added: "\u{1f468}",
    rest: "",
  });
});

test("a new text and a deleted one have no equal part", () => {
  assert.deepEqual(splitChange("", "新"), { lead: "", removed: "", added: "新", rest: "" });
  assert.deepEqual(splitChange("旧", ""), { lead: "", removed: "旧", added: "", rest: "" });
});
