// Half-written words: the form keeps itself (htmx). This file says so when the connection is lost, tries again,
// and warns before a window with unkept words is closed. Without it nothing but that is missing.

const RETRY_MS = 5000;
const status = () => document.getElementById("unsent");
const isOurs = (event) => event.target?.id === "unsent" || event.detail?.ctx?.sourceElement?.id === "unsent";
let unkept = false;
let retry = 0;

document.addEventListener("input", (event) => {
  if (event.target.closest?.("#act") && event.target.matches("textarea, input[name=subject]")) unkept = true;
});
document.addEventListener("submit", (event) => {
  if (!navigator.onLine && status() && event.target.id === "act") {
    event.preventDefault(); // the browser would show its own page in the place of the words
    status().dispatchEvent(new Event("keep")); // tries until the connection is back
  } else {
    unkept = false;
  }
});

document.addEventListener("htmx:error", (event) => {
  if (!isOurs(event)) return;
  status()?.classList.add("is-lost");
  clearTimeout(retry);
  retry = setTimeout(() => status()?.dispatchEvent(new Event("keep")), RETRY_MS);
});
document.addEventListener("htmx:after:request", (event) => {
  if (!isOurs(event) || !event.detail?.ctx?.response?.raw?.ok) return;
  clearTimeout(retry);
  status()?.classList.remove("is-lost");
  unkept = false;
});
window.addEventListener("beforeunload", (event) => {
  if (unkept && document.getElementById("unsent")) event.preventDefault();
});

/* A file that was chosen is sent at once, with the words beside it. */

document.addEventListener("change", (event) => {
  const button = document.getElementById(event.target.dataset?.sends ?? "");
  if (button && event.target.files?.length) button.click();
});
