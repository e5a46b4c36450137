//! The handler, called directly with requests as gateways send them.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

use create_qr::payload_model::PayloadModel;
use lambda_http::{Body, http::StatusCode};
use sealed_qr::{Ctext, Keyring, OpenError, UnixTime};
use service::{
    app_state::AppState,
    gateway::{self, Matched, Request, Response},
    keyring_cache::KeyringCache,
    keyring_source::AnyKeyringSource,
};

fn wait_for<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

fn answer(state: &AppState, request: &Request) -> Response {
    let handler = async |state: &_, request: &_, matched: Matched<'_, _>| {
        create_qr::handle(state, &PayloadModel::DEPLOYED, request, matched).await
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
        accept: None,
        content_type: Some("application/json; charset=utf-8".to_owned()),
        body: body.as_bytes().to_vec(),
        domain_name: Some("a1.execute-api.eu-west-1.amazonaws.com".to_owned()),
        stage: Some("$default".to_owned()),
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

const PAYLOAD: &str = r#"{"id": "A-17", "amount": 1250}"#;

#[test]
fn a_picture_by_default() {
    let response = sealed("", PAYLOAD);
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "image/png");
    assert_eq!(response.headers()["content-disposition"], "inline; filename=\"sealed-qr.png\"");
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    let Body::Binary(picture) = response.body() else { panic!("not binary") };
    let picture = image::load_from_memory(picture).unwrap();
    assert_eq!((picture.width(), picture.height()), ((49 + 8) * 8, (49 + 8) * 8));
}

#[test]
fn a_description_with_a_link_that_opens() {
    let answer = json(&sealed("format=json&ecc=Q&scale=1&margin=0", PAYLOAD));
    let ctext = answer["url"]
        .as_str()
        .unwrap()
        .strip_prefix("https://a1.execute-api.eu-west-1.amazonaws.com/api/decrypt/qrcode-details?ctext=");
    let payload =
        Ctext::parse(ctext.unwrap()).unwrap().open(&Keyring::parse(&keyring_json()).unwrap(), UnixTime(0)).unwrap();
    assert_eq!(payload.as_json(), r#"{"id":"A-17","amount":1250}"#);
    assert_eq!(answer["expires_at"], serde_json::Value::Null);
    assert_eq!(answer["symbol"]["ecc"], "Q");
    assert!(answer["image"].as_str().unwrap().starts_with("data:image/png;base64,iVBOR"));
}

#[test]
fn a_code_that_expires_says_when() {
    let answer = json(&sealed("format=json&expires_in=3600", PAYLOAD));
    let expires_at = UnixTime(u32::try_from(answer["expires_at"].as_u64().unwrap()).unwrap());
    let now = UnixTime::now();
    assert!((now.after(3590)..=now.after(3600)).contains(&Some(expires_at)));
    let (_, ctext) = answer["url"].as_str().unwrap().split_once('=').unwrap();
    let (ctext, keyring) = (Ctext::parse(ctext).unwrap(), Keyring::parse(&keyring_json()).unwrap());
    assert!(ctext.open(&keyring, now).is_ok());
    assert_eq!(ctext.open(&keyring, expires_at), Err(OpenError::Expired(expires_at)));
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
fn without_any_base_url_the_operator_is_told() {
    let mut request = post("/api/qrcode/encrypted-payload", "", PAYLOAD);
    request.domain_name = None;
    let response = answer(&state(None), &request);
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(text(&response).contains("PUBLIC_BASE_URL"));
}

#[test]
fn a_payload_fits_up_to_a_limit_that_the_answer_names() {
    let body = |bytes: usize| format!(r#"{{"amount":1,"id":"{}"}}"#, "x".repeat(bytes - 20));
    for (query, fits) in [("", 2192), ("ecc=L&link=compact", 2837), ("expires_in=9", 2188), ("ecc=H", 1147)] {
        assert_eq!(sealed(query, &body(fits)).status(), StatusCode::OK, "{query}");
        let response = sealed(query, &body(fits + 1));
        assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
        let detail = format!("has {} bytes; at most {fits} fit", fits + 1);
        assert!(text(&response).contains(&detail), "{query}: {}", text(&response));
    }
}

#[test]
fn a_plain_text_fits_up_to_a_limit_that_the_answer_names() {
    let body = |bytes: usize| format!(r#"{{"value":"{}"}}"#, "x".repeat(bytes));
    assert_eq!(plain("ecc=L", &body(2953)).status(), StatusCode::OK);
    let response = plain("ecc=L", &body(2954));
    assert!(text(&response).contains("The value has 2954 bytes; at most 2953 fit at ecc=L. Shorten it."));
}

#[test]
fn plain_codes_carry_nothing_sealed() {
    let response = plain("", r#"{"value": "Hello"}"#);
    assert_eq!(response.headers()["content-disposition"], "inline; filename=\"qrcode.png\"");
    let answer = json(&plain("format=json", r#"{"value": "Hello"}"#));
    assert_eq!(answer["symbol"], serde_json::json!({"version": 1, "modules": 21, "ecc": "M"}));
    assert!(answer.get("url").is_none());
}

#[test]
fn problems() {
    let refused = |response: Response, status: u16, slug: &str, detail: &str| {
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        let problem: serde_json::Value = serde_json::from_str(text(&response)).unwrap();
        assert_eq!(response.status(), status, "{problem}");
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], format!("/api/problems/{slug}"));
        assert!(problem["detail"].as_str().unwrap().contains(detail), "{problem}");
    };
    refused(sealed("", "{"), 400, "malformed-json", "it is not valid JSON");
    refused(sealed("", "[]"), 400, "malformed-json", "it is not a JSON object");
    refused(sealed("", r#"{"id": 1}"#), 422, "payload-model-violated", "errors");
    refused(sealed("", &" ".repeat(16 * 1024 + 1)), 413, "body-too-large", "16385 bytes; at most 16384");
    refused(sealed("scale=41", PAYLOAD), 400, "invalid-query", "scale must be a whole number from 1 to 40");
    refused(sealed("ecc=m", PAYLOAD), 400, "invalid-query", "ecc must be L, M, Q or H");
    refused(sealed("ecc=M&ecc=M", PAYLOAD), 400, "invalid-query", "ecc appears more than once");
    refused(
        sealed("size=1", PAYLOAD),
        400,
        "invalid-query",
        "Valid parameters: format, ecc, scale, margin, dark, light, link, expires_in.",
    );
    refused(
        plain("link=full", PAYLOAD),
        400,
        "invalid-query",
        "Valid parameters: format, ecc, scale, margin, dark, light.",
    );
    refused(plain("", r#"{"value": ""}"#), 422, "payload-model-violated", "errors");
    refused(plain("", r#"{"value": "a", "ecc": "H"}"#), 422, "payload-model-violated", "errors");
    refused(plain("", r#"{"value": "a\u0000b"}"#), 422, "payload-model-violated", "errors");

    let mut request = post("/api/qrcode", "", r#"{"value": "a"}"#);
    request.content_type = Some("application/x-www-form-urlencoded".to_owned());
    refused(answer(&state(None), &request), 415, "unsupported-media-type", "content-type: application/json");
    request.content_type = None;
    refused(answer(&state(None), &request), 415, "unsupported-media-type", "content-type: application/json");
    request.method = "GET".to_owned();
    let response = answer(&state(None), &request);
    assert_eq!(response.headers()["allow"], "POST");
    refused(response, 405, "method-not-allowed", "Use POST.");
    request.path = "/api/qrcode/".to_owned();
    refused(answer(&state(None), &request), 404, "not-found", "POST /api/qrcode");
}

#[test]
fn violations_point_to_their_members() {
    let response = sealed("", r#"{"id": 1}"#);
    let problem: serde_json::Value = serde_json::from_str(text(&response)).unwrap();
    let pointers: Vec<_> =
        problem["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/amount", "/id"]);
}

#[test]
fn a_byte_order_mark_before_the_payload_is_ignored() {
    assert_eq!(sealed("", &format!("\u{feff}{PAYLOAD}")).status(), StatusCode::OK);
}

#[test]
fn problem_types_lead_to_their_explanation() {
    let mut request = post("/prod/api/qrcode", "", "{");
    request.stage = Some("prod".to_owned());
    let problem: serde_json::Value = serde_json::from_str(text(&answer(&state(None), &request))).unwrap();
    request.path = problem["type"].as_str().unwrap().to_owned();
    assert_eq!(request.path, "/prod/api/problems/malformed-json");
    request.method = "GET".to_owned();
    let explanation = answer(&state(None), &request);
    assert_eq!(explanation.status(), StatusCode::OK);
    assert_eq!(explanation.headers()["content-type"], "text/plain; charset=utf-8");
    assert!(text(&explanation).starts_with("## malformed-json\n\n400, "), "{}", text(&explanation));
    request.path = "/prod/api/problems/malformed".to_owned();
    assert_eq!(answer(&state(None), &request).status(), StatusCode::NOT_FOUND);
}

#[test]
fn the_documentation_states_the_limits() {
    let documented = include_str!("../../../docs/errors.md");
    assert!(documented.contains("at most 16384 bytes"));
    assert_eq!(sealed("", &" ".repeat(16384)).status(), StatusCode::BAD_REQUEST);
    assert_eq!(sealed("", &" ".repeat(16385)).status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert!(documented.contains(&format!("deeper than {} levels", sealed_qr::json::MAX_DEPTH)));
}
