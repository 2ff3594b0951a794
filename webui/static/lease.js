// Keeps a claim leased while somebody works on its page, and gives it back when they leave.
// Only use renews: a page that was left open lets the lease run out.
"use strict";

function keepLease(panel) {
  const back = panel.querySelector("[data-lease-back]");
  const every = Number(panel.dataset.every) * 1000;
  let until = panel.dataset.until;
  let renewed = Date.now();
  let asking = false;
  let lost = false;

  function lose(said) {
    lost = true;
    panel.querySelector("[data-lease-held]").hidden = true;
    panel.querySelector("[data-lease-said]").textContent = said;
    panel.classList.add("lost");
    back.hidden = true;
  }

  async function renew() {
    asking = true;
    renewed = Date.now();
    try {
      const answer = await fetch(panel.dataset.renew, { method: "POST", body: new FormData(back), redirect: "error" });
      const told = await answer.json();
      if (answer.ok) {
        until = told.until;
        panel.querySelector("[data-lease-until]").textContent = told.clock;
      } else if (answer.status === 409) {
        lose(told.said);
      }
    } catch { /* no network, or logged out: the next use tries again, and the lease runs out by itself */ }
    asking = false;
  }

  function used() {
    if (lost || asking || document.visibilityState !== "visible") return;
    if (Date.now() - renewed >= every) renew();
  }

  for (const sign of ["pointerdown", "pointermove", "keydown", "input", "wheel", "touchmove"]) {
    addEventListener(sign, used, { passive: true });
  }
  document.addEventListener("visibilitychange", used);
  addEventListener("pagehide", () => {
    const form = new FormData(back);
    form.set("until", until);
    if (!lost) navigator.sendBeacon(back.action, form);
  });
  // A page that the browser kept in memory gave its lease back when it was left.
  addEventListener("pageshow", (event) => { if (event.persisted && !lost) renew(); });
}

const leased = document.querySelector("[data-lease]");
if (leased) keepLease(leased);
