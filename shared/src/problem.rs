//! Every error a caller can meet, as problem details (RFC 9457).

mod kind;

use std::borrow::Cow;

use serde::Serialize;

use crate::{
    ctext::{Invalid, UnixTime, Unopened},
    json::InvalidJson,
    keyring_cache::OutOfReach,
    payload::InvalidPayload,
    query::InvalidQuery,
    symbol::Ecc,
    violation::Violation,
};

pub use kind::Kind;

/// Bytes a request body may have.
pub const MAX_BODY_BYTES: usize = 16 * 1024;

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
    /// The header `accept` takes none of the formats.
    NotAcceptable {
        /// The media types of those there are.
        offered: &'static str,
    },
    /// The code is authentic, but its time is over since then.
    Expired(UnixTime),
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
    /// Something the service needs is out of reach for the moment. What it is, is for the log only.
    TemporarilyUnavailable(Missing),
}

/// What the service needs and cannot have for the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The keyring with the key of a ctext.
    Keyring,
    /// A nonce from the operating system's random generator.
    Randomness,
}

impl Problem {
    /// What is the same in every occurrence of the problem.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::MalformedJson(_) => Kind::MALFORMED_JSON,
            Self::InvalidQuery(_) => Kind::INVALID_QUERY,
            Self::InvalidCtext(_) => Kind::INVALID_CTEXT,
            Self::NotFound { .. } => Kind::NOT_FOUND,
            Self::MethodNotAllowed { .. } => Kind::METHOD_NOT_ALLOWED,
            Self::NotAcceptable { .. } => Kind::NOT_ACCEPTABLE,
            Self::Expired(_) => Kind::EXPIRED,
            Self::BodyTooLarge { .. } => Kind::BODY_TOO_LARGE,
            Self::SymbolCapacityExceeded { .. } => Kind::SYMBOL_CAPACITY_EXCEEDED,
            Self::UnsupportedMediaType => Kind::UNSUPPORTED_MEDIA_TYPE,
            Self::PayloadModelViolated(_) => Kind::PAYLOAD_MODEL_VIOLATED,
            Self::BaseUrlUnknown => Kind::BASE_URL_UNKNOWN,
            Self::TemporarilyUnavailable(_) => Kind::TEMPORARILY_UNAVAILABLE,
        }
    }

    /// What happened this time and what to do about it.
    #[must_use]
    pub fn detail(&self) -> Cow<'static, str> {
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
            Self::NotAcceptable { offered } => {
                format!("Take {offered} in the header accept, or name the format in the query string.").into()
            }
            Self::Expired(_) => "The code is genuine, but it was valid for a limited time only. Ask whoever gave it \
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
            Self::TemporarilyUnavailable(_) => "Try again in half a minute.".into(),
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

    /// What the caller is not told: why a ctext is invalid, or what is out of reach. For logs and metrics.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        match self {
            Self::InvalidCtext(reason) => Some(reason.name()),
            Self::TemporarilyUnavailable(Missing::Keyring) => Some("keyring"),
            Self::TemporarilyUnavailable(Missing::Randomness) => Some("randomness"),
            _ => None,
        }
    }

    /// The header that a status demands beside the body: `Allow` with 405 (RFC 9110, 15.5.6), `Retry-After`
    /// with 503.
    #[must_use]
    pub fn header(&self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::MethodNotAllowed { allowed } => Some(("allow", allowed)),
            // When the source of the keyring will be asked again: MIN_PAUSE of the keyring cache.
            Self::TemporarilyUnavailable(_) => Some(("retry-after", "30")),
            _ => None,
        }
    }

    /// The body, `application/problem+json`.
    #[must_use]
    pub fn to_json(&self) -> String {
        let kind = self.kind();
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
            Members { r#type: kind.uri(), title: kind.title, status: kind.status, detail: self.detail(), errors };
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
        Self::TemporarilyUnavailable(Missing::Keyring)
    }
}

impl From<Unopened> for Problem {
    fn from(error: Unopened) -> Self {
        match error {
            Unopened::Invalid(reason) => Self::InvalidCtext(reason),
            Unopened::Expired(at) => Self::Expired(at),
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
    use crate::keyring_cache::MIN_PAUSE;

    fn one_of_each() -> Vec<Problem> {
        vec![
            Problem::MalformedJson(InvalidJson::NotAnObject),
            Problem::InvalidQuery(InvalidQuery::Missing { name: "a" }),
            Problem::InvalidCtext(Invalid::Tag),
            Problem::NotFound { endpoints: "GET /" },
            Problem::MethodNotAllowed { allowed: "GET" },
            Problem::NotAcceptable { offered: "image/png" },
            Problem::Expired(UnixTime(0)),
            Problem::BodyTooLarge { bytes: 20_000 },
            Problem::SymbolCapacityExceeded { what: "It", bytes: 2, fits: 1, ecc: Ecc::M },
            Problem::UnsupportedMediaType,
            Problem::PayloadModelViolated(Vec::new()),
            Problem::BaseUrlUnknown,
            Problem::TemporarilyUnavailable(Missing::Keyring),
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
        assert_eq!(one_of_each().iter().map(Problem::kind).collect::<Vec<_>>(), Kind::ALL);
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
        let (name, seconds) = Problem::TemporarilyUnavailable(Missing::Keyring).header().unwrap();
        assert_eq!((name, seconds.parse()), ("retry-after", Ok(MIN_PAUSE.as_secs())));
    }
}
