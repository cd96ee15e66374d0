// Where a map must look to show areas as large as can be, beside its legend.

/** @import { Box } from "./labels.js" */

const MARGIN = 16;
const LARGEST = 15;
const STEP = 0.1;
/** Which share of the spare room lies before the areas. */
const LEANS = [0.5, 0.7, 0.9];

/**
 * Zoom and origin in pixels, none of the boxes under the legend where that can be.
 * @param {L.Bounds[]} boxes  At zoom 0.
 * @param {L.Point} view  Size of the map.
 * @param {{ controls: number, legend: Box | null }} taken  Width of the controls, and the legend.
 */
export function fitAround(boxes, view, { controls, legend }) {
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
        .subtract([Math.max(MARGIN, spare.x * lean), Math.max(MARGIN, spare.y * (1 - lean))]);
      if (!legend || zoom <= least || !boxes.some((box) => isUnder(legend, box, scale, origin))) {
        return { origin, zoom };
      }
    }
  }
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
