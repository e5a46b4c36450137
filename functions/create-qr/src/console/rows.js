
// The rows of a sheet. What is read of them here is only shown: the service reads them again, and decides.

const MAX_ROWS = Number(byId("rows").dataset.most);
const MAX_BYTES = Number(byId("rows").dataset.bytes);
// The rows that are shown, unless others have errors.
const SHOWN = 50;
const counted = (count, noun) => `${count.toLocaleString("en-GB")} ${noun}${count === 1 ? "" : "s"}`;

// The file with the rows, unless they are written here; the text of it, or undefined if it is not in UTF-8; what was
// read of the rows; and what the service has said of them: each error with the row and the address that it was about.
let file;
let fileText;
let rows = { text: "", ...read("") };
let errors = [];

const rowsText = () => (file ? fileText : byId("rows").value);

async function take(given) {
  newSet();
  [file, fileText] = [given, ""];
  showFile();
  const bytes = given.size <= MAX_BYTES ? await given.arrayBuffer() : new ArrayBuffer();
  if (file !== given) return;
  try {
    fileText = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    fileText = undefined;
  }
  changed();
}

function showFile() {
  for (const id of ["file-name", "edit", "remove"]) byId(id).hidden = !file;
  byId("rows").hidden = Boolean(file);
  byId("file-name").textContent = file ? `${file.name}, ${counted(file.size, "byte")}` : "";
}

// Rows that replace all that were there are another set.
on("rows", "paste", (event) => {
  const { selectionStart, selectionEnd, value } = byId("rows");
  const [pasted] = event.clipboardData.files;
  if (selectionEnd - selectionStart === value.length) newSet();
  if (!pasted) return;
  event.preventDefault();
  take(pasted);
});
on("file", "change", ({ target }) => {
  if (target.files.length) take(target.files[0]);
  target.value = "";
});
// Anywhere, or the browser would open what is dropped beside the field.
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    if (view() !== "sheet" || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    byId("table").classList.toggle("over", kind === "dragover");
    if (kind === "drop") take(event.dataTransfer.files[0]);
  });
}
for (const id of ["edit", "remove"]) {
  on(id, "click", () => {
    byId("rows").value = id === "edit" ? fileText ?? "" : "";
    file = undefined;
    showFile();
    byId("rows").focus();
    changed();
  });
}

// Reading

// Reads the rows as they are now, and shows them. Tells whether they can be sent.
function areRead() {
  const text = rowsText();
  if (text !== rows.text) rows = { text, ...read(text ?? "") };
  const { href } = batchAddress("pdf");
  errors = errors.filter((error) => error.href === href && error.text === rowText(error));
  if (errors.every(({ row }) => !row)) errors = [];
  showRows();
  showBatchCurl();
  const found = fault();
  if (!found && rows.count) return true;
  byId("sheet").hidden = true;
  if (found) sayOfRows(found);
  say(found ?? "The labels appear here once there are rows.", Boolean(found));
  return false;
}

// What is known of a text with rows: its media type, the columns, the first rows by column, how many there are, and the
// text up to the end of the first one.
function read(text) {
  const unmarked = text.replace(/^\uFEFF+/, "");
  return /^\s*\{/.test(text) ? readLines(unmarked) : readTable(unmarked);
}

function readLines(text) {
  const all = text.split(/\r?\n/).filter((line) => line.trim());
  const found = all.slice(0, MAX_ROWS).map(membersOf);
  const columns = [...new Set(found.flatMap((row) => [...row.keys()]))];
  return { type: "application/x-ndjson", columns, found, count: all.length, first: all[0] };
}

function membersOf(line) {
  try {
    const members = Object.entries(JSON.parse(line));
    return new Map(members.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]));
  } catch {
    return new Map();
  }
}

function readTable(text) {
  const [header] = /^[^\r\n]*/.exec(text);
  const commoner = (a, b) => (header.split(b).length > header.split(a).length ? b : a);
  const separator = [",", ";", "\t"].reduce(commoner);
  const end = `${separator}|\r\n?|\n|$`;
  const cell = new RegExp(`("[^"]*(?:""[^"]*)*"(?=${end})|[^${separator}\r\n]*)(${end})`, "gy");
  const table = { type: "text/csv", columns: [], found: [], count: 0, first: "" };
  let cells = [];
  for (;;) {
    const [, written, ended] = cell.exec(text);
    cells.push(written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written);
    if (ended === separator) continue;
    if (cells.length > 1 || cells[0]) addLine(table, cells);
    if (table.count === 1) table.first ||= text.slice(0, cell.lastIndex);
    if (!ended) return table;
    cells = [];
  }
}

function addLine(table, cells) {
  if (!table.columns.length) {
    table.columns = cells.map((name) => name.trim());
    return;
  }
  table.count++;
  if (table.count > MAX_ROWS) return;
  table.found.push(new Map(table.columns.map((name, at) => [name, cells[at]]).filter(([, text]) => text)));
}

// Why these rows cannot be sent, as far as it shows here.
function fault() {
  const split = "Split them, or start a print run where the deployment offers them.";
  const atMost = (count, most, noun) =>
    `There are ${counted(count, noun)}; ${counted(most, noun)} can be sent at a time. ${split}`;
  const bytes = (file ?? new Blob([rows.text])).size;
  if (bytes > MAX_BYTES) return atMost(bytes, MAX_BYTES, "byte");
  if (rows.text === undefined) return 'The file is not in UTF-8: save it as UTF-8 (in spreadsheets: "CSV UTF-8").';
  if (rows.count > MAX_ROWS) return atMost(rows.count, MAX_ROWS, "row");
  const missing = (resolved(model.schema).required ?? []).filter((name) => !rows.columns.includes(name));
  return rows.count && missing.length ? `Add what the kind of code requires: ${missing.join(", ")}.` : undefined;
}

// The captions

const TOKEN = /\{\{|\}\}|\{([^{}]+)\}/g;
const filled = (template, row) =>
  template.replace(TOKEN, (token, name) => (name === undefined ? token[0] : row.get(name) ?? ""));

// The longest caption, as a template: its size is that of all captions of a set.
function longestCaption() {
  const template = byId("caption").value;
  if (/[{}]/.test(template.replace(TOKEN, ""))) return template;
  const captions = rows.found.map((row) => filled(template, row).replace(/\p{Cc}/gu, " "));
  const longest = captions.reduce((a, b) => (b.length > a.length ? b : a), "").replace(/[{}]/g, "$&$&");
  return new Blob([longest]).size <= 200 ? longest : template;
}

on("columns", "click", ({ target: { value } }) => {
  const caption = byId("caption");
  if (!value) return;
  const space = caption.value && caption.selectionStart === caption.value.length ? " " : "";
  caption.setRangeText(`${space}{${value}}`, caption.selectionStart, caption.selectionEnd, "end");
  caption.focus();
  changed();
});

// What is shown of the rows

function showRows() {
  showNotes();
  showTable();
  const names = rows.columns.filter((name) => name && !/[{}]/.test(name));
  const shown = [...byId("columns").children].map(({ value }) => value);
  // Buttons that remain keep the focus.
  if (`${names}` === `${shown}`) return;
  const button = (value) => make("button", { type: "button", class: "button", value }, value);
  byId("columns").replaceChildren(...names.map(button));
}

// What the service has said of rows, and what there is to know of columns.
function showNotes() {
  const { properties = {}, additionalProperties } = resolved(model.schema);
  const unknown = rows.columns.filter((name) => !Object.hasOwn(properties, name));
  const asked = [...byId("caption").value.matchAll(TOKEN)].map(([, name]) => name);
  const absent = rows.count ? asked.filter((name) => name && !rows.columns.includes(name)) : [];
  const what = additionalProperties === false ? "will be refused" : "sealed as they are written";
  const notes = [
    unknown.length > 0 && `Columns that this kind of code does not name, ${what}: ${unknown.join(", ")}.`,
    ...absent.map((name) => `The caption names ${name}, which is not a column.`),
  ];
  const link = (row) => row && make("a", { href: `#row-${row}` }, `Row ${row}`);
  byId("notes").replaceChildren(
    ...errors.map(({ row, pointer, detail }) =>
      make("li", { class: "error" }, ...[link(row), pointer, detail].filter(Boolean).flatMap((part) => [part, " "]))),
    ...notes.filter(Boolean).map((note) => make("li", { class: "hint" }, note)),
  );
}

on("notes", "click", (event) => {
  const row = byId(event.target.hash?.slice(1));
  if (!row) return;
  event.preventDefault();
  row.scrollIntoView({ block: "nearest" });
  row.focus();
});

function showTable() {
  const bad = new Set(errors.map(({ row }) => row));
  const numbers = rows.found.map((_, at) => at + 1).filter((number) => number <= SHOWN || bad.has(number));
  const { properties = {} } = resolved(model.schema);
  const title = (name) => Object.hasOwn(properties, name) ? resolved(properties[name]).title : "unknown";
  const head = rows.columns.map((name) =>
    make("th", { scope: "col" }, make("code", {}, name), make("span", { class: "hint" }, title(name) ?? "")));
  const hidden = rows.count - numbers.length;
  const more = make("td", { colspan: rows.columns.length + 1, class: "hint" }, `and ${counted(hidden, "row")} more`);
  byId("shown").hidden = !rows.count;
  byId("shown").replaceChildren(make("table", {},
    make("caption", { class: "hint" }, `${counted(rows.count, "row")}, ${counted(rows.columns.length, "column")}`),
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Row"), ...head)),
    make("tbody", {}, ...numbers.flatMap(linesOf)),
    ...(hidden > 0 ? [make("tfoot", {}, make("tr", {}, more))] : [])));
}

// A row with its errors at its cells, and below it what is wrong with it as a whole.
function linesOf(number) {
  const found = errors.filter(({ row }) => row === number).map(({ pointer, detail }) => {
    const [name, ...rest] = tokensOf(pointer);
    return rows.columns.includes(name) ? { name, text: [...rest, detail].join(" ") } : { text: `${pointer} ${detail}` };
  });
  const cell = (attributes, column, text) => {
    const said = found.filter(({ name }) => name === column);
    if (said.length) attributes.class = "bad";
    return make("td", attributes, text, ...said.map((error) => make("p", { class: "error" }, error.text)));
  };
  const row = rows.found[number - 1];
  const cells = rows.columns.map((name) => cell({}, name, row.get(name) ?? ""));
  const head = make("th", { scope: "row" }, `${number}`);
  const below = found.some(({ name }) => !name) && make("tr", {}, cell({ colspan: cells.length + 1 }, undefined, ""));
  return [make("tr", { id: `row-${number}`, tabindex: -1 }, head, ...cells), below].filter(Boolean);
}

// Shows a problem that only rows can have. Tells whether that is all there is to it.
function showRowProblem({ detail, errors: found }, slug) {
  if (["malformed-rows", "batch-too-large", "body-too-large"].includes(slug)) sayOfRows(detail);
  if (!found) return false;
  const { href } = batchAddress("pdf");
  const others = errors.filter(({ row }) => found.every((error) => error.row !== row));
  errors = [...found.map((error) => ({ ...error, href, text: rowText(error) })), ...others];
  showRows();
  say("Nothing was made. Correct the marked rows, then try again.", true);
  return true;
}

function sayOfRows(text) {
  if (file) byId("rows-error").textContent = text;
  else mark(byId("rows"), byId("rows-error"), text);
}

// What an error was about. It is no longer shown once this has changed.
const rowText = ({ row }) => (row ? JSON.stringify([...rows.found[row - 1] ?? []]) : undefined);
