// A budget split between areas by need, to the penny, within limits: as geo.allocate reckons it.

/**
 * Pennies for each need; the largest remainders get what rounding leaves over.
 * @param {number} pennies
 * @param {number[]} needs  Whole numbers.
 * @param {number} floor
 * @param {number | null} cap
 * @returns {number[]}
 */
export function split(pennies, needs, floor, cap) {
  const units = BigInt(pennies);
  const low = BigInt(floor);
  const high = cap === null ? null : BigInt(cap);
  const wanted = needs.map(BigInt);
  const [above, below] = amountOf(units, wanted, low, high);
  /** @param {bigint} need  Its quota times `below`. */
  const quota = (need) => {
    const free = need * above;
    if (free < low * below) return low * below;
    return high !== null && free > high * below ? high * below : free;
  };
  const quotas = wanted.map(quota);
  const given = quotas.map((one) => one / below);
  const left = Number(units - given.reduce((sum, one) => sum + one, 0n));
  const order = quotas.map((_, at) => at);
  order.sort((one, other) => Number((quotas[other] % below) - (quotas[one] % below)));
  for (const at of order.slice(0, left)) given[at] += 1n;
  return given.map(Number);
}

/**
 * Say which limits cannot be met; nothing where all can.
 * @param {number} pennies
 * @param {number[]} needs
 * @param {number} floor
 * @param {number | null} cap
 */
export function unmet(pennies, needs, floor, cap) {
  if (cap !== null && floor > cap)
    return "The floor is above the cap; lower the one or raise the other.";
  if (floor * needs.length > pennies) {
    return "The floors add up to more than the budget; lower the floor or raise the budget.";
  }
  const most = needs.map((need) => (need ? (cap ?? pennies) : floor));
  if (most.reduce((sum, one) => sum + one, 0) < pennies) {
    return "The caps add up to less than the budget; raise the cap or lower the budget.";
  }
  return "";
}

/**
 * The one amount per need, as a fraction, with which all shares add up to the budget.
 *
 * The sum rises with it in straight pieces, which meet where an area leaves its floor or reaches
 * its cap.
 * @param {bigint} units
 * @param {bigint[]} needs
 * @param {bigint} low
 * @param {bigint | null} high
 * @returns {[bigint, bigint]}
 */
function amountOf(units, needs, low, high) {
  const turns = needs.flatMap((need) => {
    if (!need) return [];
    const leaves = { at: low, need, steeper: need, more: -low };
    return high === null ? [leaves] : [leaves, { at: high, need, steeper: -need, more: high }];
  });
  turns.sort((one, other) => Number(one.at * other.need - other.at * one.need));
  let slope = 0n;
  let constant = low * BigInt(needs.length);
  /** @type {[bigint, bigint]} */
  let amount = [0n, 1n];
  for (const { at, need, steeper, more } of turns) {
    if (slope * at + constant * need >= units * need) break;
    slope += steeper;
    constant += more;
    amount = [at, need];
  }
  return slope ? [units - constant, slope] : amount;
}
