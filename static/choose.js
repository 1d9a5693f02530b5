// One box ticks all the boxes of a form that acts on many rows, and a word says how many are ticked.
"use strict";

for (const all of document.querySelectorAll("[data-all]")) {
  const form = document.getElementById(all.dataset.all);
  const boxes = [...form.elements].filter((one) => one.type === "checkbox" && one !== all);
  const told = form.querySelector(".choose-count");
  const count = () => {
    const ticked = boxes.filter((one) => one.checked).length;
    all.checked = ticked > 0 && ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
    told.textContent = ticked ? `${ticked} / ${boxes.length}` : "";
  };
  all.addEventListener("change", () => {
    for (const one of boxes) one.checked = all.checked;
    count();
  });
  for (const one of boxes) one.addEventListener("change", count);
  all.parentElement.hidden = boxes.length < 2;
  count();
}
