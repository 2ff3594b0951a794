// Keys for the queue and the claim page. Everything they do, the page's own buttons and links do too.
// Which key does what, the help overlay says; this reads it there.

import * as claim from "./keys/claim.js";
import { bindSwitches, isOn, noteStep, say, stepBack } from "./keys/pass.js";
import * as rows from "./keys/rows.js";
import { beginSwipes } from "./keys/swipe.js";

const help = document.querySelector("[data-help]");
const lines = [...document.querySelectorAll("[data-action]")];
const actions = new Map(lines.filter((line) => line.dataset.key).map((line) => [line.dataset.key, line.dataset.action]));
const place = rows.rows.length || document.querySelector("[data-passed]") ? rows : claim;

const DECISIONS = ["first", "second", "third", "fourth", "reopen"];
const ACTIONS = {
  ...Object.fromEntries(DECISIONS.map((what) => [what, () => place.decide(what)])),
  next: () => rows.go(1),
  previous: () => rows.go(-1),
  open: () => place.open(),
  evidence: () => place.evidence(),
  skip: () => place.skip(),
  note: () => place.writeNote(),
  merge: () => place.merge(),
  split: () => place.split(),
  pick: () => rows.pick(),
  undo: () => {
    const skipped = stepBack();
    if (skipped) rows.giveBack(skipped);
  },
  help: () => help.showModal(),
};

// The key that was pressed alone: with a modifier it is the browser's or the screen reader's.
function pressed(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return "";
  const letter = event.key.toLowerCase() !== event.key.toUpperCase();
  return event.key.length !== 1 || (event.shiftKey && letter) ? "" : event.key.toLowerCase();
}

const WRITING = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])";

function leaveNote(event) {
  if (event.key !== "Escape" || !event.target.matches("[data-decide] textarea")) return;
  (event.target.closest("[data-row]") ?? document.querySelector(".claim-page"))?.focus();
}

function listen(event) {
  leaveNote(event);
  if (help.open || !isOn("keys") || event.target.closest(WRITING)) return;
  const action = actions.get(pressed(event));
  if (!action) return;
  event.preventDefault();
  ACTIONS[action]();
}

if (help) {
  document.addEventListener("keydown", listen);
  for (const button of document.querySelectorAll("[data-help-open]")) {
    button.hidden = false;
    button.addEventListener("click", () => help.showModal());
  }
  noteStep();
  rows.beginRows();
  claim.beginClaim();
  beginSwipes(rows.rows);
  const told = document.querySelector(".flash p");
  if (told) say(told.textContent.trim().replace(/\s+/g, " "));
}
bindSwitches();

// A field for a key takes the key itself, whatever stood in it.
for (const field of document.querySelectorAll("[data-key-field]")) {
  field.addEventListener("focus", () => field.select());
}
