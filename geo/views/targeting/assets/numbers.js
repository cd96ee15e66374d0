// Numbers in words, to the last digit as Python writes them.

/**
 * A number with so many decimals and commas between thousands; what lies between two goes to the
 * even one.
 * @param {number} number
 * @param {number} [decimals]
 */
export function grouped(number, decimals = 0) {
  const size = Math.abs(number);
  const scaled = size * 10 ** decimals;
  const isBetween = scaled % 1 === 0.5 && Number.isInteger(size * 2 ** (decimals + 1));
  const even = 2 * Math.round(scaled / 2);
  const text = (isBetween ? even / 10 ** decimals : size).toFixed(decimals);
  const [whole, rest] = text.split(".");
  const commas = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${number < 0 ? "-" : ""}${commas}${rest ? `.${rest}` : ""}`;
}

/**
 * @param {number | null} share
 * @param {number} [decimals]
 */
export function percent(share, decimals = 0) {
  return share === null ? "–" : `${grouped(100 * share, decimals)}%`;
}

/** @param {number | null} amount */
export function pounds(amount) {
  return amount === null ? "–" : `£${grouped(amount, 2)}`;
}

/**
 * @param {string[]} names
 * @param {string} [last]  What stands before the last of them.
 */
export function listed(names, last = "and") {
  return [names.slice(0, -1).join(", "), ...names.slice(-1)].filter(Boolean).join(` ${last} `);
}
