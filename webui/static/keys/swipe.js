// Swiping a row on a touch screen: left and right decide, shown before the finger leaves, never while scrolling.

import { board, isOn, press } from "./pass.js";

const SLOP = 14; // px before a direction is told
const EDGE = 24; // px at the sides of the screen belong to the system's own "back"
const STEEPEST = 0.5; // of the way across, up or down: more is a scroll
const calm = matchMedia("(prefers-reduced-motion: reduce)");
let drag = null;

function reach(row) {
  return Math.min(160, Math.max(96, row.clientWidth * 0.4));
}

function begin(event) {
  cancel();
  if (event.pointerType === "mouse" || !event.isPrimary || !isOn("swipes")) return;
  if (event.clientX < EDGE || event.clientX > innerWidth - EDGE) return;
  const row = event.currentTarget;
  if (row.classList.contains("skipped") || event.target.closest("button, input, textarea, select, summary, label")) return;
  drag = { row, id: event.pointerId, x: event.clientX, y: event.clientY, top: scrollY, shown: null, button: null };
}

function move(event) {
  if (!drag || event.pointerId !== drag.id) return;
  const across = event.clientX - drag.x;
  const along = Math.abs(event.clientY - drag.y);
  if (!drag.shown) {
    if (along > SLOP && along >= Math.abs(across)) drag = null;
    if (!drag || Math.abs(across) < SLOP) return;
    if (along > Math.abs(across) * STEEPEST) { drag = null; return; }
    show();
  }
  tell(across, along);
}

function show() {
  const { row, id } = drag;
  row.setPointerCapture(id);
  drag.shown = document.createElement("div");
  drag.shown.className = "swipe";
  drag.shown.setAttribute("aria-hidden", "true");
  drag.shown.append(document.createElement("span"));
  row.append(drag.shown);
  row.classList.add("swiping");
}

// The words lie where the row gives way; which decision, and whether letting go would make it.
function tell(across, along) {
  const { row, shown } = drag;
  const button = row.querySelector(`[data-decide] [value="${across < 0 ? "dismiss" : "watch"}"]`);
  const far = Math.abs(across) >= reach(row) && along <= Math.abs(across) * STEEPEST && scrollY === drag.top;
  drag.button = far ? button : null;
  const name = button.lastChild.textContent.trim();
  shown.firstChild.textContent = `${far ? board.dataset.now : board.dataset.further} ${name}`;
  shown.classList.toggle("far", far);
  shown.classList.toggle("left", across < 0);
  if (!calm.matches) row.style.setProperty("--swiped", `${across}px`);
}

function end(event) {
  if (!drag || event.pointerId !== drag.id) return;
  const { button, shown, row } = drag;
  cancel();
  if (shown) withoutClick(row);
  press(button);
}

// What lay under the finger was not meant.
function withoutClick(row) {
  const swallow = (click) => click.preventDefault();
  row.addEventListener("click", swallow, { capture: true });
  setTimeout(() => row.removeEventListener("click", swallow, { capture: true }), 50);
}

function cancel() {
  if (!drag) return;
  const { row, shown } = drag;
  shown?.remove();
  row.classList.remove("swiping");
  row.style.removeProperty("--swiped");
  drag = null;
}

export function beginSwipes(rows) {
  const able = rows.filter((row) => row.querySelector('[value="dismiss"]') && row.querySelector('[value="watch"]'));
  for (const row of able) {
    row.classList.add("swipeable");
    row.addEventListener("pointerdown", begin);
    row.addEventListener("pointermove", move);
    row.addEventListener("pointerup", end);
    row.addEventListener("pointercancel", cancel);
  }
  // A second finger, Esc or leaving the page takes it back.
  document.addEventListener("pointerdown", (event) => { if (!event.isPrimary) cancel(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") cancel(); });
  document.addEventListener("visibilitychange", cancel);
  const hint = document.querySelector("[data-swipe-hint]");
  if (hint) hint.hidden = !(able.length && isOn("swipes") && matchMedia("(pointer: coarse)").matches);
}
