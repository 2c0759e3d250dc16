"use strict";

// The slip of what was just registered goes to the printer at once, from a frame nobody sees; the clerk stays in the
// first field of the next form. The server names the slip only the first time it shows the page.

const band = document.querySelector("[data-print-slip]");
const frame = document.createElement("iframe");
frame.className = "vh";
frame.tabIndex = -1;
frame.setAttribute("aria-hidden", "true");
frame.addEventListener(
  "load",
  () => {
    const first = document.activeElement;
    try {
      frame.contentWindow.print();
      first.focus();
    } catch {
      band.querySelector("a").focus(); // a browser that shows no PDF inside a page: the link prints it
    }
  },
  { once: true },
);
frame.src = band.dataset.printSlip;
document.body.append(frame);
