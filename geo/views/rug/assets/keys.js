// Moves from cell to cell by keyboard.

/** @typedef {[row: number, column: number]} Position */

/** @type {Record<string, Position>} */
const STEPS = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  Home: [0, Number.NEGATIVE_INFINITY],
  End: [0, Number.POSITIVE_INFINITY],
};

/**
 * Where a key leads, within so many rows and columns; null where it leads nowhere.
 * @param {string} key
 * @param {Position} from
 * @param {Position} size
 * @returns {Position | null}
 */
export function positionAfter(key, [row, column], [rows, columns]) {
  const step = Object.hasOwn(STEPS, key) ? STEPS[key] : null;
  return step && [within(row + step[0], rows), within(column + step[1], columns)];
}

/**
 * @param {number} at
 * @param {number} length
 */
const within = (at, length) => Math.max(0, Math.min(at, length - 1));
