import assert from "node:assert/strict";
import { test } from "node:test";

import { BlockPacker, encodeFrame } from "../../../../assets/web/live/connection/frames.js";

const bytes = (frame) => Buffer.from(frame).toString("hex");

test("a frame of audio is a head of 16 bytes and 16-bit samples, little-endian", () => {
  const piece = { first: 0x0102030405, count: 3, samples: Int16Array.of(1, -2, 32_767) };
  assert.equal(
    bytes(encodeFrame(piece)),
    "01010000" + "03000000" + "0504030201000000" + "0100feffff7f",
  );
});

test("a frame of silence has no samples", () => {
  const piece = { first: 1_600, count: 14_400_000, samples: null };
  assert.equal(bytes(encodeFrame(piece)), "01020000" + "00badb00" + "4006000000000000");
});

test("the flags say what was sent again and what is clipped", () => {
  const piece = { first: 0, count: 1, samples: Int16Array.of(0), isClipped: true };
  assert.equal(bytes(encodeFrame(piece, { isSentAgain: true })).slice(4, 8), "0300");
});

test("samples are rounded away from zero and clipped", () => {
  const packer = new BlockPacker();
  packer.push(Float32Array.of(0.5 / 32_768, -0.5 / 32_768, 1.4 / 32_768, -1, 2));
  const { samples, isClipped } = packer.flush();
  assert.deepEqual([...samples], [1, -1, 1, -32_768, 32_767]);
  assert.equal(isClipped, true);
  assert.equal(packer.flush(), null);
});

test("blocks hold 100 ms whatever the size of the pieces", () => {
  const packer = new BlockPacker();
  const blocks = [];
  for (let i = 0; i < 100; i++) blocks.push(...packer.push(new Float32Array(43).fill(i / 1_000)));
  assert.equal(blocks.length, 2);
  const rest = packer.flush();
  assert.deepEqual(
    [...blocks.map((each) => each.samples.length), rest.samples.length],
    [1_600, 1_600, 1_100],
  );
  assert.equal(blocks[1].samples[0], Math.round((32_768 * 37) / 1_000));
  assert.equal(blocks[0].isClipped, false);
});
