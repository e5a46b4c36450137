//! Events that ask for many codes.

use create_batch::Endpoint;
use creation::payload_model::DEPLOYED;
use serde_json::Value;
use service::gateway::{self, Event, Matched, Request, Response};

use crate::{
    answer::{checked_status, media_type},
    reference,
    sample::{BASE_URL, STATE, wait_for},
};

/// Any event that is read gets an answer that keeps all promises, never a 5xx. A line of JSON for each row has a code
/// that the second implementation opens; of rows in JSON, it is the payload that was sent. What can be repeated is the
/// same to the byte.
pub fn run(data: &[u8]) {
    let Ok(Event::Http(request)) = serde_json::from_slice(data) else { return };
    let response = answer(&request);
    let status = checked_status(&request, &response);
    assert!(status < 500);
    if status != 200 {
        return;
    }
    let body = response.body().as_ref();
    match media_type(&response) {
        "application/x-ndjson" => check_lines(&request, body),
        "text/csv" => assert!(body.starts_with(b"row,name,url,expires_at,file\r\n")),
        "application/zip" => assert!(body.starts_with(b"PK\x03\x04")),
        "application/pdf" => assert!(body.starts_with(b"%PDF-1.7\n")),
        other => assert_eq!(other, "text/html"),
    }
    if request.idempotency_key.is_some() && request.path.contains("/encrypted-payload/") {
        assert_eq!(answer(&request).body().as_ref(), body);
    }
}

fn answer(request: &Request) -> Response {
    let handler = async |state: &_, request: &_, matched: Matched<'_, Endpoint>| {
        create_batch::handle(state, &DEPLOYED, None, request, matched).await
    };
    wait_for(gateway::answer(&STATE, request, handler, gateway::problem))
}

fn check_lines(request: &Request, body: &[u8]) {
    let lines: Vec<Value> = body
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| json(line).expect("a line"))
        .collect();
    assert!(!lines.is_empty());
    let sent = json::<Vec<Value>>(request.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&request.body));
    if let Some(sent) = &sent {
        assert_eq!(sent.len(), lines.len());
    }
    for (place, line) in lines.iter().enumerate() {
        assert_eq!(line["row"], place + 1);
        let Some(url) = line["url"].as_str() else {
            assert!(!request.path.contains("/encrypted-payload/"));
            continue;
        };
        let ctext = ["/d/", "/api/decrypt/qrcode-details?ctext="]
            .into_iter()
            .find_map(|path| url.strip_prefix(BASE_URL)?.strip_prefix(path));
        let sealed = reference::open_text(ctext.expect("it is a link")).expect("the ctext was sealed");
        assert_eq!(sealed.expires_at.map(Value::from), Some(line["expires_at"].clone()).filter(|at| !at.is_null()));
        let payload: Value = json(&sealed.payload).expect("a payload is JSON");
        assert!(payload.is_object() && sent.as_ref().is_none_or(|sent| sent[place] == payload));
    }
}

fn json<T: serde::de::DeserializeOwned>(text: &[u8]) -> Option<T> {
    serde_json::from_slice(text).ok()
}
