
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
  section, .alone { margin: 0 !important; box-shadow: none !important; transform-origin: 0 0; }
  .label { border-radius: 1mm; box-shadow: inset 0 0 0 .2mm #0003; }
  .used { background: repeating-linear-gradient(45deg, #0000 0 2mm, #0002 2mm 2.6mm); }
  .sketch { fill: #00000040; }
  .sketch path:first-child { fill: #0000000d; }
  .alone { position: relative; left: 0 !important; top: 0 !important; }
`;

function showSheet({ style, page: { body } }) {
  const page = document.adoptNode(body.querySelector("section"));
  const label = page.querySelector(".label");
  const start = byId("start_at").value - 1;
  const places = style.match(/\.p\d+\{/g).length;
  const template = byId("caption").value;
  const fillIn = (at, row) => {
    const caption = at.querySelector(".caption p");
    if (caption) caption.textContent = filled(template, row);
  };
  fillIn(label, rows.found[0]);
  for (let place = 0; place < places; place++) {
    if (place === start) continue;
    const other = label.cloneNode(true);
    other.className = `label p${place}`;
    const row = rows.found[place - start];
    if (place > start && row) {
      sketch(other.querySelector("svg"));
      fillIn(other, row);
    } else {
      other.replaceChildren();
      if (place < start) other.classList.add("used");
    }
    page.append(other);
  }
  const alone = label.cloneNode(true);
  alone.classList.add("alone");
  const sheets = Math.ceil((start + rows.count) / places);
  byId("sheet").hidden = false;
  showDrawing("whole", style, page, `The first of ${counted(sheets, "sheet")}`);
  showDrawing("one", style, alone, "The label of row 1, with its code");

  const svg = label.querySelector("svg");
  const side = Number(svg.getAttribute("viewBox").split(" ")[2]);
  const width = parseFloat(svg.getAttribute("width")) / side;
  const print = fact("Print", `${width.toFixed(2)} mm per module`);
  print.classList.toggle("small", width < LEAST);
  byId("sheet-facts").replaceChildren(
    fact("Labels", rows.count.toLocaleString("en-GB")),
    fact("Sheets", places === 1 ? `${sheets}` : `${sheets}, ${places} labels each`),
    print,
  );
  byId("access").hidden = true;
  wanted = "";
  const advice = " For larger modules, choose the compact link, a lower error correction or larger labels.";
  say(`This is how the labels are printed.${width < LEAST ? advice : ""}`, false);
}

// In place of a code, its corners.
function sketch(svg) {
  const [margin, , side] = svg.getAttribute("viewBox").split(" ").map(Number);
  const modules = side + 2 * margin;
  const far = modules - 7;
  const corner = (x, y) => `M${x} ${y}h7v7h-7zm1 1v5h5v-5zm1 1h3v3h-3z`;
  const paths = [`M0 0h${modules}v${modules}h-${modules}z`, corner(0, 0) + corner(far, 0) + corner(0, far)];
  svg.replaceChildren(...paths.map((d) => {
    const path = svg.lastChild.cloneNode();
    path.setAttribute("d", d);
    return path;
  }));
  svg.classList.add("sketch");
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
  const label = event.composedPath().find(({ className }) => /^label p\d/.test(className));
  if (!label) return;
  byId("start_at").value = Number(/\d+/.exec(label.className)) + 1;
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
