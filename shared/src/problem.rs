//! Every error a caller can meet, as problem details (RFC 9457).

use std::borrow::Cow;

use serde::Serialize;

use crate::{
    ctext::{Invalid, Unopened},
    json::InvalidJson,
    keyring_cache::OutOfReach,
    payload::InvalidPayload,
    query::InvalidQuery,
    symbol::Ecc,
    violation::Violation,
};

/// Bytes a request body may have.
pub const MAX_BODY_BYTES: usize = 16 * 1024;

/// Where the slugs are explained; each is an anchor of this page.
const DOCUMENTATION: &str = "/docs/errors.md#";

/// What went wrong.
#[derive(Debug)]
pub enum Problem {
    /// The body is not one strict JSON object.
    MalformedJson(InvalidJson),
    /// The query string has a parameter too many, too few, twice, or of a wrong value.
    InvalidQuery(InvalidQuery),
    /// The ctext is not an authentic one. The reason is for the log only.
    InvalidCtext(Invalid),
    /// No endpoint has this path; `endpoints` are those there are.
    NotFound {
        /// Method and path of each endpoint of the function.
        endpoints: &'static str,
    },
    /// The endpoint has other methods.
    MethodNotAllowed {
        /// The methods it has, as in the `Allow` header.
        allowed: &'static str,
    },
    /// The code is authentic, but its time is over.
    Expired,
    /// The body is longer than [`MAX_BODY_BYTES`].
    BodyTooLarge {
        /// Its length.
        bytes: usize,
    },
    /// The largest symbol does not hold it.
    SymbolCapacityExceeded {
        /// What is too long.
        what: &'static str,
        /// Its length in bytes.
        bytes: usize,
        /// How many bytes fit with the same options.
        fits: usize,
        /// The error-correction level asked for.
        ecc: Ecc,
    },
    /// The body is declared to be something else than JSON, or nothing.
    UnsupportedMediaType,
    /// The payload breaks its model.
    PayloadModelViolated(Vec<Violation>),
    /// Neither the settings nor the request tell what links begin with.
    BaseUrlUnknown,
    /// Something the service needs is out of reach for the moment.
    TemporarilyUnavailable,
}

/// What is the same in every occurrence of a problem.
struct Kind {
    slug: &'static str,
    title: &'static str,
    status: u16,
}

impl Problem {
    fn kind(&self) -> Kind {
        let (status, slug, title) = match self {
            Self::MalformedJson(_) => (400, "malformed-json", "The body is not an acceptable JSON object"),
            Self::InvalidQuery(_) => (400, "invalid-query", "The query string is not acceptable"),
            Self::InvalidCtext(_) => (400, "invalid-ctext", "Invalid cipher text provided"),
            Self::NotFound { .. } => (404, "not-found", "There is nothing at this path"),
            Self::MethodNotAllowed { .. } => (405, "method-not-allowed", "The endpoint has no such method"),
            Self::Expired => (410, "expired", "The code has expired"),
            Self::BodyTooLarge { .. } => (413, "body-too-large", "The body is too large"),
            Self::SymbolCapacityExceeded { .. } => (413, "symbol-capacity-exceeded", "No QR code holds this much"),
            Self::UnsupportedMediaType => (415, "unsupported-media-type", "The body must be JSON"),
            Self::PayloadModelViolated(_) => (422, "payload-model-violated", "The payload does not fit its model"),
            Self::BaseUrlUnknown => (500, "base-url-unknown", "The service does not know its own address"),
            Self::TemporarilyUnavailable => (503, "temporarily-unavailable", "The service cannot answer right now"),
        };
        Kind { slug, title, status }
    }

    /// What happened this time and what to do about it.
    fn detail(&self) -> Cow<'static, str> {
        match self {
            Self::MalformedJson(error) => {
                format!("The body cannot be used: {error}. Send one JSON object in UTF-8.").into()
            }
            Self::InvalidQuery(error) => error.to_string().into(),
            Self::InvalidCtext(_) => "The link is damaged, incomplete or not from this service. Scan the code again, \
                 or ask whoever gave it to you for a new one."
                .into(),
            Self::NotFound { endpoints } => format!("This function answers {endpoints}.").into(),
            Self::MethodNotAllowed { allowed } => format!("Use {allowed}.").into(),
            Self::Expired => "The code is genuine, but it was valid for a limited time only. Ask whoever gave it \
                 to you for a new one."
                .into(),
            Self::BodyTooLarge { bytes } => {
                format!("The body has {bytes} bytes; at most {MAX_BODY_BYTES} are read. Send less.").into()
            }
            Self::SymbolCapacityExceeded { what, bytes, fits, ecc } => {
                let way_out = if *ecc == Ecc::L { "" } else { " or lower the error correction (ecc=L)" };
                format!("{what} has {bytes} bytes; at most {fits} fit at ecc={ecc}. Shorten it{way_out}.").into()
            }
            Self::UnsupportedMediaType => "Send JSON and declare it: content-type: application/json.".into(),
            Self::PayloadModelViolated(_) => "Change the payload where errors points to, and send it again.".into(),
            Self::BaseUrlUnknown => "The operator has to set PUBLIC_BASE_URL.".into(),
            Self::TemporarilyUnavailable => "Try again in a few seconds.".into(),
        }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.kind().status
    }

    /// The stable name of the problem, for logs and metrics.
    #[must_use]
    pub fn slug(&self) -> &'static str {
        self.kind().slug
    }

    /// What the caller is not told: why a ctext is invalid. For logs and metrics.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        match self {
            Self::InvalidCtext(reason) => Some(reason.name()),
            _ => None,
        }
    }

    /// The header that a status demands beside the body: `Allow` with 405 (RFC 9110, 15.5.6), `Retry-After`
    /// with 503.
    #[must_use]
    pub fn header(&self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::MethodNotAllowed { allowed } => Some(("allow", allowed)),
            Self::TemporarilyUnavailable => Some(("retry-after", "5")),
            _ => None,
        }
    }

    /// The body, `application/problem+json`.
    #[must_use]
    pub fn to_json(&self) -> String {
        let Kind { slug, title, status } = self.kind();
        let errors = match self {
            Self::PayloadModelViolated(violations) => violations
                .iter()
                .map(|violation| ErrorMember {
                    pointer: violation.pointer.to_string(),
                    detail: violation.detail.clone(),
                })
                .collect(),
            _ => Vec::new(),
        };
        let members =
            Members { r#type: format!("{DOCUMENTATION}{slug}"), title, status, detail: self.detail(), errors };
        serde_json::to_string(&members).expect("strings and numbers serialize")
    }
}

#[derive(Serialize)]
struct Members {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: Cow<'static, str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ErrorMember>,
}

#[derive(Serialize)]
struct ErrorMember {
    pointer: String,
    detail: Cow<'static, str>,
}

impl From<OutOfReach> for Problem {
    fn from(_: OutOfReach) -> Self {
        Self::TemporarilyUnavailable
    }
}

impl From<Unopened> for Problem {
    fn from(error: Unopened) -> Self {
        match error {
            Unopened::Invalid(reason) => Self::InvalidCtext(reason),
            Unopened::Expired(_) => Self::Expired,
        }
    }
}

impl From<Invalid> for Problem {
    fn from(reason: Invalid) -> Self {
        Self::InvalidCtext(reason)
    }
}

impl From<InvalidPayload> for Problem {
    fn from(error: InvalidPayload) -> Self {
        match error {
            InvalidPayload::Json(error) => Self::MalformedJson(error),
            InvalidPayload::Model(violations) => Self::PayloadModelViolated(violations),
        }
    }
}

impl From<InvalidQuery> for Problem {
    fn from(error: InvalidQuery) -> Self {
        Self::InvalidQuery(error)
    }
}

impl From<InvalidJson> for Problem {
    fn from(error: InvalidJson) -> Self {
        Self::MalformedJson(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_of_each() -> Vec<Problem> {
        vec![
            Problem::MalformedJson(InvalidJson::NotAnObject),
            Problem::InvalidQuery(InvalidQuery::Missing { name: "a" }),
            Problem::InvalidCtext(Invalid::Tag),
            Problem::NotFound { endpoints: "GET /" },
            Problem::MethodNotAllowed { allowed: "GET" },
            Problem::Expired,
            Problem::BodyTooLarge { bytes: 20_000 },
            Problem::SymbolCapacityExceeded { what: "It", bytes: 2, fits: 1, ecc: Ecc::M },
            Problem::UnsupportedMediaType,
            Problem::PayloadModelViolated(Vec::new()),
            Problem::BaseUrlUnknown,
            Problem::TemporarilyUnavailable,
        ]
    }

    #[test]
    fn the_documentation_has_exactly_these_problems() {
        let documented = include_str!("../../docs/errors.md");
        for problem in one_of_each() {
            let Kind { slug, title, status } = problem.kind();
            assert!(documented.contains(&format!("\n## {slug}\n\n{status}, {title}.")), "{slug}");
        }
        assert_eq!(documented.matches("\n## ").count(), one_of_each().len());
        assert!(documented.contains(&format!("at most {MAX_BODY_BYTES} bytes")));
        assert!(documented.contains(&format!("deeper than {} levels", crate::json::MAX_DEPTH)));
    }

    #[test]
    fn problems_are_problem_details() {
        for problem in one_of_each() {
            let json: serde_json::Value = serde_json::from_str(&problem.to_json()).unwrap();
            assert_eq!(json["type"], format!("/docs/errors.md#{}", problem.slug()));
            assert_eq!(json["status"], problem.status());
            assert!(json["detail"].as_str().unwrap().ends_with('.'), "{json}");
        }
        assert_eq!(Problem::TemporarilyUnavailable.header(), Some(("retry-after", "5")));
    }
}
