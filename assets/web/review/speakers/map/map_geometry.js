// Places of the map's points on screen, and which of them the pointer means.

const MARGIN_PX = 28; // between the outermost points and the frame
const [MIN_ZOOM, MAX_ZOOM] = [0.5, 40]; // of the scale that shows all points

/** A point, in the map's or the screen's coordinates. @typedef {[number, number]} Place */

/** The part of the map in view: screen = place × scale + offset, with y upwards on the map. */
export class MapView {
  #fitScale = 1;
  scale = 1;
  left = 0; // screen position of the map's origin
  top = 0;

  /**
   * Show all points in the middle of the frame.
   * @param {Place[]} points
   */
  fit(points, width, height) {
    if (points.length === 0) return;
    const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
    const [x0, x1, y0, y1] = [least(xs), most(xs), least(ys), most(ys)];
    const [across, up] = [Math.max(1e-6, x1 - x0), Math.max(1e-6, y1 - y0)];
    const [w, h] = [Math.max(1, width - 2 * MARGIN_PX), Math.max(1, height - 2 * MARGIN_PX)];
    this.scale = this.#fitScale = Math.min(w / across, h / up);
    this.left = width / 2 - ((x0 + x1) / 2) * this.scale;
    this.top = height / 2 + ((y0 + y1) / 2) * this.scale;
  }

  /** @returns {Place} */
  toScreen([x, y]) {
    return [x * this.scale + this.left, this.top - y * this.scale];
  }

  /** Zoom by a factor; the place under (x, y) on screen stays there. */
  zoom(factor, x, y) {
    const wanted = this.scale * factor;
    const limited = Math.min(
      MAX_ZOOM * this.#fitScale,
      Math.max(MIN_ZOOM * this.#fitScale, wanted),
    );
    const by = limited / this.scale;
    this.scale = limited;
    this.left = x + (this.left - x) * by;
    this.top = y + (this.top - y) * by;
  }

  pan(across, down) {
    this.left += across;
    this.top += down;
  }
}

const least = (values) => values.reduce((a, b) => Math.min(a, b));
const most = (values) => values.reduce((a, b) => Math.max(a, b));

/**
 * Return the index of the place nearest to (x, y), -1 if none is within the distance.
 * @param {Place[]} places
 */
export function nearestPlace(places, x, y, within) {
  let [found, best] = [-1, within * within];
  for (let i = 0; i < places.length; i++) {
    const distance = (places[i][0] - x) ** 2 + (places[i][1] - y) ** 2;
    if (distance <= best) [found, best] = [i, distance];
  }
  return found;
}

/**
 * Return the indexes of the places inside a closed line.
 * @param {Place[]} places
 * @param {Place[]} line
 */
export function placesInside(places, line) {
  const inside = [];
  for (let i = 0; i < places.length; i++) if (isInside(places[i], line)) inside.push(i);
  return inside;
}

/** Count the edges of the line to the right of the point: an odd number means inside. */
function isInside([x, y], line) {
  let isOdd = false;
  for (let i = 0, j = line.length - 1; i < line.length; j = i++) {
    const [[x1, y1], [x2, y2]] = [line[i], line[j]];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) isOdd = !isOdd;
  }
  return isOdd;
}
