//! The answer to an HTTP request.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use lambda_http::{
    Body,
    aws_lambda_events::apigw::ApiGatewayV2httpResponse,
    http::{
        self, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
    },
};

use crate::problem::Problem;

/// An answer.
pub type Response = http::Response<Body>;

/// Answers with JSON.
#[must_use]
pub fn json(json: String) -> Response {
    respond(StatusCode::OK, "application/json", json.into())
}

/// Answers with a picture to be shown in place; saved, it has this name.
#[must_use]
pub fn picture(media_type: &'static str, file_name: &str, content: impl Into<Body>) -> Response {
    let mut response = respond(StatusCode::OK, media_type, content.into());
    if let Ok(disposition) = HeaderValue::try_from(format!("inline; filename=\"{file_name}\"")) {
        response.headers_mut().insert(CONTENT_DISPOSITION, disposition);
    }
    response
}

/// Answers with a problem.
#[must_use]
pub fn problem(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = respond(status, "application/problem+json", problem.to_json().into());
    if let Some((name, value)) = problem.header() {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
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

/// The form in which gateways take answers: payload format 2.0, binary bodies in base64.
pub(super) fn to_gateway(response: Response) -> ApiGatewayV2httpResponse {
    let (parts, body) = response.into_parts();
    let mut answer = ApiGatewayV2httpResponse::default();
    answer.status_code = parts.status.as_u16().into();
    answer.headers = parts.headers;
    answer.is_base64_encoded = matches!(body, Body::Binary(_));
    // Encoded here: `Body` would encode in small pieces while it is serialized.
    answer.body = Some(match body {
        Body::Binary(bytes) => STANDARD.encode(bytes).into(),
        text => text,
    });
    answer
}
