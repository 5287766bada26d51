// The desk works without this file. It adds single keys, evidence tabs and quiet updates.
import { tinykeys } from "../vendor/tinykeys-4.0.0.mjs";

const root = document.documentElement;
root.classList.add("js");

const isTyping = (element) =>
  element instanceof Element &&
  element.closest("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=range])");

/* Keys: every element that has a key names it in data-key; the page itself is the list of what a key does. */

function press(key) {
  const named = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)];
  const open = named.filter((one) => !one.closest("dialog:not([open])"));
  // while cases are picked, a key is about them; otherwise about the case on screen
  const picking = document.querySelector(".picked")?.checkVisibility() ?? false;
  const element = (picking && open.find((one) => one.closest(".picked"))) || open.find((one) => !one.closest(".picked"));
  if (!element) return;
  if (element.matches("summary")) {
    element.parentElement.open = true;
    const menu = element.parentElement.querySelector(".menu");
    (menu.querySelector("[aria-current]") ?? menu.querySelector(".input, .item") ?? element).focus();
    menu.scrollIntoView({ block: "nearest" });
  } else if (element.matches("input:not([type=checkbox])")) {
    element.focus();
    element.select();
  } else {
    element.click();
  }
}

function step(by) {
  const rows = [...document.querySelectorAll(".rows .case, .esc-t a.blk, a[data-row]")];
  if (!rows.length) return press(by > 0 ? "j" : "k"); // pages without a list are leafed through
  const focused = rows.indexOf(document.activeElement);
  const current = rows.findIndex((row) => row.getAttribute("aria-current") === "true");
  const at = focused >= 0 ? focused : current;
  const next = rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
  const listIsHidden = next.offsetParent === null;
  if (listIsHidden || (current >= 0 && focused < 0)) next.click();
  else next.focus();
}

function openFocused() {
  const row = document.activeElement?.closest?.(".case, .esc-t a.blk, a[data-row]");
  if (row) row.click();
  else press("o");
}

/* A source and the sentences that rest on it are marked together, whichever of them is pressed. */

function markSource(number) {
  for (const ref of document.querySelectorAll(".ref")) ref.classList.toggle("is-on", ref.dataset.source === String(number));
  for (const sentence of document.querySelectorAll(".sent, .nosrc")) {
    sentence.classList.toggle("is-on", sentence.querySelector(".ref.is-on") !== null);
  }
}

function showSource(number) {
  const source = document.getElementById(`source-${number}`);
  if (!source) return;
  if (source.open && source.contains(document.activeElement)) {
    showSentence(source.dataset.sentences.split(" ")[0]); // pressed again: to what rests on it
    return;
  }
  showTab("sources");
  source.open = true;
  source.querySelector("summary").focus();
  markSource(number);
}

function showSentence(number) {
  const sentence = document.getElementById(`sentence-${number}`);
  if (!sentence) return;
  const ref = sentence.querySelector(".ref");
  if (ref) markSource(ref.dataset.source);
  sentence.classList.add("is-on");
  sentence.scrollIntoView({ block: "nearest" });
  (ref ?? sentence).focus({ preventScroll: true });
}

document.addEventListener("focusin", (event) => {
  const source = event.target.closest?.(".src");
  if (source) markSource(source.id.replace("source-", ""));
  const ref = event.target.closest?.(".ref");
  // a press by mouse gives the focus too, and then opens the source itself
  if (ref?.matches(":focus-visible")) {
    markSource(ref.dataset.source);
    const shown = document.getElementById(`source-${ref.dataset.source}`);
    shown?.setAttribute("open", "");
    shown?.scrollIntoView({ block: "nearest" });
    ref.scrollIntoView({ block: "nearest" }); // where both share one scroller, the focus stays in sight
  }
});

const isLetter = (key) => key.length === 1 && key.toLowerCase() !== key.toUpperCase();

/** A key as tinykeys reads it: signs may need Shift, and with Alt a Mac types something else than the letter. */
function pressOf(key) {
  if (key.startsWith("Alt+")) return /Mac/.test(navigator.platform) && /[a-z]$/.test(key) ? `Alt+Key${key.at(-1).toUpperCase()}` : key;
  return isLetter(key) ? key : `[Shift]+${key}`;
}

const unless = (act) => (event) => {
  event.preventDefault();
  act();
};

// The field that was asked for takes the focus before keys are heard. The browser gives it only with the next painting,
// and until then the first letters of a note would be keys: »a« approves.
[...document.querySelectorAll("[autofocus]")].find((one) => one.checkVisibility())?.focus();

if (document.body.dataset.keys === "on") {
  // sequences come first: after »g« a key must not do what it does alone
  const bindings = {};
  for (const key of "abcdefghijklmnopqrstuvwxyz,".split("")) bindings[`g ${key}`] = unless(() => press(`g ${key}`));
  const pick = (what) => unless(() => document.dispatchEvent(new CustomEvent("desk:pick", { detail: what })));
  bindings["[Shift]+* a"] = pick("all");
  for (let n = 1; n <= 9; n += 1) bindings[String(n)] = unless(() => (document.getElementById(`source-${n}`) ? showSource(n) : press(String(n))));
  const own = JSON.parse(document.body.dataset.ownKeys);
  const commands = { j: unless(() => step(1)), k: unless(() => step(-1)), o: unless(openFocused), x: pick("one") };
  for (const key of "uazerdtmpcvnsfh!?#/;+".split("")) commands[key] = unless(() => press(key));
  for (const [command, act] of Object.entries(commands)) {
    const key = own[command] ?? command;
    if (key) bindings[pressOf(key)] = act;
    if (command === "x" && isLetter(key)) bindings[`Shift+${key}`] = pick("range");
  }
  tinykeys(window, bindings, {
    // fields and dialogs keep their own keys
    ignore: (event) =>
      event.repeat || event.isComposing || isTyping(event.target) || document.querySelector("dialog[open]") !== null,
  });
}

window.addEventListener("keydown", (event) => {
  const form = event.target instanceof Element && event.target.matches("[data-send]") ? event.target.form : null;
  if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector(".btn-1"));
  } else if (event.key === "Escape" && !document.querySelector("dialog[open]")) {
    const open = document.querySelector("details.pop[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    } else if (document.querySelector(".work[data-tab]")) {
      showTab("");
    } else if (!(isTyping(event.target) && event.target.value !== event.target.defaultValue)) {
      press("Escape"); // words that were typed are not thrown away by one key
    }
  }
});

document.addEventListener("click", (event) => {
  const target = event.target;
  for (const open of document.querySelectorAll("details.pop[open]")) if (!open.contains(target)) open.open = false;
  const dialog = target.closest("[data-opens]");
  if (dialog) {
    dialog.closest("details")?.removeAttribute("open");
    document.getElementById(dialog.dataset.opens).showModal();
  }
  const ref = target.closest(".ref");
  if (ref) {
    event.preventDefault();
    showSource(ref.dataset.source);
  }
  const sentence = target.closest("a[data-sentence]");
  if (sentence) {
    event.preventDefault();
    showSentence(sentence.dataset.sentence);
  }
  const copied = target.closest("[data-copies]");
  if (copied) copyText(copied.dataset.copies);
  const pressed = target.closest("[data-press]");
  if (pressed) {
    event.preventDefault();
    press(pressed.dataset.press);
  }
  const tab = target.closest("button[data-tab]");
  if (tab) showTab(tab.getAttribute("aria-expanded") === "true" ? "" : tab.dataset.tab);
});

async function copyText(id) {
  const box = document.getElementById(id);
  const said = document.getElementById(`${id}-said`);
  box.select();
  await navigator.clipboard?.writeText(box.value);
  said.textContent = said.dataset.said;
}

/* Tone: each control stands at a word; the button comes when one of them was moved. */

document.addEventListener("input", (event) => {
  const words = event.target.dataset?.words?.split("|");
  if (!words) return;
  const word = words[event.target.valueAsNumber];
  event.target.setAttribute("aria-valuetext", word);
  document.getElementById(`${event.target.id}-word`).textContent = word;
  const form = event.target.form;
  form.classList.toggle("is-changed", [...form.elements].some((one) => one.type === "range" && one.value !== one.defaultValue));
});

/* Evidence tabs, where there is no room for the rail. */

function showTab(name) {
  const work = document.querySelector(".work:has(.tabs)");
  if (!work) return;
  if (name) work.dataset.tab = name;
  else delete work.dataset.tab;
  for (const tab of work.querySelectorAll("button[data-tab]")) {
    tab.setAttribute("aria-expanded", String(tab.dataset.tab === name));
  }
}

/* New means: not opened on this machine since the customer's last mail. */

const SEEN = "genklang.seen";
const seen = new Map(JSON.parse(localStorage.getItem(SEEN) ?? "[]"));
function markNew() {
  for (const row of document.querySelectorAll(".case[data-seen]")) {
    const [id, mail] = row.dataset.seen.split(":");
    row.classList.toggle("is-new", seen.get(id) !== mail);
  }
}
const opened = document.querySelector("main[data-seen]");
if (opened) {
  const [id, mail] = opened.dataset.seen.split(":");
  seen.delete(id);
  seen.set(id, mail);
  localStorage.setItem(SEEN, JSON.stringify([...seen].slice(-1000)));
}
markNew();

/* Polling rests while nobody looks, and never moves the focus. */

document.addEventListener("htmx:before:request", (event) => {
  if (document.hidden && event.target.matches?.("#live, #draft-steps")) event.preventDefault();
});
/** Nobody is in the middle of something: what came new may take the place of what is shown. */
const isAtRest = () =>
  (document.activeElement === document.body || document.activeElement?.id === "case-title") &&
  !document.querySelector("details.pop[open], dialog[open], .work[data-tab]");

document.addEventListener("htmx:after:swap", () => {
  markNew();
  if (document.querySelector("[data-reload]") && isAtRest()) location.reload();
});

/* Where to look after a page came: at the problem, at what was asked for, or at the case. */

const problem = document.getElementById("problem");
const unsettled = document.querySelector(".nosrc");
if (problem && unsettled && "settle" in problem.dataset) unsettled.focus(); // the reason is told aloud by itself
else if (problem) problem.focus();
else if (location.hash === "#case-title") document.getElementById("case-title")?.focus();
document.querySelector(".case[aria-current]")?.scrollIntoView({ block: "nearest" });

// on a narrow screen the tab of this page may lie beyond the edge
for (const here of document.querySelectorAll("main nav [aria-current]")) {
  const nav = here.closest("nav");
  const beyond = here.getBoundingClientRect().right + 24 - nav.getBoundingClientRect().right;
  if (beyond > 0) nav.scrollLeft += beyond;
}
if (problem && unsettled) unsettled.scrollIntoView({ block: "nearest" });
const thread = document.getElementById("thread");
thread?.querySelector("#act")?.scrollIntoView({ block: "nearest" });
if (thread && location.hash === "#thread") thread.scrollTop = thread.scrollHeight;
