// ---- the search: a text box with a list that opens below it ---------------------------------------

/** Offer what matches the text; arrows, Enter, Escape, mouse and finger choose among it. */
function searchBox(box, list, matches, tell) {
  let found = [], at = -1;
  const point = (k) => {
    at = k;
    [...list.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === k)));
    if (k >= 0) box.setAttribute("aria-activedescendant", list.children[k].id);
    else box.removeAttribute("aria-activedescendant");
    list.children[k]?.scrollIntoView({ block: "nearest" });
  };
  const close = () => {
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    point(-1);
  };
  const choose = (k) => {
    const chosen = found[k];
    box.value = chosen.text;
    close();
    chosen.go();
  };
  box.addEventListener("input", () => {
    found = matches(box.value);
    list.replaceChildren(...found.map(({ text, note }, k) => element("li", { role: "option", id: `geo-found-${k}`, "aria-selected": "false" },
      text, " ", element("span", {}, note))));
    list.hidden = !found.length;
    box.setAttribute("aria-expanded", String(found.length > 0));
    point(-1);
    tell(box.value.trim() ? counted(found.length, "match", "matches") : "");
  });
  box.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) {
      event.preventDefault();
      point((at + step + found.length) % found.length);
    } else if (event.key === "Enter" && found.length) choose(Math.max(0, at));
    else if (event.key === "Escape") close();
  });
  box.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", ({ target }) => {
    const item = target.closest("li");
    if (item) choose([...list.children].indexOf(item));
  });
}
