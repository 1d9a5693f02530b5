// The key "/" opens the search in the header. On a Russian keyboard the same key types a full stop.
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key !== "/" && (event.code !== "Slash" || event.shiftKey)) return;
  if (document.activeElement?.closest("input, textarea, select, [contenteditable]")) return;
  const fields = [...document.querySelectorAll(".site-search input")];
  const field = fields.find((one) => (one.closest("details") ?? one).checkVisibility());
  if (!field) return;
  const fold = field.closest("details");
  if (fold) fold.open = true;
  field.select();
  field.focus();
  event.preventDefault();
});
