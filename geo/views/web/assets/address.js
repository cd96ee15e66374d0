// ---- the view in the address ---------------------------------------------------------------------
//
// What stands behind # is only ever looked up among what the page knows; anything else is ignored.

const AT = /^(-?\d{1,2}\.\d{1,5}),(-?\d{1,3}\.\d{1,5}),(\d{1,2}(?:\.\d)?)$/;

function addressOf(state, data, view) {
  const parts = new URLSearchParams();
  const level = data.allLevels[state.level];
  parts.set("show", state.show);
  if (state.scheme !== "england") parts.set("as", state.scheme);
  parts.set("by", level.column);
  if (state.group >= 0) parts.set("in", level.names[state.group]);
  if (state.top) parts.set("top", state.top);
  if (state.outline) parts.set("outline", "1");
  if (state.second) parts.set("with", state.second);
  if (state.second && state.together) parts.set("together", "1");
  if (state.heat >= 0) parts.set("heat", data.heat[state.heat]);
  if (state.selected >= 0) parts.set("area", data.codes[state.selected]);
  if (view) parts.set("at", view);
  return parts.toString();
}

/** The changes of state that an address asks for, and where to look; nothing that is not known. */
function readAddress(hash, data, measures) {
  const parts = new URLSearchParams(hash.replace(/^#/, "")), asked = {};
  const known = (key, list) => list.indexOf(parts.get(key) ?? undefined);
  if (measures.has(parts.get("show"))) asked.show = parts.get("show");
  if (["england", "fifths"].includes(parts.get("as"))) asked.scheme = parts.get("as");
  const level = known("by", data.allLevels.map(({ column }) => column));
  if (level >= 0) Object.assign(asked, { level, group: known("in", data.allLevels[level].names) });
  if (["1", "2", "3"].includes(parts.get("top"))) asked.top = Number(parts.get("top"));
  if (parts.get("outline") === "1") asked.outline = true;
  if (measures.has(parts.get("with"))) asked.second = parts.get("with");
  if (parts.get("together") === "1") asked.together = true;
  if (known("heat", data.heat) >= 0) asked.heat = known("heat", data.heat);
  if (known("area", data.codes) >= 0) asked.selected = known("area", data.codes);
  const at = AT.exec(parts.get("at") ?? "");
  const view = at && { center: [Number(at[1]), Number(at[2])], zoom: Math.max(5, Math.min(17, Number(at[3]))) };
  return { asked, view };
}

const addressOfView = (map) =>
  `${map.getCenter().lat.toFixed(5)},${map.getCenter().lng.toFixed(5)},${map.getZoom().toFixed(1)}`;
