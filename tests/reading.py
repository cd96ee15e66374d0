"""What an eye needs of a page in Chromium: texts that stand apart, in colours that stand out."""

from pathlib import Path
from typing import Any

LEAST_CONTRAST = 4.5
"""Of small print, by WCAG 2.2 AA."""

_READ = r"""
(mostOver) => {
  const chain = function* (element) { for (let at = element; at; at = at.parentElement) yield at; };
  const rgba = (text) => {
    const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
    const scale = text.startsWith("color(") ? 255 : 1;
    return [r * scale, g * scale, b * scale, a];
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((one, k) => one * a + below[k] * (1 - a));
  const light = (colour) => {
    const [r, g, b] = colour.map((one) => {
      const part = one / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  const ground = (element) => {
    const style = getComputedStyle(element); // a halo is the ground of its letters
    if (parseFloat(style.webkitTextStrokeWidth) >= 2) return rgba(style.webkitTextStrokeColor);
    const layers = [];
    for (const at of chain(element)) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reduceRight((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const strength = (element) =>
    [...chain(element)].reduce((all, at) => all * Number(getComputedStyle(at).opacity), 1);
  const contrastOf = (element, colour) => {
    const [below, [r, g, b, a]] = [ground(element), rgba(colour)];
    return contrast(over([r, g, b, a * strength(element)], below), below);
  };
  const isUnseen = (element) =>
    !element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) ||
    /^(script|style|option)$/i.test(element.tagName) ||
    [...chain(element)].some((at) => getComputedStyle(at).clipPath.startsWith("inset"));
  const clipOf = (element) => {
    const clip = [-1e9, -1e9, 1e9, 1e9];
    let { position } = getComputedStyle(element);
    for (const at of [...chain(element)].slice(1)) {
      if (position === "fixed" || at === document.body) break;
      const style = getComputedStyle(at);
      if (position === "absolute" && style.position === "static") continue;
      ({ position } = style);
      if (style.overflowX === "visible" && style.overflowY === "visible") continue;
      const { left, top, right, bottom } = at.getBoundingClientRect();
      clip[0] = Math.max(clip[0], left);
      clip[1] = Math.max(clip[1], top);
      clip[2] = Math.min(clip[2], right);
      clip[3] = Math.min(clip[3], bottom);
    }
    return clip;
  };
  const linesOf = (node, element) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const clip = clipOf(element);
    return [...range.getClientRects()]
      .map(({ left, top, right, bottom }) => {
        const room = 0.2 * (bottom - top); // above and below the letters
        return [
          Math.max(left, clip[0]), Math.max(top + room, clip[1]),
          Math.min(right, clip[2]), Math.min(bottom - room, clip[3]),
        ];
      })
      .filter(([left, top, right, bottom]) => right - left > 1 && bottom - top > 1);
  };
  const isOpaque = (element) => rgba(getComputedStyle(element).backgroundColor)[3] === 1;
  const isLaidOver = (one, other) => {
    const own = [...chain(one)].filter((at) => !at.contains(other));
    return own.some(isOpaque) && own.some((at) => getComputedStyle(at).position !== "static");
  };
  /** Whether what lies on top there, such as a card, has a ground that covers the other text. */
  const isCovered = (one, other, x, y) => {
    if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) {
      return isLaidOver(one, other) || isLaidOver(other, one);
    }
    const stack = document.elementsFromPoint(x, y);
    const places = [one, other].map((element) => stack.indexOf(element));
    if (places.includes(-1)) return true; // it is not drawn there
    const [high, low] = places.sort((a, b) => a - b);
    return stack.slice(high, low).some((at) => isOpaque(at) && !at.contains(stack[low]));
  };

  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent.trim();
    if (!text || isUnseen(element)) continue;
    const lines = linesOf(node, element);
    if (lines.length) texts.push({ text, element, lines });
  }
  const pale = [];
  const tell = (text, ratio) => {
    if (ratio < 4.5) pale.push(`${text.slice(0, 40)}: ${ratio.toFixed(2)}`);
  };
  for (const { text, element } of texts) {
    tell(text, contrastOf(element, getComputedStyle(element).color));
  }
  for (const element of document.body.querySelectorAll("*")) {
    const sign = getComputedStyle(element, "::before");
    const text = sign.content.match(/^"(.*)"$/)?.[1].trim();
    if (!text || sign.display === "none" || isUnseen(element)) continue;
    if (sign.backgroundColor === "rgba(0, 0, 0, 0)") tell(text, contrastOf(element, sign.color));
  }

  const anything = document.createElement("style"); // names on a map let the pointer through
  anything.textContent = "* { pointer-events: auto !important }";
  document.head.append(anything);
  const lines = texts.flatMap(({ text, element, lines }) =>
    lines.map((box) => ({ text, element, box })));
  lines.sort((a, b) => a.box[1] - b.box[1]);
  const overlapping = [];
  lines.forEach((one, k) => {
    for (const other of lines.slice(k + 1)) {
      if (other.box[1] >= one.box[3] - mostOver) break;
      const left = Math.max(one.box[0], other.box[0]);
      const right = Math.min(one.box[2], other.box[2]);
      if (one.element === other.element || right - left <= mostOver) continue;
      const y = (other.box[1] + Math.min(one.box[3], other.box[3])) / 2;
      if (!isCovered(one.element, other.element, (left + right) / 2, y)) {
        overlapping.push(`${one.text.slice(0, 40)} / ${other.text.slice(0, 40)}`);
      }
    }
  });
  anything.remove();
  return { texts: texts.map(({ text }) => text), pale: [...new Set(pale)], overlapping };
}
"""


def reading(page: Any, most_over: float = 1.0) -> dict[str, list[str]]:
    """Read the texts of a page that are seen: all of them, which are pale, which pairs overlap.

    Boxes are those of each line without the room above and below its letters; what is covered by
    an opaque box, such as a card or a head that stays in place, is not seen there. The contrast is
    that of letters, and of signs before them, with the ground below, which for names on a map is
    their halo.
    """
    found: dict[str, list[str]] = page.evaluate(_READ, most_over)
    return found


def sheets(path: Path, chromium: Any) -> int:
    """Count the sheets of A4 on which a page prints."""
    page = chromium.new_context(offline=True).new_page()
    page.goto(path.as_uri())
    printed = page.pdf(format="A4", prefer_css_page_size=True).count(b"/Type /Page\n")
    page.context.close()
    return printed
