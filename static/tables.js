// A frame around a table is a tab stop only while there is something to scroll in it. Without this
// script every frame is one: a stop too many does less harm than a table that no key can scroll.
"use strict";

const sizes = new ResizeObserver((entries) => {
  for (const entry of entries) mark(entry.target.closest(".table-frame"));
});

function mark(frame) {
  if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0;
  else frame.removeAttribute("tabindex");
}

function watch(root) {
  for (const frame of root.querySelectorAll(".table-frame")) {
    sizes.observe(frame);
    if (frame.firstElementChild) sizes.observe(frame.firstElementChild);
  }
}

watch(document);
document.addEventListener("htmx:load", (event) => watch(event.target));
