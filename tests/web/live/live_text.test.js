import assert from "node:assert/strict";
import { test } from "node:test";

import { LiveText } from "../../../assets/web/live/live_text.js";

const sentence = (id, speaker, start, end = start + 1_000) => ({
  id,
  speaker,
  start_ms: start,
  end_ms: end,
  text: `句${id}`,
});
const final = (segment, ...sentences) => ({ type: "final", rev: segment + 1, segment, sentences });
const partial = (segment, text, extra = {}) => ({
  type: "partial",
  segment,
  text,
  start_ms: 0,
  firm: 0,
  speaker: null,
  heard_ms: 0,
  ...extra,
});

test("a final text replaces the passing text of its segment", () => {
  const text = new LiveText();
  text.apply(partial(0, "你"));
  text.apply(partial(0, "你好", { firm: 1, heard_ms: 900 }));
  assert.equal(text.passing.text, "你好");
  assert.equal(text.heardMs, 900);
  text.apply(final(0, sentence(0, 0, 0)));
  assert.equal(text.passing, null);
  assert.equal(text.apply(partial(0, "你好吗")), false);
  assert.equal(text.passing, null);
  assert.deepEqual(
    text.sentences.map((each) => each.text),
    ["句0"],
  );
});

test("the passing text of the next segment outlives an earlier final text", () => {
  const text = new LiveText();
  text.apply(partial(1, "然后"));
  text.apply(final(0, sentence(0, 0, 0)));
  assert.equal(text.passing.text, "然后");
});

test("final texts are in order of their segments, sent twice or late", () => {
  const text = new LiveText();
  text.apply(final(1, sentence(2, 1, 4_000)));
  text.apply(final(0, sentence(0, 0, 0), sentence(1, 0, 2_000)));
  text.apply(final(1, sentence(2, 1, 4_000)));
  text.apply(final(2));
  assert.deepEqual(
    text.sentences.map((each) => each.id),
    [0, 1, 2],
  );
  assert.deepEqual(
    text.turns.map((turn) => [turn.speaker, turn.start_ms, turn.sentences.length]),
    [
      [0, 0, 2],
      [1, 4_000, 1],
    ],
  );
});

test("changed speakers join and part turns", () => {
  const text = new LiveText();
  text.apply(final(0, sentence(0, 0, 0), sentence(1, null, 1_000), sentence(2, 0, 2_000)));
  assert.equal(text.turns.length, 3);
  text.apply({ type: "speakers", rev: 2, changes: [{ id: 1, speaker: 0 }] });
  assert.equal(text.turns.length, 1);
  assert.deepEqual(text.speakingTimes, [{ speaker: 0, ms: 3_000 }]);
});

test("the speaker of a time is that of the sentence around it", () => {
  const text = new LiveText();
  text.apply(final(0, sentence(0, 2, 0, 1_000)));
  text.apply(partial(1, "好", { start_ms: 3_000, heard_ms: 4_000, speaker: 1 }));
  assert.equal(text.speakerAt(500), 2);
  assert.equal(text.speakerAt(2_000), undefined);
  assert.equal(text.speakerAt(3_500), 1);
  assert.equal(text.speakerAt(4_500), undefined);
});
