"use strict";

// Links under a search box: the arrows walk from the box through them and back, Escape puts them away. Without this
// script they are reached by Tab; without htmx the box is a form like any other.

const linksOf = (box) => [...box.form.querySelectorAll(".suggest a")];

const clear = (box) => {
  const list = box.form.querySelector(".suggest");
  if (list) list.replaceChildren();
};

document.addEventListener("keydown", (event) => {
  const box = event.target.closest("form")?.querySelector("[data-suggests]");
  if (!box) return;
  const stops = [box, ...linksOf(box)];
  const at = stops.indexOf(event.target);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape" && stops.length > 1 && at >= 0) {
    event.preventDefault();
    clear(box);
    box.focus();
  } else if (step && stops.length > 1 && at >= 0) {
    event.preventDefault();
    stops[(at + step + stops.length) % stops.length].focus();
  }
});

// An answer that comes while somebody walks through the links would take the one they stand on from under them.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { requestConfig, target } = event.detail;
  if (requestConfig.elt.matches("[data-suggests]") && target.contains(document.activeElement)) {
    event.detail.shouldSwap = false;
  }
});

// Whoever goes on elsewhere does not need them any more, nor whoever touches the page they lie over.
document.addEventListener("focusout", (event) => {
  const box = event.target.closest("form")?.querySelector("[data-suggests]");
  if (box && event.relatedTarget && !box.form.contains(event.relatedTarget)) clear(box);
});
document.addEventListener("pointerdown", (event) => {
  if (!event.target.closest(".seek")) document.querySelectorAll("[data-suggests]").forEach(clear);
});
