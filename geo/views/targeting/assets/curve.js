// The curve of people reached, as the path of an SVG.

const WIDTH = 600;
const HEIGHT = 240;

/** @param {number[]} shares  As one area after the other is served. */
export function curvePath(shares) {
  const points = shares.map((share, at) => {
    const [x, y] = [(WIDTH / shares.length) * (at + 1), HEIGHT * (1 - share)];
    return `L${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return `M0 ${HEIGHT}${points.join("")}`;
}

/**
 * How far along a number of areas stands.
 * @param {number} top
 * @param {number} of
 */
export const along = (top, of) => ((WIDTH * top) / of).toFixed(1);
