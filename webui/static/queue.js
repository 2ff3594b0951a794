// What changed since the page was shown, told without moving anything; and ticking all rows at once.
"use strict";

{
  const news = document.querySelector("[data-live]");
  const link = document.querySelector("[data-live-link]");
  const said = document.querySelector("[data-live-said]");
  const every = Number(news?.dataset.every) * 1000;
  let tag = "";
  let failed = 0;

  function fill(element, text) {
    if (element && element.textContent !== text) element.textContent = text;
  }

  // The row under the hand: the one with the focus, else the first in sight.
  function anchor() {
    const rows = [...document.querySelectorAll("[data-row]")];
    return rows.find((row) => row.contains(document.activeElement))
      ?? rows.find((row) => row.getBoundingClientRect().bottom > 0);
  }

  function tellInPlace(found) {
    const row = anchor();
    const before = row?.getBoundingClientRect().top ?? 0;
    tell(found);
    const after = row?.getBoundingClientRect().top ?? 0;
    if (after !== before) scrollBy({ top: after - before, behavior: "instant" });
  }

  function tell(found) {
    for (const count of document.querySelectorAll("[data-lane-count]")) {
      fill(count, found.lanes[count.dataset.laneCount]);
    }
    for (const holder of document.querySelectorAll("[data-holder]")) {
      const now = found.held[holder.dataset.holder];
      fill(holder, now ? now.text : "");
      holder.classList.toggle("mine", Boolean(now?.mine));
    }
    for (const [key, why] of Object.entries(found.gone)) {
      const row = document.getElementById(`claim-${key}`);
      if (!row || row.classList.contains("gone")) continue;
      row.classList.add("gone");
      const note = document.createElement("p");
      note.className = "gone-note";
      note.textContent = why;
      row.querySelector(".chips").after(note);
    }
    if (found.said) fill(said, found.said);
    link.hidden = !found.said;
  }

  async function look() {
    if (document.hidden) return;
    const answer = await fetch(news.dataset.live, {
      headers: tag ? { "If-None-Match": tag } : {},
      redirect: "error",
      cache: "no-store",
    });
    if (answer.status === 304) return;
    if (!answer.ok) throw new Error(String(answer.status));
    tag = answer.headers.get("ETag") ?? "";
    tellInPlace(await answer.json());
  }

  async function goOn() {
    try {
      await look();
      failed = 0;
    } catch {
      failed += 1; // logged out, or the service is away: ask less and less often
    }
    setTimeout(goOn, every * 2 ** Math.min(failed, 4) * (0.9 + Math.random() * 0.2));
  }

  if (news) setTimeout(goOn, every);

  const all = document.querySelector("[data-pick-all]");
  const picks = [...document.querySelectorAll("[data-pick]")];

  function count() {
    const picked = picks.filter((pick) => pick.checked).length;
    fill(document.querySelector("[data-picked]"), picked ? String(picked) : "");
    if (all) all.checked = picks.length > 0 && picked === picks.length;
  }

  all?.addEventListener("change", () => {
    for (const pick of picks) pick.checked = all.checked;
    count();
  });
  for (const pick of picks) pick.addEventListener("change", count);
  addEventListener("pageshow", count);
}
