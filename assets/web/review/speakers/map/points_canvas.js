// Draws the map: outlines and points on one canvas; rings, names and the lasso on another above it, so
// that a change of the current sentence does not draw ten thousand points again.

/**
 * @import { SpeakerLook } from "../../../types.d.ts"
 * @import { Place } from "./map_geometry.js"
 */

import { FrameCanvas } from "../../../components/canvas.js";
import { paintOf } from "../../../components/speakers/speaker_colors.js";
import { themeValue } from "../../../components/theme.js";
import { boxAround, clustersOf, covers, overlaps, placeOfName } from "./map_clusters.js";
import { MapView, nearestPlace, placesInside } from "./map_geometry.js";
import { MapGestures } from "./map_gestures.js";

const SMALL_PX = 360; // a larger frame has larger points
const RADIUS = { small: 2.25, large: 3.5 };
const [SOLID, FAINT, OUTLINE] = [0.78, 0.16, 0.1]; // opacities
const HOVER_PX = 9;
const NAME = { height: 20, padding: 6 };
const CIRCLE = 2 * Math.PI;

/**
 * What the map shows.
 * @typedef {{points: Place[], groups: {look: SpeakerLook, name: string, windows: number[]}[], current: Set<number>, pending: Set<number>,
 *   picked: Set<number>|null}} Scene
 *   groups: points of each speaker; current: points of the current sentence; pending: with a proposed
 *   speaker; picked: drawn around, null for none
 */

export class PointsCanvas {
  /** @type {Scene} */
  #scene = { points: [], groups: [], current: new Set(), pending: new Set(), picked: null };
  #outlines = []; // {group, clusters}
  /** @type {Place[]} */
  #places = []; // of the points on screen

  /**
   * @param {HTMLElement} node
   * @param {{onHover: (event: PointerEvent, index: number) => void, onLeave: () => void, onClick: (index: number) => void, onChosen: (indexes: number[]) => void}} options
   */
  constructor(node, options) {
    this.node = node;
    this.view = new MapView();
    this.above = new FrameCanvas(node, (pen) => this.#drawAbove(pen));
    this.below = new FrameCanvas(node, (pen) => this.#drawBelow(pen));
    const indexAt = (x, y) => nearestPlace(this.#places, x, y, HOVER_PX);
    this.gestures = new MapGestures(node, this.view, {
      onView: () => this.#redraw(),
      onLine: () => this.above.redraw(),
      onLasso: (line) => {
        this.above.redraw();
        options.onChosen(placesInside(this.#places, line));
      },
      onHover: (event, x, y) => {
        const index = indexAt(x, y);
        node.classList.toggle("ss-map-over", index >= 0);
        if (index < 0) options.onLeave();
        else options.onHover(event, index);
      },
      onLeave: () => options.onLeave(),
      onClick: (x, y) => {
        const index = indexAt(x, y);
        if (index >= 0) options.onClick(index);
      },
    });
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(node);
  }

  dispose() {
    this.observer.disconnect();
    this.above.dispose();
    this.below.dispose();
  }

  /** @param {Scene} scene */
  show(scene) {
    const isMoved = scene.points !== this.#scene.points;
    this.#scene = scene;
    const across = scene.points.map(([x]) => x);
    const extent =
      across.reduce((a, b) => Math.max(a, b), -1) - across.reduce((a, b) => Math.min(a, b), 1);
    this.#outlines = scene.groups.map((group) => ({
      group,
      clusters:
        group.look.number === 0
          ? []
          : clustersOf(
              group.windows.map((i) => scene.points[i]),
              extent,
            ),
    }));
    if (isMoved) this.fit();
    else this.#redraw();
  }

  /** Show other rings alone. @param {Pick<Scene, "current"|"pending">} rings */
  showRings(rings) {
    this.#scene = { ...this.#scene, ...rings };
    this.above.redraw();
  }

  /** Show all points. */
  fit() {
    this.view.fit(this.#scene.points, this.node.clientWidth, this.node.clientHeight);
    this.#redraw();
  }

  #redraw() {
    this.#places = this.#scene.points.map((point) => this.view.toScreen(point));
    this.below.redraw();
    this.above.redraw();
  }

  get #radius() {
    return this.node.clientWidth > SMALL_PX * 1.5 ? RADIUS.large : RADIUS.small;
  }

  #drawBelow(pen) {
    for (const { group, clusters } of this.#outlines) this.#drawOutlines(pen, group.look, clusters);
    const { picked } = this.#scene;
    for (const { look, windows } of this.#scene.groups) {
      const shown = picked === null ? windows : windows.filter((i) => picked.has(i));
      const faint = picked === null ? [] : windows.filter((i) => !picked.has(i));
      this.#drawPoints(pen, look, faint, FAINT);
      this.#drawPoints(pen, look, shown, SOLID);
    }
    pen.globalAlpha = 1;
  }

  #drawOutlines(pen, look, clusters) {
    pen.fillStyle = paintOf(look);
    pen.globalAlpha = OUTLINE;
    for (const { x, y, long, short, angle } of clusters) {
      const { scale } = this.view;
      pen.beginPath();
      pen.ellipse(...this.view.toScreen([x, y]), long * scale, short * scale, -angle, 0, CIRCLE);
      pen.fill();
    }
  }

  #drawPoints(pen, look, windows, opacity) {
    const radius = this.#radius;
    pen.globalAlpha = opacity;
    pen.beginPath();
    for (const i of windows) {
      const [x, y] = this.#places[i];
      pen.moveTo(x + radius, y);
      pen.arc(x, y, radius, 0, CIRCLE);
    }
    if (look.isHollow) {
      pen.strokeStyle = paintOf(look);
      pen.lineWidth = 1.25;
      pen.stroke();
    } else {
      pen.fillStyle = paintOf(look);
      pen.fill();
    }
  }

  #drawAbove(pen) {
    const { current, pending } = this.#scene;
    const radius = this.#radius;
    pen.strokeStyle = themeValue("--ink2");
    pen.lineWidth = 1;
    for (const i of pending) this.#ring(pen, i, radius + 2.5);
    this.#drawNames(pen);
    pen.strokeStyle = themeValue("--ink");
    pen.lineWidth = 2;
    for (const i of current) this.#ring(pen, i, radius + 3.5);
    this.#drawLine(pen);
  }

  #ring(pen, index, radius) {
    pen.beginPath();
    pen.arc(...this.#places[index], radius, 0, CIRCLE);
    pen.stroke();
  }

  #drawLine(pen) {
    const { line } = this.gestures;
    if (line.length < 2) return;
    pen.beginPath();
    for (const [x, y] of line) pen.lineTo(x, y);
    pen.closePath();
    pen.fillStyle = themeValue("--accent");
    pen.globalAlpha = OUTLINE;
    pen.fill();
    pen.globalAlpha = 1;
    pen.strokeStyle = themeValue("--accent");
    pen.lineWidth = 1.5;
    pen.stroke();
  }

  /** Write each speaker's name beside its largest cluster, else its number, if there is room. */
  #drawNames(pen) {
    pen.font = `600 12px ${getComputedStyle(this.node).fontFamily}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    const taken = [];
    for (const { group, clusters } of this.#outlines) {
      if (clusters.length === 0) continue;
      const words = [group.name, String(group.look.number)];
      const found = words.map((text) => ({
        text,
        box: this.#boxFor(pen, text, clusters[0], group, taken),
      }));
      const name = found.find(({ box }) => box !== null);
      if (name === undefined) continue;
      taken.push(name.box);
      this.#drawName(pen, name, group.look);
    }
  }

  #drawName(pen, { text, box }, look) {
    pen.fillStyle = themeValue("--sunken");
    pen.globalAlpha = 0.82;
    pen.beginPath();
    pen.roundRect(box.left, box.top, box.right - box.left, box.bottom - box.top, 6);
    pen.fill();
    pen.globalAlpha = 1;
    pen.fillStyle = paintOf(look, "-ink");
    pen.fillText(text, (box.left + box.right) / 2, (box.top + box.bottom) / 2 + 1);
  }

  #boxFor(pen, text, cluster, group, taken) {
    const size = { width: pen.measureText(text).width + 2 * NAME.padding, height: NAME.height };
    const [x, y] = this.view.toScreen([cluster.x, cluster.y]);
    const [sin, cos] = [Math.sin(cluster.angle), Math.cos(cluster.angle)];
    const { scale } = this.view;
    const outline = {
      x,
      y,
      halfWidth: Math.hypot(cluster.long * cos, cluster.short * sin) * scale,
      halfHeight: Math.hypot(cluster.long * sin, cluster.short * cos) * scale,
    };
    const frame = {
      left: 2,
      top: 2,
      right: this.node.clientWidth - 2,
      bottom: this.node.clientHeight - 2,
    };
    const isFree = (box) =>
      box.left >= frame.left &&
      box.right <= frame.right &&
      box.top >= frame.top &&
      box.bottom <= frame.bottom &&
      !taken.some((each) => overlaps(box, each)) &&
      !this.#coversOthers(box, group);
    const place = placeOfName(outline, size, isFree);
    return place === null ? null : boxAround(...place, size);
  }

  #coversOthers(box, own) {
    return this.#scene.groups.some(
      (group) => group !== own && group.windows.some((i) => covers(box, this.#places[i])),
    );
  }
}
