/* Printing needs a script: without one the button stays hidden, and the browser's own menu prints the same page. */
for (const place of document.querySelectorAll("[data-print]")) {
  place.hidden = false;
  place.addEventListener("click", () => window.print());
}
