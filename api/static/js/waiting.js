// What a page shows while the desk works or cannot be reached: a busy button, the shape of what comes, a lost connection.

const SHOWN_AFTER_MS = 300;
const FORGOTTEN_AFTER_MS = 15000; // an answer that is no page, as a file, leaves the page as it is
const lost = document.getElementById("connection");

/* A button that was pressed is busy, and a form goes out once. */

function busy(form, button) {
  form.dataset.sent = "yes";
  setTimeout(() => button?.setAttribute("aria-busy", "true"), SHOWN_AFTER_MS / 2);
  setTimeout(() => rest(form), FORGOTTEN_AFTER_MS);
}

function rest(form) {
  delete form.dataset.sent;
  for (const button of document.querySelectorAll("[aria-busy].btn, [aria-busy].item")) button.removeAttribute("aria-busy");
}

// on the window, after all who may hold a form back
window.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) {
    event.preventDefault();
  } else if (lost && !lost.hidden) {
    event.preventDefault(); // the browser would show its own page in the place of the words
    reach().then((there) => there && form.requestSubmit(event.submitter));
  } else {
    busy(form, event.submitter);
  }
});

/* A page that does not come at once: where it will stand shows grey lines. */

window.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link.origin !== location.origin || link.target || link.hasAttribute("download")) return;
  if (link.pathname === location.pathname && link.search === location.search) return; // a place on this page
  const work = document.querySelector(".work");
  const pane = link.closest(".rows") && work?.checkVisibility() ? work : document.querySelector("main");
  const shown = setTimeout(() => pane?.setAttribute("aria-busy", "true"), SHOWN_AFTER_MS);
  setTimeout(() => settle(shown, pane), FORGOTTEN_AFTER_MS);
  window.addEventListener("pageshow", () => settle(shown, pane), { once: true }); // back to this page as it was
});

function settle(shown, pane) {
  clearTimeout(shown);
  pane?.removeAttribute("aria-busy");
}

window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.querySelectorAll("form[data-sent]")) rest(form);
});

/* No connection: said once, with since when, until the desk answers again. */

function show(isLost) {
  if (!lost || lost.hidden === !isLost) return;
  lost.hidden = !isLost;
  const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  lost.querySelector("b").textContent = isLost ? lost.dataset.since.replace("{t}", time) : "";
}

async function reach() {
  try {
    show(!(await fetch("/healthz", { cache: "no-store" })).ok);
  } catch {
    show(true);
  }
  return lost.hidden;
}

if (lost) {
  document.addEventListener("htmx:error", reach); // one question that failed may have another reason
  document.addEventListener("htmx:after:request", () => lost.hidden || reach());
  window.addEventListener("offline", () => show(true));
  window.addEventListener("online", reach);
  lost.querySelector("button").addEventListener("click", reach);
}
