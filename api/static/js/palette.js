// The command palette: Ctrl or ⌘ + K. It lists what the page itself offers, so it can never name what is not there.

const dialog = document.getElementById("palette");
const box = document.getElementById("palette-q");
const list = document.getElementById("palette-list");
const words = document.getElementById("palette-words")?.dataset;
const MOST = 12;
let shown = [];
let at = 0;
let before = null; // what had the focus

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** What an element does in words: `data-command` where what it shows is a state, as »Critical« for changing the priority. */
function nameOf(element) {
  const said = element.dataset.command ?? element.getAttribute("aria-label");
  if (said) return said.trim();
  const copy = element.cloneNode(true);
  for (const part of copy.querySelectorAll("kbd, svg, .n, .vh, .av")) part.remove();
  return (copy.textContent.trim() || element.title || "").replace(/\s+/g, " ");
}

/** Seen, or in a menu that can be opened. */
const atHand = (element) => element.checkVisibility() || (element.closest("details.pop")?.querySelector("summary").checkVisibility() ?? false);

/** What can be done here and where one can go, each once, in the order of the page. */
function commands() {
  const acts = [...document.querySelectorAll("main [data-key], main .work > .bar .menu a.item")].filter((one) => atHand(one) && !one.closest("dialog"));
  const places = [...document.querySelectorAll("nav.side a[href]:not(.brand), #palette-places a")];
  const found = [
    ...acts.map((one) => ({ element: one, group: words.do })),
    ...places.map((one) => ({ element: one, group: words.go })),
  ].map((one) => ({ ...one, name: nameOf(one.element), key: one.element.dataset.key ?? "" }));
  const seen = new Set();
  return found.filter(({ name, group }) => name && !seen.has(group + name) && seen.add(group + name));
}

function matching(typed) {
  const asked = fold(typed).split(/\s+/).filter(Boolean);
  const hits = commands().filter(({ name }) => asked.every((word) => fold(name).includes(word)));
  const first = (one) => (asked.length && fold(one.name).startsWith(asked[0]) ? 0 : 1);
  return hits.sort((a, b) => first(a) - first(b)).slice(0, MOST);
}

/** The keys to press, one after another or with Alt: those that this person chose. */
function capsOf(key) {
  const own = JSON.parse(document.body.dataset.ownKeys)[key] ?? key ?? ""; // looking for words has no key
  return own.startsWith("Alt+") ? ["Alt", own.slice(4)] : own.split(" ").filter(Boolean);
}

function option(command, index) {
  const item = document.createElement("li");
  item.role = "option";
  item.id = `palette-${index}`;
  item.dataset.index = String(index);
  const name = document.createElement("span");
  name.textContent = command.name;
  const group = document.createElement("small");
  group.textContent = command.group ?? "";
  item.append(name, group);
  for (const key of capsOf(command.key)) {
    const cap = document.createElement("kbd");
    cap.textContent = key.length === 1 ? key.toUpperCase() : key;
    item.append(cap);
  }
  return item;
}

function draw() {
  const typed = box.value.trim();
  shown = matching(typed);
  if (typed) shown.push({ name: words.search.replace("…", typed), search: typed });
  at = 0;
  list.replaceChildren(...shown.map(option));
  document.getElementById("palette-said").textContent = shown.length > (typed ? 1 : 0) ? "" : words.none;
  mark();
}

function mark() {
  for (const item of list.children) item.setAttribute("aria-selected", String(item.dataset.index === String(at)));
  const item = list.children[at];
  if (item) {
    box.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  } else box.removeAttribute("aria-activedescendant");
}

function run(command) {
  if (!command) return;
  dialog.close();
  if (command.search) {
    location.assign(`/search?q=${encodeURIComponent(command.search)}`);
    return;
  }
  const { element } = command;
  if (element.matches("summary")) {
    element.parentElement.open = true;
    (element.parentElement.querySelector(".menu .item") ?? element).focus();
  } else if (element.matches("input:not([type=checkbox]), textarea")) element.focus();
  else element.click();
}

if (dialog) {
  window.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    if (document.querySelector("dialog[open]:not(#palette)")) return;
    event.preventDefault();
    if (dialog.open) {
      dialog.close();
      return;
    }
    before = document.activeElement;
    box.value = "";
    dialog.showModal();
    draw();
  });
  box.addEventListener("input", draw);
  dialog.addEventListener("close", () => before?.focus?.());
  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      at = (at + step + shown.length) % Math.max(1, shown.length);
      mark();
    } else if (event.key === "Enter") {
      event.preventDefault();
      before = null;
      run(shown[at]);
    }
  });
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[data-index]");
    before = null;
    if (item) run(shown[Number(item.dataset.index)]);
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}
