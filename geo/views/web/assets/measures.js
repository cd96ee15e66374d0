// ---- what can be shown ------------------------------------------------------------------------
//
// A measure is one way to colour the map. Whatever it is made from, it answers the same questions:
//   classes           fill, label, symbol and pattern of each class, from worst to best
//   of(i)             class of area i, a place in `classes`
//   words(i)          class and number of area i in a sentence
//   columns           what the table shows of it: heading, text(i), and whether it is a number
//   order(i)          sorts areas of one class, most in need first
//   more(i)           what else there is to say, or nothing
//   third(i)          0 worst, 1 middle, 2 best, or null: for two measures on one map
//   notes             unit, benchmark, period and source in words

const STATES = new Set(["not_compared", "suppressed", "missing"]);

function decileInWords(decile) {
  const share = decile <= 5 ? `most deprived ${10 * decile}%` : `least deprived ${10 * (11 - decile)}%`;
  return `decile ${decile} – among the ${share} in England`;
}

function decileMeasure({ id, name, classes, ranks }, data) {
  const of = classesIn(classes), rank = numbersIn(ranks), styles = data.schemes.deciles;
  const inEngland = styles.map((style) => ({
    ...style, label: /deprived/.test(style.label) ? `${style.label} in England` : style.label,
  }));
  const rankInWords = (i) =>
    rank(i) === null ? "" : `rank ${number(rank(i))} of ${number(data.ranked)} (1 is the most deprived)`;
  return {
    id, title: name, name, deciles: true, classes: inEngland, of,
    words: (i) => (of(i) > 9 ? `${name}: no data` : `${name}: ${decileInWords(of(i) + 1)}`),
    more: rankInWords,
    columns: [
      { head: "Decile", text: (i) => (of(i) > 9 ? "no data" : of(i) + 1), chip: true },
      ...(ranks ? [{ head: "Rank", text: (i) => (rank(i) === null ? "–" : number(rank(i))), number: true }] : []),
    ],
    order: (i) => rank(i) ?? Infinity,
    third: (i) => (of(i) > 9 ? null : of(i) < 3 ? 0 : of(i) < 7 ? 1 : 2),
    thirds: ["most deprived 30%", "middle 40%", "least deprived 30%"],
    notes: ["National deciles: 1 is the most deprived tenth of England's LSOAs"],
  };
}

function changeMeasure({ id, year, classes, before }, index, data) {
  const of = classesIn(classes), then = classesIn(before), now = (i) => index.of(i) + 1;
  const styles = data.schemes.change;
  const text = (i) => (of(i) === 6 ? "no data" : of(i) === 5 ? "not compared" : `${then(i)} → ${now(i)}`);
  const name = `Change since ${year}`;
  return {
    id, name, title: `${index.name}: change of decile since ${year}`, classes: styles, of,
    words: (i) => `${name}: ${styles[of(i)].label}${of(i) < 5 ? ` (from decile ${then(i)} to ${now(i)})` : ""}`,
    more: () => "",
    columns: [{ head: "Decile, then → now", text, chip: true }],
    order: (i) => index.of(i),
    third: (i) => (of(i) > 4 ? null : of(i) < 2 ? 0 : of(i) === 2 ? 1 : 2),
    thirds: ["more deprived", "same decile", "less deprived"],
    notes: ["Deciles rank areas against each other: one can move because others did"],
  };
}

/** The classes that an indicator has: against England, national fifths, or both. */
const schemesOf = (column) => ["england", "fifths"].filter((scheme) => column?.[scheme]);

/** The label of a class without what it is compared with, for narrow places. */
const short = (label) => label.replace(/ (than|to) .*| in England/, "").replace(/, .*/, "");

/** Number of an indicator in words: "12.3% (10.1–14.9)", or why there is none. */
function figureIn(column, indicator) {
  const { decimals, unit } = indicator;
  const value = numbersIn(column.values), lower = numbersIn(column.lower), upper = numbersIn(column.upper);
  const of = classesIn(column.england ?? column.fifths);
  return (i, interval = false) => {
    if (value(i) === null) return of(i) === 6 ? "suppressed" : "no data";
    const limits = interval && lower(i) !== null && upper(i) !== null
      ? ` (${written(lower(i), decimals)}–${written(upper(i), decimals)})` : "";
    return withUnit(written(value(i), decimals), unit) + limits;
  };
}

function indicatorMeasure(indicator, wanted, data) {
  const column = indicator.areas, schemes = schemesOf(column);
  const scheme = schemes.includes(wanted) ? wanted : schemes[0];
  const styles = data.schemes[scheme === "fifths" && !indicator.good ? "fifths_unjudged" : scheme];
  const of = classesIn(column[scheme]), value = numbersIn(column.values), figure = figureIn(column, indicator);
  const worstFirst = indicator.good > 0 ? 1 : -1;
  const target = indicator.benchmark === null ? ""
    : `${data.benchmark}: ${withUnit(written(indicator.benchmark, indicator.decimals), indicator.unit)}`;
  const expected = indicator.good || scheme === "fifths"
    ? new Set(["worse", "similar", "better"]) : new Set(["higher", "similar", "lower"]);
  const named = indicator.label;
  const inWords = (i) => {
    const { key, label } = styles[of(i)];
    return STATES.has(key) && key !== "not_compared" ? label : `${figure(i, true)}, ${label}`;
  };
  return {
    id: indicator.id, scheme, schemes, name: named, title: indicator.name, of,
    classes: styles.map((style) => ({ ...style, optional: scheme === "england" && !expected.has(style.key) })),
    words: (i) => `${named}: ${inWords(i)}`,
    more: () => target,
    columns: [
      { head: "Value", text: (i) => figure(i), number: true },
      { head: scheme === "fifths" ? "Fifth" : `Against ${data.benchmark}`, text: (i) => short(styles[of(i)].label), chip: true },
    ],
    order: (i) => (value(i) === null ? Infinity : worstFirst * value(i)),
    third: (i) => thirdOf(styles[of(i)].key),
    thirds: scheme === "fifths"
      ? (indicator.good ? ["worst two fifths", "middle fifth", "best two fifths"] : ["highest two fifths", "middle fifth", "lowest two fifths"])
      : (indicator.good ? ["worse", "similar", "better"] : ["higher", "similar", "lower"]),
    isZero: (i) => value(i) === 0,
    notes: [
      [capital(indicator.unit), indicator.who, indicator.period].filter(Boolean).join(", "),
      target, indicator.source && `Source: ${indicator.source}`,
    ].filter(Boolean),
  };
}

const THIRDS = {
  worse: 0, higher: 0, fifth_1: 0, fifth_2: 0, similar: 1, fifth_3: 1, better: 2, lower: 2, fifth_4: 2, fifth_5: 2,
};
const thirdOf = (key) => THIRDS[key] ?? null;

/** Two measures at once: nine classes, and one for areas without one of them. */
function pairMeasure(one, other, data) {
  const of = (i) => (one.third(i) === null || other.third(i) === null ? 9 : 3 * one.third(i) + other.third(i));
  const classes = data.bivariate.map((style, k) => ({
    ...style, label: `${one.thirds[Math.floor(k / 3)]}, and ${other.thirds[k % 3]}`, symbol: "", pattern: "", key: `pair_${k}`,
  }));
  const none = { ...data.schemes.deciles[10], label: "one of the two is not known or not compared" };
  return {
    id: `${one.id}+${other.id}`, pair: [one, other], name: `${one.name} and ${other.name}`,
    title: `${one.name} and ${other.name}`, classes: [...classes, none], of,
    columns: [one, other].flatMap(bothColumns),
    order: (i) => one.of(i) * 1e9 + Math.min(one.order(i), 1e8),
    third: () => null, notes: [...new Set([...one.notes, ...other.notes])],
  };
}

/** In a table of two measures each has one column, headed by its name. */
const bothColumns = (measure) =>
  [{ ...(measure.columns.find(({ number: plain }) => !plain)), head: measure.name, of: measure.of, classes: measure.classes,
    text: (i) => measure.columns.slice(0, measure.deciles ? 1 : 2).map((column) => column.text(i)).join(", ") }];

/** All measures of the page, by id; indicators are read when one is asked for. */
function measuresOf(data, later) {
  const indices = data.indices.map((one) => decileMeasure(one, data));
  const imd = indices.find(({ id }) => id === "imd");
  const first = [...indices, ...data.changes.map((one) => changeMeasure(one, imd, data))];
  const menu = [
    ...indices.map(({ id, name }) => ({ id, label: name, group: "Deprivation, national deciles" })),
    ...data.changes.map(({ id, year }) => ({ id, label: `Change since ${year}`, group: "Change of deprivation" })),
    ...data.menu.map(({ id, label, group }) => ({ id: `i:${id}`, label, group })),
  ];
  const ids = new Set(menu.map(({ id }) => id));
  return {
    menu, indices,
    has: (id) => ids.has(id),
    get(id, scheme) {
      const found = first.find((one) => one.id === id);
      if (found) return found;
      const indicator = later().indicators.find((one) => `i:${one.id}` === id);
      return { ...indicatorMeasure(indicator, scheme, data), id };
    },
  };
}
