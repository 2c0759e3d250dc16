"use strict";

// A screen that many people touch goes back to its first page when nobody does, and says so before. Without scripts it
// stays where it was left, with a button to go back.

const WARN_AFTER = 100_000;
const LEAVE_AFTER = 20_000;

const start = document.querySelector("[data-start]");
const notice = document.querySelector("[data-idle]");
let waiting = 0;

const leave = () => window.location.assign(start.href);
const warn = () => {
  notice.hidden = false;
  waiting = setTimeout(leave, LEAVE_AFTER);
};
const begin = () => {
  clearTimeout(waiting);
  notice.hidden = true;
  waiting = setTimeout(warn, WARN_AFTER);
};

for (const kind of ["pointerdown", "keydown", "wheel"]) document.addEventListener(kind, begin, { passive: true });
if (window.location.pathname !== new URL(start.href).pathname || window.location.search) begin();
