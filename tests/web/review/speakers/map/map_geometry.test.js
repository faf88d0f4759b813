import assert from "node:assert/strict";
import { test } from "node:test";

import {
  MapView,
  nearestPlace,
  placesInside,
} from "../../../../../assets/web/review/speakers/map/map_geometry.js";

const POINTS = [
  [-1, -0.5],
  [1, 0.5],
  [0, 0],
];

test("all points fit into the frame, y upwards, with the same scale both ways", () => {
  const view = new MapView();
  view.fit(POINTS, 256, 556);
  assert.deepEqual(
    POINTS.map((each) => view.toScreen(each)),
    [
      [28, 328],
      [228, 228],
      [128, 278],
    ],
  );
});

test("a single point is shown in the middle", () => {
  const view = new MapView();
  view.fit([[0.3, 0.7]], 300, 200);
  const [x, y] = view.toScreen([0.3, 0.7]);
  assert.ok(Math.abs(x - 150) < 1 && Math.abs(y - 100) < 1);
});

test("zooming keeps the place under the pointer and ends at the limits", () => {
  const view = new MapView();
  view.fit(POINTS, 256, 256);
  const [x, y] = view.toScreen(POINTS[1]);
  view.zoom(3, x, y);
  assert.deepEqual(view.toScreen(POINTS[1]), [x, y]);
  const before = view.scale;
  for (let i = 0; i < 100; i++) view.zoom(2, x, y);
  const most = view.scale;
  assert.ok(most > before && Number.isFinite(most));
  view.zoom(2, x, y);
  assert.equal(view.scale, most);
});

test("the nearest place within the distance is found, none farther away", () => {
  const places = [
    [10, 10],
    [14, 10],
    [50, 50],
  ];
  assert.equal(nearestPlace(places, 13, 10, 9), 1);
  assert.equal(nearestPlace(places, 30, 30, 9), -1);
  assert.equal(nearestPlace([], 0, 0, 9), -1);
});

test("the lasso holds the places inside a concave line", () => {
  const line = [
    [0, 0],
    [100, 0],
    [100, 100],
    [50, 20],
    [0, 100],
  ];
  const places = [
    [50, 10],
    [50, 60],
    [10, 50],
    [95, 50],
    [150, 50],
  ];
  assert.deepEqual(placesInside(places, line), [0, 2, 3]);
  assert.deepEqual(placesInside(places, []), []);
});

test("one of ten thousand points is found, and those drawn around", () => {
  const many = Array.from({ length: 10_000 }, (_, i) => [i % 100, Math.floor(i / 100)]);
  const square = [
    [9.5, 9.5],
    [29.5, 9.5],
    [29.5, 29.5],
    [9.5, 29.5],
  ];
  assert.equal(nearestPlace(many, 42.2, 17.1, 9), 1_742);
  assert.equal(placesInside(many, square).length, 400);
});
