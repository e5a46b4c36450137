//! Every error that a caller can meet, as problem details (RFC 9457).

use std::{borrow::Cow, fmt, time::Duration};

use sealed_qr::{
    CodeName, OpenError, RandomError,
    json::{InvalidJson, Pointer},
};
use serde::Serialize;
use thiserror::Error;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    keyring_cache::{KeyringUnavailable, MIN_PAUSE},
    problem_type::ProblemType,
    query::InvalidQuery,
};

/// What went wrong. As text: what happened this time and what to do about it.
#[derive(Debug, Error)]
pub enum Problem {
    /// The body is not one strict JSON object.
    #[error("The body cannot be used: {0}. Send a single JSON object in UTF-8.")]
    MalformedJson(#[from] InvalidJson),
    /// The body of a batch is not a list of rows. The text says why, and what to do.
    #[error("{0}")]
    MalformedRows(String),
    /// The query string has an unknown, missing, repeated or invalid parameter.
    #[error(transparent)]
    InvalidQuery(#[from] InvalidQuery),
    /// The ctext does not open. Why it is invalid is for the log only.
    #[error("{}", match .0 {
        OpenError::Expired(_) => "The code is genuine, but it was valid only for a limited time. Ask whoever gave it \
                                  to you for a new one.",
        _ => "The link is damaged, incomplete or not from this service. Scan the code again, or ask whoever gave it to \
              you for a new one.",
    })]
    Unopened(#[from] OpenError),
    /// No endpoint has this path.
    #[error("This function serves {endpoints}.")]
    NotFound {
        /// Method and path of each endpoint of the function.
        endpoints: String,
    },
    /// The endpoint has other methods.
    #[error("Use {allowed}.")]
    MethodNotAllowed {
        /// Its methods, as in the header `Allow`.
        allowed: String,
    },
    /// No payload model has this name.
    #[error("This deployment makes codes of these models: {}.", names.join(", "))]
    UnknownModel {
        /// The names of the models.
        names: &'static [&'static str],
    },
    /// The code is genuine, but of another model than the caller expects.
    #[error("The code is genuine, but of another kind than the one asked for. Do not accept it as that.")]
    OtherModel,
    /// The code is genuine, but a member of its payload says that it is valid only from this time on.
    #[error("The code is genuine, but not valid yet. Scan it again when it is.")]
    NotYetValid(OffsetDateTime),
    /// The code is genuine and counts, and has been redeemed as often as it may be.
    #[error("The code is genuine, but has been redeemed as often as it may be{}. Do not accept it again.",
        last.as_ref().map(|last| format!(", last at {last}")).unwrap_or_default())]
    AlreadyRedeemed {
        /// Its name.
        code: CodeName,
        /// The last redemption that stands.
        last: Option<LastRedemption>,
    },
    /// The code is genuine, but has been taken back.
    #[error(
        "The code is genuine, but has been taken back. Do not accept it. Ask whoever gave it to you for a new one."
    )]
    Revoked {
        /// Its name.
        code: CodeName,
        /// Since when.
        at: OffsetDateTime,
    },
    /// The code is genuine, but nobody counts how often it is redeemed.
    #[error("The code is genuine, but it does not count. It can be opened (GET) any number of times.")]
    NotCounted,
    /// The redemption that a request repeats has been undone.
    #[error(
        "The redemption with this Idempotency-Key was made and has been undone. Send a new key to redeem the code again."
    )]
    RedemptionUndone,
    /// The redemption cannot be undone, for this reason.
    #[error("{0}")]
    NotUndone(&'static str),
    /// Taking back a code that does not count would have no effect.
    #[error(
        "The code does not count, or nobody knows whether it does, and this deployment looks up only codes that \
             count. Ask its operator to switch Revocation on."
    )]
    RevocationOff,
    /// A page of another origin has sent a request of its reader.
    #[error("This request comes from a page of another site. Open the code itself, and use the button there.")]
    CrossOrigin,
    /// The cookie of a gate is missing, has ended, or was taken back.
    #[error(
        "The device is not enrolled as a gate, or no longer. Ask the operator for a new enrolment code, and open it on \
         this device."
    )]
    NotEnrolled,
    /// The header `Idempotency-Key` is not a key. The text says what one is.
    #[error("{0}")]
    InvalidIdempotencyKey(String),
    /// The key has been used for a redemption at another place.
    #[error(
        "This Idempotency-Key has been used for a redemption of this code at another place. Send a new key for each \
             redemption, and the same key only to repeat one."
    )]
    IdempotencyKeyReused,
    /// It is not known what has happened to a code, or whether a write has happened.
    #[error("{}", match .key {
        Some(_) => "It is not known whether the code was redeemed. Send the same request again with the header \
                    Idempotency-Key of this answer: a code that was redeemed is not redeemed twice then.",
        None => "It is not known what has happened to the code. Try again in a moment.",
    })]
    StoreOutOfReach {
        /// The key with which the redemption can be repeated.
        key: Option<String>,
    },
    /// The caller accepts none of the formats.
    #[error("Ask for {offered} in the Accept header, or set format in the query string.")]
    NotAcceptable {
        /// The media types of the formats.
        offered: &'static str,
    },
    /// The body is too long.
    #[error("The body has {bytes} bytes; at most {limit} are allowed. Shorten it.")]
    BodyTooLarge {
        /// Its length.
        bytes: usize,
        /// The greatest length allowed.
        limit: usize,
    },
    /// The largest symbol is too small.
    #[error("{what} has {bytes} bytes; at most {fits} fit at ecc={ecc}. {remedy}")]
    SymbolCapacityExceeded {
        /// What is too long.
        what: &'static str,
        /// Its length in bytes.
        bytes: usize,
        /// The number of bytes that fit with the same options.
        fits: usize,
        /// The letter of the error correction level.
        ecc: &'static str,
        /// What the caller can do.
        remedy: &'static str,
    },
    /// The symbol has more modules than the caller allows.
    #[error(
        "The code needs {modules} modules a side; at most {limit} are allowed. Shorten the payload's members{link}{ecc}, or \
         print it wider (width_mm) and allow more (max_modules).",
        link = if *is_full_link { ", use the compact link (link=compact)" } else { "" },
        ecc = if *ecc == "L" { "" } else { ", lower the error correction (ecc=L)" },
    )]
    SymbolTooDense {
        /// The modules of a side.
        modules: usize,
        /// The most that are allowed.
        limit: usize,
        /// Whether it is of a full link.
        is_full_link: bool,
        /// The letter of the error correction level.
        ecc: &'static str,
    },
    /// The batch has too many rows, or would have too long an answer. The text says how many fit.
    #[error("{0}")]
    BatchTooLarge(String),
    /// The body is declared to be in none of the formats that the endpoint reads.
    #[error("Send the body as {accepted}.")]
    UnsupportedMediaType {
        /// The formats, with the header that declares each.
        accepted: &'static str,
    },
    /// The body violates its model in these ways; at least one.
    #[error("Correct the body at each pointer in errors, then send it again.")]
    PayloadModelViolated(Vec<Violation>),
    /// These rows violate their model; at least one.
    #[error(
        "Nothing was made, because {}: correct each row in errors, then send all rows again.",
        if *.rows == 1 { "one row cannot be used".to_owned() } else { format!("{} rows cannot be used", .rows) }
    )]
    RowsViolated {
        /// How many rows they are.
        rows: u32,
        /// What is wrong with the first of them.
        violations: Vec<Violation>,
    },
    /// Neither the settings nor the request tell what links begin with.
    #[error("The operator must set PUBLIC_BASE_URL.")]
    BaseUrlUnknown,
    /// It is not known whether the key of a ctext exists.
    #[error("Try again in half a minute.")]
    KeyringUnavailable(#[from] KeyringUnavailable),
    /// There are no random bytes for a nonce.
    #[error("Try again in half a minute.")]
    RandomUnavailable(#[from] RandomError),
}

/// When and where a code was redeemed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastRedemption {
    /// When.
    pub at: OffsetDateTime,
    /// Where, if the redeemer said.
    pub place: Option<String>,
}

impl fmt::Display for LastRedemption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&rfc3339(self.at))?;
        self.place.as_ref().map_or(Ok(()), |place| write!(f, " ({place})"))
    }
}

fn rfc3339(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_default()
}

/// One way in which a JSON value violates its model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// The row of a batch, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// The place in the body, or in the row.
    pub pointer: Pointer,
    /// What must hold there. It never quotes the value.
    pub detail: Cow<'static, str>,
}

impl Violation {
    /// A violation at a member of the outermost object.
    pub fn at_member(member: &str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::at(Pointer::default().join(member), detail)
    }

    /// A violation at a place.
    pub fn at(pointer: Pointer, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { row: None, pointer, detail: detail.into() }
    }
}

/// How JSON is declared, for [`Problem::UnsupportedMediaType`].
pub const JSON: &str = "JSON, with the header content-type: application/json";
/// How long a caller waits before it asks the store again.
const STORE_PAUSE: Duration = Duration::from_secs(2);
/// The most violations that an answer lists.
pub const MAX_VIOLATIONS: usize = 20;
/// The longest pointer in an answer. Longer ones are shortened to what contains the value.
const MAX_POINTER: usize = 256;

impl Problem {
    /// The problem of a body with these violations.
    #[must_use]
    pub fn violated(violations: Vec<Violation>) -> Self {
        let more = violations.len().saturating_sub(MAX_VIOLATIONS);
        Self::PayloadModelViolated(listed(violations, more))
    }

    /// The problem of a batch, `rows` of whose rows have violations: the first [`MAX_VIOLATIONS`] of them and `more`.
    #[must_use]
    pub fn rows_violated(rows: u32, violations: Vec<Violation>, more: usize) -> Self {
        Self::RowsViolated { rows, violations: listed(violations, more) }
    }

    /// What is the same in every occurrence of the problem.
    #[must_use]
    pub fn problem_type(&self) -> ProblemType {
        match self {
            Self::MalformedJson(_) => ProblemType::MalformedJson,
            Self::MalformedRows(_) => ProblemType::MalformedRows,
            Self::InvalidQuery(_) => ProblemType::InvalidQuery,
            Self::Unopened(OpenError::Expired(_)) => ProblemType::Expired,
            Self::Unopened(_) => ProblemType::InvalidCtext,
            Self::NotFound { .. } => ProblemType::NotFound,
            Self::MethodNotAllowed { .. } => ProblemType::MethodNotAllowed,
            Self::NotAcceptable { .. } => ProblemType::NotAcceptable,
            Self::BodyTooLarge { .. } => ProblemType::BodyTooLarge,
            Self::SymbolCapacityExceeded { .. } => ProblemType::SymbolCapacityExceeded,
            Self::SymbolTooDense { .. } => ProblemType::SymbolTooDense,
            Self::UnknownModel { .. } => ProblemType::UnknownModel,
            Self::OtherModel => ProblemType::OtherModel,
            Self::AlreadyRedeemed { .. } => ProblemType::AlreadyRedeemed,
            Self::Revoked { .. } => ProblemType::Revoked,
            Self::NotCounted => ProblemType::NotCounted,
            Self::RedemptionUndone => ProblemType::RedemptionUndone,
            Self::NotUndone(_) => ProblemType::NotUndone,
            Self::RevocationOff => ProblemType::RevocationOff,
            Self::CrossOrigin => ProblemType::CrossOrigin,
            Self::NotEnrolled => ProblemType::NotEnrolled,
            Self::InvalidIdempotencyKey(_) => ProblemType::InvalidIdempotencyKey,
            Self::IdempotencyKeyReused => ProblemType::IdempotencyKeyReused,
            Self::NotYetValid(_) => ProblemType::NotYetValid,
            Self::BatchTooLarge(_) => ProblemType::BatchTooLarge,
            Self::UnsupportedMediaType { .. } => ProblemType::UnsupportedMediaType,
            Self::PayloadModelViolated(_) | Self::RowsViolated { .. } => ProblemType::PayloadModelViolated,
            Self::BaseUrlUnknown => ProblemType::BaseUrlUnknown,
            Self::KeyringUnavailable(_) | Self::RandomUnavailable(_) | Self::StoreOutOfReach { .. } => {
                ProblemType::TemporarilyUnavailable
            }
        }
    }

    /// What the caller is not told: why a ctext is invalid, or what is unavailable. For logs and metrics.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Unopened(OpenError::Invalid(reason)) => Some(reason.name()),
            Self::KeyringUnavailable(KeyringUnavailable::OutOfReach) => Some("keyring"),
            Self::KeyringUnavailable(KeyringUnavailable::NotAskedYet) => Some("key-not-checked"),
            Self::RandomUnavailable(_) => Some("randomness"),
            Self::StoreOutOfReach { .. } => Some("store"),
            _ => None,
        }
    }

    /// The code that it is about, if that is known to be genuine.
    #[must_use]
    pub fn code(&self) -> Option<CodeName> {
        match self {
            Self::AlreadyRedeemed { code, .. } | Self::Revoked { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// What headers say beside the body: `Allow` with 405 (RFC 9110, 15.5.6), `Retry-After` with 503 and, with it, the
    /// key with which a redemption can be repeated.
    #[must_use]
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::MethodNotAllowed { allowed } => vec![("allow", allowed.clone())],
            // The keyring cache asks its source again after this pause.
            Self::KeyringUnavailable(_) | Self::RandomUnavailable(_) => {
                vec![("retry-after", MIN_PAUSE.as_secs().to_string())]
            }
            Self::StoreOutOfReach { key } => {
                let key = key.iter().map(|key| ("idempotency-key", format!("\"{key}\"")));
                key.chain([("retry-after", STORE_PAUSE.as_secs().to_string())]).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The body, `application/problem+json`, for a service whose paths begin with `prefix`.
    #[must_use]
    pub fn to_json(&self, prefix: &str) -> String {
        let problem_type = self.problem_type();
        let errors = match self {
            Self::PayloadModelViolated(violations) | Self::RowsViolated { violations, .. } => violations.as_slice(),
            _ => &[],
        };
        let last = match self {
            Self::AlreadyRedeemed { last, .. } => last.as_ref(),
            _ => None,
        };
        let members = Members {
            r#type: format!("{prefix}{}", problem_type.path()),
            title: problem_type.title(),
            status: problem_type.status(),
            detail: self.to_string(),
            errors,
            redeemed_at: last.map(|last| rfc3339(last.at)),
            place: last.and_then(|last| last.place.as_deref()),
            revoked_at: match self {
                Self::Revoked { at, .. } => Some(rfc3339(*at)),
                _ => None,
            },
        };
        serde_json::to_string(&members).expect("strings and numbers serialize")
    }
}

/// The first violations, and a last one that counts `more`, so that a small body does not get a large answer.
fn listed(mut violations: Vec<Violation>, more: usize) -> Vec<Violation> {
    violations.truncate(MAX_VIOLATIONS);
    for violation in &mut violations {
        violation.pointer = violation.pointer.shortened(MAX_POINTER);
    }
    if more > 0 {
        violations.push(Violation::at(Pointer::default(), format!("and {more} more")));
    }
    violations
}

#[derive(Serialize)]
struct Members<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [Violation],
    #[serde(skip_serializing_if = "Option::is_none")]
    redeemed_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use sealed_qr::{InvalidCtext, UnixTime};

    const CODE: &str = "7Q4M-K2XA-9PTD-3HBE";

    /// One for each problem type, in their order.
    fn one_of_each() -> Vec<Problem> {
        let code = CODE.parse().unwrap();
        vec![
            Problem::MalformedJson(InvalidJson::NotAnObject),
            Problem::MalformedRows("Send rows.".to_owned()),
            Problem::InvalidQuery(InvalidQuery::Missing { name: "a" }),
            Problem::Unopened(OpenError::Invalid(InvalidCtext::Tag)),
            Problem::InvalidIdempotencyKey("Send another.".to_owned()),
            Problem::CrossOrigin,
            Problem::NotEnrolled,
            Problem::NotFound { endpoints: "GET /".to_owned() },
            Problem::UnknownModel { names: &["order"] },
            Problem::MethodNotAllowed { allowed: "GET".to_owned() },
            Problem::NotAcceptable { offered: "image/png" },
            Problem::OtherModel,
            Problem::NotYetValid(OffsetDateTime::UNIX_EPOCH),
            Problem::AlreadyRedeemed { code, last: None },
            Problem::NotCounted,
            Problem::RedemptionUndone,
            Problem::NotUndone("Too late."),
            Problem::RevocationOff,
            Problem::Unopened(OpenError::Expired(UnixTime(0))),
            Problem::Revoked { code, at: OffsetDateTime::UNIX_EPOCH },
            Problem::BodyTooLarge { bytes: 20_000, limit: 16_384 },
            Problem::BatchTooLarge("Send fewer.".to_owned()),
            Problem::SymbolCapacityExceeded { what: "It", bytes: 2, fits: 1, ecc: "M", remedy: "Shorten it." },
            Problem::SymbolTooDense { modules: 25, limit: 21, is_full_link: true, ecc: "M" },
            Problem::UnsupportedMediaType { accepted: JSON },
            Problem::PayloadModelViolated(vec![Violation::at_member("a/b", "is required")]),
            Problem::IdempotencyKeyReused,
            Problem::BaseUrlUnknown,
            Problem::KeyringUnavailable(KeyringUnavailable::OutOfReach),
        ]
    }

    #[test]
    fn violations_are_listed_up_to_a_limit() {
        let body = |members: usize, name: &str| {
            let violations = (0..members).map(|_| Violation::at_member(name, "is required")).collect();
            Problem::violated(violations).to_json("")
        };
        assert_eq!(body(20, "a").matches("is required").count(), 20);
        assert!(!body(20, "a").contains("more"));
        let longest = body(5000, &"~/".repeat(3000));
        assert!(longest.contains(r#"{"pointer":"","detail":"and 4980 more"}"#), "{longest}");
        assert!(longest.len() < 8000, "{} bytes", longest.len());
    }

    #[test]
    fn violations_of_rows_say_which_row() {
        let at = |row| Violation { row: Some(row), ..Violation::at_member("id", "is required") };
        let json = Problem::rows_violated(2, vec![at(7), at(9)], 1).to_json("");
        assert!(json.contains(r#"{"row":7,"pointer":"/id","detail":"is required"},{"row":9,"#), "{json}");
        assert!(json.contains("2 rows cannot be used") && json.contains("and 1 more"), "{json}");
        assert!(Problem::rows_violated(1, vec![at(7)], 0).to_string().contains("one row cannot be used"));
    }

    #[test]
    fn every_problem_type_occurs() {
        assert_eq!(one_of_each().iter().map(Problem::problem_type).collect::<Vec<_>>(), ProblemType::ALL);
    }

    #[test]
    fn problems_are_problem_details() {
        for problem in one_of_each() {
            let json: serde_json::Value = serde_json::from_str(&problem.to_json("/prod")).unwrap();
            assert_eq!(json["type"], format!("/prod/api/problems/{}", problem.problem_type().slug()));
            assert_eq!(json["status"], problem.problem_type().status());
            assert!(json["detail"].as_str().unwrap().ends_with('.'), "{json}");
        }
        let violated = Problem::PayloadModelViolated(vec![Violation::at_member("a/b", "is required")]).to_json("");
        assert!(violated.ends_with(r#","errors":[{"pointer":"/a~1b","detail":"is required"}]}"#), "{violated}");
        let unavailable = Problem::KeyringUnavailable(KeyringUnavailable::NotAskedYet).headers();
        assert_eq!(unavailable, [("retry-after", "30".to_owned())]);
    }

    #[test]
    fn a_used_up_code_says_when_and_where() {
        let last = LastRedemption { at: OffsetDateTime::UNIX_EPOCH, place: Some("Gate \"3\"".to_owned()) };
        let problem = Problem::AlreadyRedeemed { code: CODE.parse().unwrap(), last: Some(last) };
        assert_eq!(problem.code().unwrap().to_string(), CODE);
        assert!(problem.to_string().contains("last at 1970-01-01T00:00:00Z (Gate \"3\")."), "{problem}");
        let json: serde_json::Value = serde_json::from_str(&problem.to_json("")).unwrap();
        assert_eq!((&json["redeemed_at"], &json["place"]), (&"1970-01-01T00:00:00Z".into(), &"Gate \"3\"".into()));
        assert!(json.get("revoked_at").is_none() && json.get("errors").is_none());
    }

    #[test]
    fn a_redemption_that_may_have_happened_can_be_repeated() {
        let headers = Problem::StoreOutOfReach { key: Some("a1".to_owned()) }.headers();
        assert_eq!(headers, [("idempotency-key", "\"a1\"".to_owned()), ("retry-after", "2".to_owned())]);
        assert_eq!(Problem::StoreOutOfReach { key: None }.headers(), [("retry-after", "2".to_owned())]);
    }
}
