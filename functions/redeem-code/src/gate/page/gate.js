"use strict";

// A code is redeemed by what the service says and by nothing else: whatever is not its clear answer is "Could not
// check". Each scan has a key, which a retry sends again, so that an answer that was lost costs no use.

const byId = (id) => document.getElementById(id);
// How long an answer is waited for, and how long until the one retry.
const PATIENCE = 6000;
const PAUSE = 700;
// A code that the camera still sees, or sees again while its verdict shows, is the same scan.
const OUT_OF_SIGHT = 2000;
const SHOWN_FOR = 8000;
// A hand scanner that reads twice.
const DOUBLE_READ = 2000;
const FRAME_PAUSE = 120;
const FRAME_SIDE = 720;
const STORE = "sealed-qr gate";

// The settings of this browser. Where nothing can be stored, they last as long as the page.
const settings = { place: "", expect: "", sound: false, vibration: false };
try {
  Object.assign(settings, JSON.parse(localStorage.getItem(STORE)));
} catch { /* Nothing is stored. */ }

function save() {
  try {
    localStorage.setItem(STORE, JSON.stringify(settings));
  } catch { /* Nothing can be stored. */ }
}

// Which gate the device is, as the service describes it; undefined if it is none.
let gate;
// What is being asked, and the scans that have no answer yet, by their ctexts.
let busy = false;
const unanswered = new Map();
// The last scan: its text, when it was last seen, and what came of it.
let last;
let admitted;
// Whether another code was read while one was being checked.
let missed = false;

// The service.

const key = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// Asks once. Whatever goes wrong on the way, or is not JSON of the service, is {status: 0}.
async function ask(method, path, body, idempotencyKey) {
  const headers = { accept: "application/json" };
  if (body) headers["content-type"] = "application/json";
  if (idempotencyKey) headers["idempotency-key"] = idempotencyKey;
  const options = { method, headers, body: body && JSON.stringify(body), cache: "no-store", redirect: "error" };
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const response = await fetch(`gate/${path}`, { ...options, signal: stop.signal });
    if (response.status === 204) return { status: 204 };
    const text = await response.text();
    // Numbers as they were written, where the browser tells.
    const exact = (_, value, context) => (typeof value === "number" ? { number: context?.source ?? String(value) } : value);
    return { status: response.status, json: JSON.parse(text), exact: JSON.parse(text, exact) };
  } catch {
    return { status: 0 };
  } finally {
    clearTimeout(timer);
  }
}

// Asks, and once more where that can help.
async function insist(...request) {
  const answer = await ask(...request);
  if (answer.status !== 0 && answer.status !== 429 && answer.status < 500) return answer;
  await new Promise((done) => setTimeout(done, PAUSE));
  return ask(...request);
}

const problem = ({ json }) => (typeof json?.type === "string" ? json.type.split("/").pop() : undefined);

// What a code says.

// The ctext in a link of the service, or a ctext itself. Scanners may write in upper case.
function ctextOf(text) {
  const isCtext = (part) => /^(\d{60,}|[EF][\w-]{39,})$/.test(part);
  if (isCtext(text)) return text;
  const url = addressIn(text);
  const found = url && (/\/d\/([^/]+)\/*$/i.exec(url.pathname)?.[1] ?? parameter(url));
  return found && isCtext(found) ? found : undefined;
}

function addressIn(text) {
  try {
    const url = new URL(text);
    return /^https?:$/.test(url.protocol) ? url : undefined;
  } catch {
    return undefined;
  }
}

function parameter(url) {
  if (!/\/api\/decrypt\/qrcode-details\/?$/i.test(url.pathname)) return undefined;
  return [...url.searchParams].find(([name]) => name.toLowerCase() === "ctext")?.[1];
}

// The token of an enrolment code, which is in the fragment, so that browsers do not send it.
function enrolmentOf(text) {
  const url = addressIn(text);
  return url && /\/api\/gate\/?$/i.test(url.pathname) && url.hash.length > 1 ? url.hash.slice(1) : undefined;
}

// The verdict.

const SIGNS = {
  admit: "M5 12.5l4.7 4.7L19.5 7", refuse: "M6.5 6.5l11 11M17.5 6.5l-11 11",
  unknown: "M8.5 9a3.6 3.6 0 1 1 5 3.3c-1 .5-1.5 1.1-1.5 2.2M12 18.2v.1",
  idle: "M4 8.5V4h4.5M15.500 4H20v4.500M20 15.500V20h-4.500M8.500 20H4v-4.500", busy: "M12 3.500a8.500 8.500 0 1 1-8.500 8.500",
};
const WORDS = { admit: "Admit", refuse: "Refuse", unknown: "Could not check" };

function show(kind, { word = WORDS[kind], reason = "", more = [], facts = [] }) {
  byId("verdict").className = kind;
  byId("sign").setAttribute("d", SIGNS[kind]);
  byId("word").textContent = word;
  byId("reason").replaceChildren(...[reason].flat());
  const isVerdict = kind in WORDS;
  const also = isVerdict && missed ? [document.createElement("br"), "Another code was read meanwhile: scan it again."] : [];
  if (isVerdict) missed = false;
  byId("more").replaceChildren(...[more].flat(), ...also);
  byId("facts").replaceChildren(...facts);
  byId("next").disabled = !isVerdict;
  byId("next").textContent = kind === "unknown" && last?.retry ? "Try again" : "Next";
  byId("undo").disabled = busy || !admitted;
  if (isVerdict) signal(kind);
}

function ready(reason) {
  last = undefined;
  if (!gate) {
    return show("idle", { word: "Not a gate yet", reason: "Scan the enrolment code that the operator has made for this device." });
  }
  return show("idle", { word: "Ready", reason: reason ?? "Show a code." });
}

// Text as people can see it: what hides or reorders others appears as its code point.
function visible(text) {
  const parts = text.split(/([\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff])/);
  const node = document.createElement("bdi");
  node.append(...parts.map((part, at) => {
    if (at % 2 === 0) return part;
    const mark = document.createElement("mark");
    mark.textContent = `U+${part.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
    return mark;
  }));
  return node;
}

const isNumber = (value) => typeof value?.number === "string" && Object.keys(value).length === 1;

// The first members of a payload that fit on one line each.
function rows(payload) {
  const simple = Object.entries(payload ?? {}).map(([name, value]) => [name, isNumber(value) ? value.number : value])
    .filter(([, value]) => value !== null && typeof value !== "object");
  return simple.slice(0, 6).map(([name, value]) => {
    const [row, term, detail] = ["div", "dt", "dd"].map((tag) => document.createElement(tag));
    term.append(visible(name));
    detail.append(visible(String(value)));
    row.append(term, detail);
    return row;
  });
}

function instant(text) {
  const at = new Date(text);
  const node = document.createElement("time");
  node.dateTime = text;
  const isToday = at.toDateString() === new Date().toDateString();
  const day = isToday ? "" : `${at.toLocaleDateString([], { day: "numeric", month: "long", year: "numeric" })}, `;
  node.textContent = `${day}${at.toLocaleTimeString()}`;
  return node;
}

function ago(text) {
  const seconds = Math.round((Date.now() - new Date(text)) / 1000);
  if (seconds < 2) return "just now";
  const [count, unit] = seconds < 90 ? [seconds, "second"] : seconds < 5400 ? [Math.round(seconds / 60), "minute"]
    : seconds < 129600 ? [Math.round(seconds / 3600), "hour"] : [Math.round(seconds / 86400), "day"];
  return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
}

// Why a code is refused, by the problem. Whatever is not here could not be checked.
const REFUSALS = {
  "already-redeemed": ({ redeemed_at: at, place }) => ({
    reason: "Used already",
    more: at ? ["Redeemed at ", instant(at), ", ", ago(at), ...(place ? [document.createElement("br"), "Place: ", visible(place)] : [])] : [],
  }),
  "invalid-ctext": () => ({ reason: "Not genuine", more: "Damaged, or not made by this service." }),
  "expired": () => ({ reason: "Expired", more: "Genuine, but no longer valid." }),
  "revoked": ({ revoked_at: at }) => ({ reason: "Taken back", more: at ? ["Genuine, but taken back at ", instant(at)] : [] }),
  "not-yet-valid": () => ({ reason: "Not valid yet", more: "Genuine, but too early." }),
  "other-model": () => ({ reason: "Another kind of code", more: "Genuine, but not what this gate admits." }),
  "not-counted": () => ({ reason: "Not a code for a gate", more: "Genuine, but nobody counts how often it is used." }),
};

// Scans.

async function check(ctext) {
  takePlace();
  const attempt = unanswered.get(ctext)
    ?? { key: key(), body: { ctext, ...(settings.place && { place: settings.place }), ...(wanted() && { expect: wanted() }) } };
  unanswered.set(ctext, attempt);
  busy = true;
  show("busy", { word: "Checking" });
  const answer = await insist("POST", "redeem", attempt.body, attempt.key);
  busy = false;
  const { status, json } = answer;
  const slug = problem(answer);
  if (last) last.seen = Math.max(last.seen, performance.now());
  if (status === 200 && Number.isInteger(json?.use) && Number.isInteger(json.of) && Number.isInteger(json.redemption)) {
    unanswered.delete(ctext);
    admitted = { ctext, redemption: json.redemption, name: json.name };
    return show("admit", { reason: `Use ${json.use} of ${json.of}`, more: ["Code ", visible(String(json.name))], facts: rows(answer.exact.payload) });
  }
  if (status >= 400 && status < 500 && Object.hasOwn(REFUSALS, slug ?? "")) {
    unanswered.delete(ctext);
    return show("refuse", REFUSALS[slug](json));
  }
  if (slug === "not-enrolled") {
    unanswered.delete(ctext);
    describe(undefined);
    return show("unknown", { reason: "Do not admit", more: "This device is a gate no longer. Ask the operator for a new enrolment code." });
  }
  if (slug === "redemption-undone") unanswered.delete(ctext);
  const why = status === 0 ? "The service did not answer. Check the network." : status === 429 ? "Too many requests at once."
    : json?.title ?? `The service answered ${status}.`;
  if (last) last.retry = () => check(ctext);
  return show("unknown", { reason: "Do not admit", more: why });
}

const wanted = () => (gate?.model ? "" : settings.expect);

// A code was read. `isSame` says whether that is the scan before.
function scanned(text, isSame) {
  const now = performance.now();
  if (last && last.text === text && isSame(now)) {
    last.seen = now;
    return;
  }
  if (busy) {
    missed = true;
    return;
  }
  last = { text, seen: now };
  const enrolment = enrolmentOf(text);
  const ctext = ctextOf(text);
  if (enrolment && !gate) enrol(enrolment);
  else if (enrolment) show("refuse", { reason: "An enrolment code", more: "It is for staff, and this device is a gate already." });
  else if (!gate) show("refuse", { word: "Not a gate yet", reason: "Not an enrolment code" });
  else if (ctext) check(ctext);
  else show("refuse", { reason: "Not a code of this service" });
}

const bySight = (text) => scanned(text, () => true);
const byHand = (text) => scanned(text, (now) => now - last.seen < DOUBLE_READ);

// Once a code has been out of sight for a while, the same code counts anew. "Admit" goes then, or it would be taken for
// the verdict on the next code; everything else stays until then.
setInterval(() => {
  if (!last || busy || performance.now() - last.seen < SHOWN_FOR) return;
  if (byId("verdict").className === "admit") ready();
  else last.text = undefined;
}, 500);

byId("next").addEventListener("click", () => {
  const { retry } = last ?? {};
  if (byId("verdict").className === "unknown" && retry) {
    last.retry = undefined;
    retry();
    return;
  }
  // What the camera still sees is not scanned again.
  const seen = last;
  ready();
  if (seen && performance.now() - seen.seen < OUT_OF_SIGHT) ignored = seen;
});
let ignored;

byId("undo").addEventListener("click", async () => {
  const { ctext, redemption, name } = admitted;
  busy = true;
  show("busy", { word: "Undoing" });
  const answer = await insist("POST", "undo", { ctext, redemption });
  busy = false;
  last = undefined;
  if (answer.status === 200 && answer.json?.undone_at) {
    admitted = undefined;
    return show("idle", { word: "Undone", reason: `Code ${name} can be used again.` });
  }
  const isRefused = answer.status >= 400 && answer.status < 500 && answer.json?.detail;
  if (isRefused) admitted = undefined;
  return show("idle", { word: "Not undone", reason: isRefused ? answer.json.detail : "The service did not answer. Press Undo again." });
});

// The text field: hand scanners type into it, and press Enter.

byId("scan").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = byId("code");
  const text = field.value.trim();
  field.value = "";
  if (text) byHand(text);
  field.focus();
});

addEventListener("keydown", (event) => {
  const isTyped = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (isTyped && !event.target.closest?.("input, select")) byId("code").focus();
});

// The camera.

let stream;
let awake;

function noCamera(error) {
  const why = {
    NotAllowedError: "The browser may not use the camera. Allow it in the settings of the browser, or use the field below.",
    NotFoundError: "This device has no camera. Use the field below.",
    NotReadableError: "Another program uses the camera. Close it, and try again.",
    decoder: "The browser cannot read codes, and what it needs for that did not load. Try again.",
  };
  byId("camera-note").textContent = why[error?.name] ?? "There is no camera here. Use the field below.";
}

// What the switch of the camera says, and what it says to those who do not see where it is.
function label(text, name) {
  byId("camera-switch").textContent = text;
  byId("camera-switch").setAttribute("aria-label", name);
}

async function startCamera() {
  byId("camera-note").textContent = "";
  try {
    const video = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } };
    stream = await navigator.mediaDevices.getUserMedia({ video });
    const read = await reader();
    const view = byId("video");
    view.srcObject = stream;
    view.hidden = false;
    await view.play();
    label("Stop", "Stop the camera");
    navigator.wakeLock?.request("screen").then((lock) => { awake = lock; }, () => {});
    watch(stream, view, read);
  } catch (error) {
    stopCamera();
    noCamera(error);
  }
}

function stopCamera() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = undefined;
  awake?.release();
  awake = undefined;
  byId("video").srcObject = null;
  byId("video").hidden = true;
  label("Start the camera", "Start the camera");
}

async function watch(mine, view, read) {
  while (stream === mine) {
    if (!document.hidden && view.readyState >= view.HAVE_CURRENT_DATA) {
      const text = await read(view).catch(() => undefined);
      if (text && stream === mine && !isIgnored(text)) bySight(text.trim());
    }
    await new Promise((done) => setTimeout(done, FRAME_PAUSE));
  }
}

// Whether a code is the one that "Next" was pressed for, and has not been out of sight since.
function isIgnored(text) {
  const now = performance.now();
  if (ignored?.text !== text.trim() || now - ignored.seen > OUT_OF_SIGHT) return false;
  ignored.seen = now;
  return true;
}

// What reads a code from a video: the browser's own detector, or the service's.
async function reader() {
  if (await globalThis.BarcodeDetector?.getSupportedFormats().then((formats) => formats.includes("qr_code"), () => false)) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue;
  }
  await loadDecoder();
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    const side = Math.min(video.videoWidth, video.videoHeight);
    canvas.width = canvas.height = Math.min(side, FRAME_SIDE);
    const [left, top] = [(video.videoWidth - side) / 2, (video.videoHeight - side) / 2];
    context.drawImage(video, left, top, side, side, 0, 0, canvas.width, canvas.height);
    // It throws where there is no code.
    return decodeQR(context.getImageData(0, 0, canvas.width, canvas.height));
  };
}

function loadDecoder() {
  if (globalThis.decodeQR) return undefined;
  const hash = document.documentElement.dataset.decoder;
  const address = `gate/decoder.js?${encodeURIComponent(hash)}`;
  const policy = globalThis.trustedTypes?.createPolicy("decoder", { createScriptURL: () => address });
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.integrity = hash;
    script.src = policy ? policy.createScriptURL("") : address;
    script.addEventListener("load", done);
    script.addEventListener("error", () => failed({ name: "decoder" }));
    document.head.append(script);
  });
}

byId("camera-switch").addEventListener("click", () => (stream ? stopCamera() : startCamera()));

// Sounds and vibration.

let audio;
const TONES = {
  admit: [[660, 0, .12], [990, .13, .18]], refuse: [[170, 0, .5]], unknown: [[330, 0, .1], [330, .18, .1], [330, .36, .1]],
};

function signal(kind) {
  if (settings.vibration) navigator.vibrate?.({ admit: [90], refuse: [250, 100, 250], unknown: [90, 90, 90, 90, 90] }[kind]);
  if (!settings.sound || !globalThis.AudioContext) return;
  audio ??= new AudioContext();
  for (const [pitch, after, duration] of TONES[kind]) {
    const [tone, volume] = [audio.createOscillator(), audio.createGain()];
    tone.type = kind === "admit" ? "sine" : "square";
    tone.frequency.value = pitch;
    volume.gain.value = kind === "admit" ? .3 : .12;
    tone.connect(volume).connect(audio.destination);
    tone.start(audio.currentTime + after);
    tone.stop(audio.currentTime + after + duration);
  }
}

// Settings.

function fill() {
  byId("place").value = settings.place;
  byId("expect").value = settings.expect;
  byId("sound").checked = settings.sound;
  byId("vibration").checked = settings.vibration;
  byId("vibration-field").hidden = !navigator.vibrate;
}

// Takes what was written as the place. A hand scanner may have typed into that field: a link is no place.
function takePlace() {
  const place = byId("place").value.trim();
  const isPlace = !place.includes("://");
  if (isPlace) settings.place = place;
  byId("place").value = settings.place;
  save();
  return isPlace;
}

byId("place").addEventListener("change", takePlace);
byId("place").addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  if (!takePlace()) show("idle", { word: "Scan again", reason: "The scanner wrote into the place." });
  byId("code").focus();
});
byId("expect").addEventListener("change", (event) => { settings.expect = event.target.value; save(); about(); });
byId("sound").addEventListener("change", (event) => {
  settings.sound = event.target.checked;
  save();
  // Browsers let a page sound once its reader has done something.
  if (settings.sound) signal("admit");
});
byId("vibration").addEventListener("change", (event) => { settings.vibration = event.target.checked; save(); });

// The session.

function describe(session) {
  gate = session;
  for (const id of ["settings", "undo", "next"]) byId(id).hidden = !gate;
  byId("name").textContent = gate?.gate ?? "Gate";
  const names = gate?.models ?? [];
  const isChoice = !gate?.model && names.length > 1;
  byId("expect-field").hidden = !isChoice;
  byId("expect").replaceChildren(new Option("any kind", ""), ...names.map((name) => new Option(name, name)));
  if (gate && !names.includes(settings.expect)) settings.expect = "";
  byId("session").replaceChildren(...(gate
    ? ["Enrolled until ", instant(new Date(gate.expires_at * 1000).toISOString()), ` by the code ${gate.name}.`] : []));
  fill();
  about();
}

function about() {
  const kind = gate?.model ?? settings.expect;
  byId("about").textContent = gate && kind ? `Admits: ${kind}` : "";
}

let enrolling;
async function enrol(token) {
  enrolling = enrolling?.token === token ? enrolling : { token, key: key() };
  busy = true;
  show("busy", { word: "Enrolling" });
  const answer = await insist("POST", "session", { ctext: token }, enrolling.key);
  const isGate = answer.status === 200 && answer.json?.gate;
  // Browsers may refuse cookies, and WebKit keeps this one only with TLS.
  const isKept = isGate && problem(await ask("GET", "session")) !== "not-enrolled";
  busy = false;
  if (isKept) {
    if (!settings.place) settings.place = answer.json.gate;
    describe(answer.json);
    return ready(`This device is now “${answer.json.gate}”. Show a code.`);
  }
  const why = isGate ? "This browser has not kept the session. It needs cookies, and an address with https." : {
    "already-redeemed": "This enrolment code has been used. Each enrols one device.",
    "expired": "This enrolment code has expired. Each can be used for ten minutes.",
    "invalid-ctext": "This is not an enrolment code of this service.",
    "revoked": "This enrolment code has been taken back.",
  }[problem(answer)];
  last = { text: token, seen: performance.now(), retry: why ? undefined : () => enrol(token) };
  byId("next").hidden = Boolean(why);
  return show(why ? "refuse" : "unknown", {
    word: "Not enrolled", reason: why ?? "The service did not answer.", more: why ? "Ask the operator for a new code." : "",
  });
}

byId("leave").addEventListener("click", async () => {
  const answer = await insist("DELETE", "session");
  if (answer.status !== 204) {
    byId("session").textContent = "The service did not answer, so this device is still a gate. Try again.";
    return;
  }
  try {
    localStorage.removeItem(STORE);
  } catch { /* Nothing was stored. */ }
  Object.assign(settings, { place: "", expect: "", sound: false, vibration: false });
  unanswered.clear();
  admitted = undefined;
  stopCamera();
  describe(undefined);
  ready();
});

async function start() {
  // The token leaves the address, and with it the history, before anything else.
  const token = location.hash.slice(1);
  if (token) history.replaceState(null, "", location.pathname + location.search);
  fill();
  if (token) {
    describe(undefined);
    return enrol(token);
  }
  show("busy", { word: "Starting" });
  const answer = await insist("GET", "session");
  describe(answer.status === 200 ? answer.json : undefined);
  if (answer.status === 200 || problem(answer) === "not-enrolled") return ready();
  byId("next").hidden = false;
  last = { text: "", seen: performance.now(), retry: start };
  return show("unknown", { word: "No connection", reason: "The service did not answer." });
}

addEventListener("hashchange", () => { if (location.hash.length > 1) start(); });
start();
