// A field for a key takes the key that is pressed. Without this file one types the letter, or Alt+ and the letter.

document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.("[data-takes-key]") || event.ctrlKey || event.metaKey || event.isComposing) return;
  // with Alt a Mac types another sign: there the key's own letter counts
  const key = event.altKey && /^Key[A-Z]$/.test(event.code) && !/^[a-z]$/i.test(event.key) ? event.code.slice(3) : event.key;
  if ([...key].length !== 1 || key === " ") return; // Tab, Enter, Delete and the arrows do what they do in any field
  event.preventDefault();
  event.target.value = (event.altKey ? "Alt+" : "") + key.toLowerCase();
});
