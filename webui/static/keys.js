// Keys for the queue and the claim page. Everything they do, the page's own buttons do too.
"use strict";

const rows = [...document.querySelectorAll("[data-row]")];
const help = document.querySelector("[data-help]");
const keysOn = document.querySelector("[data-keys-on]");
const STORED = "kentongan-keys-off";
let sent = false;

function stored() {
  try { return localStorage.getItem(STORED) === "1"; } catch { return false; }
}

function store(off) {
  try { localStorage.setItem(STORED, off ? "1" : "0"); } catch { /* private mode: for this page only */ }
}

function current() {
  return rows.findIndex((row) => row.contains(document.activeElement));
}

function go(step) {
  if (!rows.length) return;
  const at = current();
  const next = at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step));
  rows[next].focus();
  rows[next].scrollIntoView({ block: "nearest" });
}

function press(button) {
  if (!button || sent) return;
  sent = true;
  button.form.requestSubmit(button);
}

function decide(key) {
  const place = rows.length ? rows[current()] : document;
  press(place?.querySelector(`[data-decide] [data-key="${key}"]`));
}

const ACTIONS = {
  j: () => go(1),
  k: () => go(-1),
  o: () => rows[current()]?.querySelector("[data-open]")?.click(),
  u: () => press(document.querySelector("[data-undo]")),
  "?": () => help.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
  if (help.open || !keysOn.checked) return;
  if (event.target.closest("input, textarea, select")) return;
  if (/^[1-9]$/.test(event.key)) decide(event.key);
  else if (Object.hasOwn(ACTIONS, event.key)) ACTIONS[event.key]();
  else return;
  event.preventDefault();
});

// A page that the browser kept in memory may be used again.
addEventListener("pageshow", () => { sent = false; });

keysOn.checked = !stored();
keysOn.addEventListener("change", () => store(!keysOn.checked));
for (const button of document.querySelectorAll("[data-help-open]")) {
  button.hidden = false;
  button.addEventListener("click", () => help.showModal());
}

// After a decision the address names the claim that follows.
if (location.hash.startsWith("#claim-") && rows.length) {
  const row = rows.find((candidate) => `#${candidate.id}` === location.hash) ?? rows[0];
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}
