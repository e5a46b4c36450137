//! Events that ask for a code.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use create_qr::console::Console;
use creation::payload_model::DEPLOYED;
use serde_json::Value;
use service::gateway::{self, Event, Matched, Request};

use crate::{
    answer::{checked_status, media_type},
    pictures, reference,
    sample::{BASE_URL, STATE, wait_for},
};

/// Any event that is JSON is read, and gets an answer that keeps all promises. A code carries what was sent: the text,
/// or a link whose ctext the second implementation opens.
pub fn run(data: &[u8]) {
    let event = serde_json::from_slice::<Event>(data);
    assert_eq!(event.is_ok(), serde_json::from_slice::<serde::de::IgnoredAny>(data).is_ok() && is_utf8(data));
    let Ok(Event::Http(request)) = event else { return };
    let handler = async |state: &_, request: &_, matched: Matched<'_, _>| {
        create_qr::handle(state, &DEPLOYED, &Console::default(), None, request, matched).await
    };
    let response = wait_for(gateway::answer(&STATE, &request, handler, gateway::problem));
    let status = checked_status(&request, &response);
    assert!(status < 500);
    if status != 200 || request.method != "POST" {
        return;
    }
    match media_type(&response) {
        "image/png" => check_text(&pictures::read(response.body()), &request),
        "application/json" => {
            let code: Value = serde_json::from_slice(response.body()).expect("a description is JSON");
            if let Some(url) = code["url"].as_str() {
                check_text(url, &request);
            }
            let image = code["image"].as_str().and_then(|image| image.strip_prefix("data:image/png;base64,"));
            let picture = STANDARD.decode(image.expect("a description has a picture")).expect("the picture is base64");
            check_text(&pictures::read(&picture), &request);
        }
        _ => (),
    }
}

fn is_utf8(data: &[u8]) -> bool {
    std::str::from_utf8(data).is_ok()
}

/// Panics unless the text of a code is what the request asked for.
fn check_text(text: &str, request: &Request) {
    let body = request.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&request.body);
    let body = serde_json::from_slice::<Value>(body);
    if !request.path.contains("/encrypted-payload") {
        assert_eq!(body.expect("no other body gets a code")["value"], text);
        return;
    }
    let ctext = ["/d/", "/api/decrypt/qrcode-details?ctext="]
        .into_iter()
        .find_map(|path| text.strip_prefix(BASE_URL)?.strip_prefix(path));
    let sealed = reference::open_text(ctext.expect("the text is a link")).expect("the ctext was sealed");
    let payload = sealed.payload;
    assert!(!payload.iter().any(|byte| matches!(byte, b'\n' | b'\r' | b'\t')), "the payload is minified");
    // This parser may refuse objects with certain names (`$serde_json::private::Number`), which it takes for numbers.
    if let Ok(body) = body {
        assert_eq!(serde_json::from_slice::<Value>(&payload).ok(), Some(body));
    }
}
