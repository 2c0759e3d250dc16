"use strict";

// The slip of what was just registered goes to the printer at once, from a frame nobody sees; the clerk stays in the
// first field of the next form. The server asks for it only the first time it shows the page. The form is sent, since a
// receipt gets its secret while it is printed.

const band = document.querySelector("[data-print-slip]");
const printing = document.getElementById("print-slip");
const frame = document.createElement("iframe");
frame.className = "vh";
frame.name = "slip";
frame.tabIndex = -1;
frame.setAttribute("aria-hidden", "true");
document.body.append(frame);
frame.addEventListener("load", () => {
  const first = document.activeElement;
  try {
    if (frame.contentWindow.location.href === "about:blank") return; // the empty frame
    frame.contentWindow.print();
    first.focus();
  } catch {
    band.querySelector("[form]").focus(); // a browser that shows no PDF inside a page: the button prints it
  }
});
printing.target = frame.name;
printing.submit();
printing.target = "_blank";
