// The outline of each speaker's points and the place of the speaker's name beside them.

/** @typedef {import("./map_geometry.js").Place} Place */

const CELLS = 14; // across the map; points in neighbouring cells belong together
const LEAST_POINTS = 6;
const LEAST_SHARE = 0.2; // of the speaker's points, for an outline of their own
const REACH = 1.8; // half axes in standard deviations
const GAPS_PX = [6, 18, 34, 56]; // between the outline and the name, nearest first

/**
 * An ellipse around points that lie together.
 * @typedef {{x: number, y: number, long: number, short: number, angle: number, count: number}} Cluster
 *   long, short: half axes; angle: of the long one, in radians
 */

/**
 * Return the clusters of a speaker's points, the largest first.
 * @param {Place[]} points
 * @param {number} extent width of the whole map
 * @returns {Cluster[]}
 */
export function clustersOf(points, extent) {
  return groupsOf(points, Math.max(1e-9, extent / CELLS))
    .filter((group) => group.length >= Math.max(LEAST_POINTS, LEAST_SHARE * points.length))
    .sort((a, b) => b.length - a.length)
    .map(ellipseOf);
}

/** Group points whose cells touch. */
function groupsOf(points, cell) {
  const cells = new Map();
  for (const point of points) {
    const key = `${Math.floor(point[0] / cell)} ${Math.floor(point[1] / cell)}`;
    if (!cells.has(key)) cells.set(key, []);
    cells.get(key).push(point);
  }
  const groups = [];
  while (cells.size > 0) {
    const [first] = cells.keys();
    groups.push(takeGroup(cells, first));
  }
  return groups;
}

/** Take a cell and all that touch it, directly or through others, out of the map of cells. */
function takeGroup(cells, first) {
  const group = [];
  const waiting = [first];
  while (waiting.length > 0) {
    const key = waiting.pop();
    const own = cells.get(key);
    if (own === undefined) continue;
    cells.delete(key);
    group.push(...own);
    const [column, line] = key.split(" ").map(Number);
    for (const x of [-1, 0, 1])
      for (const y of [-1, 0, 1]) waiting.push(`${column + x} ${line + y}`);
  }
  return group;
}

/** @param {Place[]} points @returns {Cluster} */
function ellipseOf(points) {
  const count = points.length;
  const mean = (of) => points.reduce((sum, point) => sum + of(point), 0) / count;
  const [x, y] = [mean((p) => p[0]), mean((p) => p[1])];
  const xx = mean((p) => (p[0] - x) ** 2);
  const yy = mean((p) => (p[1] - y) ** 2);
  const xy = mean((p) => (p[0] - x) * (p[1] - y));
  const [half, root] = [(xx + yy) / 2, Math.hypot((xx - yy) / 2, xy)];
  return {
    x,
    y,
    count,
    long: REACH * Math.sqrt(half + root),
    short: REACH * Math.sqrt(Math.max(0, half - root)),
    angle: Math.atan2(2 * xy, xx - yy) / 2,
  };
}

/**
 * Return the place of a name beside its outline: centre of the text, or null if every place would
 * cover another speaker's point, another name or the frame.
 * @param {{x: number, y: number, halfWidth: number, halfHeight: number}} outline on screen
 * @param {{width: number, height: number}} name
 * @param {(box: Box) => boolean} isFree
 * @returns {Place|null}
 */
export function placeOfName(outline, name, isFree) {
  for (const gap of GAPS_PX) {
    const up = outline.halfHeight + gap + name.height / 2;
    const side = outline.halfWidth + gap + name.width / 2;
    for (const [across, down] of [
      [0, -up],
      [0, up],
      [side, 0],
      [-side, 0],
    ]) {
      const [x, y] = [outline.x + across, outline.y + down];
      if (isFree(boxAround(x, y, name))) return [x, y];
    }
  }
  return null;
}

/** @typedef {{left: number, top: number, right: number, bottom: number}} Box */

/** @returns {Box} */
export function boxAround(x, y, { width, height }) {
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
}

/** @param {Box} box @param {Box} other */
export function overlaps(box, other) {
  return (
    box.left < other.right &&
    other.left < box.right &&
    box.top < other.bottom &&
    other.top < box.bottom
  );
}

/** @param {Box} box @param {Place} place */
export function covers(box, [x, y]) {
  return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
}
