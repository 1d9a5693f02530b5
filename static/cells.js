// The table of a draft by keyboard, like a spreadsheet. Every cell is an ordinary field: without this
// script rows are saved by their buttons. The server reads what was typed, stores it and answers with
// the cell as it is then, or with what is wrong; nothing here decides.

import { cookie } from "./device.js";

const table = document.querySelector(".cells");
const said = document.getElementById("cells-said");
const columns = ["deadline_text", "party", "proof"];
const PAUSE = 800; // milliseconds after a choice in a list before it is saved without leaving it

let editing = null; // the field in which arrows belong to the text or the list
let line = Promise.resolve(); // cells are sent one after another
let waiting = 0;

if (table) {
  table.addEventListener("focusin", ({ target }) => arrive(target));
  table.addEventListener("focusout", ({ target }) => leave(target));
  table.addEventListener("mousedown", ({ target }) => { if (isField(target)) editing = target; });
  table.addEventListener("input", ({ target }) => { if (isField(target)) editing = target; });
  table.addEventListener("change", ({ target }) => settle(target));
  table.addEventListener("click", accept);
  table.addEventListener("keydown", press);
  table.addEventListener("paste", paste);
  document.getElementById("tick-all").addEventListener("change", ({ target }) => {
    for (const one of table.querySelectorAll('input[name="measure"]')) one.checked = target.checked;
  });
  addEventListener("beforeunload", (event) => { if (waiting || isUnsaved()) event.preventDefault(); });
}

function isField(target) {
  return target.classList.contains("cell-field");
}

function cellOf(field) {
  return field.closest(".cell");
}

function fieldOf(cell) {
  return cell.querySelector(".cell-field");
}

function rows() {
  return [...table.querySelectorAll("tr:has(.cell)")];
}

function isChanged(field) {
  const { shown, refused, saving, sent } = cellOf(field).dataset;
  if (saving !== undefined) return field.value !== sent; // `shown` is what stood there before
  return field.value !== shown && field.value !== refused;
}

function isUnsaved() {
  return [...table.querySelectorAll(".cell-field")].some((one) => one.value !== cellOf(one).dataset.shown);
}

// --- Moving -----------------------------------------------------------------------------------

function arrive(field) {
  if (!isField(field) || editing === field) return;
  editing = null;
  field.select?.();
}

function leave(field) {
  if (!isField(field)) return;
  if (editing === field) editing = null;
  if (isChanged(field)) save(cellOf(field), field.value);
}

function go(field, down, right) {
  const all = rows();
  const row = all[all.indexOf(field.closest("tr")) + down];
  const column = columns[columns.indexOf(cellOf(field).dataset.column) + right];
  const next = row && column && row.querySelector(`[data-column="${column}"] .cell-field`);
  if (!next) return false;
  editing = null;
  next.focus();
  return true;
}

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function press(event) {
  const field = event.target;
  if (!isField(field) || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter") {
    event.preventDefault();
    const cell = cellOf(field);
    if (field.value !== cell.dataset.shown) save(cell, field.value);
    if (!go(field, event.shiftKey ? -1 : 1, 0)) arrive(field);
  } else if (event.key === "Escape") {
    event.preventDefault();
    giveUp(field);
  } else if (event.key === "F2") {
    event.preventDefault();
    editing = field;
    field.setSelectionRange?.(field.value.length, field.value.length);
  } else if (event.key in MOVES && editing !== field && !event.shiftKey) {
    event.preventDefault();
    go(field, ...MOVES[event.key]);
  }
}

// Back to what is stored, as the page last saw it.
function giveUp(field) {
  const cell = cellOf(field);
  editing = null;
  field.value = cell.dataset.shown;
  field.classList.remove("is-invalid");
  field.removeAttribute("aria-invalid");
  cell.querySelector(".errorlist")?.remove();
  delete cell.dataset.refused;
  field.select?.();
}

// --- Saving -----------------------------------------------------------------------------------

// A choice made with the mouse is saved although the list keeps the focus.
function settle(field) {
  if (!isField(field) || field.tagName !== "SELECT") return;
  const chosen = field.value;
  setTimeout(() => {
    if (field.isConnected && field.value === chosen && isChanged(field)) save(cellOf(field), chosen);
  }, PAUSE);
}

// A suggestion is accepted by its button, whatever stands in the list beside it.
function accept(event) {
  const button = event.target.closest(".cell-accept");
  if (!button) return;
  event.preventDefault();
  save(button.closest(".cell"), button.value);
}

function save(cell, words) {
  waiting += 1;
  cell.dataset.saving = "";
  cell.dataset.sent = fieldOf(cell).value; // a list keeps its own value while pasted words are sent
  cell.dataset.refused = words; // not sent twice by itself
  line = line.then(() => send(cell.id, words)).finally(() => { waiting -= 1; });
}

async function send(id, words) {
  const cell = document.getElementById(id);
  const { column } = cell.dataset;
  const form = fieldOf(cell).form;
  const body = new FormData();
  body.set(`${column}-seen`, form.elements[`${column}-seen`].value);
  body.set(column, words);
  const headers = { "HX-Request": "true", "X-CSRFToken": cookie("csrftoken") };
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers });
    if (answer.headers.has("HX-Redirect")) refuse(cell, said.dataset.login);
    else take(cell, words, await answer.text());
  } catch {
    refuse(cell, said.dataset.failed);
  }
}

// The answer is the cell, or a sentence that says why nothing could be done.
function take(cell, words, html) {
  const place = document.createElement("template");
  place.innerHTML = `<table><tbody><tr>${html}</tr></tbody></table>`;
  const fresh = place.content.querySelector(`td#${cell.id}`);
  if (!fresh) {
    place.innerHTML = html;
    refuse(cell, place.content.querySelector('[role="alert"]')?.textContent.trim() || said.dataset.failed);
    return;
  }
  const field = fieldOf(cell);
  const isTypedOn = field.value !== cell.dataset.sent;
  const hasFocus = cell.contains(document.activeElement);
  if (isTypedOn) fieldOf(fresh).value = field.value;
  const wasEditing = editing === field;
  const at = [field.selectionStart, field.selectionEnd];
  cell.replaceWith(fresh);
  if (hasFocus) {
    const next = fieldOf(fresh);
    if (wasEditing || isTypedOn) editing = next;
    next.focus({ preventScroll: true });
    if (editing === next && at[0] !== undefined) next.setSelectionRange?.(...at);
  }
  tell(fresh.querySelector(".errorlist")?.textContent ?? said.dataset.saved, fresh);
}

function refuse(cell, sentence) {
  delete cell.dataset.saving;
  delete cell.dataset.saved;
  const field = fieldOf(cell);
  field.classList.add("is-invalid");
  let told = cell.querySelector(".errorlist");
  if (!told) {
    told = document.createElement("p");
    told.className = "errorlist";
    cell.append(told);
  }
  told.textContent = sentence;
  tell(sentence, cell);
}

function tell(sentence, cell) {
  said.textContent = `${cell.closest("tr").dataset.name}, ${cell.dataset.label}: ${sentence}`;
}

// --- Pasting ----------------------------------------------------------------------------------

function paste(event) {
  const start = event.target;
  const lines = isField(start) ? cellsOf(event.clipboardData.getData("text/plain")) : [];
  if (lines.length < 2 && (lines[0] ?? []).length < 2 && start.tagName !== "SELECT") return;
  if (!lines.length) return;
  event.preventDefault();
  const below = rows().slice(rows().indexOf(start.closest("tr")));
  const from = columns.indexOf(cellOf(start).dataset.column);
  lines.forEach((values, place) => values.forEach((words, across) => {
    const cell = below[place]?.querySelector(`[data-column="${columns[from + across]}"]`);
    if (cell && words.trim()) put(cell, words.trim());
  }));
  if (lines.length > below.length) {
    const count = lines.length - below.length;
    line = line.then(() => { said.textContent = said.dataset.left.replace("{count}", count); });
  }
}

function put(cell, words) {
  const field = fieldOf(cell);
  if (field.tagName !== "SELECT") field.value = words;
  if (words !== cell.dataset.shown) save(cell, words);
}

// Rows of cells as spreadsheets copy them: tabs between, a cell with line breaks in quotes.
function cellsOf(text) {
  const found = [[]];
  const pieces = text.replace(/\r\n?/g, "\n").matchAll(/(?:"((?:[^"]|"")*)"(?=[\t\n]|$)|([^\t\n]*))([\t\n]|$)/g);
  for (const [, quoted, plain, end] of pieces) {
    found.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"').replace(/\s+/g, " "));
    if (end === "\n") found.push([]);
    else if (end === "") break;
  }
  while (found.length && found.at(-1).every((one) => !one)) found.pop();
  return found;
}
