"use strict";

// Lists with rows to tick: how many are ticked is said, and one box ticks them all. Without scripts the list works too.

const ready = () => {
  for (const all of document.querySelectorAll("[data-all]")) all.hidden = false;
};

const count = (form) => {
  const boxes = [...form.querySelectorAll("input[name=hs]")];
  const chosen = boxes.filter((box) => box.checked).length;
  const said = form.querySelector("[data-count]");
  const all = form.querySelector("[data-all]");
  if (!said || !all) return;
  said.dataset.before ??= said.textContent;
  said.textContent = chosen ? said.dataset.count.replace("#", chosen) : said.dataset.before;
  all.checked = chosen > 0 && chosen === boxes.length;
  all.indeterminate = chosen > 0 && chosen < boxes.length;
};

document.addEventListener("change", (event) => {
  const form = event.target.closest("form.chosen");
  if (!form || event.target.type !== "checkbox") return;
  if ("all" in event.target.dataset) {
    for (const box of form.querySelectorAll("input[name=hs]")) box.checked = event.target.checked;
  }
  count(form);
});

// A part that was fetched anew says what changed in it, once, in the page's one quiet voice.
document.addEventListener("htmx:afterSettle", (event) => {
  ready();
  const part = document.getElementById(event.detail.elt.id);
  const voice = document.getElementById("says");
  if (!part || !voice || !part.dataset.says) return;
  if (voice.dataset.said && voice.dataset.said !== part.dataset.says) voice.textContent = part.dataset.says;
  voice.dataset.said = part.dataset.says;
});

document.addEventListener("DOMContentLoaded", () => {
  ready();
  const part = document.querySelector("[data-says]");
  const voice = document.getElementById("says");
  if (part && voice) voice.dataset.said = part.dataset.says;
  for (const form of document.querySelectorAll("form.chosen")) count(form);
});
