import assert from "node:assert/strict";
import { test } from "node:test";

import { differingPart } from "../../../../assets/web/review/edits/conflict_board.js";

const part = (text, other) => text.slice(...differingPart(text, other));

test("only the part in which two texts differ is marked", () => {
  assert.equal(part("先做一轮灰度测试。", "先做一轮灰度发布。"), "测试");
  assert.equal(part("好的好的", "好的"), "好的");
  assert.equal(part("好的", "好的好的"), "");
  assert.equal(part("全新", "旧的"), "全新");
});
