//! Both handlers that a scan of a code that counts leads to, called directly, on one store.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::time::Duration;

use code_store::{
    CodeStore as _,
    high_water_mark::HighWaterMark,
    memory::{Fault, MemoryStore},
};
use decrypt_ctext::{
    deployment::Deployment as Opening,
    lookup::{Lookup, Revocation},
};
use lambda_http::Body;
use payload_models::{DEFAULT, DEPLOYED, Model, Models};
use redeem_code::rules::Rules;
use scan::Pages;
use sealed_qr::{CodeName, Ctext, Keyring, Payload, Reveal, Terms, UnixTime, Uses, packing::Layout};
use serde_json::Value;
use service::{
    app_state::AppState,
    gateway::{self, Request, Response},
    keyring_cache::KeyringCache,
    keyring_source::AnyKeyringSource,
};

const PAYLOAD: &str = r#"{"id":"A-17","amount":1250}"#;
const REVOKE: &str = "/api/qrcode/revoke";
const PAGE: &str = "text/html";

fn wait_for<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

fn keyring_json() -> String {
    format!(r#"{{"7":"{}"}}"#, "07".repeat(32))
}

/// A deployment with a store.
struct Deployment {
    store: MemoryStore,
    /// Where the mark is kept.
    marks: MemoryStore,
    revocation: Revocation,
    is_open_to_all: bool,
    undo_within: Duration,
    models: Models,
    tells: bool,
}

impl Deployment {
    fn new() -> Self {
        Self {
            store: MemoryStore::default(),
            marks: MemoryStore::default(),
            revocation: Revocation::Off,
            is_open_to_all: false,
            undo_within: Duration::from_mins(5),
            models: DEPLOYED,
            tells: false,
        }
    }

    fn answer(&self, request: &Request) -> Response {
        let source = AnyKeyringSource::Inline(keyring_json().into());
        let base = "https://qr.example.org".parse().unwrap();
        let keyring = wait_for(KeyringCache::fill(source)).unwrap();
        let state = AppState { keyring, public_base_url: Some(base) };
        if matches!(request.method.as_str(), "GET" | "HEAD") {
            let (revocation, is_open_to_all) = (self.revocation, self.is_open_to_all);
            let lookup = Lookup { store: Some(&self.store), revocation, is_open_to_all };
            let deployment = Opening { lookup, ..Opening::that_opens(DEPLOYED) };
            let handler = async |state: &_, request: &_, matched: gateway::Matched<'_, _>| {
                decrypt_ctext::handle(state, &deployment, request, matched).await
            };
            let refuse = |request: &_, problem: &_, prefix: &_| Pages::default().refuse(None, request, problem, prefix);
            wait_for(gateway::answer(&state, request, handler, refuse))
        } else {
            let looks_up_all = self.revocation != Revocation::Off;
            let mark = Some(HighWaterMark::new(&self.marks));
            let (undo_within, tells) = (self.undo_within, self.tells);
            let rules = Rules { store: &self.store, mark, undo_within, looks_up_all, tells };
            let handler = async |state: &_, request: &_, matched: gateway::Matched<'_, _>| {
                redeem_code::handle(state, self.models, &rules, request, matched).await
            };
            let refuse = |request: &_, problem: &_, prefix: &_| Pages::default().refuse(None, request, problem, prefix);
            wait_for(gateway::answer(&state, request, handler, refuse))
        }
    }

    fn open(&self, code: &Ctext) -> Response {
        self.answer(&request("GET", &path(code)))
    }

    fn page(&self, code: &Ctext) -> String {
        let accept = Some(PAGE.to_owned());
        text(&self.answer(&Request { accept, ..request("GET", &path(code)) })).to_owned()
    }

    fn redeem(&self, code: &Ctext, key: &str) -> Response {
        self.redeem_at(code, key, "")
    }

    fn redeem_at(&self, code: &Ctext, key: &str, place: &str) -> Response {
        let idempotency_key = (!key.is_empty()).then(|| key.to_owned());
        let body = if place.is_empty() { String::new() } else { format!(r#"{{"place":"{place}"}}"#) };
        let content_type = Some("application/json".to_owned());
        let post = request("POST", &path(code));
        self.answer(&Request { idempotency_key, content_type, body: body.into_bytes(), ..post })
    }

    fn undo(&self, code: &Ctext, redemption: &str) -> Response {
        let query = format!("redemption={redemption}");
        self.answer(&Request { query, ..request("DELETE", &path(code)) })
    }

    fn revoke(&self, body: &str) -> Response {
        let content_type = Some("application/json".to_owned());
        self.answer(&Request { content_type, body: body.as_bytes().to_vec(), ..request("POST", REVOKE) })
    }

    fn restore(&self, query: &str) -> Response {
        self.answer(&Request { query: query.to_owned(), ..request("DELETE", REVOKE) })
    }
}

fn request(method: &str, path: &str) -> Request {
    Request { method: method.to_owned(), path: path.to_owned(), ..Request::default() }
}

fn path(code: &Ctext) -> String {
    format!("/d/{}", code.to_digits())
}

fn text(response: &Response) -> &str {
    match response.body() {
        Body::Text(text) => text,
        Body::Empty => "",
        other => panic!("{other:?}"),
    }
}

fn json(response: &Response) -> Value {
    assert_eq!(response.status(), 200, "{}", text(response));
    serde_json::from_str(text(response)).unwrap()
}

#[track_caller]
fn refused(response: &Response, status: u16, slug: &str) -> Value {
    let problem: Value = serde_json::from_str(text(response)).unwrap();
    assert_eq!((response.status().as_u16(), &problem["type"]), (status, &format!("/api/problems/{slug}").into()));
    problem
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

fn code(terms: Terms) -> Ctext {
    let keyring = Keyring::parse(&keyring_json()).unwrap();
    let payload = Payload::parse(PAYLOAD.as_bytes()).unwrap().packed_by(DEFAULT.number(), DEFAULT.layout());
    Ctext::seal(&payload, &keyring, terms).unwrap()
}

fn counting(limit: u8) -> Ctext {
    revealing(limit, Reveal::Always)
}

fn revealing(limit: u8, reveal: Reveal) -> Ctext {
    code(Terms { expires_at: None, uses: Some(Uses { limit: limit.try_into().unwrap(), reveal }) })
}

#[test]
fn a_code_is_redeemed_as_often_as_it_says() {
    let (deployment, code) = (Deployment::new(), counting(2));
    let first = deployment.redeem_at(&code, "a", "Gate 3");
    assert_eq!(header(&first, "code-name"), code.name().to_string());
    assert_eq!(header(&first, "idempotency-key"), "\"a\"");
    let receipt = json(&first);
    assert_eq!(receipt["payload"], serde_json::from_str::<Value>(PAYLOAD).unwrap());
    assert_eq!((&receipt["use"], &receipt["of"], &receipt["redemption"]), (&1.into(), &2.into(), &1.into()));
    assert_eq!((&receipt["place"], &receipt["name"]), (&"Gate 3".into(), &code.name().to_string().into()));
    assert_eq!(json(&deployment.redeem_at(&code, "\"a\"", "Gate 3")), receipt, "a retry");
    assert_eq!(json(&deployment.redeem(&code, ""))["use"], 2);
    let problem = refused(&deployment.redeem(&code, "c"), 409, "already-redeemed");
    assert!(problem["redeemed_at"].is_string() && problem.get("place").is_none(), "{problem}");
    refused(&deployment.redeem_at(&code, "a", "Gate 4"), 422, "idempotency-key-reused");
}

#[test]
fn opening_counts_nothing_and_shows_what_was_counted() {
    let (deployment, code) = (Deployment::new(), counting(2));
    for method in ["GET", "HEAD", "GET"] {
        let response = deployment.answer(&request(method, &path(&code)));
        assert_eq!((header(&response, "code-uses"), header(&response, "code-used")), ("2", "0"));
        assert!(!response.headers().contains_key("code-redeemed-at"));
    }
    assert!(deployment.page(&code).contains("Not redeemed yet"));
    deployment.redeem_at(&code, "", "Gate 3");
    let opened = deployment.open(&code);
    assert_eq!((text(&opened), header(&opened, "code-used")), (PAYLOAD, "1"));
    assert!(header(&opened, "code-redeemed-at").starts_with("20"));
    let page = deployment.page(&code);
    assert!(page.contains("Redeemed once") && page.contains("Gate 3") && page.contains("<h1>This code is genuine"));
    deployment.redeem(&code, "");
    assert!(deployment.page(&code).contains("<h1>This code has been used"));
    assert_eq!(text(&deployment.open(&code)), PAYLOAD);
}

#[test]
fn only_codes_that_count_are_looked_up_and_redeemed() {
    let (deployment, plain) = (Deployment::new(), code(Terms::default()));
    deployment.store.fail_next(Fault::CallLost);
    let opened = deployment.open(&plain);
    assert_eq!(text(&opened), PAYLOAD);
    assert!(!opened.headers().contains_key("code-uses") && !opened.headers().contains_key("code-checked"));
    refused(&deployment.redeem(&plain, ""), 409, "not-counted");
}

#[test]
fn a_redemption_is_undone() {
    let (mut deployment, code) = (Deployment::new(), counting(1));
    json(&deployment.redeem(&code, "a"));
    refused(&deployment.undo(&code, "2"), 409, "not-undone");
    refused(&deployment.undo(&code, "x"), 400, "invalid-query");
    refused(&deployment.undo(&code, ""), 400, "invalid-query");
    assert!(json(&deployment.undo(&code, "1"))["undone_at"].is_string());
    assert_eq!(header(&deployment.open(&code), "code-used"), "0");
    refused(&deployment.redeem(&code, "a"), 409, "redemption-undone");
    let again = json(&deployment.redeem(&code, "b"));
    assert_eq!((&again["use"], &again["redemption"]), (&1.into(), &2.into()));
    deployment.undo_within = Duration::ZERO;
    std::thread::sleep(Duration::from_millis(2));
    let late = refused(&deployment.undo(&code, "2"), 409, "not-undone");
    assert!(late["detail"].as_str().unwrap().contains("longer ago"), "{late}");
}

#[test]
fn a_code_that_counts_is_taken_back_by_its_ctext_or_once_it_is_known() {
    let deployment = Deployment::new();
    let (first, second) = (counting(1), counting(2));
    let link = format!("https://qr.example.org/d/{}", first.to_base64url());
    let revoked = json(&deployment.revoke(&format!(r#"{{"ctext":"{link}","reason":"lost"}}"#)));
    assert_eq!((&revoked["name"], &revoked["reason"]), (&first.name().to_string().into(), &"lost".into()));
    for response in [deployment.open(&first), deployment.redeem(&first, "")] {
        let problem = refused(&response, 410, "revoked");
        assert_eq!(problem["revoked_at"], revoked["revoked_at"]);
    }
    assert!(deployment.page(&first).contains("<h1>This code has been taken back"));
    let by_name = format!(r#"{{"name":"{}"}}"#, second.name());
    refused(&deployment.revoke(&by_name), 409, "revocation-off");
    json(&deployment.redeem(&second, "a"));
    json(&deployment.revoke(&by_name));
    refused(&deployment.redeem(&second, "b"), 410, "revoked");
    assert_eq!(json(&deployment.restore(&format!("name={}", second.name())))["revoked_at"], Value::Null);
    assert_eq!(json(&deployment.redeem(&second, "b"))["use"], 2);
    let plain = format!(r#"{{"ctext":"{}"}}"#, code(Terms::default()).to_digits());
    refused(&deployment.revoke(&plain), 409, "revocation-off");
}

#[test]
fn any_code_is_taken_back_where_all_are_looked_up() {
    let (mut deployment, plain) = (Deployment::new(), code(Terms::default()));
    deployment.revocation = Revocation::Refuse;
    assert_eq!(text(&deployment.open(&plain)), PAYLOAD);
    json(&deployment.revoke(&format!(r#"{{"name":"{}"}}"#, plain.name().to_string().to_lowercase())));
    refused(&deployment.open(&plain), 410, "revoked");
    json(&deployment.restore(&format!("ctext={}", plain.to_digits())));
    assert_eq!(text(&deployment.open(&plain)), PAYLOAD);
    deployment.store.fail_next(Fault::CallLost);
    refused(&deployment.open(&plain), 503, "temporarily-unavailable");
    deployment.revocation = Revocation::Mark;
    deployment.store.fail_next(Fault::CallLost);
    let marked = deployment.open(&plain);
    assert_eq!((text(&marked), header(&marked, "code-checked")), (PAYLOAD, "false"));
    refused(&deployment.revoke(r#"{"ctext":"E123"}"#), 400, "invalid-ctext");
}

#[test]
fn nothing_is_claimed_that_was_not_read() {
    let (deployment, code) = (Deployment::new(), counting(1));
    deployment.store.fail_next(Fault::CallLost);
    let opened = deployment.open(&code);
    assert_eq!((text(&opened), header(&opened, "code-checked"), header(&opened, "code-used")), (PAYLOAD, "false", ""));
    deployment.store.fail_next(Fault::CallLost);
    assert!(deployment.page(&code).contains("<h1>Genuine, but its use was not checked"));
    for fault in [Fault::CallLost, Fault::AnswerLost] {
        let code = counting(1);
        deployment.store.fail_next(fault);
        let lost = deployment.redeem(&code, "");
        refused(&lost, 503, "temporarily-unavailable");
        assert_eq!(header(&lost, "retry-after"), "2");
        let key = header(&lost, "idempotency-key").to_owned();
        assert_eq!(json(&deployment.redeem(&code, &key))["use"], 1, "{fault:?}");
        refused(&deployment.redeem(&code, ""), 409, "already-redeemed");
    }
}

#[test]
fn a_concealed_payload_is_for_the_redeemer_alone() {
    let (mut deployment, code) = (Deployment::new(), revealing(1, Reveal::OnRedeem));
    deployment.is_open_to_all = true;
    let opened = deployment.open(&code);
    assert_eq!((opened.status().as_u16(), text(&opened), header(&opened, "code-used")), (204, "", "0"));
    let page = deployment.page(&code);
    assert!(!page.contains("A-17") && page.contains("This code is genuine") && page.contains("<form"), "{page}");
    deployment.store.fail_next(Fault::CallLost);
    assert!(!deployment.page(&code).contains("A-17"));
    let receipt = json(&deployment.redeem(&code, "secret-key"));
    assert_eq!(receipt["payload"]["id"], "A-17");
    assert!(!deployment.page(&code).contains("A-17"));
    let mine = Request { query: "receipt=secret-key".to_owned(), ..request("GET", &path(&code)) };
    assert_eq!(text(&deployment.answer(&mine)), PAYLOAD);
    for other in ["", "receipt=", "receipt=other", "receipt=%00"] {
        let request = Request { query: other.to_owned(), ..request("GET", &path(&code)) };
        assert_eq!(deployment.answer(&request).status(), 204, "{other}");
    }
}

#[test]
fn a_form_redeems_once_and_leads_back_to_the_page() {
    let (mut deployment, code) = (Deployment::new(), counting(1));
    deployment.is_open_to_all = true;
    let page = deployment.page(&code);
    let (_, key) = page.split_once("name=\"idempotency_key\" value=\"").unwrap();
    let key = key.split_once('"').unwrap().0;
    let body = format!("idempotency_key={key}&place=Gate+3");
    let submit = |site: Option<&str>, origin: Option<&str>| Request {
        content_type: Some("application/x-www-form-urlencoded".to_owned()),
        accept: Some(PAGE.to_owned()),
        body: body.clone().into_bytes(),
        sec_fetch_site: site.map(str::to_owned),
        origin: origin.map(str::to_owned),
        ..request("POST", &path(&code))
    };
    for (site, origin) in [(Some("cross-site"), None), (None, Some("https://evil.example")), (None, None)] {
        let response = deployment.answer(&submit(site, origin));
        assert_eq!(response.status(), 403);
        assert!(text(&response).contains("another site"), "{}", text(&response));
    }
    // A double click.
    for _ in 0..2 {
        let response = deployment.answer(&submit(Some("same-origin"), Some("https://qr.example.org")));
        assert_eq!((response.status().as_u16(), header(&response, "location")), (303, &*format!("?receipt={key}")));
        assert_eq!(header(&response, "cache-control"), "no-store");
    }
    let accept = Some(PAGE.to_owned());
    let back = Request { query: format!("receipt={key}"), accept, ..request("GET", &path(&code)) };
    let page = text(&deployment.answer(&back)).to_owned();
    assert!(page.contains("<h1>Redeemed") && page.contains("use 1 of 1") && !page.contains("<form"), "{page}");
    let other = deployment.page(&code);
    assert!(other.contains("<h1>This code has been used") && !other.contains("<form"), "{other}");
}

#[test]
fn expired_and_forged_codes_are_not_redeemed() {
    let deployment = Deployment::new();
    let uses = Some(Uses { limit: 1.try_into().unwrap(), reveal: Reveal::Always });
    refused(&deployment.redeem(&code(Terms { expires_at: Some(UnixTime(1)), uses }), ""), 410, "expired");
    refused(&deployment.answer(&request("POST", "/d/E123")), 400, "invalid-ctext");
    let [counted, other] = [counting(1), counting(1)].map(|code| code.to_base64url());
    let mixed = format!("{}{}", &counted[..20], &other[20..]);
    refused(&deployment.answer(&request("POST", &format!("/d/{mixed}"))), 400, "invalid-ctext");
    refused(&deployment.redeem(&counting(1), "a b"), 400, "invalid-idempotency-key");
    refused(&deployment.answer(&request("PUT", "/d/E123")), 405, "method-not-allowed");
}

#[test]
fn a_caller_who_is_known_is_kept_with_what_they_did() {
    let (deployment, code) = (Deployment::new(), counting(1));
    let caller = Some("arn:aws:iam::1:user/gate".to_owned());
    json(&deployment.answer(&Request { caller, ..request("POST", &path(&code)) }));
    let record = wait_for(deployment.store.read(code.name())).unwrap();
    assert_eq!(record.redemptions[0].by.as_deref(), Some("arn:aws:iam::1:user/gate"));
    assert_eq!(code.name(), header(&deployment.open(&code), "code-name").parse::<CodeName>().unwrap());
}

#[test]
fn a_restored_backup_does_not_revive_redeemed_codes() {
    let (mut deployment, code) = (Deployment::new(), counting(1));
    json(&deployment.redeem(&code, ""));
    deployment.store = MemoryStore::default();
    refused(&deployment.redeem(&code, ""), 503, "temporarily-unavailable");
    refused(&deployment.undo(&code, "1"), 503, "temporarily-unavailable");
    // The operator has brought the table up to date, or accepts the loss.
    deployment.marks = MemoryStore::default();
    json(&deployment.redeem(&code, ""));
}

fn any_object() -> Layout {
    Layout::of_schema(r#"{"type": "object"}"#).unwrap()
}

static TICKETS: [Model; 1] = [Model::new(9, "ticket", None, any_object).with_event_members(&["seat", "number"])];

/// A code of the model whose payloads are let out in part.
fn ticket(json: &str) -> Ctext {
    let keyring = Keyring::parse(&keyring_json()).unwrap();
    let payload = Payload::parse(json.as_bytes()).unwrap().packed_by(TICKETS[0].number(), TICKETS[0].layout());
    let uses = Some(Uses { limit: 1.try_into().unwrap(), reveal: Reveal::Always });
    Ctext::seal(&payload, &keyring, Terms { uses, ..Terms::default() }).unwrap()
}

fn told(deployment: &Deployment) -> Vec<Value> {
    deployment.store.events().iter().map(|event| serde_json::from_str(&event.to_json()).unwrap()).collect()
}

#[test]
fn others_are_told_what_the_model_lets_out_and_nothing_else() {
    let deployment = Deployment { tells: true, models: Models(&TICKETS), ..Deployment::new() };
    let code = ticket(r#"{"pin":"hush","number":18446744073709551616,"seat":{"row":7}}"#);
    json(&deployment.redeem_at(&code, "a", "Gate 3"));
    json(&deployment.undo(&code, "1"));
    json(&deployment.revoke(&format!(r#"{{"ctext":"{}","reason":"lost"}}"#, code.to_digits())));
    json(&deployment.restore(&format!("name={}", code.name())));
    let events = told(&deployment);
    let kinds: Vec<_> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["redeemed", "undone", "revoked", "restored"]);
    for event in &events[..3] {
        assert_eq!(event["payload"], serde_json::json!({"seat": {"row": 7}, "number": "18446744073709551616"}));
        assert_eq!(event["model"], "ticket");
    }
    assert!(events[3].get("payload").is_none(), "only the name was known");
    assert!(events.iter().all(|event| event["code"] == code.name().to_string()));
    assert!(!serde_json::to_string(&events).unwrap().contains("hush"));
}

#[test]
fn nobody_is_told_what_did_not_happen_or_without_a_bus() {
    let mut deployment = Deployment { tells: true, ..Deployment::new() };
    let code = counting(1);
    json(&deployment.redeem(&code, "a"));
    json(&deployment.redeem(&code, "a"));
    refused(&deployment.redeem(&code, "b"), 409, "already-redeemed");
    deployment.store.fail_next(Fault::CallLost);
    refused(&deployment.undo(&code, "1"), 503, "temporarily-unavailable");
    assert_eq!(told(&deployment).len(), 1);
    assert!(told(&deployment)[0].get("payload").is_none(), "the model lets nothing out");
    deployment.tells = false;
    json(&deployment.undo(&code, "1"));
    assert_eq!(told(&deployment).len(), 1);
}
