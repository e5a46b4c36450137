//! Problem types (RFC 9457, 3.1.1): what is the same in every occurrence of a problem.

/// Defines the problem types, each with its HTTP status, its stable name and its title.
macro_rules! problem_types {
    ($($variant:ident: $status:literal, $slug:literal, $title:literal;)*) => {
        /// A problem type. `docs/errors.md` explains each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ProblemType {
            $(#[doc = $title] $variant,)*
        }

        impl ProblemType {
            /// All problem types, by status.
            pub const ALL: [Self; [$($status,)*].len()] = [$(Self::$variant,)*];

            /// The HTTP status.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }

            /// The stable name: the end of `type`, also used in logs and metrics.
            #[must_use]
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$variant => $slug,)* }
            }

            /// The summary for people.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }
        }
    };
}

problem_types! {
    MalformedJson: 400, "malformed-json", "The body is not an acceptable JSON object";
    MalformedRows: 400, "malformed-rows", "The body is not an acceptable list of rows";
    InvalidQuery: 400, "invalid-query", "The query string is invalid";
    InvalidCtext: 400, "invalid-ctext", "Invalid cipher text provided";
    InvalidIdempotencyKey: 400, "invalid-idempotency-key", "The header Idempotency-Key is invalid";
    CrossOrigin: 403, "cross-origin", "The request comes from a page of another site";
    NotEnrolled: 403, "not-enrolled", "The device is not enrolled as a gate";
    NotFound: 404, "not-found", "There is no endpoint at this path";
    UnknownModel: 404, "unknown-model", "There is no payload model with this name";
    MethodNotAllowed: 405, "method-not-allowed", "Method not allowed for this endpoint";
    NotAcceptable: 406, "not-acceptable", "None of the available formats is acceptable";
    OtherModel: 409, "other-model", "The code is of another kind";
    NotYetValid: 409, "not-yet-valid", "The code is not valid yet";
    AlreadyRedeemed: 409, "already-redeemed", "The code has been redeemed already";
    NotCounted: 409, "not-counted", "The code does not count";
    RedemptionUndone: 409, "redemption-undone", "The redemption has been undone";
    NotUndone: 409, "not-undone", "The redemption cannot be undone";
    RevocationOff: 409, "revocation-off", "Taking the code back would have no effect";
    Expired: 410, "expired", "The code has expired";
    Revoked: 410, "revoked", "The code has been taken back";
    BodyTooLarge: 413, "body-too-large", "The body is too large";
    BatchTooLarge: 413, "batch-too-large", "The batch is too large";
    SymbolCapacityExceeded: 413, "symbol-capacity-exceeded", "The content does not fit in a QR code";
    SymbolTooDense: 413, "symbol-too-dense", "The code would be too dense";
    UnsupportedMediaType: 415, "unsupported-media-type", "The body is in a format that the endpoint does not read";
    PayloadModelViolated: 422, "payload-model-violated", "The payload does not match its model";
    IdempotencyKeyReused: 422, "idempotency-key-reused", "The Idempotency-Key belongs to another redemption";
    BaseUrlUnknown: 500, "base-url-unknown", "The service does not know its own address";
    TemporarilyUnavailable: 503, "temporarily-unavailable", "The service cannot answer right now";
}

/// Explains the problem types to people.
const DOCUMENTATION: &str = include_str!("../../../docs/errors.md");

impl ProblemType {
    /// The endpoint that explains problem types.
    pub const ROUTE: &str = "GET /api/problems/{slug}";

    /// The path at which the service explains the problem type: `type` in problem details.
    #[must_use]
    pub fn path(self) -> String {
        format!("/api/problems/{}", self.slug())
    }

    /// The problem type with this stable name.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|problem_type| problem_type.slug() == slug)
    }

    /// What the documentation says about the problem type, in Markdown.
    #[must_use]
    pub fn explanation(self) -> &'static str {
        let mut sections = DOCUMENTATION.split("\n## ").skip(1);
        let section = sections.find(|section| section.lines().next() == Some(self.slug()));
        section.unwrap_or_else(|| self.title())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_has_exactly_these_problem_types() {
        for problem_type in ProblemType::ALL {
            let (slug, title, status) = (problem_type.slug(), problem_type.title(), problem_type.status());
            let start = format!("{slug}\n\n{status}, {title}.");
            assert!(problem_type.explanation().starts_with(&start), "{slug}");
            assert_eq!(ProblemType::from_slug(slug), Some(problem_type));
        }
        assert_eq!(DOCUMENTATION.matches("\n## ").count(), ProblemType::ALL.len());
        assert!(ProblemType::ALL.is_sorted_by_key(|problem_type| problem_type.status()));
    }
}
