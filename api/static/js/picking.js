// Picking cases in a list works without this file. It counts what is picked and adds X, Shift + X and * A.

const boxes = () => [...document.querySelectorAll(".rows .picker input")];
let last = null; // where a range begins

function count() {
  const shown = document.querySelector("[data-picked-count]");
  if (shown) shown.textContent = String(boxes().filter((box) => box.checked).length);
}

function here() {
  const line = document.activeElement?.closest?.(".line") ?? document.querySelector(".line:has(.case[aria-current])");
  return line?.querySelector(".picker input") ?? null;
}

function range(to) {
  const all = boxes();
  const [from, until] = [all.indexOf(last), all.indexOf(to)].sort((a, b) => a - b);
  if (from < 0) to.checked = true;
  else for (const box of all.slice(from, until + 1)) box.checked = true;
}

document.addEventListener("desk:pick", (event) => {
  const box = here();
  if (event.detail === "all") {
    const all = boxes();
    const none = all.every((one) => one.checked);
    for (const one of all) one.checked = !none;
  } else if (box && event.detail === "range") {
    range(box);
    last = box;
  } else if (box) {
    box.checked = !box.checked;
    last = box;
  }
  count();
});

document.addEventListener("click", (event) => {
  const box = event.target.closest?.(".picker input");
  if (!box) return;
  if (event.shiftKey && last) range(box);
  last = box;
  count();
});

document.addEventListener("change", count);
document.addEventListener("reset", () => setTimeout(count));
document.addEventListener("htmx:after:swap", count);
count();
