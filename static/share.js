"use strict";

// An address to pass on: the telephone's own way of sharing, else a copy of it. Without a script the link leads there.

for (const link of document.querySelectorAll("[data-share]")) {
  const said = link.parentElement.querySelector("[role=status]");
  link.addEventListener("click", (event) => {
    if (navigator.share) {
      event.preventDefault();
      navigator.share({ url: link.href }).catch(() => undefined); // whoever changed their mind need not be told
    } else if (navigator.clipboard) {
      event.preventDefault();
      navigator.clipboard.writeText(link.href).then(
        () => {
          said.textContent = said.dataset.done;
        },
        () => {
          location.href = link.href;
        },
      );
    }
  });
}
