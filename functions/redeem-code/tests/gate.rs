//! The gate, called directly, on one store: enrolment, session, redemption.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::time::Duration;

use code_store::{
    CodeStore as _,
    high_water_mark::HighWaterMark,
    memory::{Fault, MemoryStore},
};
use lambda_http::Body;
use payload_models::{DEFAULT, DEPLOYED};
use redeem_code::rules::Rules;
use sealed_qr::{CodeName, Ctext, Keyring, Payload, Reveal, Terms, UnixTime, Uses};
use serde_json::{Value, json};
use service::{
    app_state::AppState,
    gateway::{self, Request, Response},
    keyring_cache::KeyringCache,
    keyring_source::AnyKeyringSource,
};

const ENROLMENTS: &str = "/api/gate/enrolments";
const SESSION: &str = "/api/gate/session";
const REDEEM: &str = "/api/gate/redeem";
const UNDO: &str = "/api/gate/undo";
const ENROLMENT_LABEL: &str = "sealed-qr gate enrolment 1";
const SESSION_LABEL: &str = "sealed-qr gate session 1";

fn wait_for<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

fn keyring_json() -> String {
    format!(r#"{{"3":"{}","7":"{}"}}"#, "03".repeat(32), "07".repeat(32))
}

fn keyring() -> Keyring {
    Keyring::parse(&keyring_json()).unwrap()
}

#[derive(Default)]
struct Deployment {
    store: MemoryStore,
    marks: MemoryStore,
}

impl Deployment {
    fn answer(&self, request: &Request) -> Response {
        let keyring = wait_for(KeyringCache::fill(AnyKeyringSource::Inline(keyring_json().into()))).unwrap();
        let state = AppState { keyring, public_base_url: Some("https://qr.example.org".parse().unwrap()) };
        let mark = Some(HighWaterMark::new(&self.marks));
        let rules =
            Rules { store: &self.store, mark, undo_within: Duration::from_mins(5), looks_up_all: false, tells: false };
        let handler = async |state: &_, request: &_, matched: gateway::Matched<'_, _>| {
            redeem_code::handle(state, DEPLOYED, &rules, request, matched).await
        };
        let refuse =
            |request: &_, problem: &_, prefix: &_| scan::Pages::default().refuse(None, request, problem, prefix);
        wait_for(gateway::answer(&state, request, handler, refuse))
    }

    /// An enrolment code, as an operator makes it.
    fn enrolment(&self, body: &Value) -> Value {
        json_of(&self.answer(&Request { query: "format=json".to_owned(), ..operator("POST", ENROLMENTS, body) }))
    }

    fn begin(&self, text: &str, key: &str) -> Response {
        let idempotency_key = Some(key.to_owned());
        self.answer(&Request { idempotency_key, ..from_page("POST", SESSION, &json!({"ctext": text})) })
    }

    /// The cookie of a device that has just been enrolled.
    fn enrolled(&self, body: &Value) -> String {
        let url = self.enrolment(body)["url"].as_str().unwrap().to_owned();
        cookie(&self.begin(&url, "k"))
    }

    fn show(&self, cookie: &str) -> Response {
        self.answer(&with_cookie(cookie, from_page("GET", SESSION, &json!({}))))
    }

    fn redeem(&self, cookie: &str, code: &Ctext, key: &str) -> Response {
        self.redeem_with(cookie, &json!({"ctext": code.to_digits()}), key)
    }

    fn redeem_with(&self, cookie: &str, body: &Value, key: &str) -> Response {
        let idempotency_key = Some(key.to_owned());
        self.answer(&Request { idempotency_key, ..with_cookie(cookie, from_page("POST", REDEEM, body)) })
    }

    fn undo(&self, cookie: &str, code: &Ctext, redemption: u64) -> Response {
        let body = json!({"ctext": code.to_digits(), "redemption": redemption});
        self.answer(&with_cookie(cookie, from_page("POST", UNDO, &body)))
    }

    fn used(&self, name: CodeName) -> usize {
        wait_for(self.store.read(name)).unwrap().used()
    }
}

/// A request of an operator, whom the gateway knows.
fn operator(method: &str, path: &str, body: &Value) -> Request {
    let caller = Some("arn:aws:iam::1:user/operator".to_owned());
    Request { caller, sec_fetch_site: None, ..from_page(method, path, body) }
}

/// A request of the page, without a cookie.
fn from_page(method: &str, path: &str, body: &Value) -> Request {
    Request {
        method: method.to_owned(),
        path: path.to_owned(),
        content_type: Some("application/json".to_owned()),
        body: if matches!(body, Value::Null) { Vec::new() } else { body.to_string().into_bytes() },
        sec_fetch_site: Some("same-origin".to_owned()),
        origin: Some("https://qr.example.org".to_owned()),
        ..Request::default()
    }
}

fn with_cookie(cookie: &str, request: Request) -> Request {
    let cookies = if cookie.is_empty() { Vec::new() } else { vec!["other=1".to_owned(), cookie.to_owned()] };
    Request { cookies, ..request }
}

fn text(response: &Response) -> &str {
    match response.body() {
        Body::Text(text) => text,
        Body::Empty => "",
        Body::Binary(_) => "(binary)",
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn json_of(response: &Response) -> Value {
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

/// What a browser sends back of the cookie in an answer.
#[track_caller]
fn cookie(response: &Response) -> String {
    assert_eq!(response.status(), 200, "{}", text(response));
    header(response, "set-cookie").split(';').next().unwrap().to_owned()
}

fn sealed(keyring: &Keyring, payload: &str, expires_at: Option<UnixTime>, uses: Option<u8>) -> Ctext {
    let uses = uses.map(|limit| Uses { limit: limit.try_into().unwrap(), reveal: Reveal::Always });
    Ctext::seal(&Payload::parse(payload.as_bytes()).unwrap(), keyring, Terms { expires_at, uses }).unwrap()
}

/// A code of the default model that counts.
fn counting(limit: u8) -> Ctext {
    let payload = Payload::parse(br#"{"id":"A-17","amount":1250}"#).unwrap();
    let payload = payload.packed_by(DEFAULT.number(), DEFAULT.layout());
    let uses = Some(Uses { limit: limit.try_into().unwrap(), reveal: Reveal::Always });
    Ctext::seal(&payload, &keyring(), Terms { expires_at: None, uses }).unwrap()
}

fn in_an_hour() -> Option<UnixTime> {
    UnixTime::now().after(3600)
}

#[test]
fn a_device_becomes_a_gate_and_redeems() {
    let deployment = Deployment::default();
    let enrolment = deployment.enrolment(&json!({"gate": "Gate 3", "model": DEFAULT.name()}));
    let url = enrolment["url"].as_str().unwrap();
    assert!(url.starts_with("https://qr.example.org/api/gate#F"), "{url}");
    let left = enrolment["expires_at"].as_u64().unwrap() - u64::from(UnixTime::now().0);
    assert!((595..=600).contains(&left), "{left}");
    assert!(enrolment["image"].as_str().unwrap().starts_with("data:image/png;base64,"));

    let begun = deployment.begin(url, "a");
    let set = header(&begun, "set-cookie");
    assert!(set.starts_with("__Host-gate=F"), "{set}");
    assert!(set.ends_with("; Max-Age=86400; Path=/; Secure; HttpOnly; SameSite=Strict"), "{set}");
    let gate = json_of(&begun);
    assert_eq!((&gate["gate"], &gate["model"]), (&"Gate 3".into(), &DEFAULT.name().into()));
    assert_eq!(gate["name"], enrolment["name"]);
    assert_eq!(gate["models"], json!([DEFAULT.name()]));
    let cookie = cookie(&begun);
    assert_eq!(json_of(&deployment.show(&cookie)), gate);

    let code = counting(2);
    let first = deployment.redeem_with(&cookie, &json!({"ctext": code.to_digits(), "place": "north"}), "k1");
    assert_eq!((header(&first, "idempotency-key"), header(&first, "code-name")), ("\"k1\"", &*code.name().to_string()));
    let receipt = json_of(&first);
    assert_eq!((&receipt["use"], &receipt["of"], &receipt["place"]), (&1.into(), &2.into(), &"north".into()));
    assert_eq!(receipt["payload"]["id"], "A-17");
    let link = format!("HTTPS://QR.EXAMPLE.ORG/D/{}", code.to_digits());
    let repeated = deployment.redeem_with(&cookie, &json!({"ctext": link, "place": "north"}), "k1");
    assert_eq!(json_of(&repeated), receipt, "a retry");
    assert_eq!(json_of(&deployment.redeem(&cookie, &code, "k2"))["use"], 2);
    refused(&deployment.redeem(&cookie, &code, "k3"), 409, "already-redeemed");
    let record = wait_for(deployment.store.read(code.name())).unwrap();
    assert_eq!(record.redemptions[0].by.as_deref(), Some("Gate 3"));
}

#[test]
fn an_enrolment_code_is_a_picture_too() {
    let deployment = Deployment::default();
    let ask = |accept: &str, query: &str| {
        let [accept, query] = [accept, query].map(str::to_owned);
        deployment.answer(&Request { accept: Some(accept), query, ..operator("POST", ENROLMENTS, &Value::Null) })
    };
    for (accept, query, media_type) in [
        ("*/*", "", "image/png"),
        ("image/svg+xml", "", "image/svg+xml"),
        ("application/json", "", "application/json"),
        ("text/html", "format=svg", "image/svg+xml"),
    ] {
        let response = ask(accept, query);
        assert_eq!((response.status().as_u16(), header(&response, "content-type")), (200, media_type));
        assert!(header(&response, "code-name").parse::<CodeName>().is_ok());
        assert_eq!(header(&response, "cache-control"), "no-store");
    }
    refused(&ask("audio/ogg", ""), 406, "not-acceptable");
    refused(&ask("*/*", "format=gif"), 400, "invalid-query");
    refused(&ask("*/*", "uses=2"), 400, "invalid-query");
    for body in [json!({"gate": ""}), json!({"gate": "a\nb"}), json!({"model": "none such"}), json!({"hours": 9})] {
        refused(&deployment.answer(&operator("POST", ENROLMENTS, &body)), 422, "payload-model-violated");
    }
}

#[test]
fn a_gate_without_a_name_is_known_by_its_enrolment() {
    let deployment = Deployment::default();
    let enrolment = deployment.enrolment(&Value::Null);
    let gate = json_of(&deployment.begin(enrolment["url"].as_str().unwrap(), "a"));
    assert_eq!(gate["gate"], format!("gate {}", enrolment["name"].as_str().unwrap()));
    assert_eq!(gate["model"], Value::Null);
}

#[test]
fn an_enrolment_code_enrols_once() {
    let deployment = Deployment::default();
    let enrolment = deployment.enrolment(&json!({"gate": "Gate 3"}));
    let url = enrolment["url"].as_str().unwrap();
    let [first, repeated] = [deployment.begin(url, "a"), deployment.begin(url, "a")];
    assert_eq!(json_of(&first), json_of(&repeated), "the answer was lost");
    let used = refused(&deployment.begin(url, "b"), 409, "already-redeemed");
    assert!(used["redeemed_at"].is_string() && used.get("place").is_none());
    assert!(header(&deployment.begin(url, "b"), "set-cookie").is_empty());
    let record = wait_for(deployment.store.read(enrolment["name"].as_str().unwrap().parse().unwrap())).unwrap();
    assert_eq!(record.redemptions[0].by.as_deref(), Some("Gate 3"));
}

#[test]
fn an_enrolment_code_is_never_a_code_and_no_code_enrols() {
    let deployment = Deployment::default();
    let cookie = deployment.enrolled(&Value::Null);
    let enrolment = deployment.enrolment(&Value::Null);
    let url = enrolment["url"].as_str().unwrap();
    let token = url.split_once('#').unwrap().1;
    // As a code: at its link, at a gate, and where codes are taken back.
    let caller = Some("arn:aws:iam::1:user/a".to_owned());
    for method in ["POST", "DELETE"] {
        let query = "redemption=1".to_owned();
        let request =
            Request { caller: caller.clone(), query, ..from_page(method, &format!("/d/{token}"), &Value::Null) };
        refused(&deployment.answer(&request), 400, "invalid-ctext");
    }
    refused(&deployment.redeem_with(&cookie, &json!({"ctext": token}), "a"), 400, "invalid-ctext");
    let revoke = operator("POST", "/api/qrcode/revoke", &json!({"ctext": token}));
    refused(&deployment.answer(&revoke), 400, "invalid-ctext");
    // A session is neither.
    let session = cookie.split_once('=').unwrap().1;
    refused(&deployment.redeem_with(&cookie, &json!({"ctext": session}), "a"), 400, "invalid-ctext");
    refused(&deployment.begin(session, "a"), 400, "invalid-ctext");
    // Codes do not enrol, whatever their payload says.
    let payload = r#"{"gate":"Gate 3"}"#;
    for code in
        [counting(1), sealed(&keyring(), payload, in_an_hour(), Some(1)), sealed(&keyring(), payload, None, None)]
    {
        refused(&deployment.begin(&code.to_base64url(), "a"), 400, "invalid-ctext");
        let cookie = format!("__Host-gate={}", code.to_base64url());
        refused(&deployment.show(&cookie), 403, "not-enrolled");
    }
    // An enrolment code is not a session.
    refused(&deployment.show(&format!("__Host-gate={token}")), 403, "not-enrolled");
    assert_eq!(deployment.used(enrolment["name"].as_str().unwrap().parse().unwrap()), 0);
    json_of(&deployment.begin(url, "a"));
}

#[test]
fn an_expired_or_changed_enrolment_code_does_not_enrol() {
    let deployment = Deployment::default();
    let enrolling = keyring().derived(ENROLMENT_LABEL);
    let expired = sealed(&enrolling, "{}", Some(UnixTime(1)), Some(1));
    refused(&deployment.begin(&expired.to_base64url(), "a"), 410, "expired");
    let other = Keyring::generate().unwrap().derived(ENROLMENT_LABEL);
    for text in ["", "E", "#", "12", &sealed(&other, "{}", in_an_hour(), Some(1)).to_base64url()] {
        refused(&deployment.begin(text, "a"), 400, "invalid-ctext");
    }
    let mut changed = sealed(&enrolling, "{}", in_an_hour(), Some(1)).to_base64url().into_bytes();
    changed[20] ^= 1;
    refused(&deployment.begin(&String::from_utf8(changed).unwrap(), "a"), 400, "invalid-ctext");
    refused(&deployment.begin(&expired.to_base64url(), "a b"), 400, "invalid-idempotency-key");
    // The key before the newest one still opens.
    let before = Keyring::parse(&format!(r#"{{"3":"{}"}}"#, "03".repeat(32))).unwrap().derived(ENROLMENT_LABEL);
    json_of(&deployment.begin(&sealed(&before, "{}", in_an_hour(), Some(1)).to_base64url(), "a"));
}

#[test]
fn nothing_is_redeemed_without_the_cookie_of_an_enrolled_gate() {
    let (deployment, code) = (Deployment::default(), counting(1));
    let good = deployment.enrolled(&json!({"gate": "Gate 3"}));
    let name = json_of(&deployment.show(&good))["name"].as_str().unwrap().to_owned();
    let text = good.split_once('=').unwrap().1;
    let mut changed = text.to_owned().into_bytes();
    changed[30] ^= 1;
    let changed = String::from_utf8(changed).unwrap();
    let session = format!(r#"{{"gate":"Gate 3","enrolment":"{name}"}}"#);
    let sessions = keyring().derived(SESSION_LABEL);
    let unknown = counting(1).name();
    let values = [
        String::new(),
        "E".to_owned(),
        changed,
        text.to_lowercase(),
        format!("{text}A"),
        // It has ended.
        sealed(&sessions, &session, Some(UnixTime(1)), Some(1)).to_base64url(),
        // It would never end.
        sealed(&sessions, &session, None, Some(1)).to_base64url(),
        // By another key.
        sealed(&keyring(), &session, in_an_hour(), Some(1)).to_base64url(),
        sealed(&keyring().derived(ENROLMENT_LABEL), &session, in_an_hour(), Some(1)).to_base64url(),
        // Of an enrolment that was never used.
        sealed(&sessions, &format!(r#"{{"enrolment":"{unknown}"}}"#), in_an_hour(), Some(1)).to_base64url(),
        sealed(&sessions, r#"{"enrolment":"x"}"#, in_an_hour(), Some(1)).to_base64url(),
    ];
    let cookies = values.into_iter().map(|value| format!("__Host-gate={value}"));
    for cookie in cookies.chain([String::new(), format!("gate={text}"), format!("__host-gate={text}")]) {
        refused(&deployment.redeem(&cookie, &code, "k"), 403, "not-enrolled");
        refused(&deployment.undo(&cookie, &code, 1), 403, "not-enrolled");
        refused(&deployment.show(&cookie), 403, "not-enrolled");
    }
    assert_eq!(deployment.used(code.name()), 0);
    json_of(&deployment.redeem(&good, &code, "k"));
}

#[test]
fn pages_of_other_origins_cannot_use_the_cookie() {
    let (deployment, code) = (Deployment::default(), counting(1));
    let cookie = deployment.enrolled(&Value::Null);
    let enrolment = deployment.enrolment(&Value::Null);
    let requests = [
        from_page("POST", REDEEM, &json!({"ctext": code.to_digits()})),
        from_page("POST", UNDO, &json!({"ctext": code.to_digits(), "redemption": 1})),
        from_page("POST", SESSION, &json!({"ctext": enrolment["url"]})),
        from_page("DELETE", SESSION, &Value::Null),
    ];
    for request in requests {
        for (site, origin) in [
            (Some("cross-site"), Some("https://evil.example")),
            (Some("same-site"), Some("https://other.example.org")),
            (Some("none"), None),
            (None, Some("https://evil.example")),
            (None, Some("null")),
            (None, None),
        ] {
            let [sec_fetch_site, origin] = [site, origin].map(|value| value.map(str::to_owned));
            let request = Request { sec_fetch_site, origin, ..with_cookie(&cookie, request.clone()) };
            refused(&deployment.answer(&request), 403, "cross-origin");
        }
    }
    // The operator's own routes are closed to pages elsewhere where the gateway does not ask who calls.
    for (method, query) in [("POST", ""), ("DELETE", "name=7Q4M-K2XA-9PTD-3HBE")] {
        let elsewhere = Some("cross-site".to_owned());
        let request = from_page(method, ENROLMENTS, &Value::Null);
        let request = Request { sec_fetch_site: elsewhere, query: query.to_owned(), ..request };
        refused(&deployment.answer(&request), 403, "cross-origin");
    }
    assert_eq!(deployment.used(code.name()), 0);
    json_of(&deployment.show(&cookie));
}

#[test]
fn a_session_is_taken_back_by_its_operator_or_its_device() {
    let (deployment, code) = (Deployment::default(), counting(1));
    let take_back = |name: &str| {
        let query = format!("name={name}");
        deployment.answer(&Request { query, ..operator("DELETE", ENROLMENTS, &Value::Null) })
    };
    // Before it is used.
    let enrolment = deployment.enrolment(&Value::Null);
    assert_eq!(take_back(enrolment["name"].as_str().unwrap()).status(), 204);
    refused(&deployment.begin(enrolment["url"].as_str().unwrap(), "a"), 410, "revoked");
    // Afterwards, also as any code is taken back.
    let lost = deployment.enrolled(&Value::Null);
    let name = json_of(&deployment.show(&lost))["name"].as_str().unwrap().to_owned();
    for _ in 0..2 {
        assert_eq!(take_back(&name).status(), 204);
    }
    let stolen = deployment.enrolled(&Value::Null);
    let name = json_of(&deployment.show(&stolen))["name"].as_str().unwrap().to_owned();
    json_of(&deployment.answer(&operator("POST", "/api/qrcode/revoke", &json!({"name": name}))));
    // By the device itself.
    let left = deployment.enrolled(&Value::Null);
    for cookie in [&left, &left, ""] {
        let response = deployment.answer(&with_cookie(cookie, from_page("DELETE", SESSION, &Value::Null)));
        assert_eq!(response.status(), 204);
        let cleared = "__Host-gate=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Strict";
        assert_eq!(header(&response, "set-cookie"), cleared);
    }
    for cookie in [lost, stolen, left] {
        refused(&deployment.redeem(&cookie, &code, "k"), 403, "not-enrolled");
        refused(&deployment.show(&cookie), 403, "not-enrolled");
    }
    for query in ["", "name=x", "name=7Q4M-K2XA-9PTD-3HBE&ctext=E"] {
        let request = operator("DELETE", ENROLMENTS, &Value::Null);
        refused(&deployment.answer(&Request { query: query.to_owned(), ..request }), 400, "invalid-query");
    }
}

#[test]
fn a_gate_undoes_its_own_redemptions_only() {
    let deployment = Deployment::default();
    let [mine, other] = ["Gate 3", "Gate 4"].map(|gate| deployment.enrolled(&json!({"gate": gate})));
    let code = counting(2);
    json_of(&deployment.redeem(&mine, &code, "a"));
    json_of(&deployment.redeem(&other, &code, "b"));
    let elsewhere = refused(&deployment.undo(&mine, &code, 2), 409, "not-undone");
    assert!(elsewhere["detail"].as_str().unwrap().contains("elsewhere"), "{elsewhere}");
    for number in [0, 3, u64::MAX] {
        refused(&deployment.undo(&mine, &code, number), 409, "not-undone");
    }
    for _ in 0..2 {
        assert!(json_of(&deployment.undo(&mine, &code, 1))["undone_at"].is_string());
    }
    assert_eq!(deployment.used(code.name()), 1);
    refused(&deployment.redeem(&mine, &code, "a"), 409, "redemption-undone");
    json_of(&deployment.redeem(&mine, &code, "c"));
}

#[test]
fn a_gate_admits_what_it_was_enrolled_for() {
    let deployment = Deployment::default();
    let one_kind = deployment.enrolled(&json!({"model": DEFAULT.name()}));
    let any_kind = deployment.enrolled(&Value::Null);
    // A code that was made before there were models.
    let older = sealed(&keyring(), r#"{"id":"A-17"}"#, None, Some(2));
    refused(&deployment.redeem(&one_kind, &older, "a"), 409, "other-model");
    json_of(&deployment.redeem(&any_kind, &older, "a"));
    let body = json!({"ctext": older.to_digits(), "expect": DEFAULT.name()});
    refused(&deployment.redeem_with(&any_kind, &body, "b"), 409, "other-model");
    let body = json!({"ctext": counting(1).to_digits(), "expect": DEFAULT.name()});
    json_of(&deployment.redeem_with(&any_kind, &body, "c"));
    refused(&deployment.redeem(&any_kind, &sealed(&keyring(), "{}", None, None), "d"), 409, "not-counted");
    refused(&deployment.redeem(&any_kind, &sealed(&keyring(), "{}", Some(UnixTime(1)), Some(1)), "e"), 410, "expired");
    for body in [
        json!({}),
        json!({"ctext": 1}),
        json!({"ctext": "E", "expect": "none such"}),
        json!({"ctext": "E", "place": ""}),
        json!({"ctext": "E", "more": 1}),
    ] {
        refused(&deployment.redeem_with(&any_kind, &body, "f"), 422, "payload-model-violated");
    }
}

#[test]
fn what_the_store_does_not_say_is_not_admitted() {
    let (mut deployment, code) = (Deployment::default(), counting(1));
    let cookie = deployment.enrolled(&Value::Null);
    deployment.store.fail_next(Fault::CallLost);
    let lost = deployment.redeem(&cookie, &code, "k");
    refused(&lost, 503, "temporarily-unavailable");
    assert_eq!((header(&lost, "retry-after"), header(&lost, "idempotency-key")), ("2", "\"k\""));
    deployment.store.fail_next(Fault::CallLost);
    refused(&deployment.show(&cookie), 503, "temporarily-unavailable");
    let enrolment = deployment.enrolment(&Value::Null);
    let url = enrolment["url"].as_str().unwrap();
    for fault in [Fault::CallLost, Fault::AnswerLost] {
        deployment.store.fail_next(fault);
        refused(&deployment.begin(url, "a"), 503, "temporarily-unavailable");
    }
    let device = crate::cookie(&deployment.begin(url, "a"));
    assert_eq!(json_of(&deployment.redeem(&device, &code, "k"))["use"], 1);
    // A table that has lost what happened admits nobody and enrols nobody.
    deployment.store = MemoryStore::default();
    refused(&deployment.redeem(&device, &counting(1), "l"), 403, "not-enrolled");
    refused(&deployment.begin(url, "b"), 503, "temporarily-unavailable");
}

#[test]
fn the_page_and_its_decoder_are_for_everyone() {
    let deployment = Deployment::default();
    let page = deployment.answer(&from_page("GET", "/api/gate", &Value::Null));
    let policy = header(&page, "content-security-policy").to_owned();
    let decoder = deployment.answer(&from_page("GET", "/api/gate/decoder.js", &Value::Null));
    let hash = gateway::integrity(text(&decoder));
    assert!(policy.contains(&format!(" '{hash}'; base-uri")), "{policy}");
    assert!(text(&page).contains(&format!("data-decoder=\"{hash}\"")));
    assert!(policy.contains("; connect-src 'self'; ") && policy.starts_with("default-src 'none'; "), "{policy}");
    assert_eq!(header(&page, "cache-control"), "no-store");
    assert_eq!(header(&decoder, "cache-control"), "public, max-age=31536000");
    assert_eq!(header(&decoder, "content-type"), "text/javascript; charset=utf-8");
    assert_eq!(header(&decoder, "x-content-type-options"), "nosniff");
    refused(&deployment.answer(&from_page("POST", "/api/gate", &Value::Null)), 405, "method-not-allowed");
}
