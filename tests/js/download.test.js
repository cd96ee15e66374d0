import assert from "node:assert/strict";
import { test } from "node:test";
import { csvOf } from "../../geo/views/web/assets/download.js";

test("no cell of a table taken away can run as a formula", () => {
  for (const sign of ["=", "+", "-", "@", "\t", "＝", "＋", "－", "＠"]) {
    assert.equal(csvOf([[`${sign}A1`, `a${sign}1`]]), `'${sign}A1,a${sign}1\r\n`);
  }
  for (const sign of ["\r", "\n"]) assert.equal(csvOf([[`${sign}A1`]]), `"'${sign}A1"\r\n`);
});

test("negative numbers stay numbers in a table taken away", () => {
  assert.equal(csvOf([["-3.2", "-1,234", "-5%", "-x"]]), '-3.2,"-1,234",-5%,\'-x\r\n');
});

test("commas, quotes and line breaks are within quotes", () => {
  assert.equal(csvOf([["a,b", 'c"d', "e\nf"]]), '"a,b","c""d","e\nf"\r\n');
});
