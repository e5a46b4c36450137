//! The handler, called directly with requests as gateways send them.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

mod capacity;
mod density;
mod refusals;

use create_qr::console::Console;
use creation::payload_model::DEPLOYED;
use lambda_http::{Body, http::StatusCode};
use sealed_qr::{CodeName, Ctext, Keyring, ModelNumber, OpenError, Reveal, Terms, UnixTime, Uses, packing::Layout};
use service::{
    app_state::AppState,
    gateway::{self, Event, Matched, Request, Response},
    keyring_cache::KeyringCache,
    keyring_source::AnyKeyringSource,
};

fn wait_for<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

fn answer(state: &AppState, request: &Request) -> Response {
    let handler = async |state: &_, request: &_, matched: Matched<'_, _>| {
        create_qr::handle(state, &DEPLOYED, &Console::default(), None, request, matched).await
    };
    wait_for(gateway::answer(state, request, handler, gateway::problem))
}

fn keyring_json() -> String {
    format!(r#"{{"1": "{}"}}"#, "01".repeat(32))
}

fn state(public_base_url: Option<&str>) -> AppState {
    let source = AnyKeyringSource::Inline(keyring_json().into());
    AppState {
        keyring: wait_for(KeyringCache::fill(source)).unwrap(),
        public_base_url: public_base_url.map(|url| url.parse().unwrap()),
    }
}

fn post(path: &str, query: &str, body: &str) -> Request {
    Request {
        method: "POST".to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        content_type: Some("application/json; charset=utf-8".to_owned()),
        body: body.as_bytes().to_vec(),
        domain_name: Some(DOMAIN_NAME.to_owned()),
        stage: Some("$default".to_owned()),
        ..Request::default()
    }
}

fn sealed(query: &str, body: &str) -> Response {
    answer(&state(None), &post("/api/qrcode/encrypted-payload", query, body))
}

fn plain(query: &str, body: &str) -> Response {
    answer(&state(None), &post("/api/qrcode", query, body))
}

fn text(response: &Response) -> &str {
    match response.body() {
        Body::Text(text) => text,
        other => panic!("{other:?}"),
    }
}

fn json(response: &Response) -> serde_json::Value {
    assert_eq!(response.status(), StatusCode::OK, "{}", text(response));
    serde_json::from_str(text(response)).unwrap()
}

/// The problem details of an answer, which has this status and problem type.
#[track_caller]
fn refused(response: &Response, status: u16, slug: &str) -> serde_json::Value {
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let problem: serde_json::Value = serde_json::from_str(text(response)).unwrap();
    assert_eq!((response.status().as_u16(), &problem["status"]), (status, &status.into()), "{problem}");
    assert_eq!(problem["type"], format!("/api/problems/{slug}"));
    problem
}

fn layout(number: ModelNumber) -> Option<&'static Layout> {
    payload_models::DEPLOYED.layout(number)
}

/// The payload to which the link in a description leads.
fn opened(description: &serde_json::Value) -> String {
    let (_, ctext) = description["url"].as_str().unwrap().rsplit_once(['=', '/']).unwrap();
    let keyring = Keyring::parse(&keyring_json()).unwrap();
    Ctext::parse(ctext).unwrap().open(&keyring, UnixTime::now(), layout).unwrap().payload.into_json()
}

const DOMAIN_NAME: &str = "a1.execute-api.eu-west-1.amazonaws.com";
const PAYLOAD: &str = r#"{"id": "A-17", "amount": 1250}"#;

#[test]
fn a_picture_by_default() {
    let response = sealed("", PAYLOAD);
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "image/png");
    assert_eq!(response.headers()["content-disposition"], "inline; filename=\"sealed-qr.png\"");
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    assert!(response.headers()["code-name"].to_str().unwrap().parse::<CodeName>().is_ok());
    let Body::Binary(picture) = response.body() else { panic!("not binary") };
    let picture = image::load_from_memory(picture).unwrap();
    assert_eq!((picture.width(), picture.height()), ((45 + 8) * 8, (45 + 8) * 8));
}

#[test]
fn a_description_with_a_link_that_opens() {
    let answer = json(&sealed("format=json&ecc=Q&scale=1&margin=0", PAYLOAD));
    let url = answer["url"].as_str().unwrap();
    assert!(url.starts_with(&format!("https://{DOMAIN_NAME}/api/decrypt/qrcode-details?ctext=E")), "{url}");
    assert_eq!(opened(&answer), r#"{"id":"A-17","amount":1250}"#);
    assert_eq!((&answer["expires_at"], &answer["uses"]), (&serde_json::Value::Null, &serde_json::Value::Null));
    let (_, ctext) = url.split_once('=').unwrap();
    assert_eq!(answer["name"], Ctext::parse(ctext).unwrap().name().to_string());
    assert_eq!(answer["payload"], serde_json::json!({"bytes": 27, "packed": 7}));
    assert_eq!(answer["symbol"]["ecc"], "Q");
    assert!(answer["image"].as_str().unwrap().starts_with("data:image/png;base64,iVBOR"));
}

#[test]
fn a_model_is_named_in_the_path_or_in_the_query() {
    for (path, query) in [("", ""), ("", "&model=order"), ("/order", "")] {
        let request = post(&format!("/api/qrcode/encrypted-payload{path}"), &format!("format=json{query}"), PAYLOAD);
        let answer = json(&answer(&state(None), &request));
        assert_eq!((&answer["model"], &*opened(&answer)), (&"order".into(), r#"{"id":"A-17","amount":1250}"#));
    }
    let unknown = answer(&state(None), &post("/api/qrcode/encrypted-payload/x", "", PAYLOAD));
    let detail = &refused(&unknown, 404, "unknown-model")["detail"];
    assert_eq!(detail, "This deployment makes codes of these models: order.");
    refused(&sealed("model=x", PAYLOAD), 400, "invalid-query");
}

#[test]
fn a_code_that_expires_says_when() {
    let answer = json(&sealed("format=json&expires_in=3600", PAYLOAD));
    let expires_at = UnixTime(u32::try_from(answer["expires_at"].as_u64().unwrap()).unwrap());
    let now = UnixTime::now();
    assert!((now.after(3590)..=now.after(3600)).contains(&Some(expires_at)));
    let (_, ctext) = answer["url"].as_str().unwrap().split_once('=').unwrap();
    let (ctext, keyring) = (Ctext::parse(ctext).unwrap(), Keyring::parse(&keyring_json()).unwrap());
    assert!(ctext.open(&keyring, now, layout).is_ok());
    assert_eq!(ctext.open(&keyring, expires_at, layout), Err(OpenError::Expired(expires_at)));
}

#[test]
fn a_code_says_how_often_it_may_be_redeemed() {
    let answer = json(&sealed("format=json&uses=3&reveal=on-redeem", PAYLOAD));
    assert_eq!(answer["uses"], 3);
    let (_, ctext) = answer["url"].as_str().unwrap().split_once('=').unwrap();
    assert!(ctext.starts_with('F'), "{ctext}");
    let (ctext, keyring) = (Ctext::parse(ctext).unwrap(), Keyring::parse(&keyring_json()).unwrap());
    let opened = ctext.open(&keyring, UnixTime::now(), layout).unwrap();
    let uses = Some(Uses { limit: 3.try_into().unwrap(), reveal: Reveal::OnRedeem });
    assert_eq!(opened.terms, Terms { expires_at: None, uses });
}

#[test]
fn links_begin_with_the_base_url_that_is_set() {
    let state = state(Some("https://qr.example.com/codes/"));
    for path in ["/api/qrcode/encrypted-payload", "/codes/api/qrcode/encrypted-payload"] {
        let answer = json(&answer(&state, &post(path, "format=json&link=compact", PAYLOAD)));
        assert!(answer["url"].as_str().unwrap().starts_with("https://qr.example.com/codes/d/E"));
    }
}

#[test]
fn headers_of_the_caller_do_not_change_links() {
    for (name, value) in [
        ("Host", "evil.example"),
        ("X-Forwarded-Host", "evil.example"),
        ("X-Original-Host", "evil.example"),
        ("Forwarded", "host=evil.example;proto=https"),
        ("X-Forwarded-Proto", "evil"),
        ("X-Forwarded-Prefix", "evil.example"),
        ("Origin", "evil.example"),
        ("Referer", "evil.example"),
    ] {
        for form in ["full", "compact"] {
            let event = serde_json::json!({
                "rawPath": "/api/qrcode/encrypted-payload",
                "rawQueryString": format!("format=json&link={form}"),
                "headers": {"content-type": "application/json", (name): value, (name.to_lowercase()): value},
                "requestContext": {"domainName": DOMAIN_NAME, "stage": "$default", "http": {"method": "POST"}},
                "body": PAYLOAD,
            });
            let Event::Http(request) = serde_json::from_str(&event.to_string()).unwrap() else { panic!("{event}") };
            let answer = json(&answer(&state(None), &request));
            assert!(
                answer["url"].as_str().unwrap().starts_with(&format!("https://{DOMAIN_NAME}/")),
                "{name}: {answer}"
            );
            assert!(!answer.to_string().contains("evil."), "{name}: {answer}");
        }
    }
}

#[test]
fn payloads_survive_byte_by_byte() {
    let nines = format!(r#"{{"id":"a","amount":{}}}"#, "9".repeat(1000));
    let arrays = format!(r#"{{"id":"a","amount":1,"n":{}{}}}"#, "[".repeat(126), "]".repeat(126));
    let objects = format!(r#"{{"id":"a","amount":1,"n":{}0{}}}"#, r#"{"":"#.repeat(126), "}".repeat(126));
    let minified = [
        r#"{"z":1,"amount":1,"a":2,"id":"a","m":3}"#,
        r#"{"id":"Grüße, 漢字, עברית, 🦀","amount":1,"é":"é"}"#,
        r#"{"id":"\u00e9\/\\\"\b\f\n\r\t","amount":1}"#,
        r#"{"id":"\u0000\u0001\u001f\u007f","amount":1}"#,
        r#"{"id":"\ud83e\udd80","amount":1}"#,
        "{\"id\":\"\u{fffe}\u{ffff}\u{10ffff}\",\"amount\":1}",
        r#"{"id":"a","amount":1180591620717411303424}"#,
        &nines,
        r#"{"id":"a","amount":-9223372036854775809}"#,
        r#"{"id":"a","amount":-0}"#,
        r#"{"id":"a","amount":1,"n":[1.10,1e400,1E+2,-0.0,1e-400,0.1000000000000000055511151231257827]}"#,
        r#"{"id":"a","amount":1,"n":[true,false,null]}"#,
        r#"{"id":"","amount":0,"":"","o":{},"l":[],"n":[[],{},""]}"#,
        r#"{"id":"a&b=c?d#e%20+<script>'","amount":1}"#,
        &arrays,
        &objects,
        r#"{"id":"a","ID":1,"amount":1,"Amount":"b"}"#,
        r#"{"id":"a","amount":1,"n":[{"id":1},{"id":2}]}"#,
    ];
    let spaced = (" {\n\t\"id\" : \"a b\" ,\r\n \"amount\" : 1 } ", r#"{"id":"a b","amount":1}"#);
    for (sent, kept) in minified.into_iter().map(|payload| (payload, payload)).chain([spaced]) {
        for form in ["full", "compact"] {
            assert_eq!(opened(&json(&sealed(&format!("format=json&link={form}"), sent))), kept);
        }
    }
}

#[test]
fn a_byte_order_mark_before_the_payload_is_ignored() {
    assert_eq!(sealed("", &format!("\u{feff}{PAYLOAD}")).status(), StatusCode::OK);
}

#[test]
fn plain_codes_carry_nothing_sealed() {
    let response = plain("", r#"{"value": "Hello"}"#);
    assert_eq!(response.headers()["content-disposition"], "inline; filename=\"qrcode.png\"");
    let answer = json(&plain("format=json", r#"{"value": "Hello"}"#));
    assert_eq!(answer["symbol"], serde_json::json!({"version": 1, "modules": 21, "ecc": "M"}));
    assert!(answer.get("url").is_none());
}
