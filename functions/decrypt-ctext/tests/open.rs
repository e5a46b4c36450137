//! The handler, called directly with requests as gateways send them.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

use lambda_http::{Body, http::StatusCode};
use sealed_qr::{Ctext, Keyring, Payload};
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

const KEY: &str = "0101010101010101010101010101010101010101010101010101010101010101";
const PAYLOAD: &str = r#"{"id":"A-17","amount":1250}"#;

fn keyring_json() -> String {
    format!(r#"{{"1": "{KEY}"}}"#)
}

fn get(path: &str, query: &str) -> Response {
    request("GET", path, query)
}

fn request(method: &str, path: &str, query: &str) -> Response {
    answer(&Request { method: method.to_owned(), path: path.to_owned(), query: query.to_owned(), ..Request::default() })
}

fn state() -> AppState {
    let source = AnyKeyringSource::Inline(keyring_json().into());
    AppState { keyring: wait_for(KeyringCache::fill(source)).unwrap(), public_base_url: None }
}

fn answer(request: &Request) -> Response {
    wait_for(gateway::answer(&state(), request, decrypt_ctext::handle, decrypt_ctext::refuse))
}

fn text(response: &Response) -> &str {
    match response.body() {
        Body::Text(text) => text,
        other => panic!("{other:?}"),
    }
}

fn sealed() -> Ctext {
    let keyring = Keyring::parse(&keyring_json()).unwrap();
    Ctext::seal(&Payload::parse(PAYLOAD.as_bytes()).unwrap(), &keyring, None).unwrap()
}

#[test]
fn every_link_opens() {
    for ctext in [sealed().to_digits(), sealed().to_base64url()] {
        for response in [
            get("/api/decrypt/qrcode-details", &format!("ctext={ctext}")),
            get("/api/decrypt/qrcode-details", &format!("utm_source=mail&ctext={ctext}&fbclid=1")),
            get(&format!("/d/{ctext}"), ""),
        ] {
            assert_eq!(response.status(), StatusCode::OK);
            assert_eq!(response.headers()["content-type"], "application/json");
            assert_eq!(response.headers()["cache-control"], "no-store");
            assert_eq!(text(&response), PAYLOAD);
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
fn whatever_is_wrong_with_a_ctext_looks_the_same() {
    let ctext = sealed().to_digits();
    let invalid = get("/d/", "");
    assert_eq!(invalid.status(), StatusCode::BAD_REQUEST);
    assert!(text(&invalid).contains("Invalid cipher text provided"));
    for path in [
        format!("/d/{}", &ctext[1..]),
        format!("/d/{ctext}0"),
        format!("/d/{}", ctext.replace('1', "2")),
        "/d/ <script>".to_owned(),
        "/d/EAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned(),
    ] {
        let response = get(&path, "");
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        assert_eq!(text(&response), text(&invalid));
    }
}

#[test]
fn problems() {
    let missing = get("/api/decrypt/qrcode-details", "cipher=1");
    assert_eq!(missing.status(), StatusCode::BAD_REQUEST);
    assert!(text(&missing).contains("The parameter ctext is missing."));
    let repeated = get("/api/decrypt/qrcode-details", "ctext=1&ctext=1");
    assert!(text(&repeated).contains("The parameter ctext appears more than once;"));
    assert_eq!(get("/", "").status(), StatusCode::NOT_FOUND);
    let post = request("POST", "/d/1", "");
    assert_eq!(post.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(post.headers()["allow"], "GET, HEAD");
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
    assert_eq!(response.headers()["vary"], "accept");
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

    let unavailable =
        decrypt_ctext::refuse(&browser("/d/1"), &Problem::KeyringUnavailable(KeyringUnavailable::OutOfReach), "");
    assert_eq!(unavailable.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(unavailable.headers()["retry-after"], "30");
    assert_eq!(unavailable.headers()["vary"], "accept");
    assert!(text(&unavailable).contains(r#"<a class="button" href="">Try again</a>"#));
    assert!(!text(&unavailable).contains("secret"));
}
