// The report page on a phone: each photo is sent at once with its own progress, and the text is
// kept on the device while the connection is away. Without this script the form works as it is.
"use strict";

const form = document.getElementById("report");

if (form) {
  keepText(form.elements.text, form.dataset.draft);
  for (const input of form.querySelectorAll('input[type="file"]')) {
    input.addEventListener("change", () => sendAll(input));
    input.addEventListener("dragover", (event) => event.preventDefault());
  }
}

function keepText(field, key) {
  try {
    if (!field.value) field.value = localStorage.getItem(key) || "";
    field.addEventListener("input", () => localStorage.setItem(key, field.value));
    form.addEventListener("submit", () => { if (navigator.onLine) localStorage.removeItem(key); });
  } catch {
    // Private windows may refuse storage; the draft on the server remains.
  }
}

async function sendAll(input) {
  const files = [...input.files];
  input.value = "";
  let sent = 0;
  for (const file of files) sent += await send(input.name, file);
  if (sent && sent === files.length) {
    const words = new FormData(form);
    words.delete("photos_before");
    words.delete("photos_after");
    words.set("save", "1");
    await fetch(location.pathname, { method: "POST", body: words });
    location.reload();
  }
}

function send(name, file) {
  const list = document.getElementById("uploads");
  const line = document.createElement("li");
  const bar = document.createElement("progress");
  const words = document.createElement("span");
  bar.max = 1;
  words.textContent = ` ${file.name}`;
  line.append(bar, words);
  list.append(line);
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
      line.dataset.failed = isSent ? "" : "1";
      resolve(isSent ? 1 : 0);
    });
    request.addEventListener("error", () => {
      words.textContent = ` ${file.name}: ${list.dataset.failed}`;
      resolve(0);
    });
    request.send(body);
  });
}

function said(request, list) {
  try {
    return JSON.parse(request.responseText).problems.join(" ");
  } catch {
    return list.dataset.failed;
  }
}
