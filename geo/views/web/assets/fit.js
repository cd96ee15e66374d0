// Where a map must look to show areas as large as can be, beside its legend.

/** @import { Box } from "./labels.js" */

const MARGIN = 16;
const LARGEST = 15;
const STEP = 0.1;
/** Width of the scale bar, in the corner at the bottom right. */
const SCALE = 94;
/** Which share of the spare room lies between the areas and the side of the legend. */
const LEANS = [0.5, 0.7, 0.9];

/** @typedef {"bottom left" | "top left" | "bottom right"} Corner  Top right has the controls. */

/**
 * Zoom and origin in pixels, none of the boxes under the legend where that can be.
 * @param {L.Bounds[]} boxes  At zoom 0.
 * @param {L.Point} view  Size of the map.
 * @param {{ controls: number, legend: Box | null, corner: Corner }} taken  Width of the controls,
 *   and the legend and where it is.
 */
export function fitAround(boxes, view, { controls, legend, corner }) {
  const all = boxes.reduce(
    (sum, each) => sum.extend(each),
    L.bounds(boxes[0].getTopLeft(), boxes[0].getBottomRight()),
  );
  const { x: width, y: height } = all.getSize();
  const room = view.subtract([controls, 0]);
  const free = Math.min((room.x - 2 * MARGIN) / width, (room.y - 2 * MARGIN) / height);
  const most = Math.min(LARGEST, Math.floor(Math.log2(free) * 10) / 10);
  const least = most - (view.x < 600 ? 1 : 4); // half a map is too narrow to spare room for a legend
  for (let zoom = most; ; zoom -= STEP) {
    const scale = 2 ** zoom;
    const spare = room.subtract([width * scale, height * scale]);
    for (const lean of LEANS) {
      const origin = all
        .getTopLeft()
        .multiplyBy(scale)
        .subtract([
          Math.max(MARGIN, spare.x * (corner.endsWith("left") ? lean : 1 - lean)),
          Math.max(MARGIN, spare.y * (corner.startsWith("top") ? lean : 1 - lean)),
        ]);
      if (!legend || zoom <= least || !boxes.some((box) => isUnder(legend, box, scale, origin))) {
        return { origin, zoom };
      }
    }
  }
}

/**
 * Where a legend would lie in a corner.
 * @param {Box} legend  Where it lies in one of them, with room around it.
 * @param {L.Point} view  Size of the map.
 * @param {Corner} corner
 * @returns {Box}
 */
export function inCorner({ left, right, top, bottom }, view, corner) {
  const [width, height] = [right - left, bottom - top];
  const x = corner.endsWith("left") ? 0 : view.x - SCALE - width;
  const y = corner.startsWith("top") ? 0 : view.y - height;
  return { left: x, right: x + width, top: y, bottom: y + height };
}

/**
 * @param {Box} legend
 * @param {L.Bounds} box
 * @param {number} scale
 * @param {L.Point} origin
 */
function isUnder(legend, box, scale, origin) {
  const min = box.getTopLeft().multiplyBy(scale).subtract(origin);
  const max = box.getBottomRight().multiplyBy(scale).subtract(origin);
  return min.x < legend.right && max.x > legend.left && min.y < legend.bottom && max.y > legend.top;
}
