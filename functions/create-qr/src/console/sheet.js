
// Sheets of labels: the preview, and what is downloaded.

// The least millimetres per module that any phone reads.
const LEAST = 0.33;

// The set of codes

function newSet() {
  const random = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0"));
  byId("set").value = `${new Date().toISOString().slice(0, 10)}-${random.join("")}`;
}

// The header has only ASCII characters, whatever the name has.
const idempotencyKey = () => `"${encodeURIComponent(byId("set").value)}"`;

// The manifest is not printed.
const batchAddress = (format) => address("/batch", format, format === "csv" ? ["options"] : ["options", "labels"]);

function postBatch(url, body, signal) {
  const headers = { ...headersFor(rows.type), "idempotency-key": idempotencyKey() };
  return fetch(url, { method: "POST", headers, body, signal, cache: "no-store" });
}

function showBatchCurl() {
  const name = file?.name ?? (rows.type === "text/csv" ? "rows.csv" : "rows.ndjson");
  showCommand(" -o labels.pdf", [
    `-H 'content-type: ${rows.type}'`, `-H ${quoted(`idempotency-key: ${idempotencyKey()}`)}`,
    `--data-binary ${quoted(`@${name}`)}`, quoted(batchAddress("pdf").href),
  ]);
}

// The preview: the first row with its code, which is the one that it has in the set, and a sketch of the others.

async function previewSheet() {
  const signal = restarted();
  if (areRead()) {
    try {
      const response = await askForPage(signal);
      const answer = response.ok ? await response.text() : await response.json().catch(() => undefined);
      if (signal.aborted) return;
      if (response.ok) showSheet(parsed(answer));
      else showRefused(response.status, answer);
      byId("sheet").classList.toggle("stale", !response.ok);
      showBatchCurl();
    } catch {
      if (signal.aborted) return;
      say("The API cannot be reached. Check your connection, then try again.", true);
      byId("sheet").classList.add("stale");
    }
  }
  setBusy(false);
}

// Asks for the page that has only the first label.
function askForPage(signal) {
  const url = batchAddress("html");
  const caption = longestCaption();
  if (caption) url.searchParams.set("caption", caption);
  else url.searchParams.delete("caption");
  return postBatch(url, rows.first, signal);
}

// All that is ever parsed as HTML: pages of labels, into documents that run no scripts.
const html = globalThis.trustedTypes?.createPolicy("labels", { createHTML: (page) => page });
// Its style is not that of this page: the policy of this page would refuse it there.
function parsed(page) {
  const [element, style] = /<style>([^]*?)<\/style>/.exec(page);
  const rest = page.replace(element, "");
  return { style, page: new DOMParser().parseFromString(html?.createHTML(rest) ?? rest, "text/html") };
}

const SKETCH = `
  :host { display: block; overflow: hidden; color: #000; background: #fff; font-family: system-ui, sans-serif; }
  section { margin: 0 !important; box-shadow: none !important; }
  :host > * { overflow: hidden; transform-origin: 0 0; }
  .label { fill: #0000; stroke: #0003; stroke-width: .2; }
  .used { fill: #0002; }
  .sketch { opacity: .25; }
  .caption { pointer-events: none; }
`;

const numbers = (text) => text.match(/-?\d+(\.\d+)?/g).map(Number);

function showSheet({ style, page: { body } }) {
  const page = document.adoptNode(body.querySelector("section"));
  const outlines = page.querySelector(".labels");
  const drawing = outlines.parentNode;
  outlines.remove();
  // Where each label is, and how large.
  const labels = outlines.getAttribute("d").split("z").slice(0, -1).map(numbers);
  const start = byId("start_at").value - 1;
  const caption = page.querySelector(".caption");
  fillIn(caption, rows.found[0]);
  const sheets = Math.ceil((start + rows.count) / labels.length);
  byId("sheet").hidden = false;
  showDrawing("one", style, alone(page.cloneNode(true), labels[start]), "The label of row 1, with its code");
  showDrawing("whole", style, page, `The first of ${counted(sheets, "sheet")}`);

  const code = drawing.querySelector("g");
  const [left, top, module] = numbers(code.getAttribute("transform"));
  const corners = sketch(code);
  labels.forEach(([x, y, width, height], place) => {
    const row = rows.found[place - start];
    if (place > start && row) {
      const at = `translate(${left + x - labels[start][0]} ${top + y - labels[start][1]})scale(${module})`;
      code.after(drawn("path", { class: "sketch", transform: at, d: corners }));
      if (caption) page.append(captionOf(caption, place, row));
    }
    const kind = place < start ? "label used" : "label";
    drawing.append(drawn("rect", { class: kind, x, y, width, height, "data-place": place + 1 }));
  });

  const print = fact("Print", `${module.toFixed(2)} mm per module`);
  print.classList.toggle("small", module < LEAST);
  byId("sheet-facts").replaceChildren(
    fact("Labels", rows.count.toLocaleString("en-GB")),
    fact("Sheets", labels.length === 1 ? `${sheets}` : `${sheets}, ${labels.length} labels each`),
    print,
  );
  byId("access").hidden = true;
  wanted = "";
  const advice = " For larger modules, choose the compact link, a lower error correction or larger labels.";
  say(`This is how the labels are printed.${module < LEAST ? advice : ""}`, false);
}

function fillIn(caption, row) {
  if (caption) caption.firstChild.textContent = filled(byId("caption").value, row);
}

function captionOf(caption, place, row) {
  const other = caption.cloneNode(true);
  other.className = `caption p${place}`;
  fillIn(other, row);
  return other;
}

// A page where only one label is seen.
function alone(page, [x, y, width, height]) {
  const label = make("div", {}, page);
  Object.assign(label.style, { width: `${width}mm`, height: `${height}mm` });
  Object.assign(page.style, { left: `${-x}mm`, top: `${-y}mm` });
  return label;
}

// In place of a code, its corners.
function sketch(code) {
  const far = Math.round(code.lastChild.getBBox().width) - 7;
  const corner = (x, y) => `M${x} ${y}h7v7h-7zm1 1v5h5v-5zm1 1h3v3h-3z`;
  return corner(0, 0) + corner(far, 0) + corner(0, far);
}

function drawn(name, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

// Shows a part of a page of labels, as large as there is room, with the style of that page alone.
function showDrawing(id, style, part, name) {
  const host = byId(id);
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const styles = new CSSStyleSheet();
  styles.replaceSync(style + SKETCH);
  root.adoptedStyleSheets = [styles];
  root.replaceChildren(part);
  host.setAttribute("aria-label", name);
  fit(host);
}

function fit(host) {
  const part = host.shadowRoot?.firstElementChild;
  if (!part) return;
  const scale = host.clientWidth / part.offsetWidth;
  part.style.transform = `scale(${scale})`;
  host.style.height = `${part.offsetHeight * scale}px`;
}
on("whole", "click", (event) => {
  const { place } = event.composedPath()[0].dataset;
  if (!place) return;
  byId("start_at").value = place;
  changed();
});
new ResizeObserver(() => ["whole", "one"].map(byId).forEach(fit)).observe(byId("sheet"));

// Downloads

let isWorking = false;
async function download(format) {
  if (isWorking) return;
  clearTimeout(timer);
  restarted();
  errors = [];
  setWorking(true);
  const isSaved = areRead() && await isSavedAs(format);
  setWorking(false);
  setBusy(false);
  if (!isSaved) focusOnFault();
}

// Takes the keyboard to what has to change, if anything has.
function focusOnFault() {
  (form.querySelector("#notes a, [aria-invalid]") ?? (rows.count ? undefined : byId("rows")))?.focus();
}

async function isSavedAs(format) {
  const codes = counted(rows.count, "code");
  const isManifest = format === "csv";
  say(`Making ${codes} …`, false);
  try {
    const response = await postBatch(batchAddress(format), file ?? rows.text);
    if (!response.ok) {
      showRefused(response.status, await response.json().catch(() => undefined));
      showBatchCurl();
      return false;
    }
    const name = `${file?.name.replace(/\.[^.]*$/, "") || "labels"}${isManifest ? "-manifest" : ""}.${format}`;
    save(await response.blob(), name);
    const advice = isManifest ? "Keep it: names take codes back." : "Print it at 100 %, not fitted to the page.";
    say(`${codes}: ${name} is saved. ${advice}`, false);
    return true;
  } catch {
    say("No answer came. Try again: in the same set, nothing is made twice.", true);
    return false;
  }
}

for (const format of ["pdf", "csv", "html"]) on(`sheet-${format}`, "click", () => download(format));

function setWorking(working) {
  isWorking = working;
  byId("working").hidden = !working;
  for (const at of document.querySelectorAll("#create, [id^=sheet-].button")) at.setAttribute("aria-disabled", working);
}

// The view

on("set", "input", changed);
on("new-set", "click", () => {
  newSet();
  changed();
});

function showPaper() {
  for (const at of form.querySelectorAll("[data-paper]")) at.hidden = !at.dataset.paper.includes(byId("paper").value);
}
on("paper", "input", showPaper);

function showView() {
  const isSheet = view() === "sheet";
  history.replaceState(null, "", isSheet ? "#sheet" : location.pathname + location.search);
  for (const at of form.querySelectorAll("[data-view]")) at.hidden = at.dataset.view !== view();
  form.querySelector(`[data-view=${view()}] > legend`).after(byId("kind"));
  byId("create").textContent = isSheet ? "Download PDF" : "Create code";
  byId("result-title").textContent = isSheet ? "Preview" : "Code";
  byId("result").hidden ||= isSheet;
  byId("sheet").hidden = true;
  // A set that can be made again expires at one time, whenever that is.
  byId("expiry").options[1].hidden = byId("expiry").options[1].disabled = isSheet;
  if (isSheet && byId("expiry").value === "expires_in") byId("expiry").value = "expires_at";
  showExpiry();
  if (isSheet) previewSheet();
  else preview();
}
for (const at of form.elements.view) at.addEventListener("input", showView);

function showAddressed() {
  form.elements.view.value = location.hash === "#sheet" ? "sheet" : "code";
  showView();
}
addEventListener("hashchange", showAddressed);

newSet();
showPaper();
showModel();
showAddressed();
