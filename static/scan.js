"use strict";

// Scanning in a row: the field is free for the next bars at once, every scan is sent in its turn, and its answer is heard.

const MUTE = "scan-muted";
const scans = [];
let last = "";
let audio;

const muted = () => localStorage.getItem(MUTE) === "1";
const field = (form) => form.querySelector("[data-scan-field]");

// High for what was done, low for what was refused; the words beside it say the same.
function sound(pitch) {
  if (muted()) return;
  audio ||= new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = pitch === "high" ? 1320 : 220;
  volume.gain.setValueAtTime(0.2, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + (pitch === "high" ? 0.15 : 0.45));
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.5);
}

document.addEventListener(
  "submit",
  (event) => {
    if (!event.target.matches("[data-scan]")) return;
    scans.push(field(event.target).value);
    field(event.target).value = "";
  },
  true,
);

document.addEventListener("htmx:configRequest", (event) => {
  if (!event.detail.elt.matches("[data-scan]")) return;
  last = scans.shift() ?? "";
  event.detail.parameters[field(event.detail.elt).name] = last;
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.elt.matches("[data-scan]")) return;
  const { status } = event.detail.xhr;
  const lost = !(status < 300 || status === 422);
  document.querySelector("[data-scan-lost]").hidden = !lost;
  if (lost) field(event.detail.elt).value = last;
  const heard = document.querySelector("#heard [data-sound]");
  sound(lost ? "low" : (heard?.dataset.sound ?? "low"));
});

for (const quiet of document.querySelectorAll("[data-mute]")) {
  quiet.hidden = false;
  const box = quiet.querySelector("input");
  box.checked = muted();
  box.addEventListener("change", () => localStorage.setItem(MUTE, box.checked ? "1" : "0"));
}

// A field that comes back with what was typed: the next scan replaces it.
for (const input of document.querySelectorAll("[data-scan-field][autofocus]")) input.select();
