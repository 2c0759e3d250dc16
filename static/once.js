"use strict";

// A button pressed twice sends its form once: the second request would only be told that the first has done it all.

const AGAIN_AFTER = 3000; // milliseconds
const sent = new WeakMap();

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return; // htmx sends it, each in its turn
  const before = sent.get(event.target);
  if (before !== undefined && event.timeStamp - before < AGAIN_AFTER) event.preventDefault();
  else sent.set(event.target, event.timeStamp);
});
