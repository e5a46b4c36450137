//! The handler, called directly with requests as gateways send them.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

use code_store::memory::MemoryStore;
use decrypt_ctext::deployment::Deployment;
use lambda_http::{Body, http::StatusCode};
use payload_models::{DEFAULT, DEPLOYED, Model, Models};
use scan::Pages;
use sealed_qr::{Ctext, Keyring, Payload, Terms, UnixTime, packing::Layout};
use service::{
    app_state::AppState,
    gateway::{self, Request, Response},
    keyring_cache::{KeyringCache, KeyringUnavailable},
    keyring_source::AnyKeyringSource,
    problem::Problem,
};

fn wait_for<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

const PAYLOAD: &str = r#"{"id":"A-17","amount":1250}"#;
const FULL: &str = "/api/decrypt/qrcode-details";

fn keyring_json(ids: &[u8]) -> String {
    let members: Vec<_> = ids.iter().map(|id| format!(r#""{id}":"{}""#, format!("{id:02x}").repeat(32))).collect();
    format!("{{{}}}", members.join(","))
}

fn get(path: &str, query: &str) -> Response {
    request("GET", path, query)
}

fn request(method: &str, path: &str, query: &str) -> Response {
    answer(&Request { method: method.to_owned(), path: path.to_owned(), query: query.to_owned(), ..Request::default() })
}

fn state() -> AppState {
    let source = AnyKeyringSource::Inline(keyring_json(&[1, 7, 255]).into());
    AppState { keyring: wait_for(KeyringCache::fill(source)).unwrap(), public_base_url: None }
}

fn answer(request: &Request) -> Response {
    answer_with(DEPLOYED, request)
}

fn answer_with(models: Models, request: &Request) -> Response {
    let deployment: Deployment<MemoryStore> = Deployment::that_opens(models);
    let handler = async |state: &_, request: &_, matched: gateway::Matched<'_, _>| {
        decrypt_ctext::handle(state, &deployment, request, matched).await
    };
    let refuse = |request: &_, problem: &_, prefix: &_| deployment.pages.refuse(None, request, problem, prefix);
    wait_for(gateway::answer(&state(), request, handler, refuse))
}

fn text(response: &Response) -> &str {
    match response.body() {
        Body::Text(text) => text,
        other => panic!("{other:?}"),
    }
}

fn sealed() -> Ctext {
    sealed_with(7, None)
}

fn sealed_with(key_id: u8, expires_at: Option<UnixTime>) -> Ctext {
    let keyring = Keyring::parse(&keyring_json(&[key_id])).unwrap();
    Ctext::seal(&Payload::parse(PAYLOAD.as_bytes()).unwrap(), &keyring, Terms { expires_at, uses: None }).unwrap()
}

fn percent_encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat()
}

/// What both links answer, with either text.
fn by_every_link(ctext: &Ctext) -> [Response; 4] {
    let [digits, base64url] = [ctext.to_digits(), ctext.to_base64url()];
    [
        get(FULL, &format!("ctext={digits}")),
        get(FULL, &format!("ctext={base64url}")),
        get(&format!("/d/{digits}"), ""),
        get(&format!("/d/{base64url}"), ""),
    ]
}

#[track_caller]
fn opens(response: &Response) {
    assert_eq!((response.status(), text(response)), (StatusCode::OK, PAYLOAD));
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.headers()["cache-control"], "no-store");
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

#[test]
fn every_link_opens_with_every_key() {
    for key_id in [1, 7, 255] {
        for expires_at in [None, UnixTime::now().after(3600), Some(UnixTime(u32::MAX))] {
            for response in by_every_link(&sealed_with(key_id, expires_at)) {
                opens(&response);
            }
        }
    }
}

/// A code of the default model.
fn packed(expires_at: Option<UnixTime>) -> Ctext {
    let keyring = Keyring::parse(&keyring_json(&[7])).unwrap();
    let payload = Payload::parse(PAYLOAD.as_bytes()).unwrap().packed_by(DEFAULT.number(), DEFAULT.layout());
    Ctext::seal(&payload, &keyring, Terms { expires_at, uses: None }).unwrap()
}

#[test]
fn a_packed_payload_comes_back_as_it_was() {
    for expires_at in [None, Some(UnixTime(u32::MAX))] {
        by_every_link(&packed(expires_at)).iter().for_each(opens);
    }
    assert!(packed(None).to_digits().len() + 30 < sealed().to_digits().len());
}

#[test]
fn a_caller_can_ask_for_one_model() {
    let open = |ctext: &Ctext, expect: &str| {
        let [digits, base64url] = [ctext.to_digits(), ctext.to_base64url()];
        let full = get(FULL, &format!("ctext={digits}&expect={expect}"));
        let compact = get(&format!("/d/{base64url}"), &format!("expect={expect}"));
        assert_eq!((full.status(), text(&full)), (compact.status(), text(&compact)));
        full
    };
    opens(&open(&packed(None), DEFAULT.name()));
    refused(&open(&sealed(), DEFAULT.name()), 409, "other-model");
    let expired = Some(UnixTime(1));
    refused(&open(&sealed_with(7, expired), DEFAULT.name()), 410, "expired");
    for unknown in ["", "x", "none", "Order"] {
        let detail = refused(&open(&packed(None), unknown), 400, "invalid-query")["detail"].clone();
        assert_eq!(detail, "The value of expect must be order.", "{unknown}");
    }
    refused(&get(&format!("/d/{}", packed(None).to_digits()), "expect=order&expect=order"), 400, "invalid-query");
}

fn two_layouts() -> Layout {
    Layout::of_schema(r#"{"type": "object", "properties": {"day": {"type": "string", "format": "date"}}}"#).unwrap()
}

static TWO: [Model; 2] =
    [Model::new(1, "pass", None, two_layouts), Model::new(9, "ticket", None, two_layouts).with_valid_from("day")];

/// What a service with two models, both retired, answers to a code with a payload.
fn opened_by_two(model: &Model, json: &str, query: &str, accept: &str) -> Response {
    let keyring = Keyring::parse(&keyring_json(&[7])).unwrap();
    let payload = Payload::parse(json.as_bytes()).unwrap().packed_by(model.number(), model.layout());
    let path = format!("/d/{}", Ctext::seal(&payload, &keyring, Terms::default()).unwrap().to_digits());
    let [method, query, accept] = ["GET", query, accept].map(str::to_owned);
    answer_with(Models(&TWO), &Request { method, path, query, accept: Some(accept), ..Request::default() })
}

#[test]
fn a_pass_is_not_a_ticket() {
    let [pass, ticket] = &TWO;
    let open = |model, expect: &str| opened_by_two(model, "{}", &format!("expect={expect}"), "*/*");
    for (model, other) in [(pass, "ticket"), (ticket, "pass")] {
        assert_eq!(open(model, model.name()).status(), StatusCode::OK);
        refused(&open(model, other), 409, "other-model");
    }
    assert_eq!(
        refused(&open(pass, "x"), 400, "invalid-query")["detail"],
        "The value of expect must be pass or ticket."
    );
    assert_eq!(opened_by_two(pass, "{}", "", "*/*").status(), StatusCode::OK, "retired models open");
}

#[test]
fn a_code_is_not_valid_before_its_day() {
    let [pass, ticket] = &TWO;
    for (model, json, is_valid) in [
        (ticket, r#"{"day":"2999-12-31"}"#, false),
        (ticket, r#"{"day":"2020-12-31"}"#, true),
        (ticket, "{}", true),
        (pass, r#"{"day":"2999-12-31"}"#, true),
    ] {
        let response = opened_by_two(model, json, "", "application/json");
        if is_valid {
            assert_eq!((response.status(), text(&response)), (StatusCode::OK, json));
        } else {
            refused(&response, 409, "not-yet-valid");
            let page = opened_by_two(model, json, "", "text/html");
            assert!(text(&page).contains("30 December 2999, 10:00 UTC"), "{}", text(&page));
        }
    }
}

#[test]
fn links_open_as_people_and_programs_hand_them_on() {
    let (digits, base64url) = (sealed().to_digits(), sealed().to_base64url());
    for (path, query) in [
        (format!("/d/{digits}/"), String::new()),
        (format!("/D/{digits}"), String::new()),
        (format!("/d/{base64url}."), String::new()),
        (format!("/d/{base64url})"), String::new()),
        (format!("/d/{}\n{}", &base64url[..9], &base64url[9..]), String::new()),
        (format!("/d/{base64url}%e2%80%8b"), String::new()),
        ("/API/DECRYPT/QRCODE-DETAILS".to_owned(), format!("CTEXT={digits}")),
        ("/api/decrypt/qrcode-details".to_owned(), format!("ctext={base64url},")),
        ("/api/decrypt/qrcode-details".to_owned(), format!("ctext=+{base64url}%3E%22%20")),
        ("/api/decrypt/qrcode-details".to_owned(), format!("ctext=%EF%BB%BF{base64url}")),
    ] {
        let response = get(&path, &query);
        assert_eq!((response.status(), text(&response)), (StatusCode::OK, PAYLOAD), "{path} {query}");
    }
}

#[test]
fn head_answers_as_get_without_the_body() {
    for path in [format!("/d/{}", sealed().to_digits()), "/d/1".to_owned(), "/x".to_owned()] {
        let (get, head) = (request("GET", &path, ""), request("HEAD", &path, ""));
        assert_eq!((get.status(), get.headers()), (head.status(), head.headers()), "{path}");
        assert!(matches!(head.body(), Body::Empty) && !text(&get).is_empty());
    }
}

#[test]
fn parameters_beside_the_ctext_are_ignored() {
    for ctext in [sealed().to_digits(), sealed().to_base64url()] {
        for query in [
            format!("ctext={ctext}&fbclid=1"),
            format!("utm_source=mail&ctext={ctext}&fbclid=1"),
            format!("utm_source=a&utm_source=b&ctext={ctext}"),
            format!("&&ctext={ctext}&%ff=%ff&x"),
            format!("ctext={}", percent_encoded(&ctext)),
        ] {
            opens(&get(FULL, &query));
        }
        opens(&get(&format!("/d/{ctext}"), "fbclid=1&ctext=1"));
    }
}

#[test]
fn the_ctext_is_required_once() {
    let ctext = sealed().to_digits();
    for query in ["", "ctex=1", "cipher=1"] {
        assert_eq!(refused(&get(FULL, query), 400, "invalid-query")["detail"], "The parameter ctext is missing.");
    }
    for again in ["ctext=1", "ctext=", "ctext", "CTEXT=1", &format!("ctext={ctext}"), &format!("%63text={ctext}")] {
        let problem = refused(&get(FULL, &format!("ctext={ctext}&{again}")), 400, "invalid-query");
        assert_eq!(problem["detail"], "The parameter ctext appears more than once; send it once.", "{again}");
    }
}

#[test]
fn whatever_is_wrong_with_a_ctext_looks_the_same() {
    let expected = get("/d/", "");
    assert_eq!(refused(&expected, 400, "invalid-ctext")["title"], "Invalid cipher text provided");
    let looks_the_same = |path: &str, query: &str| {
        let response = get(path, query);
        assert_eq!((response.status(), text(&response)), (expected.status(), text(&expected)), "{path:?} {query:?}");
        assert_eq!(response.headers(), expected.headers(), "{path:?} {query:?}");
    };
    let other_keyring = Keyring::parse(&keyring_json(&[9])).unwrap();
    let unknown_key =
        Ctext::seal(&Payload::parse(PAYLOAD.as_bytes()).unwrap(), &other_keyring, Terms::default()).unwrap();
    let (digits, base64url) = (sealed().to_digits(), sealed().to_base64url());
    let cut =
        [&digits, &base64url].into_iter().flat_map(|text| (1..text.len()).map(|length| text[..length].to_owned()));
    let foreign = [
        "0",
        "1",
        "E",
        "EA",
        "EAEB",
        "EAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "null",
        "{}",
        "../../etc/passwd",
        "' OR 1=1 --",
        "<script>alert(1)</script>",
        " <script>",
        "%",
        "%00",
        "a b",
        "é",
        "🦀",
        "\u{d7ff}",
        "0x10",
        "1e9",
        "-1",
        "10.5",
        "99999999999999999",
        "========",
        "-------------------------------------------",
        "___________________________________________",
        "https://example.com/d/123",
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
        "\n",
        " ",
    ];
    let changed = [
        digits[1..].to_owned(),
        format!("{digits}0"),
        digits.replace('1', "2"),
        unknown_key.to_digits(),
        unknown_key.to_base64url(),
        "E".repeat(4000),
        "1".repeat(4000),
        "0".repeat(4000),
    ];
    for text in cut.chain(foreign.map(str::to_owned)).chain(changed) {
        looks_the_same(&format!("/d/{text}"), "");
        looks_the_same(FULL, &format!("ctext={}", percent_encoded(&text)));
    }
    looks_the_same(FULL, "ctext=");
    looks_the_same(FULL, "ctext");
}

#[test]
fn expired_codes_say_so_and_show_nothing() {
    let a_second_ago = UnixTime(UnixTime::now().0 - 1);
    for expires_at in [UnixTime(0), UnixTime(1), a_second_ago] {
        for response in by_every_link(&sealed_with(7, Some(expires_at))) {
            let problem = refused(&response, 410, "expired");
            assert_eq!(problem["title"], "The code has expired");
            assert!(!text(&response).contains("A-17") && !text(&response).contains("1250"), "{problem}");
        }
    }
}

#[test]
fn unknown_paths_are_told_the_endpoints() {
    for (method, path) in
        [("GET", "/"), ("GET", "/api/decrypt"), ("GET", "/dd/1"), ("POST", "/api/qrcode"), ("GET", "/d")]
    {
        let problem = refused(&request(method, path, ""), 404, "not-found");
        let detail = problem["detail"].as_str().unwrap();
        assert!(
            detail.starts_with("This function serves GET /api/decrypt/qrcode-details, GET /d/{ctext}, "),
            "{detail}"
        );
    }
}

#[test]
fn other_methods_are_told_the_right_one() {
    for path in [FULL, "/d/1"] {
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let response = request(method, path, "ctext=1");
            assert_eq!(refused(&response, 405, "method-not-allowed")["detail"], "Use GET, HEAD.");
            assert_eq!(response.headers()["allow"], "GET, HEAD");
        }
    }
}

#[test]
fn the_accept_header_decides_between_json_and_page() {
    const PAGE: &str = "text/html; charset=utf-8";
    let ctext = sealed().to_digits();
    for (accept, of_payload, of_problem) in [
        ("*/*", "application/json", "application/problem+json"),
        ("application/json", "application/json", "application/problem+json"),
        ("application/json, text/html", "application/json", "application/problem+json"),
        ("image/png", "application/json", "application/problem+json"),
        ("text/html", PAGE, PAGE),
        ("text/html, */*", PAGE, PAGE),
        ("text/html, */*;q=0.8", PAGE, PAGE),
        ("application/json;q=0.2, text/html", PAGE, PAGE),
    ] {
        let media_type = |text: &str| {
            let request = Request { query: format!("ctext={text}"), accept: Some(accept.to_owned()), ..browser(FULL) };
            answer(&request).headers()["content-type"].to_str().unwrap().to_owned()
        };
        assert_eq!((media_type(&ctext).as_str(), media_type("1").as_str()), (of_payload, of_problem), "{accept}");
    }
}

fn browser(path: &str) -> Request {
    let accept = Some("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8".to_owned());
    Request { method: "GET".to_owned(), path: path.to_owned(), accept, ..Request::default() }
}

#[test]
fn browsers_get_a_page() {
    let response = answer(&browser(&format!("/d/{}", sealed().to_digits())));
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
    assert_eq!(response.headers()["vary"], "accept, accept-language");
    assert_eq!(get(&format!("/d/{}", sealed().to_digits()), "").headers()["vary"], "accept");
    let page = text(&response);
    assert!(page.contains("<dt><bdi>id</bdi></dt><dd><bdi>A-17</bdi></dd>"), "{page}");
    assert!(!page.contains("Valid until") && page.len() < 12_000);
}

#[test]
fn browsers_get_pages_of_problems() {
    let refused = answer(&browser("/d/1"));
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    assert!(text(&refused).contains("<h1>This code cannot be opened</h1>"));

    let unknown = answer(&browser("/"));
    assert_eq!((unknown.status(), unknown.headers().get("allow")), (StatusCode::NOT_FOUND, None));
    let post = answer(&Request { method: "POST".to_owned(), ..browser(FULL) });
    assert_eq!(
        (post.status(), &post.headers()["allow"]),
        (StatusCode::METHOD_NOT_ALLOWED, &"GET, HEAD".parse().unwrap())
    );
    for page in [&refused, &unknown, &post] {
        assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    }

    let unavailable = Pages::default().refuse(
        None,
        &browser("/d/1"),
        &Problem::KeyringUnavailable(KeyringUnavailable::OutOfReach),
        "",
    );
    assert_eq!(unavailable.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(unavailable.headers()["retry-after"], "30");
    assert_eq!(unavailable.headers()["vary"], "accept, accept-language");
    assert!(text(&unavailable).contains(r#"<a class="button" href="">Try again</a>"#));
    assert!(!text(&unavailable).contains("secret"));
}

const TICKET: &str = r#"{
    "type": "object",
    "properties": {
        "event": {"type": "string", "title": "Event", "x-titles": {"de": "Veranstaltung"}},
        "area": {"enum": ["vip", "st"], "x-titles": {"de": "Bereich"},
                 "x-enum-titles": {"vip": "VIP", "st": {"en": "Standing", "de": "Stehplatz"}}},
        "price": {"type": "integer", "title": "Price", "x-currency": "EUR", "x-descriptions": {"de": "mit Gebühr"}},
        "day": {"type": "string", "format": "date"},
        "pin": {"type": "string", "x-page": false},
        "seated": {"type": "boolean"},
        "seats": {"type": "array", "items": {"type": "object", "properties": {"row": {"x-titles": {"de": "Reihe"}}}}}
    }
}"#;
static TICKETS: [Model; 1] = [Model::new(3, "ticket", Some(TICKET), || Layout::of_schema(TICKET).unwrap())];

/// The rows of the page of a ticket, as pairs of texts.
fn rows(language: &str, payload: &str) -> Vec<(String, String)> {
    let keyring = Keyring::parse(&keyring_json(&[7])).unwrap();
    let payload = Payload::parse(payload.as_bytes()).unwrap().packed_by(TICKETS[0].number(), TICKETS[0].layout());
    let code = Ctext::seal(&payload, &keyring, Terms::default()).unwrap();
    let accept_language = Some(language.to_owned());
    let request = Request { accept_language, ..browser(&format!("/d/{}", code.to_digits())) };
    let page = answer_with(Models(&TICKETS), &request);
    let without_tags = |html: &str| {
        let mut text = String::new();
        for piece in html.split('<') {
            text.push_str(piece.split_once('>').map_or(piece, |(_, rest)| rest));
        }
        text
    };
    let rows = text(&page).split("<dt>").skip(1).map(|row| {
        let (name, value) = row.split_once("</dt>").unwrap();
        (without_tags(name), without_tags(value.split("</dd>").next().unwrap()))
    });
    rows.collect()
}

#[test]
fn a_payload_is_shown_in_the_words_of_its_model_and_the_language_of_its_reader() {
    let payload = r#"{"other":1,"pin":"0000","price":125000,"event":"Hamlet","area":"st","seated":true,"day":"2026-12-24",
        "seats":[{"row":7}]}"#;
    let shown = |language| {
        let rows = rows(language, payload);
        rows.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>()
    };
    assert_eq!(
        shown("de"),
        [
            "Veranstaltung: Hamlet",
            "Bereich: Stehplatz",
            "Pricemit Gebühr: 1250,00\u{a0}EUR",
            "day: 24. Dezember 2026",
            "seated: ja",
            "seats: ",
            "Reihe: 7",
            "other: 1",
        ]
    );
    assert_eq!(
        shown("en"),
        [
            "Event: Hamlet",
            "area: Standing",
            "Price: EUR 1250.00",
            "day: 24 December 2026",
            "seated: yes",
            "seats: ",
            "row: 7",
            "other: 1",
        ]
    );
}

#[test]
fn what_is_not_as_the_model_says_is_shown_as_it_is() {
    let rows = rows("de", r#"{"price":"free","day":"soon","area":"other","seated":null}"#);
    let values: Vec<_> = rows.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(values, ["other", "free", "soon", "kein Wert"]);
}
