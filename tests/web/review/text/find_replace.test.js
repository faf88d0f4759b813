import assert from "node:assert/strict";
import { test } from "node:test";

import { hitsOf } from "../../../../assets/web/review/text/find_replace.js";
import { row } from "../../support/rows.js";

test("every place of the words in every row is a hit, in order", () => {
  const rows = [
    row("a", { text: "项目和项目" }),
    row("b", { text: "没有" }),
    row("c", { text: "项目" }),
  ];

  assert.deepEqual(hitsOf(rows, "项目"), [
    { id: "a", at: 0 },
    { id: "a", at: 3 },
    { id: "c", at: 0 },
  ]);
});

test("hits do not overlap, and no words have no hits", () => {
  assert.deepEqual(hitsOf([row("a", { text: "哈哈哈" })], "哈哈"), [{ id: "a", at: 0 }]);
  assert.deepEqual(hitsOf([row("a")], ""), []);
});
