// After an act people stand where they stood: where a form was sent is remembered, and taken again
// when the same page comes back with what has happened. Its message stays in sight until one reads on.
"use strict";

const PLACE = "place";
const STALE = 60_000; // milliseconds
const READ_ON = 120; // pixels

function remember({ target, defaultPrevented }) {
  if (defaultPrevented || target.method !== "post") return;
  const place = { page: location.pathname, y: scrollY, at: Date.now() };
  try {
    sessionStorage.setItem(PLACE, JSON.stringify(place));
  } catch {
    // A browser that keeps nothing shows the page from its beginning.
  }
}

function remembered() {
  try {
    const place = JSON.parse(sessionStorage.getItem(PLACE));
    sessionStorage.removeItem(PLACE);
    return place && place.page === location.pathname && Date.now() - place.at < STALE ? place : null;
  } catch {
    return null;
  }
}

document.addEventListener("submit", remember);
const messages = document.querySelector(".messages");
const place = remembered();
if (messages) {
  if (place && !location.hash) scrollTo({ top: place.y, behavior: "instant" });
  let from = null;
  addEventListener("scroll", () => {
    from ??= scrollY;
    if (Math.abs(scrollY - from) > READ_ON) messages.classList.add("is-read");
  }, { passive: true });
}
