import assert from "node:assert/strict";
import { test } from "node:test";

import {
  clustersOf,
  covers,
  overlaps,
  placeOfName,
} from "../../../../../assets/web/review/speakers/map/map_clusters.js";

/** Points on a grid around a centre. */
const cloud = (x, y, { across = 0.1, up = 0.1, side = 6 } = {}) =>
  Array.from({ length: side * side }, (_, i) => [
    x + ((i % side) / (side - 1) - 0.5) * across,
    y + (Math.floor(i / side) / (side - 1) - 0.5) * up,
  ]);

test("points apart from each other have outlines of their own, the largest first", () => {
  const clusters = clustersOf([...cloud(-0.8, 0), ...cloud(0.8, 0.4, { side: 8 })], 2);
  assert.deepEqual(
    clusters.map(({ count }) => count),
    [64, 36],
  );
  assert.ok(Math.abs(clusters[0].x - 0.8) < 1e-9 && Math.abs(clusters[0].y - 0.4) < 1e-9);
});

test("an outline follows the direction in which its points spread", () => {
  const diagonal = Array.from({ length: 20 }, (_, i) => [i / 100, i / 100]);
  const [{ long, short, angle }] = clustersOf(diagonal, 2);
  assert.ok(long > 0.05 && short < 1e-6);
  assert.ok(Math.abs(angle - Math.PI / 4) < 1e-6);
});

test("stray and too few points have no outline", () => {
  const clusters = clustersOf([...cloud(0, 0), [0.9, 0.9], [-0.9, 0.9]], 2);
  assert.equal(clusters.length, 1);
  assert.deepEqual(clustersOf([[0, 0]], 2), []);
  assert.deepEqual(clustersOf([], 2), []);
});

const outline = { x: 100, y: 100, halfWidth: 20, halfHeight: 10 };
const name = { width: 40, height: 20 };

test("a name stands above its outline, or where it covers no point of another speaker", () => {
  assert.deepEqual(
    placeOfName(outline, name, () => true),
    [100, 74],
  );
  const others = [
    [90, 72],
    [100, 128],
  ];
  const place = placeOfName(outline, name, (box) => !others.some((each) => covers(box, each)));
  assert.deepEqual(place, [146, 100]);
});

test("a name without a free place is not written", () => {
  assert.equal(
    placeOfName(outline, name, () => false),
    null,
  );
});

test("boxes overlap only where they share an area", () => {
  const box = { left: 0, top: 0, right: 10, bottom: 10 };
  assert.equal(overlaps(box, { left: 5, top: 5, right: 15, bottom: 15 }), true);
  assert.equal(overlaps(box, { left: 10, top: 0, right: 20, bottom: 10 }), false);
});
