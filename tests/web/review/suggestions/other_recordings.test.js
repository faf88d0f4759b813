import assert from "node:assert/strict";
import { test } from "node:test";

import { withChanges } from "../../../../assets/web/review/suggestions/other_recordings.js";

const word = { wrong: "王经里", right: "王经理" };
const recording = (id, ...texts) => ({
  id,
  title: id,
  transcript_id: id,
  revision: 1,
  sentences: texts.map((text, at) => ({ id: `${id}${at}`, start_ms: at, text })),
});

test("recordings keep the sentences in which the word is replaced", () => {
  const found = withChanges(
    [recording("a", "王经里好。", "再见。"), recording("b", "再见。")],
    word,
  );
  assert.deepEqual(
    found.map(({ id, sentences }) => [id, sentences.map((each) => each.id)]),
    [["a", ["a0"]]],
  );
});

test("a wrong word that is part of the right one is not offered", () => {
  const longer = { wrong: "经理", right: "王经理" };
  assert.deepEqual(withChanges([recording("a", "王经理好。")], longer), []);
});
