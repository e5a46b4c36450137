"use strict";

// The fields of a payload. Each is {node, json(), at(tokens), say(text)}: json() is the JSON text of its value, or
// undefined if it has none; at() finds the field that a JSON Pointer leads to; say() shows an error at it. Values remain
// text all the way, so 1.10 and 2^70 arrive as they were typed.

const byId = (id) => document.getElementById(id);
const on = (id, event, listener) => byId(id).addEventListener(event, listener);
// The kinds of codes, each {name, schema, payload, json}: payload is its form, made when it is first shown; json is what
// was written in its place. The first one is the default.
const models = Object.entries(JSON.parse(byId("models").textContent)).map(([name, schema]) => ({ name, schema }));
let [model] = models;
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
// Levels of fields. Anything deeper is written as JSON, which also puts an end to schemas that refer to themselves.
const DEEPEST = 4;
let ids = 0;

function make(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== undefined));
  return node;
}

// The subschema that a local $ref leads to.
function resolved(sub) {
  for (let hops = 0; sub && typeof sub.$ref === "string" && sub.$ref.startsWith("#") && hops < 8; hops++) {
    const { $ref, ...own } = sub;
    const tokens = decodeURIComponent($ref.slice(1)).split("/").slice(1);
    const found = tokens.reduce((at, token) => at?.[token.replaceAll("~1", "/").replaceAll("~0", "~")], model.schema);
    sub = { ...found, ...own };
  }
  return sub && typeof sub === "object" ? sub : {};
}

function field(given, name, required, depth) {
  const sub = resolved(given);
  const choices = "const" in sub ? [sub.const] : sub.enum;
  if (choices) return choice(sub, name, required, choices);
  if (sub.type === "boolean") return choice(sub, name, required, [true, false]);
  if (sub.type === "object" && sub.properties && depth < DEEPEST) return group(sub, name, required, depth);
  if (sub.type === "array" && sub.items && !sub.prefixItems && depth < DEEPEST) return list(sub, name, required, depth);
  if (sub.type === "string") return line(sub, name, required, (text) => JSON.stringify(text));
  // Anything but a number is sent as text: the service's error then appears at this field.
  if (sub.type === "number" || sub.type === "integer") {
    return line(sub, name, required, (text) => (NUMBER.test(text.trim()) ? text.trim() : JSON.stringify(text)));
  }
  return raw(sub, name, required);
}

// A control with its label, its hint and a place for an error.
function labelled(sub, name, required, control, json) {
  const id = `f${ids++}`;
  const error = make("p", { class: "error", id: `${id}-error` });
  const hint = sub.description && make("p", { class: "hint", id: `${id}-hint` }, sub.description);
  control.id = id;
  control.setAttribute("aria-describedby", `${hint ? `${id}-hint ` : ""}${id}-error`);
  if (required) control.setAttribute("aria-required", "true");
  const label = make("label", { for: id }, ...heading(sub, name, required));
  const node = make("div", { class: "field" }, label, hint || undefined, control, error);
  return { node, json, control, at() { return this; }, say: (text) => mark(control, error, text) };
}

function heading(sub, name, required) {
  const title = sub.title ?? name;
  const key = title === name ? undefined : make("code", {}, name);
  return [title, key && " ", key, !required && make("span", { class: "hint" }, " optional")].filter(Boolean);
}

function mark(control, error, text) {
  error.textContent = text;
  control.setAttribute("aria-invalid", "true");
}

function example(sub) {
  const value = sub.default ?? sub.examples?.[0];
  return value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
}

const INPUTS = { date: "date", email: "email", uri: "url" };
const SAMPLES = {
  "date-time": "2030-12-31T09:00:00Z", time: "09:00:00Z", duration: "P1D", uuid: "00000000-0000-0000-0000-000000000000",
};

function line(sub, name, required, json) {
  const control = sub.maxLength > 120 ? make("textarea", { rows: 3 }) : make("input", {
    type: INPUTS[sub.format] ?? "text",
    placeholder: SAMPLES[sub.format],
    inputmode: sub.type === "integer" && !(sub.minimum < 0) ? "numeric" : sub.type === "number" ? "decimal" : undefined,
    spellcheck: "false",
  });
  if (required) control.value = example(sub);
  const text = () => control.value;
  const empty = sub.type === "string" && required ? '""' : undefined;
  return labelled(sub, name, required, control, () => (text() === "" ? empty : json(text())));
}

function choice(sub, name, required, values) {
  const options = values.map((value) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return make("option", { value: JSON.stringify(value), selected: required && value === sub.default }, text);
  });
  const control = make("select", {}, required ? undefined : make("option", { value: "" }, "–"), ...options);
  return labelled(sub, name, required, control, () => control.value || undefined);
}

function raw(sub, name, required) {
  const control = make("textarea", { rows: 3, spellcheck: "false", placeholder: "JSON" });
  if (required) control.value = JSON.stringify(sub.default ?? sub.examples?.[0]) ?? "null";
  const made = labelled(sub, name, required, control, () => {
    const text = control.value.trim();
    try {
      if (text) JSON.parse(text);
      return text || undefined;
    } catch {
      made.say("This is not valid JSON.");
      throw made;
    }
  });
  return made;
}

function frame(sub, name, required, ...content) {
  const error = make("p", { class: "error", id: `f${ids++}` });
  const hint = sub.description && make("p", { class: "hint" }, sub.description);
  const legend = make("legend", {}, ...heading(sub, name, required));
  const attributes = { "aria-describedby": error.id, tabindex: -1 };
  const node = make("fieldset", attributes, legend, hint || undefined, ...content, error);
  return { node, control: node, say: (text) => mark(node, error, text) };
}

function members(sub, depth) {
  const required = new Set(sub.required);
  const children = new Map(Object.entries(sub.properties ?? {}).map(([name, member]) =>
    [name, field(member, name, required.has(name), depth + 1)]));
  return { children, nodes: [...children.values()].map((child) => child.node) };
}

function written(children) {
  return [...children].map(([name, child]) => [name, child.json()]).filter(([, json]) => json !== undefined)
    .map(([name, json]) => `${JSON.stringify(name)}: ${json}`);
}

function group(sub, name, required, depth) {
  const { children, nodes } = members(sub, depth);
  const controls = (node) => [...node.querySelectorAll("input, select, textarea")];
  const isBlank = () => nodes.flatMap(controls).every((control) => control.value === "");
  return {
    ...frame(sub, name, required, ...nodes),
    json: () => (!required && isBlank() ? undefined : `{${written(children).join(", ")}}`),
    at([token, ...rest]) { return children.get(token)?.at(rest) ?? this; },
  };
}

function list(sub, name, required, depth) {
  const items = [];
  const rows = make("ol", {});
  const adder = make("button", { type: "button", class: "button" }, "Add");
  const label = sub.title ?? name;
  const renumber = () => items.forEach((item, index) => {
    item.remover.setAttribute("aria-label", `Remove ${label} ${index + 1}`);
    item.field.node.querySelector("label, legend").firstChild.textContent = `${label} ${index + 1}`;
  });
  const add = () => {
    const item = { field: field({ ...resolved(sub.items), title: undefined }, label, true, depth + 1) };
    item.remover = make("button", { type: "button", class: "remove" }, "×");
    item.row = make("li", {}, item.field.node, item.remover);
    item.remover.addEventListener("click", () => {
      items.splice(items.indexOf(item), 1);
      item.row.remove();
      renumber();
      adder.focus();
      changed();
    });
    items.push(item);
    rows.append(item.row);
    renumber();
    return item;
  };
  adder.setAttribute("aria-label", `Add to ${label}`);
  adder.addEventListener("click", () => {
    add().row.querySelector("input, select, textarea, button").focus();
    changed();
  });
  for (let count = 0; required && count < Math.min(sub.minItems ?? 0, 20); count++) add();
  return {
    ...frame(sub, name, required, rows, adder),
    json: () => (required || items.length ? `[${items.map((item) => item.field.json()).join(", ")}]` : undefined),
    at([token, ...rest]) { return items[token]?.field.at(rest) ?? this; },
  };
}

// The request, from the form as it is now.

const form = byId("form");
const mode = () => form.elements.mode.value;
const view = () => form.elements.view.value;

byId("kind").hidden = models.length === 1;
byId("model").append(...models.map(({ name, schema }) => {
  const title = schema.title ?? name;
  const isShared = models.filter((at) => at.schema.title === title).length > 1;
  return make("option", { value: name }, isShared ? `${title} (${name})` : title);
}));

// Shows the form of the chosen model. What was entered for other models is kept.
function showModel() {
  model.payload ??= members(resolved(model.schema), 0);
  byId("model-hint").textContent = model.schema.description ?? "";
  byId("fields").replaceChildren(...model.payload.nodes);
}

function body() {
  if (mode() === "json") return byId("raw-json").value;
  return `{${written(model.payload.children).join(", ")}}`;
}

// Options whose text is not what the API takes.
const asParameter = {
  dark: (text) => text.slice(1),
  light: (text) => text.slice(1),
  expires_in(text) {
    const seconds = Math.round(text * byId("unit").value);
    return seconds > 0 ? seconds : text;
  },
  // In the time zone of the reader; the API takes UTC.
  expires_at: (text) => (text ? new Date(text).toISOString().replace(".000", "") : text),
};

function isSent(control) {
  if (control.name.startsWith("expires_")) return control.name === byId("expiry").value;
  if (control.closest("[hidden]")) return false;
  const usual = control.tagName === "SELECT"
    ? [...control.options].find((at) => at.defaultSelected) ?? control.options[0] : control;
  return control.name !== "format" && control.value !== (usual.defaultValue ?? usual.value);
}

// The address to send to: its path names the model, unless it is the default one.
function address(end, format, options) {
  const parameters = new URLSearchParams();
  if (format !== "png") parameters.set("format", format);
  for (const control of options.flatMap((id) => [...byId(id).querySelectorAll("[name]")])) {
    if (isSent(control)) parameters.set(control.name, asParameter[control.name]?.(control.value) ?? control.value);
  }
  // Sorted, because some versions of curl sign a query only as it would be if it were.
  parameters.sort();
  const path = `api/qrcode/encrypted-payload${model === models[0] ? "" : `/${model.name}`}${end}`;
  const url = new URL(path, location.href);
  url.search = parameters;
  return url;
}

const target = (format) => address("", format, ["options"]).href;

function headersFor(type) {
  const headers = { "content-type": type, accept: "application/json, application/problem+json, */*;q=0.1" };
  if (byId("token").value) headers.authorization = `Bearer ${byId("token").value}`;
  return headers;
}

function post(format, json, signal) {
  const headers = headersFor("application/json");
  return fetch(target(format), { method: "POST", headers, body: json, signal, cache: "no-store" });
}

// Quotes text so that the shell takes it as one word.
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

// What the gateway requires, as far as we know: nothing, a token or a signature.
let wanted = "";
function showCurl(json) {
  const format = byId("format").value;
  const body = ["-H 'content-type: application/json'", `--data-raw ${quoted(json)}`];
  showCommand(format === "json" ? "" : ` -o code.${format}`, [...body, quoted(target(format))]);
}

function showCommand(output, request) {
  const lines = [`curl -sS${output}`];
  if (byId("token").value || wanted === "token") lines.push('-H "authorization: Bearer $TOKEN"');
  else if (wanted === "signature") {
    const [, service, region] = /\.(execute-api|lambda-url)\.([a-z0-9-]+)\./.exec(location.hostname)
      ?? [, "execute-api", "$AWS_REGION"];
    lines.push(
      `--aws-sigv4 "aws:amz:${region}:${service === "lambda-url" ? "lambda" : service}"`,
      '--user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"',
      // Without a session token there is no such header: curl would sign it and not send it.
      '${AWS_SESSION_TOKEN:+"-Hx-amz-security-token: $AWS_SESSION_TOKEN"}',
    );
  }
  byId("curl").textContent = [...lines, ...request].join(" \\\n  ");
}

// The answer.

function say(text, isError) {
  byId("status").textContent = text;
  byId("status").classList.toggle("error", isError);
}

function clearErrors() {
  for (const node of form.querySelectorAll(".error")) node.textContent = "";
  for (const node of form.querySelectorAll("[aria-invalid]")) node.removeAttribute("aria-invalid");
}

for (const control of form.querySelectorAll(".grid [name]")) {
  const error = make("p", { class: "error", id: `${control.id}-error` });
  control.setAttribute("aria-describedby", error.id);
  control.closest(".field").append(error);
}
const sayAt = (control, text) => mark(control, byId(`${control.id}-error`), text);
const sayRaw = (text) => mark(byId("raw-json"), byId("raw-error"), text);
// The options that these problems are about.
const CULPRITS = { "symbol-too-dense": "max_modules", "unknown-model": "model" };
const tokensOf = (pointer) =>
  pointer.split("/").slice(1).map((at) => at.replaceAll("~1", "/").replaceAll("~0", "~"));

function showProblem(problem) {
  const slug = problem.type?.split("/").pop();
  if (view() === "sheet" && showRowProblem(problem, slug)) return;
  say(`${problem.title}. ${slug === "payload-model-violated" ? "Check the marked fields." : problem.detail}`, true);
  if (mode() === "json" && (problem.errors || slug === "malformed-json")) {
    sayRaw(problem.errors?.map(({ pointer, detail }) => `${pointer}: ${detail}`).join("\n") ?? problem.detail);
    return;
  }
  for (const { pointer, detail } of problem.errors ?? []) {
    const [token, ...rest] = tokensOf(pointer);
    const found = model.payload.children.get(token)?.at(rest);
    if (found) found.say(detail);
    else say(`${problem.title}. ${pointer}: ${detail}`, true);
  }
  const name = slug === "invalid-query"
    ? /(?:value of|parameter|not label) ["`]?(\w+)/.exec(problem.detail)?.[1] : CULPRITS[slug];
  const named = [...form.querySelectorAll(`[name="${name}"]`)].find((control) => !control.closest("[hidden]"));
  const culprit = named ?? (name && byId(name));
  // The status has all of it; beside an option there is room for the first sentence.
  if (culprit) sayAt(culprit, problem.detail.replace(/\. .*/, "."));
}

function showRefusal(status) {
  const access = byId("access");
  if (byId("token").value) {
    mark(byId("token"), byId("token-error"), `The API rejected this token (${status}).`);
    say("The API rejected the token.", true);
    return;
  }
  wanted = status === 403 ? "signature" : "token";
  access.textContent = wanted === "signature"
    ? "Requests must be signed with AWS credentials (AWS_IAM), which a browser does not have. "
      + "Set the AWS_… variables and run this command."
    : "Requests need a bearer token. Enter one under Options, or set TOKEN and run this command.";
  access.hidden = false;
  say(wanted === "signature"
    ? "This API requires signed requests: use the command below."
    : "This API requires a bearer token: enter one under Options.", true);
}

function fact(name, value) {
  return make("div", {}, make("dt", {}, name), make("dd", {}, value));
}

function time(unixSeconds) {
  return new Date(unixSeconds * 1000).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
}

function showCode({ url, name, payload, expires_at: expiresAt, uses, symbol, print, image }) {
  const pixels = (symbol.modules + 2 * byId("margin").value) * byId("scale").value;
  const pictureBytes = atob(image.split(",")[1]).length;
  byId("picture").src = image;
  byId("picture").alt = `QR code, version ${symbol.version}, with the sealed payload`;
  byId("facts").replaceChildren(
    fact("Symbol", `${symbol.version}-${symbol.ecc}, ${symbol.modules} × ${symbol.modules} modules`),
    fact("Payload", `${payload.bytes} bytes, ${payload.packed} sealed`),
    fact("Picture", `${pixels} × ${pixels} px, ${pictureBytes} bytes`),
    fact("Print", `${print.width_mm} mm wide`),
    fact("Expires", expiresAt === null ? "never" : time(expiresAt)),
    ...(uses === null ? [] : [fact("Uses", uses)]),
    fact("Name", name),
  );
  byId("url").textContent = url;
  for (const id of ["url", "open"]) byId(id).href = url;
  byId("png").href = image;
  byId("result").hidden = false;
  byId("access").hidden = true;
  wanted = "";
  say(`Sealed: version ${symbol.version}, ${symbol.modules} modules per side.`, false);
}

// What an answer without a code says.
function showRefused(status, answer) {
  if (answer?.title) showProblem(answer);
  else if (status === 401 || status === 403) showRefusal(status);
  else if (status === 429) say("Too many requests. Wait a moment, then try again.", true);
  else say(`The API answered with status ${status}. Try again.`, true);
}

const setBusy = (busy) => {
  for (const id of ["result", "sheet"]) byId(id).setAttribute("aria-busy", busy);
};

let running = new AbortController();
// The signal that ends a request as soon as another one is made.
function restarted() {
  setBusy(true);
  running.abort();
  running = new AbortController();
  clearErrors();
  return running.signal;
}

async function preview(moveFocus) {
  const signal = restarted();
  try {
    const json = body();
    showCurl(json);
    const response = await post("json", json, signal);
    const isJson = response.headers.get("content-type")?.includes("json");
    const answer = isJson ? await response.json() : {};
    if (signal.aborted) return;
    if (response.ok && answer.image) showCode(answer);
    else showRefused(response.status, answer);
    byId("result").classList.toggle("stale", !response.ok);
    showCurl(json);
  } catch (error) {
    if (signal.aborted) return;
    // A field whose text is not JSON has shown its own error.
    say(error.say
      ? "A field is not valid JSON: check the marked field."
      : "The API cannot be reached. Check your connection, then create the code again.", true);
    byId("result").classList.add("stale");
  }
  setBusy(false);
  if (moveFocus) (form.querySelector("[aria-invalid]") ?? byId("result-title")).focus();
}

let timer;
function changed() {
  setBusy(true);
  clearTimeout(timer);
  running.abort();
  timer = setTimeout(view() === "sheet" ? previewSheet : preview, 300);
}

// In place of the form, its JSON; or again the form.
function showMode() {
  const isJson = mode() === "json";
  try {
    if (isJson) byId("raw-json").value = model.json ??= `{\n  ${written(model.payload.children).join(",\n  ")}\n}`;
  } catch {
    // A field is not valid JSON and says so.
    form.elements.mode.value = "form";
    return showMode();
  }
  byId("raw").hidden = !isJson;
  byId("fields").hidden = isJson;
}

function showExpiry() {
  const { value } = byId("expiry");
  byId("after").hidden = value !== "expires_in";
  byId("at").hidden = value !== "expires_at";
  if (value === "expires_at" && !byId("expires_at").value) {
    const at = new Date(Date.now() + 30 * 86_400_000);
    byId("expires_at").value = new Date(at - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  }
}

form.addEventListener("input", ({ target: { id, name, value } }) => {
  if (id === "raw-json") model.json = value;
  if (id === "expiry") showExpiry();
  if (id === "model") {
    model = models.find((at) => at.name === value);
    showModel();
  }
  if (name === "mode") for (const at of models) at.json = undefined;
  if (name === "mode" || id === "model") showMode();
  changed();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  if (view() === "sheet") download("pdf");
  else preview(true);
});

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say("Copied.", false);
  } catch {
    say("The browser does not allow this page to copy: select the text instead.", true);
  }
}
on("copy-link", "click", () => copy(byId("url").textContent));
on("copy-curl", "click", () => copy(byId("curl").textContent));

// Saves what was answered as a file.
function save(blob, name) {
  const href = URL.createObjectURL(blob);
  make("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 1000);
}

for (const format of ["svg", "pdf"]) {
  on(format, "click", async () => {
    try {
      const response = await post(format, body());
      if (!response.ok) throw response;
      save(await response.blob(), `sealed-qr.${format}`);
    } catch {
      say(`No ${format.toUpperCase()} was returned. Create the code again, then retry.`, true);
    }
  });
}
