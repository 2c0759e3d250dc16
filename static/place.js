"use strict";

// A device that knows where it is may say so, once, when its owner asks; without a script the place is told in words.

for (const box of document.querySelectorAll("[data-place]")) {
  if (!("geolocation" in navigator)) continue;
  const said = box.querySelector("[role=status]");
  const fill = (name, degrees) => {
    document.querySelector(`[name=${name}]`).value = degrees.toFixed(5);
  };
  box.hidden = false;
  box.querySelector("button").addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        fill("latitude", coords.latitude);
        fill("longitude", coords.longitude);
        said.textContent = said.dataset.done;
      },
      () => {
        said.textContent = said.dataset.failed;
      },
      { timeout: 10_000 },
    );
  });
}
