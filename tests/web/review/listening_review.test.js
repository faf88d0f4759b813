import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { ReviewModel } from "../../../assets/web/review/edits/model.js";
import { HeardRows } from "../../../assets/web/review/listening_review.js";
import { row } from "../support/rows.js";

describe("HeardRows", () => {
  const model = new ReviewModel({
    utterances: [
      row("a", { start_ms: 0, end_ms: 2_000 }),
      row("b", { start_ms: 2_500, end_ms: 9_000 }),
      row("c", { start_ms: 4_000, end_ms: 5_000 }), // overlaps b
    ],
    speakers: [],
  });
  let heard;

  const play = (fromMs, toMs, stepMs = 250) => {
    const found = [];
    for (let ms = fromMs; ms <= toMs; ms += stepMs) found.push(...heard.move(model, ms));
    return found;
  };

  beforeEach(() => {
    heard = new HeardRows();
  });

  test("finds each row once, when it was heard to its end", () => {
    assert.deepEqual(play(0, 1_500), []);
    assert.deepEqual(play(1_750, 12_000), ["a", "c", "b"]);
  });

  test("leaves a row whose start was not heard", () => {
    assert.deepEqual(play(1_000, 6_000), ["c"]);
  });

  test("leaves a row within which the playing jumped", () => {
    assert.deepEqual([...play(2_500, 3_500), ...play(7_000, 12_000)], []);
    assert.deepEqual([...play(2_500, 8_000), ...play(6_000, 12_000)], ["c"]);
  });

  test("begins anew after it was stopped", () => {
    play(0, 1_500);
    heard.stop();

    assert.deepEqual(play(1_750, 2_400), []);
  });

  test("hears whole rows at a high speed", () => {
    assert.deepEqual(play(0, 12_000, 1_000), ["a", "c", "b"]);
  });
});
