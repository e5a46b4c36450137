//! The kinds of problems: what is the same in every occurrence (RFC 9457, 3.1).

/// Where the slugs are explained; each is an anchor of this page.
const DOCUMENTATION: &str = "/docs/errors.md#";

/// A kind of problem. `docs/errors.md` explains each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The stable name: the fragment of `type`, and for logs and metrics.
    pub slug: &'static str,
    /// The summary for people.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
}

/// Each constant is named for the [`Problem`](super::Problem) of its kind.
#[expect(missing_docs, reason = "the titles say it")]
impl Kind {
    pub const MALFORMED_JSON: Self = Self::new(400, "malformed-json", "The body is not an acceptable JSON object");
    pub const INVALID_QUERY: Self = Self::new(400, "invalid-query", "The query string is not acceptable");
    pub const INVALID_CTEXT: Self = Self::new(400, "invalid-ctext", "Invalid cipher text provided");
    pub const NOT_FOUND: Self = Self::new(404, "not-found", "There is nothing at this path");
    pub const METHOD_NOT_ALLOWED: Self = Self::new(405, "method-not-allowed", "The endpoint has no such method");
    pub const NOT_ACCEPTABLE: Self = Self::new(406, "not-acceptable", "There is no such format");
    pub const EXPIRED: Self = Self::new(410, "expired", "The code has expired");
    pub const BODY_TOO_LARGE: Self = Self::new(413, "body-too-large", "The body is too large");
    pub const SYMBOL_CAPACITY_EXCEEDED: Self = Self::new(413, "symbol-capacity-exceeded", "No QR code holds this much");
    pub const UNSUPPORTED_MEDIA_TYPE: Self = Self::new(415, "unsupported-media-type", "The body must be JSON");
    pub const PAYLOAD_MODEL_VIOLATED: Self =
        Self::new(422, "payload-model-violated", "The payload does not fit its model");
    pub const BASE_URL_UNKNOWN: Self = Self::new(500, "base-url-unknown", "The service does not know its own address");
    pub const TEMPORARILY_UNAVAILABLE: Self =
        Self::new(503, "temporarily-unavailable", "The service cannot answer right now");

    /// All kinds, by status.
    pub const ALL: [Self; 13] = [
        Self::MALFORMED_JSON,
        Self::INVALID_QUERY,
        Self::INVALID_CTEXT,
        Self::NOT_FOUND,
        Self::METHOD_NOT_ALLOWED,
        Self::NOT_ACCEPTABLE,
        Self::EXPIRED,
        Self::BODY_TOO_LARGE,
        Self::SYMBOL_CAPACITY_EXCEEDED,
        Self::UNSUPPORTED_MEDIA_TYPE,
        Self::PAYLOAD_MODEL_VIOLATED,
        Self::BASE_URL_UNKNOWN,
        Self::TEMPORARILY_UNAVAILABLE,
    ];

    /// The reference to the explanation of the kind: `type` in problem details.
    #[must_use]
    pub fn uri(self) -> String {
        format!("{DOCUMENTATION}{}", self.slug)
    }

    const fn new(status: u16, slug: &'static str, title: &'static str) -> Self {
        Self { slug, title, status }
    }
}
