// The figures of a report: their words are copied; pictures that are not beside the page are hidden.

import { copies } from "../../style/assets/clipboard.js";
import { elementById } from "../../style/assets/dom.js";

/** @param {HTMLElement} button */
async function copyWords(button) {
  const id = button.dataset.copy ?? "";
  const told = elementById(id, HTMLElement);
  const words = (told instanceof HTMLImageElement ? told.alt : told.textContent) ?? "";
  const isCopied = await copies(words);
  const [status, what] = [elementById("copied", HTMLElement), button.textContent];
  status.textContent = isCopied ? `${what}: done` : "Not copied: open the text and select it";
  button.textContent = isCopied ? "Copied" : "Not copied";
  setTimeout(() => {
    button.textContent = what;
  }, 2000);
}

for (const each of document.querySelectorAll(".copy")) each.removeAttribute("hidden");
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (button instanceof HTMLElement) button.addEventListener("click", () => copyWords(button));
}
for (const picture of document.querySelectorAll(".gallery img")) {
  picture.addEventListener("error", () => picture.setAttribute("hidden", ""));
}
