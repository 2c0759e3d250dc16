"use strict";

// The registration page under a clerk's fingers. Without this script everything still works, only slower.

const form = document.querySelector("form:has([data-seconds])");
const words = () => document.getElementById("q");

// Enter in the procedure's field chooses the first match; in no other field does it send anything by accident.
let chosenWords = null;
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || event.target.id !== "q") return;
  event.preventDefault();
  chosenWords = event.target.value;
  if (chosenWords.trim()) event.target.dispatchEvent(new Event("choose-first", { bubbles: true }));
});
form.addEventListener("input", (event) => {
  if (event.target.id === "q") chosenWords = null;
});
// A search still waiting for its quarter of a second must not undo the choice that came before it.
document.addEventListener("htmx:confirm", (event) => {
  if (event.detail.elt.id === "q" && words().value === chosenWords) event.preventDefault();
});
// A choice by Enter is a change like any other: the slip beside the form follows it.
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt.hasAttribute("data-chooses-first")) words().dispatchEvent(new Event("change", { bubbles: true }));
});

// What makes a form the next dossier's: the server knows an untouched one by the same fields.
const OF_ITS_OWN = ["q", "offering", "name", "id_number", "phone"];

// From the first input to the submit, in whole seconds; a page that came back with mistakes counts on.
const field = form.querySelector("[data-seconds]");
const before = Number(field.value) || 0;
let since = before ? performance.now() : null;
form.addEventListener("input", () => {
  since ??= performance.now();
});
form.addEventListener("submit", (event) => {
  // The key that registered the last dossier, pressed once more: the band with its code and slip stays.
  // Also where something was typed and taken out again: sent, it would only be printed a second time.
  const typed = new FormData(form);
  if (document.querySelector(".takenin") && OF_ITS_OWN.every((name) => !typed.get(name)?.trim())) {
    event.preventDefault();
    return;
  }
  if (since !== null) field.value = before + Math.max(1, Math.round((performance.now() - since) / 1000));
});
