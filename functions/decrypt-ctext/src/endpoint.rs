//! The endpoints of this function.

use service::{
    gateway::{self, Answer, Route},
    metrics::Metric,
    problem_type::ProblemType,
};

/// An endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// Opens a code by the full link.
    OpenFull,
    /// Opens a code by the compact link.
    OpenCompact,
    /// The public keys with which sites check assertions.
    KeySet,
    /// Explains a problem type.
    ExplainProblem,
}

impl gateway::Endpoint for Endpoint {
    const ALL: &'static [Self] = &[Self::OpenFull, Self::OpenCompact, Self::KeySet, Self::ExplainProblem];

    fn route(self) -> Route {
        let opened: fn(&_) -> _ = |answer: &Answer| Metric::Opened { model: answer.model };
        let (name, metric) = match self {
            Self::OpenFull => ("GET /api/decrypt/qrcode-details", Some(opened)),
            Self::OpenCompact => ("GET /d/{ctext}", Some(opened)),
            Self::KeySet => ("GET /.well-known/jwks.json", None),
            Self::ExplainProblem => (ProblemType::ROUTE, None),
        };
        Route { name, metric }
    }
}

#[cfg(test)]
mod tests {
    use sealed_qr::link::{COMPACT_PATH_PREFIX, FULL_PATH};
    use service::gateway::Endpoint as _;

    use super::*;

    #[test]
    fn links_lead_here() {
        assert_eq!(Endpoint::OpenFull.route().path(), FULL_PATH);
        assert_eq!(Endpoint::OpenCompact.route().path(), format!("{COMPACT_PATH_PREFIX}{{ctext}}"));
    }
}
