// A cell in words.

import { labelled } from "./against.js";

/** @import { RugData } from "./payload" */
/**
 * @typedef {object} CellWords
 * @property {string} area
 * @property {string} indicator
 * @property {string} value
 * @property {string} unit  With a space before it; empty where there is no value.
 * @property {string} verdict
 * @property {[term: string, text: string][]} facts
 */

/**
 * What there is to know of a cell.
 * @param {RugData} data
 * @param {[i: number, j: number]} place  Of its indicator and its area.
 * @param {string} name  Of its class.
 * @param {string} text  As it stands in the cell.
 * @param {{ name: string, value: string } | null} [against]  Another benchmark than the first.
 * @returns {CellWords}
 */
export function cellWords(data, [i, j], name, text, against = null) {
  const indicator = data.indicators[i];
  const [interval, count, trend, place, note] = data.cells[i * data.areas.length + j];
  const isHidden = text.startsWith("[") || text === "z-score";
  /** @type {[term: string, text: string | undefined][]} */
  const facts = [
    ["95% interval", interval],
    ["In England", place && placeWords(data, place)],
    ["Count", count],
    ["From", count && indicator.of],
    ["Who", indicator.who],
    ["Period", indicator.period],
    [
      capital(against?.name ?? data.benchmark),
      name === "benchmark" ? "" : (against?.value ?? indicator.benchmark),
    ],
    ["Trend", trend],
    ["Note", data.notes[Number(note ?? 0)]],
  ];
  return {
    area: data.areas[j].name,
    indicator: indicator.name,
    value: isHidden ? "No value shown" : text,
    unit: isHidden || !indicator.unit ? "" : ` ${indicator.unit}`,
    verdict: `${capital(labelled(data, name, labelOf(data, indicator, name), against))}${data.quintiles ? "" : confidence(name)}`,
    facts: facts.flatMap(([term, known]) => (known ? [[term, known]] : [])),
  };
}

/**
 * The label of a class; the first fifth of what nobody judges is the highest.
 * @param {RugData} data
 * @param {RugData["indicators"][number]} indicator
 * @param {string} name
 */
const labelOf = (data, { high }, name) =>
  high === 0 && name.startsWith("fifth")
    ? data.labels[name].replace("worst", "highest").replace("best", "lowest")
    : data.labels[name];

/**
 * Where an area stands among those of England.
 * @param {RugData} data
 * @param {string} place  The rank, and which words take it.
 */
function placeWords({ among }, place) {
  const [rank, words] = place.split("|");
  return among[Number(words)].replace("{}", rank);
}

/** @param {string} text */
const capital = (text) => text.replace(/^./, (first) => first.toUpperCase());

/**
 * The confidence of a comparison, in brackets.
 * @param {string} name
 */
function confidence(name) {
  if (!/better|worse|similar|lower|higher/.test(name)) return "";
  return name.startsWith("much") ? " (99.8%)" : " (95%)";
}
