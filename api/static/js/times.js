// Times that run on while a page stays open: what is left to answer, and until a reply leaves.

const words = document.getElementById("times").dataset;
const sign = document.querySelector("#times > template");
const ahead = Date.now() / 1000 - Number(words.now); // of this machine's clock before the desk's
const said = new Set();

/** Seconds in words: minutes, hours and minutes, or days, as the desk writes them. */
function inWords(seconds) {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return words.minutes.replace("{m}", minutes);
  const days = Math.floor(minutes / 1440);
  if (days === 0) return words.hours.replace("{h}", Math.floor(minutes / 60)).replace("{m}", String(minutes % 60).padStart(2, "0"));
  return days === 1 ? words.day : words.days.replace("{d}", days);
}

/** Whose time is over, for those who do not see it turn red. */
function nameOf(element) {
  const of = element.closest(".case, tr, li") ?? document.querySelector("main h1")?.parentElement;
  return (of?.querySelector(".subj, a, h1")?.textContent ?? "").trim();
}

function runOut(element) {
  element.className = "sla sla-over";
  element.querySelector("svg").replaceWith(sign.content.cloneNode(true));
  const name = nameOf(element);
  if (!name || said.has(name)) return;
  said.add(name);
  const line = document.createElement("p");
  line.textContent = words.past.replace("{c}", name);
  document.getElementById("past-due").replaceChildren(line);
}

function countDown() {
  const now = Date.now() / 1000 - ahead;
  for (const element of document.querySelectorAll(".sla[data-due]")) {
    const left = Number(element.dataset.due) - now;
    if (left <= 0 && !element.classList.contains("sla-over")) runOut(element);
    const time = inWords(Math.abs(left));
    const text = left <= 0 ? words.over.replace("{t}", time) : "long" in element.dataset ? words.left.replace("{t}", time) : time;
    if (element.lastElementChild.textContent !== text) element.lastElementChild.textContent = text;
    if (left <= 0) continue;
    element.classList.toggle("sla-soon", left < Number(element.dataset.soon));
    element.classList.toggle("sla-plenty", left >= Number(element.dataset.soon));
    const share = Math.round((100 * left) / Math.max(left, Number(element.dataset.whole)));
    element.querySelector(".v").setAttribute("stroke-dasharray", `${share} 100`);
  }
}
setInterval(countDown, 5000);
document.addEventListener("htmx:after:swap", countDown);
document.addEventListener("visibilitychange", countDown); // timers rest in a tab that nobody looks at
countDown();

/* Countdowns to the moment a reply leaves. */

function leave() {
  const now = Date.now() / 1000 - ahead;
  for (const element of document.querySelectorAll("[data-countdown]")) {
    element.textContent = String(Math.max(0, Math.ceil(Number(element.dataset.countdown) - now)));
  }
  for (const bar of document.querySelectorAll("rect[data-leaves]")) {
    const left = Math.max(0, Number(bar.dataset.leaves) - now) / Math.max(1, Number(bar.dataset.whole));
    bar.setAttribute("width", String(Math.min(100, 100 * left)));
  }
}
setInterval(leave, 250);
document.addEventListener("htmx:after:swap", leave);
leave();
