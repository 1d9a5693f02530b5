// What is typed into any form is kept on the device until the server says that it took the form.
// Passwords, codes and files are never kept. Without this script forms work as they are.

import { cookie, draftKey, dropDraft, filled, forgetDrafts, keepDraft, person, readDraft, uuid,
  when, words } from "./device.js";

const TAKEN = "taken_drafts";
const SECRET = /csrf|password|token|secret|^code$/i;
const TEXTS = ["text", "textarea", "url", "number", "date", "email", "tel", "month", "time"];
const CHOICES = ["checkbox", "radio", "select-one", "select-multiple"];

const isAnswer = words.method === "POST";

if (person) {
  // The answer to a POST is not asked for again by a reload: the address leads to its page.
  if (isAnswer) history.replaceState(null, "", location.href);
  const taken = cookie(TAKEN);
  forgetDrafts(taken ? taken.split(".") : []);
  if (taken) document.cookie = `${TAKEN}=; Max-Age=0; path=/; SameSite=Lax`;
  for (const form of document.querySelectorAll("form")) if (keeps(form)) tend(form);
}

function keeps(form) {
  return form.method === "post" && form.dataset.draft !== "off"
    && !form.querySelector('input[type="password"]')
    && fields(form).some(([, field]) => TEXTS.includes(field.type));
}

// [name with its place among those of the same name, field] of all that may be kept.
function fields(form) {
  const seen = {};
  return [...form.elements]
    .filter((one) => one.name && !SECRET.test(one.name) && one.autocomplete !== "one-time-code")
    .filter((one) => TEXTS.includes(one.type) || CHOICES.includes(one.type))
    .map((one) => {
      seen[one.name] = (seen[one.name] ?? -1) + 1;
      return [`${one.name}.${seen[one.name]}`, one];
    });
}

function shown(field) {
  if (TEXTS.includes(field.type)) return field.defaultValue;
  if (field.options) return JSON.stringify([...field.options].map((one) => one.defaultSelected));
  return field.defaultChecked;
}

function entered(field) {
  if (TEXTS.includes(field.type)) return field.value;
  if (field.options) return JSON.stringify([...field.options].map((one) => one.selected));
  return field.checked;
}

function enter(field, value) {
  if (TEXTS.includes(field.type)) field.value = value;
  else if (field.options) {
    JSON.parse(value).forEach((isChosen, place) => {
      if (field.options[place]) field.options[place].selected = isChosen;
    });
  } else field.checked = value;
  field.closest("details")?.setAttribute("open", "");
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

// Several forms of a page may go to one address; what is fixed in them tells them apart.
function keyOf(form) {
  const { pathname, search } = new URL(form.action);
  const button = form.querySelector("button[name]");
  const fixed = [...fixedIn(form), ...(button ? [button] : [])];
  return draftKey(`${pathname}${search}:${fixed.map((one) => `${one.name}=${one.value}`).join("&")}`);
}

function fixedIn(form) {
  return [...form.querySelectorAll('input[type="hidden"]')]
    .filter((one) => !SECRET.test(one.name) && one.name !== "draft_key");
}

function tend(form) {
  const key = keyOf(form);
  const draft = readDraft(key);
  const mark = document.createElement("input");
  Object.assign(mark, { type: "hidden", name: "draft_key", value: draft?.id ?? uuid() });
  form.append(mark);
  // An answer to a POST shows what was typed, not what the server has: that was seen before it.
  const before = isAnswer && draft ? draft.fields : {};
  const beside = draft ? restore(form, key, draft) : new Map();
  takeOver(form);
  const listen = () => keep(form, key, mark.value, before, beside);
  form.addEventListener("input", listen);
  form.addEventListener("change", listen);
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    if (!form.querySelector(".draft-offline")) {
      line(form, words.draftOffline).classList.add("draft-offline");
    }
  });
}

function keep(form, key, id, before, beside) {
  const all = fields(form);
  const isTyped = all.some(([, one]) => TEXTS.includes(one.type) && one.value !== one.defaultValue);
  if (!isTyped && !isAnswer && !beside.size) return dropDraft(key);
  const kept = all.map(([name, one]) => {
    const now = { shown: before[name]?.shown ?? shown(one), typed: entered(one) };
    return [name, beside.get(name) ?? now];
  });
  const draft = { at: Date.now(), id, fields: Object.fromEntries(kept) };
  if (!keepDraft(key, draft) && !form.querySelector(".draft-full")) {
    line(form, words.draftFull).classList.add("draft-full");
  }
}

// A field that the server still shows as it was then gets the text back; one that has changed
// meanwhile stays, and the text can be put in by hand: what stands beside such fields is returned.
function restore(form, key, draft) {
  const lost = fields(form).filter(([name, one]) => {
    const known = draft.fields[name];
    return known && known.typed !== entered(one) && known.typed !== known.shown;
  });
  const free = lost.filter(([name, one]) => draft.fields[name].shown === shown(one));
  const rest = lost.filter((pair) => !free.includes(pair));
  const beside = new Map(rest.map(([name]) => [name, draft.fields[name]]));
  for (const [name, one] of free) enter(one, draft.fields[name].typed);
  if (!lost.length) return beside;
  const sentence = rest.length ? words.draftBeside : words.draftRestored;
  const told = line(form, filled(sentence, { at: when(draft.at) }));
  if (rest.length) {
    told.append(button(words.draftInsert, () => {
      beside.clear();
      for (const [name, one] of rest) enter(one, draft.fields[name].typed);
    }));
  }
  told.append(button(words.draftDrop, () => {
    beside.clear();
    form.reset();
    dropDraft(key);
    told.remove();
  }));
  form.closest("details")?.setAttribute("open", "");
  return beside;
}

// What the server kept over a login goes into the form that it was typed into.
function takeOver(form) {
  const { pathname, search } = new URL(form.action);
  for (const panel of document.querySelectorAll("[data-kept]")) {
    const pairs = [...panel.querySelectorAll("form")[0].querySelectorAll("textarea")]
      .map((one) => [form.elements[one.name], one.value]);
    const fixed = fixedIn(panel.querySelectorAll("form")[0]);
    const fits = panel.dataset.kept === pathname + search
      && fixed.every((one) => holds(form, one))
      && pairs.every(([field]) => field && TEXTS.includes(field.type));
    if (!fits) continue;
    for (const [field, value] of pairs) if (field.value !== value) enter(field, value);
    if (!form.querySelector(".draft-line")) {
      const told = line(form, panel.querySelector(".notice-title").textContent);
      told.append(button(words.draftDrop, () => panel.querySelectorAll("form")[1].submit()));
    }
    panel.hidden = true;
    form.closest("details")?.setAttribute("open", "");
  }
}

// Whether the form could have sent this fixed value: it stands in it, or on one of its buttons.
function holds(form, { name, value }) {
  const here = [...form.elements].filter((one) => one.name === name);
  const firm = here.filter((one) => ["hidden", "submit"].includes(one.type));
  return !firm.length || firm.some((one) => one.value === value);
}

function line(form, sentence) {
  const told = document.createElement("p");
  told.className = "draft-line notice";
  told.setAttribute("role", "status");
  told.append(`${sentence} `);
  form.prepend(told);
  return told;
}

function button(label, act) {
  const one = document.createElement("button");
  Object.assign(one, { type: "button", textContent: label });
  one.className = "btn btn-sm btn-outline-secondary";
  one.addEventListener("click", act);
  return one;
}
