// The page of one claim: what keys do there.

import { board, keep, pass, press, say } from "./pass.js";

const page = document.querySelector(".claim-page");

const key = page?.id.replace("claim-", "");

// Where the queue was left for this claim; null where it was come to by another way.
function cameFrom() {
  return pass.opened?.key === key ? pass.opened : null;
}

function carry(form, name, value) {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name, value });
  form.append(field);
}

// Decided by key, the queue goes on where it was left; the buttons stay on the page.
export function decide(what) {
  const button = page?.querySelector(`[data-decide] [data-does="${what}"]`);
  const queue = cameFrom();
  if (button && queue) {
    carry(button.form, "back", queue.back);
    carry(button.form, "following", queue.following);
    pass.left = { path: queue.path, place: queue.place };
    keep();
  }
  press(button);
}

// Back to the row in the queue, undecided.
export function open() {
  const queue = cameFrom();
  const lane = page?.querySelector("[data-to-queue]");
  if (queue) location.assign(`${queue.back}#claim-${key}`);
  else if (lane) location.assign(lane.href);
}

export function writeNote() {
  page?.querySelector("[data-decide] textarea")?.focus();
}

export function evidence() {
  const link = page?.querySelector("[data-evidence=text]") ?? page?.querySelector("[data-evidence]");
  if (link) link.click();
  else document.getElementById("items")?.scrollIntoView();
}

// One claim that is like this opens beside it; of several, one is to be chosen.
export function merge() {
  const links = [...(page?.querySelectorAll("[data-join]") ?? [])];
  if (links.length === 1) location.replace(links[0].href);
  else if (links.length) links[0].focus();
  else say(board.dataset.unlike);
}

export function split() {
  const form = page?.querySelector("form.split");
  if (!form) {
    say(board.dataset.alone);
    return;
  }
  form.closest("details").open = true;
  form.querySelector("input[type=checkbox]").focus();
}

export function skip() {
  const lane = page?.querySelector("[data-to-queue]");
  if (!lane) return;
  pass.skipped.push(key);
  pass.steps.push({ skipped: key });
  const queue = cameFrom() ?? { path: new URL(lane.href).pathname, back: lane.href, place: 0 };
  pass.left = { path: queue.path, place: queue.place };
  keep();
  location.assign(queue.back);
}

export function beginClaim() {
  if (!page) return;
  if (location.hash === "#gabung") merge();
  if (location.hash === "#pisah") split();
}
