// One pass through the queue: what was skipped, notes not sent yet, and the steps that can be undone.
// Kept in this tab and for this person only; nothing of it is ever sent anywhere.

const KEPT = "kentongan-pass";
const OFF = { keys: "kentongan-keys-off", swipes: "kentongan-swipes-off" };
const MAX_STEPS = 50;

export const board = document.querySelector("[data-said]"); // its words come translated
const person = board?.dataset.person ?? "";

function load() {
  const fresh = { person, skipped: [], notes: {}, steps: [], left: null, opened: null };
  try {
    const found = JSON.parse(sessionStorage.getItem(KEPT));
    return found?.person === person ? { ...fresh, ...found } : fresh;
  } catch {
    return fresh;
  }
}

export const pass = load();

export function keep() {
  pass.steps = pass.steps.slice(-MAX_STEPS);
  try { sessionStorage.setItem(KEPT, JSON.stringify(pass)); } catch { /* private mode: for this page only */ }
}

// Tells a screen reader, without moving the focus.
export function say(text) {
  board.textContent = "";
  setTimeout(() => { board.textContent = text; }, 100);
}

export function isOn(name) {
  try { return localStorage.getItem(OFF[name]) !== "1"; } catch { return true; }
}

export function bindSwitches() {
  for (const box of document.querySelectorAll("[data-switch]")) {
    const name = box.dataset.switch;
    box.checked = isOn(name);
    box.addEventListener("change", () => {
      try { localStorage.setItem(OFF[name], box.checked ? "0" : "1"); } catch { /* stays on */ }
    });
    box.closest("[data-switches]").hidden = false;
  }
}

let sent = false;
// A page that the browser kept in memory may be used again.
addEventListener("pageshow", () => { sent = false; });

// Presses a button of a form; one decision a page, however fast the keys come.
export function press(button) {
  if (!button || sent) return;
  button.form.requestSubmit(button);
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-decide], [data-steps-back]")) return;
  if (sent) event.preventDefault();
  sent = true;
});

function undoForm() {
  return document.querySelector("[data-undo]")?.form;
}

// A step is a claim that was skipped, or a form that undoes what was decided.
export function noteStep() {
  const form = undoForm();
  if (!form) return;
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrf_token");
  form.dataset.stepsBack = "";
  pass.steps.push({ to: form.getAttribute("action"), fields });
  keep();
  form.addEventListener("submit", () => {
    pass.steps = pass.steps.filter((step) => step.to !== form.getAttribute("action"));
    goOnWith(form);
  });
}

// The claim that comes back is the one to go on with.
function goOnWith(form) {
  const [, , key] = form.getAttribute("action").split("/");
  pass.left = { path: location.pathname, key, place: 0 };
  keep();
}

// Takes the last step back: returns the claim that was skipped, or sends the form that undoes a decision.
export function stepBack() {
  const step = pass.steps.pop();
  if (!step) {
    say(board.dataset.nothing);
    return "";
  }
  keep();
  if (step.skipped) return step.skipped;
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: step.to });
  form.dataset.stepsBack = "";
  const token = document.querySelector("[name=csrf_token]").value;
  for (const [name, value] of [["csrf_token", token], ...step.fields]) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
  document.body.append(form);
  goOnWith(form);
  form.requestSubmit();
  return "";
}
