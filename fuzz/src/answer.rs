//! What all answers to HTTP requests promise.

use sealed_qr::{
    http::{self, Response},
    problem::Problem,
};
use serde_json::Value;

/// The status and the body of an answer that keeps the promises: never a 5xx, never cached, never guessed at, and
/// problems in the form of RFC 9457.
pub(crate) fn checked(result: Result<Response, Problem>) -> (u16, Response) {
    let response = result.unwrap_or_else(|problem| http::problem(&problem));
    let status = response.status().as_u16();
    assert!(status < 500);
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    if media_type(&response) == "application/problem+json" {
        let problem: Value = serde_json::from_slice(response.body()).expect("a problem is JSON");
        assert_eq!(problem["status"], status);
        assert!(problem["title"].is_string() && problem["detail"].is_string());
    }
    (status, response)
}

/// The media type, without parameters.
pub(crate) fn media_type(response: &Response) -> &str {
    let value = response.headers()["content-type"].to_str().expect("media types are ASCII");
    value.split(';').next().unwrap_or_default()
}
