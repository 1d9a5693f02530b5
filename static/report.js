// The report page on a phone: each photo is sent at once with its own progress, and what is typed
// is kept on the device while the connection is away. Without this script the form works as it is.
"use strict";

const form = document.getElementById("report");
const KEPT = ["text", "number", "link"];

if (form) {
  const list = document.getElementById("uploads");
  restore(list);
  form.addEventListener("input", keep);
  form.addEventListener("submit", (event) => {
    keep();
    if (navigator.onLine) return;
    event.preventDefault();
    say(list, list.dataset.offline);
  });
  for (const input of form.querySelectorAll('input[type="file"]')) {
    input.addEventListener("change", () => sendAll(input));
  }
}

// What is typed is kept with what the server had shown then: if the server shows the same again,
// it has not got the text yet, and the text comes back; otherwise the server knows better.
function keep() {
  const kept = {};
  for (const name of KEPT) {
    const field = form.elements[name];
    kept[name] = { shown: field.defaultValue, typed: field.value };
  }
  store(JSON.stringify(kept));
}

function store(text) {
  try {
    if (text) localStorage.setItem(form.dataset.draft, text);
    else localStorage.removeItem(form.dataset.draft);
  } catch {
    // Private windows may refuse storage; the draft on the server remains.
  }
}

function restore(list) {
  let kept = {};
  try {
    kept = JSON.parse(localStorage.getItem(form.dataset.draft)) || {};
  } catch {
    return;
  }
  let isRestored = false;
  for (const name of KEPT) {
    const field = form.elements[name];
    const known = kept[name];
    if (known && known.typed !== field.value && known.shown === field.defaultValue) {
      field.value = known.typed;
      isRestored = true;
    }
  }
  if (isRestored) say(list, list.dataset.restored);
  else store("");
}

async function sendAll(input) {
  const files = [...input.files];
  input.value = "";
  let sent = 0;
  for (const file of files) sent += await send(input.name, file);
  if (sent && sent === files.length) {
    const words = new FormData(form);
    for (const picker of form.querySelectorAll('input[type="file"]')) words.delete(picker.name);
    words.set("save", "1");
    const answer = await fetch(location.pathname, { method: "POST", body: words });
    if (answer.ok) store("");
    location.reload();
  }
}

function send(name, file) {
  const list = document.getElementById("uploads");
  const bar = document.createElement("progress");
  bar.max = 1;
  const words = say(list, ` ${file.name}`, bar);
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.set(name, file);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.dataset.photos);
    request.upload.addEventListener("progress", (event) => { bar.value = event.loaded / event.total; });
    request.addEventListener("load", () => {
      const isSent = request.status === 200;
      bar.value = isSent ? 1 : 0;
      words.textContent = isSent ? ` ${file.name}: ${list.dataset.sent}` : ` ${said(request, list)}`;
      resolve(isSent ? 1 : 0);
    });
    request.addEventListener("error", () => {
      words.textContent = ` ${file.name}: ${list.dataset.failed}`;
      resolve(0);
    });
    request.send(body);
  });
}

function say(list, sentence, bar) {
  const line = document.createElement("li");
  const words = document.createElement("span");
  words.textContent = sentence;
  if (bar) line.append(bar);
  line.append(words);
  list.append(line);
  return words;
}

function said(request, list) {
  try {
    return JSON.parse(request.responseText).problems.join(" ");
  } catch {
    return list.dataset.failed;
  }
}
