//! The answer to an HTTP request.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use lambda_http::{
    Body,
    aws_lambda_events::apigw::ApiGatewayV2httpResponse,
    http::{
        self, HeaderName, HeaderValue, StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
            REFERRER_POLICY, SET_COOKIE, STRICT_TRANSPORT_SECURITY, VARY, X_CONTENT_TYPE_OPTIONS,
        },
    },
};
use sealed_qr::CodeName;
use sha2::{Digest as _, Sha256};

use super::Request;
use crate::{problem::Problem, problem_type::ProblemType};

/// The header with the name of the code that an answer is about.
pub const CODE_NAME: HeaderName = HeaderName::from_static("code-name");

/// For how long browsers ask this host by https alone: a year. Nothing is said of other hosts below its name.
const STAYS_HTTPS: &str = "max-age=31536000";
/// What a drawing may do when it is opened as a document: nothing, and not within another page.
const DRAWING_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// An answer.
pub type Response = http::Response<Body>;

/// An answer, and what logs and metrics are told of it.
#[derive(Debug)]
pub struct Answer {
    /// What the caller gets.
    pub response: Response,
    /// The name of the payload model of the code, if there is one and the deployment has several.
    pub model: Option<&'static str>,
    /// The name of the code, if there is one.
    pub code: Option<CodeName>,
    /// How many codes were made or opened.
    pub codes: u32,
    /// Whether it should be known what has happened to the code, but the store was out of reach.
    pub is_unchecked: bool,
}

impl Answer {
    /// An answer about a code, which it names in a header.
    #[must_use]
    pub fn about(code: CodeName, model: Option<&'static str>, mut response: Response) -> Self {
        if let Ok(name) = HeaderValue::try_from(code.to_string()) {
            response.headers_mut().insert(CODE_NAME, name);
        }
        Self { response, model, code: Some(code), codes: 1, is_unchecked: false }
    }

    /// An answer about many codes of one payload model.
    #[must_use]
    pub fn about_many(codes: u32, model: Option<&'static str>, response: Response) -> Self {
        Self { response, model, code: None, codes, is_unchecked: false }
    }
}

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        Self { response, model: None, code: None, codes: 1, is_unchecked: false }
    }
}

/// Answers with JSON.
#[must_use]
pub fn json(json: String) -> Response {
    text("application/json", json)
}

/// Answers with a text of this media type.
#[must_use]
pub fn text(media_type: &'static str, text: String) -> Response {
    respond(StatusCode::OK, media_type, text.into())
}

/// Lets everyone keep an answer that is the same for everyone, for so long.
#[must_use]
pub fn public(max_age: Duration, response: Response) -> Response {
    with_headers(response, &[("cache-control", format!("public, max-age={}", max_age.as_secs()))])
}

/// Answers with a picture, shown in place. `file_name` is its name when it is saved.
#[must_use]
pub fn picture(media_type: &'static str, file_name: &str, content: impl Into<Body>) -> Response {
    let mut response = respond(StatusCode::OK, media_type, content.into());
    if let Ok(disposition) = HeaderValue::try_from(format!("inline; filename=\"{file_name}\"")) {
        response.headers_mut().insert(CONTENT_DISPOSITION, disposition);
    }
    if media_type == "image/svg+xml" {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(DRAWING_POLICY));
    }
    response
}

/// Answers with a file that is saved. `file_name` is its name then.
#[must_use]
pub fn file(media_type: &'static str, file_name: &str, content: impl Into<Body>) -> Response {
    as_file(file_name, respond(StatusCode::OK, media_type, content.into()))
}

/// The same answer as a file that is saved. `file_name` is its name then.
#[must_use]
pub fn as_file(file_name: &str, mut response: Response) -> Response {
    if let Ok(disposition) = HeaderValue::try_from(format!("attachment; filename=\"{file_name}\"")) {
        response.headers_mut().insert(CONTENT_DISPOSITION, disposition);
    }
    response
}

/// Answers a request with the problem that it met. `prefix` is what the deployment has put before the paths of
/// endpoints.
#[must_use]
pub fn problem(_: &Request, problem: &Problem, prefix: &str) -> Response {
    with_status(problem, respond(StatusCode::OK, "application/problem+json", problem.to_json(prefix).into()))
}

/// Answers with the explanation of a problem type.
///
/// # Errors
/// [`Problem::NotFound`] if no problem type has this name.
pub fn explain_problem(slug: &str) -> Result<Response, Problem> {
    let problem_type = ProblemType::from_slug(slug)
        .ok_or_else(|| Problem::NotFound { endpoints: ProblemType::ALL.map(ProblemType::path).join(", ") })?;
    Ok(respond(StatusCode::OK, "text/plain; charset=utf-8", format!("## {}", problem_type.explanation()).into()))
}

/// Answers with a page.
#[must_use]
pub fn page(html: String, policy: &PagePolicy) -> Response {
    let mut response = respond(StatusCode::OK, "text/html; charset=utf-8", html.into());
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, policy.0.clone());
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    response
}

/// The same answer, about a problem.
#[must_use]
pub fn as_problem(problem: &Problem, response: Response) -> Response {
    with_status(problem, response)
}

/// The same answer in a language. If it `varies`, readers of other languages get another one.
#[must_use]
pub fn in_language(mut response: Response, tag: &'static str, varies: bool) -> Response {
    response.headers_mut().insert(CONTENT_LANGUAGE, HeaderValue::from_static(tag));
    if varies {
        response.headers_mut().append(VARY, HeaderValue::from_static("accept-language"));
    }
    response
}

/// Answers that there is nothing to show.
#[must_use]
pub fn no_content() -> Response {
    let mut response = respond(StatusCode::NO_CONTENT, "", Body::Empty);
    response.headers_mut().remove(CONTENT_TYPE);
    response
}

/// Sends the caller to another address by GET (RFC 9110, 15.4.4), which does not learn that of this answer.
#[must_use]
pub fn see_other(location: &str) -> Response {
    let mut response = no_content();
    *response.status_mut() = StatusCode::SEE_OTHER;
    with_headers(response, &[("location", location.to_owned()), ("referrer-policy", "no-referrer".to_owned())])
}

/// The same answer with these headers, except for those whose value cannot be one.
#[must_use]
pub fn with_headers(mut response: Response, headers: &[(&'static str, String)]) -> Response {
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(*name, value);
        }
    }
    response
}

/// Marks an answer whose form depends on the header `accept`.
#[must_use]
pub fn negotiated(mut response: Response) -> Response {
    let varies = match response.headers().get(VARY) {
        Some(_) => "accept, accept-language",
        None => "accept",
    };
    response.headers_mut().insert(VARY, HeaderValue::from_static(varies));
    response
}

/// What a page may load and run: only the style and the script that are part of it, recognized by their hashes (Content
/// Security Policy Level 3, 2.3.1).
#[derive(Debug)]
pub struct PagePolicy(HeaderValue);

impl PagePolicy {
    /// The policy of a page whose `style` and `script` elements have these texts. `more` are further directives.
    #[must_use]
    pub fn new(style: &str, script: &str, more: &str) -> Self {
        Self::with_forms_to("'none'", style, script, more)
    }

    /// The policy of a page that may also send forms to where it comes from.
    #[must_use]
    pub fn with_forms(style: &str, script: &str, more: &str) -> Self {
        Self::with_forms_to("'self'", style, script, more)
    }

    /// The policy of a page whose script may also load `files`: scripts whose elements have their [`integrity`].
    #[must_use]
    pub fn with_files(style: &str, script: &str, files: &[&str], more: &str) -> Self {
        let files: Vec<_> = files.iter().map(|file| format!(" '{}'", integrity(file))).collect();
        Self::of("'none'", style, script, &files.concat(), more)
    }

    fn with_forms_to(target: &str, style: &str, script: &str, more: &str) -> Self {
        Self::of(target, style, script, "", more)
    }

    fn of(target: &str, style: &str, script: &str, files: &str, more: &str) -> Self {
        let policy = format!(
            "default-src 'none'; style-src '{}'; script-src '{}'{files}; base-uri 'none'; form-action {target}; \
             frame-ancestors 'none'; require-trusted-types-for 'script'{more}",
            integrity(style),
            integrity(script),
        );
        Self(HeaderValue::try_from(policy).expect("directives are ASCII"))
    }
}

/// The hash of a style or a script, as policies and the attribute `integrity` write it (Subresource Integrity, 3.1).
#[must_use]
pub fn integrity(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

/// Gives an answer the status of a problem and the headers that belong to it.
fn with_status(problem: &Problem, mut response: Response) -> Response {
    *response.status_mut() =
        StatusCode::from_u16(problem.problem_type().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    with_headers(response, &problem.headers())
}

fn respond(status: StatusCode, media_type: &'static str, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// The answer as this request gets it: HEAD without the body (RFC 9110, 9.3.2), and https with the promise that it stays
/// so (RFC 6797, 7.1; not without TLS, 7.2).
pub(super) fn for_request(request: &Request, mut response: Response) -> Response {
    if request.method == "HEAD" {
        *response.body_mut() = Body::Empty;
    }
    if request.is_https {
        response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(STAYS_HTTPS));
    }
    response
}

/// The form that gateways expect: payload format 2.0, with binary bodies in base64.
pub(super) fn to_gateway(response: Response) -> ApiGatewayV2httpResponse {
    let (mut parts, body) = response.into_parts();
    let mut answer = ApiGatewayV2httpResponse::default();
    answer.status_code = parts.status.as_u16().into();
    // Each of these becomes a header `set-cookie`.
    if let http::header::Entry::Occupied(cookies) = parts.headers.entry(SET_COOKIE) {
        let (_, cookies) = cookies.remove_entry_mult();
        answer.cookies = cookies.filter_map(|cookie| cookie.to_str().ok().map(str::to_owned)).collect();
    }
    answer.headers = parts.headers;
    answer.is_base64_encoded = matches!(body, Body::Binary(_));
    // `Body` itself would encode in small pieces while it is serialized.
    answer.body = Some(match body {
        Body::Binary(bytes) => STANDARD.encode(bytes).into(),
        text => text,
    });
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyring_cache::KeyringUnavailable;

    #[test]
    fn a_policy_names_the_style_and_the_script_by_their_hashes() {
        let PagePolicy(policy) = PagePolicy::new("", "abc", "; img-src data:");
        let policy = policy.to_str().unwrap();
        // The digests of FIPS 180-4's examples: the empty text and "abc".
        assert!(policy.contains("style-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; "), "{policy}");
        assert!(policy.contains("script-src 'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='; "), "{policy}");
        assert!(policy.starts_with("default-src 'none'; ") && policy.ends_with("; img-src data:"), "{policy}");
        assert!(policy.contains("; form-action 'none'; "), "{policy}");
        let PagePolicy(with_forms) = PagePolicy::with_forms("", "abc", "; img-src data:");
        assert_eq!(with_forms.to_str().unwrap(), policy.replace("form-action 'none'", "form-action 'self'"));
    }

    #[test]
    fn a_drawing_that_is_opened_as_a_document_does_nothing() {
        assert_eq!(picture("image/svg+xml", "a.svg", "").headers()["content-security-policy"], DRAWING_POLICY);
        assert!(!picture("image/png", "a.png", "").headers().contains_key("content-security-policy"));
    }

    #[test]
    fn only_what_came_by_https_stays_so() {
        let sent = |is_https| for_request(&Request { is_https, ..Request::default() }, json("{}".to_owned()));
        assert_eq!(sent(true).headers()["strict-transport-security"], "max-age=31536000");
        assert!(!sent(false).headers().contains_key("strict-transport-security"));
    }

    #[test]
    fn what_is_public_may_be_kept_for_a_time() {
        let response = public(Duration::from_mins(5), json("{}".to_owned()));
        assert_eq!(response.headers()["cache-control"], "public, max-age=300");
    }

    #[test]
    fn a_policy_names_files_after_the_script() {
        let PagePolicy(policy) = PagePolicy::with_files("", "", &["abc"], "");
        let expected = "script-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' \
                        'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='; ";
        assert!(policy.to_str().unwrap().contains(expected), "{policy:?}");
    }

    #[test]
    fn gateways_get_cookies_apart_from_headers() {
        let response = with_headers(json("{}".to_owned()), &[("set-cookie", "a=b; Path=/".to_owned())]);
        let answer = to_gateway(response);
        assert_eq!(answer.cookies, ["a=b; Path=/"]);
        assert!(!answer.headers.contains_key("set-cookie") && answer.headers.contains_key("content-type"));
    }

    #[test]
    fn a_page_about_a_problem_has_the_headers_of_both() {
        let problem = Problem::KeyringUnavailable(KeyringUnavailable::OutOfReach);
        let response = as_problem(&problem, page(String::new(), &PagePolicy::new("", "", "")));
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        for (name, value) in [
            ("content-type", "text/html; charset=utf-8"),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-robots-tag", "noindex"),
            ("retry-after", "30"),
        ] {
            assert_eq!(response.headers()[name], value);
        }
    }
}
