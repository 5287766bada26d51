// Puts a survey into a website: <script async src="…/static/js/widget.js" data-survey="…/w/…"></script>
"use strict";

(() => {
  const here = document.currentScript;
  const address = new URL(here.dataset.survey, here.src);
  if (address.origin !== new URL(here.src).origin || !address.pathname.startsWith("/w/")) return;
  const frame = document.createElement("iframe");
  frame.src = address.href;
  frame.title = here.dataset.title || "Survey";
  frame.loading = "lazy";
  frame.referrerPolicy = "no-referrer";
  // no allow-same-origin: what runs in the frame reaches neither this website nor anything of its own
  frame.setAttribute("sandbox", "allow-forms allow-scripts");
  Object.assign(frame.style, { border: "0", width: "100%", maxWidth: "528px", height: "420px", colorScheme: "light dark" });
  here.after(frame);
  addEventListener("message", (event) => {
    const height = event.source === frame.contentWindow && event.data && event.data.genklangHeight;
    if (Number.isFinite(height)) frame.style.height = `${Math.min(Math.max(height, 120), 2000)}px`;
  });
})();
