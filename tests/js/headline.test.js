import assert from "node:assert/strict";
import { test } from "node:test";
import { findingOf, headlineOf } from "../../geo/views/web/assets/headline.js";
import { indicatorMeasure } from "../../geo/views/web/assets/measures.js";
import { View } from "../../geo/views/web/assets/view.js";
import { columnOf, deferredData, indicator, mapData } from "./data.js";

const PAGE = "1 of 5 areas is among the most deprived 10%";

/** @param {Partial<View["state"]>} [chosen] */
function headline(chosen = {}) {
  const view = new View(mapData(), deferredData);
  Object.assign(view.state, chosen);
  return headlineOf(view, PAGE);
}

test("where nothing is chosen the headline is the page's own", () => {
  assert.equal(headline(), PAGE);
});

test("a place, an index or a limit has a headline of its own", () => {
  // deciles 1, 3, 4, 7, 8 and none
  const deprived = "in the most deprived 30% in England";
  assert.equal(headline({ group: 0 }), `Deprivation, North & East: 2 of 3 areas are ${deprived}`);
  const some = `Deprivation, South: 0 of 2 areas with a figure are ${deprived}`;
  assert.equal(headline({ group: 1 }), some);
  const most = `Deprivation, Testshire, most deprived 30%: 2 of 2 areas are ${deprived}`;
  assert.equal(headline({ top: 3 }), most);
});

test("a headline counts the class that its measure's legend puts first", () => {
  const change = "Deprivation: change of decile since 2019, North & East: 2 of 3 areas are";
  assert.equal(
    headline({ show: "change-2019", group: 0 }),
    `${change} in a more deprived decile now`,
  );
  // worse, similar, better, not compared, suppressed, missing
  const low = "Low is good in full, Testshire: 1 of 3 areas that can be compared is";
  assert.equal(headline({ show: "i:low" }), `${low} worse than England`);
  const view = new View(mapData(), deferredData);
  const fifths = { ...columnOf("023675"), fifths: "002347" };
  const measure = indicatorMeasure(indicator(), fifths, "fifths", mapData());
  const worst = `${low.replace("1 of 3", "2 of 5").replace(/is$/, "are")} in the worst fifth in England`;
  assert.equal(findingOf(measure, view), worst);
  const unjudged = indicatorMeasure(indicator({ good: 0 }), fifths, "fifths", mapData());
  assert.match(findingOf(unjudged, view), / in the highest fifth in England$/);
});

test("two measures have a headline each beside each other, and one where they are one map", () => {
  const both = headline({ second: "i:low" });
  assert.match(both, /^Left: Deprivation, Testshire: .*\. Right: Low is good in full, Testshire: /);
  const deprived = "in the most deprived 30% in England";
  const one = headline({ second: "i:low", together: true });
  assert.match(
    one,
    new RegExp(`^Deprivation and Low is good, .* ${deprived} and worse than England$`),
  );
  assert.match(headline({ second: "crime", together: true }), new RegExp(`${deprived} by both$`));
});
