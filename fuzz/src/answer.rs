//! What all answers to HTTP requests promise.

use serde_json::Value;
use service::{
    gateway::{Request, Response},
    problem_type::ProblemType,
};

/// The status of an answer that keeps the promises: it is never cached, unless it is a script, and its type is never
/// guessed; problems have the form of RFC 9457 and a `type` with an explanation; a 5xx says when to try again. HEAD gets
/// no body.
pub(crate) fn checked_status(request: &Request, response: &Response) -> u16 {
    let status = response.status().as_u16();
    assert!(status < 500 || response.headers().contains_key("retry-after"));
    let is_kept = media_type(response) == "text/javascript";
    assert!(is_kept || response.headers()["cache-control"] == "no-store");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    if request.method == "HEAD" {
        assert!(response.body().is_empty());
    } else if media_type(response) == "application/problem+json" {
        let problem: Value = serde_json::from_slice(response.body()).expect("a problem is JSON");
        assert_eq!(problem["status"], status);
        assert!(problem["title"].is_string() && problem["detail"].is_string());
        let path = problem["type"].as_str().expect("the type is a path");
        let slug = path.rsplit('/').next().unwrap_or_default();
        let problem_type = ProblemType::from_slug(slug).expect("the type has an explanation");
        assert!(path.ends_with(&problem_type.path()) && problem_type.status() == status);
    }
    status
}

/// The media type, without parameters; empty if there is no content.
pub(crate) fn media_type(response: &Response) -> &str {
    let value = response.headers().get("content-type");
    let value = value.map_or("", |value| value.to_str().expect("media types are ASCII"));
    value.split(';').next().unwrap_or_default()
}
