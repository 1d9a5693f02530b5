// Photos and documents on their way: each waits on the device, is sent in parts that resume, and
// is called attached only when the server has said so in words of its own.

import { cookie, dropDraft, dropFile, filled, forgetOldFiles, keepFile, ownDrafts, ownFiles,
  person, uuid, words } from "./device.js";

const PART = 256 * 1024; // bytes: a minute's worth of a poor line
const PATIENCE = 120 * 1000; // for the answer to one part
const LONGEST_WAIT = 5 * 60 * 1000;
const OVER = ["attached", "working"]; // the server has it whole
const STOPPED = ["refused", "login"]; // nothing more is tried until somebody does something

const form = document.querySelector("form[data-files]"); // to which this page's files belong
const files = new Map(); // key → file with its bytes, state and words; the device's and the page's
const channel = "BroadcastChannel" in window ? new BroadcastChannel("vekha-files") : null;
let isRunning = false;
let choosing = 0; // files that are being put by
let failures = 0; // one after the other
let alarm = null;

class LoginNeeded extends Error {}
class Refused extends Error {}

if (person) begin();

async function begin() {
  place();
  for (const input of form ? form.querySelectorAll('input[type="file"]') : []) {
    input.addEventListener("change", () => choose(input));
  }
  form?.addEventListener("submit", (event) => waitForFiles(event));
  for (const way of document.querySelectorAll('form[action$="/accounts/logout/"]')) {
    way.addEventListener("submit", (event) => leave(event, way));
  }
  window.addEventListener("online", () => goOn());
  channel?.addEventListener("message", () => look());
  await forgetOldFiles().catch(() => {});
  await look();
  run();
}

// --- What is here -------------------------------------------------------------------------------

async function look() {
  const kept = await ownFiles().catch(() => []);
  const known = new Set(kept.map((one) => one.key));
  for (const file of kept) {
    const state = file.words ? "refused" : "waiting";
    if (!files.has(file.key)) files.set(file.key, { ...file, isKept: true, state });
  }
  for (const [key, file] of files) {
    const isGone = file.isKept && !known.has(key) && !OVER.includes(file.state);
    if (isGone) {
      files.delete(key);
      lines().querySelector(`[data-key="${key}"]`)?.remove();
      if (isHere(file)) refresh();
    }
  }
  show();
}

async function choose(input) {
  const chosen = [...input.files];
  choosing += chosen.length;
  for (const one of chosen) {
    await putBy(one, input.name.replace("photos_", ""));
    choosing -= 1;
  }
  input.value = ""; // only now: all of them are held
  channel?.postMessage("changed");
  failures = 0;
  run();
}

async function putBy(chosen, phase) {
  const file = {
    key: uuid(), person, phase, at: Date.now(), name: chosen.name, size: chosen.size,
    address: form.dataset.files, page: location.pathname,
  };
  try {
    // The bytes themselves: what a gallery or a camera lent may be gone tomorrow.
    file.bytes = new Blob([await chosen.arrayBuffer()]);
  } catch {
    files.set(file.key, { ...file, state: "refused", words: words.fileUnread });
    return show();
  }
  let isKept = true;
  try {
    await keepFile(file);
  } catch {
    isKept = false; // no room, or a window that keeps nothing: it is sent all the same
  }
  files.set(file.key, { ...file, isKept, state: "waiting" });
  show();
}

async function drop(file) {
  files.delete(file.key);
  lines().querySelector(`[data-key="${file.key}"]`)?.remove();
  if (file.isKept) await dropFile(file.key).catch(() => {});
  channel?.postMessage("changed");
  show();
}

// --- Sending ------------------------------------------------------------------------------------

function run() {
  clearTimeout(alarm);
  if (isRunning) return;
  isRunning = true;
  const work = () => sendAll().finally(() => { isRunning = false; });
  // Of several tabs one sends; the next takes over when it is closed.
  if (navigator.locks) navigator.locks.request(`vekha-files-${person}`, work);
  else work();
}

function goOn() {
  failures = 0;
  for (const file of files.values()) if (file.state === "late") file.state = "waiting";
  show();
  run();
}

function next() {
  return [...files.values()].find((one) => ![...OVER, ...STOPPED].includes(one.state));
}

async function sendAll() {
  await look();
  for (let file = next(); file; file = next()) {
    try {
      await send(file);
      failures = 0;
    } catch (problem) {
      if (problem instanceof Refused) await refuse(file, problem.message);
      else if (problem instanceof LoginNeeded) {
        for (const one of files.values()) if (!OVER.includes(one.state)) mark(one, "login");
        return;
      } else return pause();
    }
  }
}

// Remembered, so that no look at a page sends it all again.
async function refuse(file, sentence) {
  mark(file, "refused", sentence);
  if (file.isKept) await keepFile(file).catch(() => {});
}

// The line is down for all of them alike: wait, longer each time, never all devices at once.
function pause() {
  const wait = Math.min(LONGEST_WAIT, 1000 * 2 ** failures) * (0.5 + Math.random());
  failures += 1;
  for (const one of files.values()) {
    if (![...OVER, ...STOPPED].includes(one.state)) mark(one, "late");
  }
  alarm = setTimeout(run, wait);
}

async function send(file) {
  mark(file, "sending");
  let here = await ask(file);
  while (!here.is_attached && !here.is_working) {
    const before = here.received;
    here = await sendPart(file, before);
    failures = 0;
    const isWhole = here.is_attached || here.is_working;
    if (!isWhole && here.received === before) throw new Error("damaged on its way");
    mark(file, "sending", "", here.received);
  }
  mark(file, here.is_working ? "working" : "attached");
  if (file.isKept) await dropFile(file.key).catch(() => {});
  file.bytes = null;
  channel?.postMessage("changed");
  if (isHere(file)) await refresh();
}

function ask(file) {
  return answer(addressOf(file), { method: "GET" });
}

async function sendPart(file, offset) {
  const part = file.bytes.slice(offset, offset + PART);
  const body = new FormData();
  const given = { person, name: file.name, phase: file.phase, size: file.size, offset };
  for (const [name, value] of Object.entries(given)) body.set(name, value);
  if (part.size) {
    body.set("sha256", await sum(part));
    body.set("part", part, "part");
  }
  return answer(addressOf(file), { method: "POST", body });
}

async function sum(part) {
  if (!crypto.subtle) return ""; // browsers have it over https and on the own machine only
  const found = await crypto.subtle.digest("SHA-256", await part.arrayBuffer());
  return [...new Uint8Array(found)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function addressOf(file) {
  return file.address.replace("00000000-0000-0000-0000-000000000000", file.key);
}

// Our own JSON with our own mark, or an error: a login page and a proxy's apology are also 200.
async function answer(address, given) {
  const headers = { Accept: "application/json", "X-CSRFToken": cookie("csrftoken") };
  const limit = AbortSignal.timeout ? { signal: AbortSignal.timeout(PATIENCE) } : {};
  const response = await fetch(address, { ...given, ...limit, headers, redirect: "manual" });
  if (response.status === 404) throw new Refused(words.fileGone);
  const said = await response.json();
  if (said.vekha === "login") throw new LoginNeeded();
  if (said.vekha !== "file") throw new Error("not ours");
  if (said.problem) throw new Refused(said.problem);
  return said;
}

// --- What the person sees -----------------------------------------------------------------------

function place() {
  const here = document.getElementById("uploads");
  if (here) here.append(document.getElementById("queue"));
}

function lines() {
  return document.querySelector("#queue ul");
}

function isHere(file) {
  return form !== null && file.address === form.dataset.files;
}

function mark(file, state, sentence = "", received = file.received ?? 0) {
  Object.assign(file, { state, words: sentence, received });
  show();
}

function show() {
  document.getElementById("queue").hidden = !files.size;
  if (!waiting().length) document.getElementById("queue-told").textContent = "";
  for (const file of files.values()) {
    const old = lines().querySelector(`[data-key="${file.key}"]`);
    const now = lineOf(file);
    if (old?.textContent === now.textContent) {
      old.querySelector("progress").value = file.received ?? 0;
    } else if (old) old.replaceWith(now);
    else lines().append(now);
  }
}

function lineOf(file) {
  const line = document.createElement("li");
  line.dataset.key = file.key;
  line.dataset.state = file.state;
  const bar = document.createElement("progress");
  Object.assign(bar, { max: file.size || 1, value: file.received ?? 0 });
  bar.setAttribute("aria-label", file.name);
  line.append(bar, ` ${spoken(file)} `);
  if (OVER.includes(file.state)) bar.value = bar.max;
  if (file.state === "login") line.append(loginLink());
  if (!isHere(file)) line.append(link(file.page, words.fileWhere), " ");
  if (["late", "refused", "login"].includes(file.state) && file.bytes) {
    line.append(button(words.fileAgain, file, () => again(file)));
  }
  if (!OVER.includes(file.state)) line.append(button(words.fileAway, file, () => giveUp(file)));
  return line;
}

function spoken(file) {
  const state = {
    waiting: words.fileWaiting, sending: words.fileSending, late: words.fileLate,
    login: words.fileLogin, attached: words.fileAttached,
    working: words.fileWorking, refused: file.words,
  }[file.state];
  const told = state.includes(file.name) ? state : `${file.name}: ${state}`;
  const isLoose = file.isKept === false && ![...OVER, "refused"].includes(file.state);
  return isLoose ? `${told} ${words.fileLoose}` : told;
}

function loginLink() {
  const back = encodeURIComponent(location.pathname + location.search);
  return link(`${words.login}?next=${back}`, words.fileToLogin);
}

function link(address, label) {
  const one = document.createElement("a");
  Object.assign(one, { href: address, textContent: label });
  return one;
}

function button(label, file, act) {
  const one = document.createElement("button");
  Object.assign(one, { type: "button", textContent: label });
  one.className = "btn btn-sm btn-outline-secondary";
  one.setAttribute("aria-label", `${label}: ${file.name}`);
  one.addEventListener("click", act);
  return one;
}

async function again(file) {
  for (const one of files.values()) if (one.state === "login") one.state = "waiting";
  mark(file, "waiting");
  if (file.isKept) await keepFile(file).catch(() => {});
  goOn();
}

async function giveUp(file) {
  const body = new FormData();
  body.set("give_up", "1");
  body.set("person", person);
  await drop(file);
  await answer(addressOf(file), { method: "POST", body }).catch(() => {}); // it goes in a week anyway
}

// The attached files as the server shows them now; nothing else of the page changes.
async function refresh() {
  try {
    const page = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    const now = new DOMParser().parseFromString(await page.text(), "text/html");
    for (const id of ["attached", "proof"]) {
      const fresh = now.getElementById(id);
      if (fresh) document.getElementById(id)?.replaceWith(document.adoptNode(fresh));
    }
  } catch {
    // The line tells that it is attached; the picture comes with the next look at the page.
  }
}

// Files of this page that the server has not got.
function waiting() {
  return [...files.values()].filter((one) => isHere(one) && !OVER.includes(one.state));
}

// A report is not sent and an inspection not closed past its own files.
function waitForFiles(event) {
  const rest = waiting();
  const isFinal = ["submit", "outcome"].includes(event.submitter?.name);
  if (!isFinal || !(rest.length + choosing)) return;
  event.preventDefault();
  const told = document.getElementById("queue-told");
  told.textContent = filled(words.fileFirst, { count: rest.length + choosing });
  told.scrollIntoView({ block: "nearest" });
  goOn();
}

async function leave(event, way) {
  event.preventDefault();
  const kept = (await ownFiles().catch(() => [])).map((one) => one.key);
  const loose = [...files.values()].filter((one) => !one.isKept && !OVER.includes(one.state));
  const count = kept.length + loose.length;
  const texts = ownDrafts();
  if (count + texts.length) {
    if (!confirm(filled(words.leave, { files: count, texts: texts.length }))) return;
    for (const key of kept) await dropFile(key).catch(() => {});
    texts.forEach(dropDraft);
  }
  way.submit();
}
