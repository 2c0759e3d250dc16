"use strict";

// Reads a QR code by the camera, in browsers that can do so themselves; all others never see the button.
// A button data-camera="x" opens the dialog with that id; what is read goes into the field the dialog names.

const canRead = "BarcodeDetector" in window && Boolean(navigator.mediaDevices?.getUserMedia);
const LOOK_EVERY = 150; // milliseconds

function offer() {
  for (const button of document.querySelectorAll("[data-camera]")) button.hidden = !canRead;
}

function enter(field, text) {
  field.value = text;
  if (window.htmx) window.htmx.trigger(field, "scan");
  else field.form.requestSubmit(field.form.querySelector("[type=submit]"));
}

async function look(dialog, video, detector) {
  while (dialog.open) {
    const [code] = await detector.detect(video);
    if (code) return code.rawValue;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  }
  return "";
}

async function read(dialog) {
  const video = dialog.querySelector("video");
  const refused = dialog.querySelector("[data-refused]");
  let stream;
  refused.hidden = true;
  video.hidden = false;
  dialog.showModal();
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    video.srcObject = stream;
    await video.play();
    const text = await look(dialog, video, new window.BarcodeDetector({ formats: ["qr_code"] }));
    dialog.close();
    if (text) enter(document.getElementById(dialog.dataset.into), text);
  } catch {
    refused.hidden = false;
    video.hidden = true; // a black square would look like a camera that is on
  } finally {
    for (const track of stream?.getTracks() ?? []) track.stop();
    video.srcObject = null;
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-camera]");
  if (button) read(document.getElementById(button.dataset.camera));
});
document.addEventListener("htmx:afterSettle", offer);
offer();
