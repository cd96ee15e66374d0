// The view drawn on a canvas: as an image to take away, and for print.

import { FADED, UNDER_HEAT } from "./area-map.js";
import { latLngs } from "./decode.js";
import { cssColour } from "./dom.js";
import { canvasFills, penOf } from "./patterns.js";

/** @import { AreaMap } from "./area-map.js" */
/** @import { ChipStyle } from "./dom.js" */
/** @import { LegendText } from "./download.js" */
/** @import { Label } from "./labels.js" */
/** @import { Measure } from "./measures.js" */
/** @import { View } from "./view.js" */
/** @typedef {CanvasRenderingContext2D} Pen */
/** @typedef {{ font: string, leading: number, colour: string }} TextStyle */

const GAP = 24;
const LEGEND_WIDTH = 330;
const BETWEEN_MAPS = 4;

/**
 * @param {number} width
 * @param {number} height
 * @param {number} scale
 */
function scaledCanvas(width, height, scale) {
  const size = { width: width * scale, height: height * scale };
  const canvas = Object.assign(document.createElement("canvas"), size);
  const pen = penOf(canvas);
  pen.scale(scale, scale);
  return { canvas, pen };
}

/**
 * Draw what a map shows now, whatever it is drawn with on the screen.
 * @param {Pen} pen
 * @param {AreaMap} areaMap
 * @param {Measure} measure
 * @param {View} view
 */
function drawMap(pen, areaMap, measure, view) {
  const { x: width, y: height } = areaMap.map.getSize();
  pen.save();
  pen.beginPath();
  pen.rect(0, 0, width, height);
  pen.clip();
  pen.fillStyle = cssColour("paper");
  pen.fillRect(0, 0, width, height);
  drawAreas(pen, areaMap, measure, view);
  drawHeat(pen, areaMap, view);
  drawLines(pen, areaMap);
  pen.textAlign = "center";
  for (const label of areaMap.labels.list) drawLabel(pen, label);
  pen.restore();
}

/**
 * @param {Pen} pen
 * @param {L.Map} map
 * @param {L.LatLngExpression[][]} rings
 */
function trace(pen, map, rings, closed = true) {
  pen.beginPath();
  for (const ring of rings) {
    ring.forEach((at, k) => {
      const { x, y } = map.latLngToContainerPoint(at);
      if (k) pen.lineTo(x, y);
      else pen.moveTo(x, y);
    });
    if (closed) pen.closePath();
  }
}

/**
 * @param {Pen} pen
 * @param {AreaMap} areaMap
 * @param {Measure} measure
 * @param {View} view
 */
function drawAreas(pen, { map, shapes }, measure, view) {
  const fillOf = canvasFills(pen);
  const bounds = map.getBounds();
  const strength = view.surface ? UNDER_HEAT : 1;
  shapes.forEach((shape, i) => {
    if (!view.data.shapes[i].length || !bounds.intersects(shape.getBounds())) return;
    trace(pen, map, ringsOf(shape));
    pen.globalAlpha = view.isShown(i) ? strength : FADED * strength;
    pen.fillStyle = fillOf(measure.classes[measure.classOf(i)]);
    pen.fill("evenodd");
    if (measure.isZero?.(i)) {
      pen.fillStyle = fillOf({ pattern: "rings" });
      pen.fill("evenodd");
    }
    pen.globalAlpha = 1;
    stroke(pen, shape);
  });
}

/**
 * The rings of a polygon, or the parts of a line.
 * @param {L.Polygon | L.Polyline} line
 */
function ringsOf(line) {
  /** @type {(parts: any[]) => L.LatLng[][]} */
  const rings = (parts) => (Array.isArray(parts[0]) ? parts.flatMap(rings) : [parts]);
  return rings(line.getLatLngs()).filter(({ length }) => length);
}

/**
 * @param {Pen} pen
 * @param {L.Path} path
 */
function stroke(pen, { options: { color = "", weight = 1 } }) {
  Object.assign(pen, { strokeStyle: color, lineWidth: weight });
  pen.stroke();
}

/**
 * @param {Pen} pen
 * @param {AreaMap} areaMap
 * @param {View} view
 */
function drawHeat(pen, { map, circles }, { surface }) {
  const fillOf = canvasFills(pen);
  pen.globalAlpha = 0.8;
  surface?.shapes.forEach((shape, k) => {
    trace(pen, map, latLngs(shape).flat());
    pen.fillStyle = fillOf(surface.bands[k]);
    pen.fill("evenodd");
  });
  for (const circle of circles) {
    const { x, y } = map.latLngToContainerPoint(circle.getLatLng());
    pen.beginPath();
    pen.arc(x, y, circle.getRadius(), 0, 2 * Math.PI);
    pen.fillStyle = cssColour("need");
    pen.fill();
    stroke(pen, circle);
  }
  pen.globalAlpha = 1;
}

/**
 * @param {Pen} pen
 * @param {AreaMap} areaMap
 */
function drawLines(pen, { map, lines }) {
  pen.lineJoin = "round";
  for (const line of Object.values(lines).flat()) {
    const rings = ringsOf(line);
    if (!rings.length) continue;
    trace(pen, map, rings, false);
    stroke(pen, line);
  }
}

/**
 * @param {Pen} pen
 * @param {Label} label
 */
function drawLabel(pen, { span, place }) {
  if (!place) return;
  const { left, right, top, bottom } = place;
  const { fontSize, fontWeight } = getComputedStyle(span);
  pen.font = `${fontWeight} ${fontSize} Arial, sans-serif`;
  const [x, middle] = [(left + right) / 2, (top + bottom) / 2];
  const lines = wrapped(pen, span.textContent ?? "", right - left + 8);
  lines.forEach((text, k) => {
    const y = middle + (k - (lines.length - 1) / 2) * 16 + 5;
    Object.assign(pen, { strokeStyle: "#ffffff", lineWidth: 4, fillStyle: cssColour("ink") });
    pen.strokeText(text, x, y);
    pen.fillText(text, x, y);
  });
}

/**
 * Break text into lines that are no wider than the room.
 * @param {Pick<Pen, "measureText">} pen
 * @param {string} text
 * @param {number} room
 */
export function wrapped(pen, text, room) {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const last = lines[lines.length - 1];
    const longer = `${last} ${word}`.trim();
    if (last && pen.measureText(longer).width > room) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/**
 * Write text in lines no wider than the room; say where the next line would stand.
 * @param {Pen} pen
 * @param {string} text
 * @param {{ x: number, y: number, room: number }} at
 * @param {TextStyle} style
 */
function write(pen, text, { x, y, room }, { font, leading, colour }) {
  Object.assign(pen, { font: `${font} Arial, sans-serif`, fillStyle: colour });
  const lines = wrapped(pen, text, room);
  lines.forEach((line, k) => {
    pen.fillText(line, x, y + k * leading);
  });
  return y + lines.length * leading;
}

/**
 * @param {Pen} pen
 * @param {LegendText} legend
 * @param {number} top
 */
function drawLegend(pen, { heading, lines }, top) {
  const [ink, secondary] = [cssColour("ink"), cssColour("secondary")];
  const title = { font: "700 16px", leading: 20, colour: ink };
  let y = write(pen, heading, { x: GAP, y: top, room: LEGEND_WIDTH - 20 }, title) + 2;
  for (const { style, text } of lines) {
    if (style) drawChip(pen, style, GAP, y - 13);
    const indent = style ? 30 : 0;
    const at = { x: GAP + indent, y, room: LEGEND_WIDTH - 20 - indent };
    y = write(pen, text, at, { font: "14px", leading: 19, colour: style ? ink : secondary }) + 2;
  }
  return y + 16;
}

/**
 * @param {Pen} pen
 * @param {ChipStyle} style
 * @param {number} x
 * @param {number} y
 */
function drawChip(pen, style, x, y) {
  pen.fillStyle = canvasFills(pen)(style);
  pen.fillRect(x, y, 22, 16);
  Object.assign(pen, { strokeStyle: cssColour("secondary"), lineWidth: 1 });
  pen.strokeRect(x + 0.5, y + 0.5, 21, 15);
  Object.assign(pen, {
    fillStyle: style.text,
    font: "10px Arial, sans-serif",
    textAlign: "center",
  });
  pen.fillText(style.symbol, x + 11, y + 12);
  pen.textAlign = "left";
}

/**
 * Draw title, maps, legends and foot; say how high the image is.
 * @param {Pen} pen
 * @param {number} width
 * @param {AreaMap[]} maps
 * @param {{ title: string, legends: LegendText[], foot: string[], view: View }} parts
 */
function drawImage(pen, width, maps, { title, legends, foot, view }) {
  const room = width - 2 * GAP;
  const large = { font: "700 24px", leading: 30, colour: cssColour("ink") };
  const top = write(pen, title, { x: GAP, y: 44, room }, large);
  let x = GAP + LEGEND_WIDTH;
  maps.forEach((areaMap, k) => {
    pen.save();
    pen.translate(x, top);
    drawMap(pen, areaMap, view.shown[k], view);
    pen.restore();
    x += areaMap.map.getSize().x + BETWEEN_MAPS;
  });
  const legendsEnd = legends.reduce((y, legend) => drawLegend(pen, legend, y), top + 14);
  const mapsEnd = top + Math.max(...maps.map(({ map }) => map.getSize().y)) + GAP;
  const small = { font: "12px", leading: 16, colour: cssColour("secondary") };
  const start = Math.max(legendsEnd, mapsEnd);
  return 12 + foot.reduce((y, text) => write(pen, text, { x: GAP, y, room }, small), start);
}

/**
 * One image with title, maps, legends and sources. It is drawn twice: how high it is, is known
 * when its text is laid out.
 * @param {AreaMap[]} maps
 * @param {{ title: string, legends: LegendText[], foot: string[], view: View }} parts
 */
export function imageOf(maps, parts) {
  const mapsWidth = maps.reduce(
    (sum, { map }) => sum + map.getSize().x + BETWEEN_MAPS,
    -BETWEEN_MAPS,
  );
  const width = LEGEND_WIDTH + mapsWidth + 2 * GAP;
  const height = drawImage(penOf(document.createElement("canvas")), width, maps, parts);
  const { canvas, pen } = scaledCanvas(width, height, 2);
  pen.fillStyle = cssColour("paper");
  pen.fillRect(0, 0, width, height);
  drawImage(pen, width, maps, parts);
  return canvas;
}

/**
 * The part of a map that the chosen place takes up, fine enough for print.
 * @param {AreaMap} areaMap
 * @param {Measure} measure
 * @param {View} view
 */
export function printOf(areaMap, measure, view) {
  const part = areaMap.part(view.areasInPlace);
  const { x: width, y: height } = part.getSize();
  const { canvas, pen } = scaledCanvas(width, height, 4);
  const { x, y } = part.getTopLeft();
  pen.translate(-x, -y);
  drawMap(pen, areaMap, measure, view);
  return canvas;
}
