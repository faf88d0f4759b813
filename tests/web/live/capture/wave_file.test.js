import assert from "node:assert/strict";
import { test } from "node:test";

import { waveFile } from "../../../../assets/web/live/capture/wave_file.js";

test("a WAV file has one channel of 16-bit samples at 16 kHz, gaps are silence", async () => {
  const file = waveFile([
    { count: 2, samples: Int16Array.of(1, -1) },
    { count: 3, samples: null },
  ]);
  const bytes = Buffer.from(await file.arrayBuffer());
  const expected =
    "52494646" +
    "2e000000" +
    "57415645" + // RIFF, size, WAVE
    "666d7420" +
    "10000000" +
    "0100" +
    "0100" +
    "803e0000" +
    "007d0000" +
    "0200" +
    "1000" +
    "64617461" +
    "0a000000" +
    "0100ffff000000000000";
  assert.equal(bytes.toString("hex"), expected);
});
