// What this device keeps for a person until the server has it: files in IndexedDB, typed text in
// localStorage. Everything is kept under the person's id, for a week, and nobody else is shown it.

const WEEK = 7 * 24 * 3600 * 1000;
const place = document.getElementById("device");

export const words = place ? place.dataset : {};
export const person = place ? place.dataset.person : "";

export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export function cookie(name) {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

export function when(at) {
  return new Date(at).toLocaleString("ru-RU", { dateStyle: "short", timeStyle: "short" });
}

export function filled(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);
}

// --- Files ------------------------------------------------------------------------------------

let opened = null;

function base() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("vekha", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("files", { keyPath: "key" }).createIndex("person", "person");
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

// The answer of one step, given only when its transaction has been written.
async function inFiles(mode, step) {
  const transaction = (await base()).transaction("files", mode);
  const request = step(transaction.objectStore("files"));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

export function keepFile(file) {
  return inFiles("readwrite", (files) => files.put(file));
}

export function dropFile(key) {
  return inFiles("readwrite", (files) => files.delete(key));
}

export async function ownFiles() {
  const found = await inFiles("readonly", (files) => files.index("person").getAll(person));
  return found.sort((one, other) => one.at - other.at);
}

export async function forgetOldFiles() {
  const all = await inFiles("readonly", (files) => files.getAll());
  for (const file of all) if (file.at < Date.now() - WEEK) await dropFile(file.key);
}

// --- Texts ------------------------------------------------------------------------------------

const DRAFT = "draft:";

export function ownDrafts() {
  return draftKeys().filter((key) => key.startsWith(`${DRAFT}${person}:`));
}

export function draftKey(rest) {
  return `${DRAFT}${person}:${rest}`;
}

function draftKeys() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(DRAFT));
  } catch {
    return []; // a window that keeps nothing
  }
}

export function readDraft(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

// Whether the text is kept; a device may have no room, or keep nothing at all.
export function keepDraft(key, draft) {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

export function dropDraft(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing was kept.
  }
}

export function forgetDrafts(taken) {
  for (const key of draftKeys()) {
    const draft = readDraft(key);
    if (!draft || draft.at < Date.now() - WEEK || taken.includes(draft.id)) dropDraft(key);
  }
}
