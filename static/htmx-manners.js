"use strict";

// What a page without scripts gives for nothing, given back to the parts that htmx swaps.

// A part being fetched says so to screen readers.
document.addEventListener("htmx:beforeRequest", (event) => {
  event.detail.target.setAttribute("aria-busy", "true");
});
document.addEventListener("htmx:afterRequest", (event) => {
  event.detail.target.removeAttribute("aria-busy");
});

// A list marked data-waits-for-choice is not refreshed under the hand of someone who has ticked rows in it, not even by
// an answer that was on its way before.
const isChosenFrom = (part) => part.hasAttribute("data-waits-for-choice") && part.querySelector("input:checked");
document.addEventListener("htmx:beforeRequest", (event) => {
  if (isChosenFrom(event.detail.elt)) {
    event.preventDefault();
    event.detail.target.removeAttribute("aria-busy");
  }
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (isChosenFrom(event.detail.requestConfig.elt)) event.detail.shouldSwap = false;
});

// Enter in a field that has a request of its own makes that request. Without scripts it presses the form's first
// button, which asks for the same.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches('[data-hx-trigger="scan"]')) {
    event.preventDefault();
    window.htmx.trigger(event.target, "scan");
  }
});

// A part that came back filled names the field to go on with, and tells its form that values changed.
document.addEventListener("htmx:afterSettle", (event) => {
  const part = event.detail.elt;
  if (!part.hasAttribute("data-filled")) return;
  document.getElementById(part.dataset.filled)?.focus();
  part.dispatchEvent(new Event("change", { bubbles: true }));
});

// A form that comes back with mistakes puts the reader at the summary of them.
document.addEventListener("htmx:afterSettle", (event) => {
  const summary = event.detail.elt.querySelector(".errors");
  if (summary) summary.focus();
});

// A part that could not be fetched: what was typed stays, and one line says so until a part comes again.
const away = () => document.getElementById("part-away");
const sayAway = () => {
  if (away()) return;
  const note = document.createElement("p");
  Object.assign(note, { id: "part-away", className: "note note--warn mb", role: "alert" });
  note.textContent = document.querySelector('meta[name="part-away"]').content;
  document.getElementById("main").prepend(note);
};
document.addEventListener("htmx:sendError", sayAway);
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status === 503) sayAway();
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) away()?.remove();
});
