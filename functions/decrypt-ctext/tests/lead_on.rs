//! Scans that lead on to pages of other sites: the handler, called directly with requests as gateways send them. That
//! assertions verify, and that nothing else does, is shown by the libraries of sites, in `tests/api/test_assertions.py`.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::num::NonZeroU8;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use code_store::{
    CodeStore as _, Redemption, RedemptionKey, Timestamp,
    memory::{Fault, MemoryStore},
    store::StoredCode,
};
use decrypt_ctext::{
    assertions::Assertions,
    deployment::Deployment,
    lookup::{Lookup, Revocation},
};
use lambda_http::{Body, http::StatusCode};
use payload_models::{Model, Models};
use sealed_qr::{Ctext, Keyring, Payload, Reveal, Terms, UnixTime, Uses, packing::Layout};
use serde_json::Value;
use service::{
    app_state::AppState,
    gateway::{self, Request, Response},
    keyring_cache::KeyringCache,
    keyring_source::AnyKeyringSource,
};

const PAYLOAD: &str = r#"{"z":1.10,"id":"A-17","amount":1180591620717411303424}"#;
const ORIGIN: &str = "https://shop.example.org";
const PAGE: &str = "https://shop.example.org/scan";
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const JWT: &str = "application/jwt";
const KEY_SET: &str = "/.well-known/jwks.json";

fn any_object() -> Layout {
    Layout::of_schema(r#"{"type": "object"}"#).unwrap()
}

static MODELS: [Model; 10] = [
    Model::new(1, "order", None, any_object).with_continue_at(PAGE),
    Model::new(2, "plain", None, any_object),
    Model::new(3, "suffix", None, any_object).with_continue_at("https://shop.example.org.evil.test/scan"),
    Model::new(4, "http", None, any_object).with_continue_at("http://shop.example.org/scan"),
    Model::new(5, "port", None, any_object).with_continue_at("https://shop.example.org:8443/scan"),
    Model::new(6, "user", None, any_object).with_continue_at("https://shop.example.org@evil.test/scan"),
    Model::new(7, "case", None, any_object).with_continue_at("https://SHOP.example.org/scan"),
    Model::new(8, "fragment", None, any_object).with_continue_at("https://shop.example.org/scan#a"),
    Model::new(9, "header", None, any_object).with_continue_at("https://shop.example.org/\r\nset-cookie: a=b"),
    Model::new(10, "query", None, any_object).with_continue_at("https://shop.example.org?a=b"),
];

fn wait_for<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

fn keyring_json() -> String {
    format!(r#"{{"1":"{}","7":"{}"}}"#, "01".repeat(32), "07".repeat(32))
}

fn answer_with(origins: &str, base: Option<&str>, request: &Request) -> Response {
    answer_by(&lookup(Revocation::Off), origins, base, request)
}

fn lookup(revocation: Revocation) -> Lookup<MemoryStore> {
    Lookup { store: Some(MemoryStore::default()), revocation, is_open_to_all: true }
}

fn answer_by(lookup: &Lookup<MemoryStore>, origins: &str, base: Option<&str>, request: &Request) -> Response {
    let keyring = wait_for(KeyringCache::fill(AnyKeyringSource::Inline(keyring_json().into()))).unwrap();
    let state = AppState { keyring, public_base_url: base.map(|base| base.parse().unwrap()) };
    let assertions = Assertions::new(origins.parse().unwrap());
    let &Lookup { revocation, is_open_to_all, .. } = lookup;
    let lookup = Lookup { store: lookup.store.as_ref(), revocation, is_open_to_all };
    let deployment = Deployment { lookup, assertions, ..Deployment::that_opens(Models(&MODELS)) };
    let handler = async |state: &_, request: &_, matched: gateway::Matched<'_, _>| {
        decrypt_ctext::handle(state, &deployment, request, matched).await
    };
    let refuse = |request: &_, problem: &_, prefix: &_| deployment.pages.refuse(None, request, problem, prefix);
    wait_for(gateway::answer(&state, request, handler, refuse))
}

/// A code of the model with this number.
fn sealed(model: usize, json: &str, terms: Terms) -> Ctext {
    let keyring = Keyring::parse(&keyring_json()).unwrap();
    let model = &MODELS[model - 1];
    let payload = Payload::parse(json.as_bytes()).unwrap().packed_by(model.number(), model.layout());
    Ctext::seal(&payload, &keyring, terms).unwrap()
}

fn request_for(ctext: &Ctext, accept: &str) -> Request {
    request("GET", &format!("/d/{}", ctext.to_base64url()), accept)
}

fn request(method: &str, path: &str, accept: &str) -> Request {
    let [method, path, accept] = [method, path, accept].map(str::to_owned);
    Request { method, path, accept: Some(accept), domain_name: Some("qr.example".to_owned()), ..Request::default() }
}

fn open(model: usize, accept: &str) -> Response {
    answer_with(ORIGIN, None, &request_for(&sealed(model, PAYLOAD, Terms::default()), accept))
}

fn text(response: &Response) -> &str {
    match response.body() {
        Body::Text(text) => text,
        other => panic!("{other:?}"),
    }
}

fn media_type(response: &Response) -> &str {
    response.headers().get("content-type").map_or("", |media_type| media_type.to_str().unwrap())
}

/// The assertion in the address that an answer leads on to.
#[track_caller]
fn led_on(response: &Response, page: &str) -> String {
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let location = response.headers()["location"].to_str().unwrap();
    location.strip_prefix(&format!("{page}#assertion=")).unwrap().to_owned()
}

#[track_caller]
fn leads_nowhere(response: &Response) {
    assert_eq!((response.status(), media_type(response)), (StatusCode::OK, "text/html; charset=utf-8"));
    assert!(response.headers().get("location").is_none());
    assert!(text(response).contains("This code is genuine"));
}

/// A part of an assertion, as text.
fn part(assertion: &str, number: usize) -> String {
    String::from_utf8(URL_SAFE_NO_PAD.decode(assertion.split('.').nth(number).unwrap()).unwrap()).unwrap()
}

fn claims(assertion: &str) -> Value {
    serde_json::from_str(&part(assertion, 1)).unwrap()
}

#[test]
fn people_are_led_on_with_an_assertion_in_the_fragment() {
    let response = open(1, BROWSER);
    let assertion = led_on(&response, PAGE);
    for (name, value) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("vary", "accept"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(response.headers()[name], value);
    }
    assert!(matches!(response.body(), Body::Empty), "the assertion is in one place");
    assert_eq!(assertion.split('.').count(), 3);
    led_on(&open(10, BROWSER), "https://shop.example.org?a=b");
}

#[test]
fn an_assertion_says_what_was_opened_when_by_whom_and_for_whom() {
    let expires_at = UnixTime::now().after(3600);
    let ctext = sealed(1, PAYLOAD, Terms { expires_at, uses: None });
    let before = UnixTime::now().0;
    let response = answer_with(ORIGIN, None, &request_for(&ctext, BROWSER));
    let assertion = led_on(&response, PAGE);
    let header: Value = serde_json::from_str(&part(&assertion, 0)).unwrap();
    assert_eq!((&header["alg"], &header["typ"]), (&"ES256".into(), &"JWT".into()));
    assert_eq!(header.as_object().unwrap().len(), 3);
    let claims = claims(&assertion);
    let issued_at = claims["iat"].as_u64().unwrap();
    assert!((before.into()..=UnixTime::now().0.into()).contains(&issued_at));
    assert_eq!(claims["exp"].as_u64(), Some(issued_at + 60));
    assert_eq!(claims["iss"], "https://qr.example");
    assert_eq!(claims["aud"], ORIGIN);
    assert_eq!(claims["code"], ctext.name().to_string());
    assert_eq!(claims["code"], response.headers()["code-name"].to_str().unwrap());
    assert_eq!(claims["model"], "order");
    assert_eq!(claims["expires_at"], expires_at.unwrap().0);
    assert_eq!(URL_SAFE_NO_PAD.decode(claims["jti"].as_str().unwrap()).unwrap().len(), 16);
    let members = ["iss", "aud", "iat", "exp", "jti", "code", "model", "payload", "expires_at"];
    assert_eq!(claims.as_object().unwrap().len(), members.len());
    assert!(part(&assertion, 1).contains(&format!(r#","payload":{PAYLOAD}"#)), "number text and order are kept");
}

#[test]
fn a_code_that_does_not_expire_and_a_configured_address() {
    let request = request_for(&sealed(1, PAYLOAD, Terms::default()), BROWSER);
    let claims = claims(&led_on(&answer_with(ORIGIN, Some("https://a.example/codes"), &request), PAGE));
    assert!(claims.get("expires_at").is_none());
    assert_eq!(claims["iss"], "https://a.example/codes");
}

#[test]
fn every_assertion_has_an_identifier_of_its_own() {
    let ids: Vec<_> = (0..50).map(|_| claims(&led_on(&open(1, BROWSER), PAGE))["jti"].to_string()).collect();
    assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), ids.len());
}

#[test]
fn the_accept_header_decides_between_the_page_the_payload_and_the_assertion() {
    for (accept, status, expected) in [
        ("*/*", 200, "application/json"),
        ("application/json", 200, "application/json"),
        ("application/json, application/jwt", 200, "application/json"),
        ("image/png", 200, "application/json"),
        ("application/jwt;q=0", 200, "application/json"),
        (JWT, 200, JWT),
        ("application/jwt, */*", 200, JWT),
        ("application/jwt, application/json;q=0.5", 200, JWT),
        ("text/html;q=0.5, application/jwt", 200, JWT),
        ("text/html", 303, ""),
        (BROWSER, 303, ""),
        ("application/jwt;q=0.5, text/html", 303, ""),
    ] {
        let response = open(1, accept);
        assert_eq!((response.status().as_u16(), media_type(&response)), (status, expected), "{accept}");
        assert_eq!(response.headers()["vary"], "accept");
        assert_eq!(response.headers()["cache-control"], "no-store");
    }
    assert_eq!(text(&open(1, "*/*")), PAYLOAD);
    assert_eq!(claims(text(&open(1, JWT)))["aud"], ORIGIN);
}

#[test]
fn a_page_of_another_origin_gets_nothing() {
    for model in 2..=9 {
        leads_nowhere(&open(model, BROWSER));
        let json = open(model, JWT);
        assert_eq!((media_type(&json), text(&json)), ("application/json", PAYLOAD), "there is no audience");
    }
    for origins in [
        "",
        "https://evil.test",
        "https://example.org",
        "https://shop.example.org.evil.test",
        "https://shop.example.org:8443",
        "https://www.shop.example.org",
    ] {
        leads_nowhere(&answer_with(origins, None, &request_for(&sealed(1, PAYLOAD, Terms::default()), BROWSER)));
    }
}

#[test]
fn nothing_of_the_request_decides_where_a_scan_leads() {
    let ctext = sealed(2, PAYLOAD, Terms::default());
    for query in [
        "x-continue=https://shop.example.org/scan",
        "continue=https://shop.example.org/scan",
        "redirect_uri=https://shop.example.org/scan",
    ] {
        let request = Request { query: query.to_owned(), ..request_for(&ctext, BROWSER) };
        leads_nowhere(&answer_with(ORIGIN, None, &request));
    }
    let injected = r##"{"x-continue":"https://evil.test/scan","a":"\r\nset-cookie: a=b","b":"#evil"}"##;
    let response = answer_with(ORIGIN, None, &request_for(&sealed(1, injected, Terms::default()), BROWSER));
    let assertion = led_on(&response, PAGE);
    assert!(assertion.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)), "{assertion}");
    assert!(response.headers().get("set-cookie").is_none());
}

/// Of a code that counts.
fn one_use(reveal: Reveal) -> Terms {
    Terms { expires_at: None, uses: Some(Uses { limit: NonZeroU8::MIN, reveal }) }
}

#[test]
fn a_code_that_only_redeeming_reveals_is_not_revealed_to_another_site() {
    let open = |reveal, accept| answer_with(ORIGIN, None, &request_for(&sealed(1, PAYLOAD, one_use(reveal)), accept));
    led_on(&open(Reveal::Always, BROWSER), PAGE);
    assert_eq!(media_type(&open(Reveal::Always, JWT)), JWT);
    assert!(open(Reveal::OnRedeem, BROWSER).headers().get("location").is_none());
    assert_eq!(open(Reveal::OnRedeem, JWT).status(), StatusCode::NO_CONTENT);
}

#[test]
fn a_code_that_could_not_be_checked_is_not_asserted() {
    for (terms, revocation, status) in [
        (one_use(Reveal::Always), Revocation::Off, 200),
        (Terms::default(), Revocation::Mark, 200),
        (Terms::default(), Revocation::Refuse, 503),
    ] {
        let lookup = lookup(revocation);
        let open = |accept| answer_by(&lookup, ORIGIN, None, &request_for(&sealed(1, PAYLOAD, terms), accept));
        for accept in [BROWSER, JWT] {
            lookup.store.as_ref().unwrap().fail_next(Fault::CallLost);
            let unchecked = open(accept);
            assert_eq!(unchecked.status().as_u16(), status);
            assert!(unchecked.headers().get("location").is_none() && media_type(&unchecked) != JWT);
        }
        led_on(&open(BROWSER), PAGE);
    }
}

#[test]
fn whoever_has_just_redeemed_a_code_here_sees_that_here() {
    let lookup = lookup(Revocation::Off);
    let ctext = sealed(1, PAYLOAD, one_use(Reveal::Always));
    let key = RedemptionKey::random_text().unwrap();
    let code = StoredCode { name: ctext.name(), uses: Some(NonZeroU8::MIN), expires_at: None, told: None };
    let redemption =
        Redemption { key: key.parse().unwrap(), at: Timestamp::now(), place: None, by: None, undone: None };
    wait_for(lookup.store.as_ref().unwrap().add_redemption(code, &redemption)).unwrap();
    let open = |query: String| answer_by(&lookup, ORIGIN, None, &Request { query, ..request_for(&ctext, BROWSER) });
    let redeemed = open(format!("receipt={key}"));
    assert!(redeemed.headers().get("location").is_none() && text(&redeemed).contains("<h1>Redeemed</h1>"));
    led_on(&open(String::new()), PAGE);
}

#[test]
fn an_assertion_says_how_often_a_code_was_redeemed() {
    let lookup = lookup(Revocation::Off);
    let ctext = sealed(1, PAYLOAD, one_use(Reveal::Always));
    let state = || {
        let answer = answer_by(&lookup, ORIGIN, None, &request_for(&ctext, BROWSER));
        claims(&led_on(&answer, PAGE))["state"].clone()
    };
    assert_eq!(state(), serde_json::json!({"uses": 1, "used": 0}));
    let code = StoredCode { name: ctext.name(), uses: Some(NonZeroU8::MIN), expires_at: None, told: None };
    let at = Timestamp(1_800_000_000_000);
    let redemption = Redemption { key: "a".parse().unwrap(), at, place: None, by: None, undone: None };
    wait_for(lookup.store.as_ref().unwrap().add_redemption(code, &redemption)).unwrap();
    assert_eq!(state(), serde_json::json!({"uses": 1, "used": 1, "redeemed_at": 1_800_000_000}));
    assert!(claims(&led_on(&open(1, BROWSER), PAGE)).get("state").is_none(), "other codes have none");
}

#[test]
fn what_does_not_open_is_not_asserted() {
    let expired = Terms { expires_at: Some(UnixTime(1)), uses: None };
    for (ctext, status) in [(sealed(1, PAYLOAD, expired).to_base64url(), 410), ("1".to_owned(), 400)] {
        for (accept, expected) in [(JWT, "application/problem+json"), (BROWSER, "text/html; charset=utf-8")] {
            let response = answer_with(ORIGIN, None, &request("GET", &format!("/d/{ctext}"), accept));
            assert_eq!((response.status().as_u16(), media_type(&response)), (status, expected));
            assert!(response.headers().get("location").is_none());
        }
    }
}

#[test]
fn an_assertion_that_is_too_long_for_a_header_stays_here() {
    let long = |letters: usize| format!(r#"{{"a":"{}"}}"#, "x".repeat(letters));
    let open =
        |letters, accept| answer_with(ORIGIN, None, &request_for(&sealed(1, &long(letters), Terms::default()), accept));
    let fits = open(5000, BROWSER);
    led_on(&fits, PAGE);
    assert!(fits.headers()["location"].len() <= 8000);
    leads_nowhere(&open(6000, BROWSER));
    assert_eq!(claims(text(&open(6000, JWT)))["payload"]["a"].as_str().unwrap().len(), 6000, "a body has room");
}

#[test]
fn without_an_address_of_its_own_the_service_issues_nothing() {
    let nameless = |accept| Request { domain_name: None, ..request_for(&sealed(1, PAYLOAD, Terms::default()), accept) };
    leads_nowhere(&answer_with(ORIGIN, None, &nameless(BROWSER)));
    assert_eq!(media_type(&answer_with(ORIGIN, None, &nameless(JWT))), "application/json");
}

#[test]
fn head_answers_as_get_without_the_body() {
    // The identifier differs, so headers are compared by their names, and all but one by their values.
    let ctext = sealed(1, PAYLOAD, Terms::default());
    for (path, accept) in [(format!("/d/{}", ctext.to_digits()), BROWSER), (KEY_SET.to_owned(), "*/*")] {
        let [get, head] = ["GET", "HEAD"].map(|method| answer_with(ORIGIN, None, &request(method, &path, accept)));
        assert_eq!(get.status(), head.status());
        for (name, value) in get.headers() {
            assert!(name == "location" || head.headers()[name] == value, "{name}");
        }
        assert_eq!(get.headers().len(), head.headers().len());
        assert!(matches!(head.body(), Body::Empty));
    }
}

#[test]
fn the_public_keys_are_published_where_scans_lead_on() {
    let response = answer_with(ORIGIN, None, &request("GET", KEY_SET, "*/*"));
    assert_eq!((response.status(), media_type(&response)), (StatusCode::OK, "application/jwk-set+json"));
    assert_eq!(response.headers()["cache-control"], "public, max-age=300");
    let set: Value = serde_json::from_str(text(&response)).unwrap();
    let keys = set["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 2, "one for each key of the keyring");
    for key in keys {
        let mut members: Vec<_> = key.as_object().unwrap().keys().map(String::as_str).collect();
        members.sort_unstable();
        assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x", "y"], "and nothing of a private key");
    }
    let header: Value = serde_json::from_str(&part(&led_on(&open(1, BROWSER), PAGE), 0)).unwrap();
    assert_eq!(keys[0]["kid"], header["kid"], "the newest key signs");
}

#[test]
fn where_scans_lead_nowhere_else_there_are_no_public_keys() {
    let response = answer_with("", None, &request("GET", KEY_SET, "*/*"));
    assert_eq!((response.status(), media_type(&response)), (StatusCode::NOT_FOUND, "application/problem+json"));
    assert_eq!(response.headers()["cache-control"], "no-store");
    let problem: Value = serde_json::from_str(text(&response)).unwrap();
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("GET /d/{ctext}") && !detail.contains("jwks"), "{detail}");
}
