import assert from "node:assert/strict";
import { test } from "node:test";

import { inkPixels, partsOf, tilesOf } from "../../../../assets/web/review/dock/spectrogram.js";

test("a section shows the tiles that it touches, up to the end of the recording", () => {
  assert.deepEqual(tilesOf({ fromMs: 0, spanMs: 20_000 }, 60_000), [0, 1]);
  assert.deepEqual(tilesOf({ fromMs: 9_999, spanMs: 20_000 }, 60_000), [0, 1, 2]);
  assert.deepEqual(tilesOf({ fromMs: 50_000, spanMs: 20_000 }, 52_000), [5]);
  assert.deepEqual(tilesOf({ fromMs: 0, spanMs: 20_000 }, 0), []);
});

test("levels become one colour of different opacity", () => {
  const pixels = inkPixels(Uint8Array.of(0, 128, 255), partsOf("#14201d"));
  assert.deepEqual([...pixels], [20, 32, 29, 0, 20, 32, 29, 128, 20, 32, 29, 255]);
});
