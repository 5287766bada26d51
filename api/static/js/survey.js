// What a survey page does beyond plain forms: counts characters, says that it is seen, tells a widget's height.
"use strict";

const body = document.body;

for (const field of document.querySelectorAll("[data-counter]")) {
  const left = document.getElementById(field.dataset.counter);
  const count = () => {
    left.textContent = left.dataset.words.replace("{n}", field.maxLength - field.value.length);
  };
  left.hidden = false;
  field.addEventListener("input", count);
  count();
}

// A page that a mail scanner loads, or that waits in a tab behind, has not been opened by anybody.
const opened = () => {
  if (document.visibilityState !== "visible" || !body.dataset.opened) return;
  fetch(body.dataset.opened, { method: "POST", keepalive: true }).catch(() => {});
  delete body.dataset.opened;
};
for (const gesture of ["pointerdown", "keydown", "scroll", "touchstart"]) {
  addEventListener(gesture, opened, { once: true, passive: true });
}

// A screen on a counter that somebody left begins anew for the next one.
if (body.dataset.home) {
  let timer = 0;
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(() => location.replace(body.dataset.home), 1000 * body.dataset.idle);
  };
  for (const gesture of ["pointerdown", "keydown", "input", "scroll"]) addEventListener(gesture, again, { passive: true });
  again();
}

if (window.parent !== window) {
  const tell = () => parent.postMessage({ genklangHeight: document.documentElement.scrollHeight }, "*");
  new ResizeObserver(tell).observe(body);
  tell();
}
