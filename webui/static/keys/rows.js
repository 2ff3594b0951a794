// The rows of the queue: which one is at hand, the next, those that are skipped, and where to go on.

import { board, keep, pass, press, say } from "./pass.js";

export const rows = [...document.querySelectorAll("[data-row]")];
const passed = document.querySelector("[data-passed]");
const keyOf = (row) => row.id.replace("claim-", "");
const isSkipped = (row) => row.classList.contains("skipped");
const offered = () => rows.filter((row) => !isSkipped(row));

export function current() {
  return rows.find((row) => row.contains(document.activeElement));
}

function focusOn(element) {
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "nearest" });
}

// The row to go on with from a place in the list: the next one that is offered, else the one before.
function from(place) {
  return rows.slice(place).find((row) => !isSkipped(row)) ?? offered().at(-1);
}

function nextPage() {
  return document.querySelector(".pages [href*=\"cursor=\"]");
}

export function go(step) {
  const here = current();
  if (!here) {
    if (offered().length) focusOn(offered()[0]);
    return;
  }
  const on = step > 0 ? rows.slice(rows.indexOf(here) + 1) : rows.slice(0, rows.indexOf(here)).reverse();
  const row = on.find((candidate) => !isSkipped(candidate));
  if (row) focusOn(row);
}

// The claim's page decides by key, too, and then goes on with the row that follows here.
function comeBackTo(row) {
  const place = rows.indexOf(row);
  const next = offered().find((candidate) => rows.indexOf(candidate) > place);
  const path = location.pathname;
  pass.opened = { key: keyOf(row), path, back: path + location.search, following: next ? keyOf(next) : "", place };
  keep();
}

export function open(hash = "") {
  const row = current();
  const link = row?.querySelector("[data-open]");
  if (!link) return;
  comeBackTo(row);
  location.assign(link.href + hash);
}

export function evidence() {
  open("#items");
}

export function decide(what) {
  const row = current();
  if (row && !isSkipped(row)) press(row.querySelector(`[data-decide] [data-does="${what}"]`));
}

export function writeNote() {
  const note = current()?.querySelector("[data-note]");
  if (!note) return;
  note.open = true;
  note.querySelector("textarea").focus();
}

export function pick() {
  current()?.querySelector("[data-pick]")?.click();
}

// With one other row ticked the two are put side by side; else the claim's page offers what is like it.
export function merge() {
  const here = current();
  const others = rows.filter((row) => row !== here && row.querySelector("[data-pick]:checked"));
  open(others.length === 1 ? `/merge/${keyOf(others[0])}` : "#gabung");
}

export function split() {
  const items = current()?.querySelector("[data-items]")?.dataset.items;
  if (Number(items) > 1) open("#pisah");
  else if (items) say(board.dataset.alone);
}

function fold(row) {
  row.classList.add("skipped");
  const note = document.createElement("p");
  note.className = "skipped-note";
  note.append(`${board.dataset.skipped} `);
  const back = document.createElement("button");
  back.type = "button";
  back.className = "quiet";
  back.textContent = board.dataset.back;
  back.addEventListener("click", () => giveBack(keyOf(row)));
  note.append(back);
  row.querySelector("h2").after(note);
}

function unfold(row) {
  row.classList.remove("skipped");
  row.querySelector(".skipped-note")?.remove();
}

function count() {
  const number = rows.length - offered().length;
  passed.hidden = !number;
  passed.querySelector("[data-passed-count]").textContent = number;
}

export function skip() {
  const row = current();
  if (!row || isSkipped(row)) return;
  pass.skipped.push(keyOf(row));
  pass.steps.push({ skipped: keyOf(row) });
  keep();
  fold(row);
  count();
  say(board.dataset.skipped);
  const after = rows.slice(rows.indexOf(row)).find((candidate) => !isSkipped(candidate));
  if (after) focusOn(after);
  else if (nextPage()) {
    pass.left = { path: location.pathname, place: 0 };
    keep();
    location.assign(nextPage().href);
  } else focusOn(offered().at(-1) ?? passed);
}

// Offers a skipped claim again; on another page it only loses its mark.
export function giveBack(key) {
  pass.skipped = pass.skipped.filter((skipped) => skipped !== key);
  pass.steps = pass.steps.filter((step) => step.skipped !== key);
  keep();
  const row = rows.find((candidate) => keyOf(candidate) === key);
  say(board.dataset.returned);
  if (!row) return;
  unfold(row);
  count();
  focusOn(row);
}

function giveAllBack() {
  pass.skipped = [];
  pass.steps = pass.steps.filter((step) => !step.skipped);
  keep();
  rows.forEach(unfold);
  count();
  say(board.dataset.returned);
  if (rows.length) focusOn(rows[0]);
}

// The address names the claim that follows the one just decided; where it is gone or skipped, its place counts.
function land() {
  const left = pass.left?.path === location.pathname ? pass.left : null;
  pass.left = null;
  keep();
  const named = location.hash.startsWith("#claim-");
  if (!named && !left) return;
  const place = rows.findIndex((row) => (left?.key ? keyOf(row) === left.key : `#${row.id}` === location.hash));
  const row = from(place >= 0 ? place : Math.min(left?.place ?? 0, Math.max(rows.length - 1, 0)));
  if (row) focusOn(row);
  else if (nextPage()) focusOn(nextPage());
  else if (rows.length) focusOn(passed);
}

function watch(form) {
  const row = form.closest("[data-row]");
  const note = form.querySelector("textarea");
  if (pass.notes[keyOf(row)]) {
    note.value = pass.notes[keyOf(row)];
    note.closest("details").open = true;
  }
  note.addEventListener("input", () => {
    pass.notes[keyOf(row)] = note.value;
    keep();
  });
  form.addEventListener("submit", () => {
    const place = rows.indexOf(row);
    // The last row of a page is followed by what moves up, not by the row before it.
    if (place === rows.length - 1) form.elements.following.value = "";
    pass.left = { path: location.pathname, place };
    delete pass.notes[keyOf(row)];
    keep();
  });
}

export function beginRows() {
  if (!passed) return;
  rows.filter((row) => pass.skipped.includes(keyOf(row))).forEach(fold);
  count();
  passed.querySelector("[data-passed-back]").addEventListener("click", giveAllBack);
  rows.flatMap((row) => row.querySelector("[data-decide]") ?? []).forEach(watch);
  land();
}
