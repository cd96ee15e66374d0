// ---- pictures and tables to take away -----------------------------------------------------------

/** Draw what a sheet shows now on a canvas, whatever it is drawn with on the screen. */
function drawSheet(pen, sheet, measure, { isShown, strength, data, surface }) {
  const { x: width, y: height } = sheet.map.getSize(), fill = canvasFills(pen);
  const trace = (rings, close) => {
    pen.beginPath();
    for (const ring of rings) {
      ring.forEach((at, k) => {
        const point = sheet.map.latLngToContainerPoint(at);
        if (k) pen.lineTo(point.x, point.y);
        else pen.moveTo(point.x, point.y);
      });
      if (close) pen.closePath();
    }
  };
  pen.save();
  pen.beginPath();
  pen.rect(0, 0, width, height);
  pen.clip();
  pen.fillStyle = colour("paper");
  pen.fillRect(0, 0, width, height);
  const view = sheet.map.getBounds();
  sheet.shapes.forEach((shape, i) => {
    if (!data.shapes[i].length || !view.intersects(shape.getBounds())) return;
    trace(shape.getLatLngs().flat(), true);
    pen.globalAlpha = isShown(i) ? strength : 0.2 * strength;
    pen.fillStyle = fill(measure.classes[measure.of(i)]);
    pen.fill("evenodd");
    if (measure.isZero?.(i)) Object.assign(pen, { fillStyle: fill({ pattern: "rings" }) }).fill("evenodd");
    pen.globalAlpha = 1;
    pen.strokeStyle = shape.options.color;
    pen.lineWidth = shape.options.weight;
    pen.stroke();
  });
  pen.globalAlpha = 0.8;
  surface?.shapes.forEach((shape, k) => {
    trace(latLngs(shape).flat(), true);
    pen.fillStyle = fill(surface.bands[k]);
    pen.fill("evenodd");
  });
  pen.globalAlpha = 1;
  pen.lineJoin = "round";
  for (const layers of Object.values(sheet.lines)) {
    for (const line of layers) {
      const rings = line.getLatLngs();
      if (!rings.length) continue;
      trace(Array.isArray(rings[0]) ? rings : [rings], false);
      Object.assign(pen, { strokeStyle: line.options.color, lineWidth: line.options.weight });
      pen.stroke();
    }
  }
  pen.textAlign = "center";
  for (const label of sheet.labels) {
    if (label.style.visibility === "hidden" || !label.place) continue;
    const { left, right, top, bottom } = label.place;
    const { fontSize, fontWeight } = getComputedStyle(label);
    pen.font = `${fontWeight} ${fontSize} Arial, sans-serif`;
    const lines = wrapped(pen, label.textContent, right - left + 8), middle = (top + bottom) / 2;
    lines.forEach((text, k) => {
      const y = middle + (k - (lines.length - 1) / 2) * 16 + 5;
      Object.assign(pen, { strokeStyle: "#ffffff", lineWidth: 4, fillStyle: colour("ink") });
      pen.strokeText(text, (left + right) / 2, y);
      pen.fillText(text, (left + right) / 2, y);
    });
  }
  pen.textAlign = "left";
  pen.restore();
}

/** Break text into lines that are no wider than the room. */
function wrapped(pen, text, room) {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (lines.at(-1) && pen.measureText(longer).width > room) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/** One picture with title, maps, legend and sources, from the text that stands in the page. */
function picture(sheets, { title, legends, foot, draw }) {
  const scale = 2, gap = 24, left = 330, sizes = sheets.map((sheet) => sheet.map.getSize());
  const mapsWidth = sizes.reduce((sum, { x }) => sum + x, 4 * (sheets.length - 1));
  const width = left + mapsWidth + 2 * gap, canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  const height = layOut(() => {});
  Object.assign(canvas, { width: width * scale, height: height * scale });
  pen.scale(scale, scale);
  pen.fillStyle = colour("paper");
  pen.fillRect(0, 0, width, height);
  layOut((work) => work());
  return canvas;

  /** Go through the page from the top; draw only when asked to; say how high it is. */
  function layOut(act) {
    const write = (text, x, y, { font = "14px", room = left - 20, leading = 19, ink = colour("ink") } = {}) => {
      pen.font = `${font} Arial, sans-serif`;
      return wrapped(pen, text, room).reduce((at, line) => {
        act(() => Object.assign(pen, { fillStyle: ink }) && pen.fillText(line, x, at));
        return at + leading;
      }, y);
    };
    const top = write(title, gap, 44, { font: "700 24px", room: width - 2 * gap, leading: 30 });
    let x = gap + left;
    sheets.forEach((sheet, k) => {
      const at = x;
      act(() => {
        pen.save();
        pen.translate(at, top);
        draw(pen, sheet, k);
        pen.restore();
      });
      x += sizes[k].x + 4;
    });
    let y = top + 14;
    for (const { heading, lines } of legends) {
      y = write(heading, gap, y, { font: "700 16px", leading: 20 }) + 2;
      for (const { style, text } of lines) {
        const at = y;
        if (style) act(() => drawChip(pen, style, gap, at - 13));
        y = write(text, gap + (style ? 30 : 0), y, { room: left - (style ? 50 : 20), ink: style ? colour("ink") : colour("secondary") }) + 2;
      }
      y += 16;
    }
    y = Math.max(y, top + Math.max(...sizes.map(({ y: high }) => high)) + 24);
    return foot.reduce((at, text) => write(text, gap, at, { font: "12px", room: width - 2 * gap, leading: 16, ink: colour("secondary") }), y) + 12;
  }
}

function drawChip(pen, style, x, y) {
  pen.fillStyle = canvasFills(pen)(style);
  pen.fillRect(x, y, 22, 16);
  Object.assign(pen, { strokeStyle: colour("secondary"), lineWidth: 1 });
  pen.strokeRect(x + 0.5, y + 0.5, 21, 15);
  Object.assign(pen, { fillStyle: style.text, font: "10px Arial, sans-serif", textAlign: "center" });
  pen.fillText(style.symbol, x + 11, y + 12);
  pen.textAlign = "left";
}
