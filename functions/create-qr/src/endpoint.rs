//! The endpoints of this function.

use service::{
    gateway::{self, Route},
    metrics::Metric,
    problem_type::ProblemType,
};

/// An endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// Seals a payload into a code.
    CreateSealed,
    /// Draws any text as a code.
    CreatePlain,
    /// The page to create codes with.
    Console,
    /// The OpenAPI description.
    OpenApi,
    /// Explains a problem type.
    ExplainProblem,
}

impl gateway::Endpoint for Endpoint {
    const ALL: &'static [Self] =
        &[Self::CreateSealed, Self::CreatePlain, Self::Console, Self::OpenApi, Self::ExplainProblem];

    fn route(self) -> Route {
        let (name, metric) = match self {
            Self::CreateSealed => ("POST /api/qrcode/encrypted-payload", Some(Metric::Created)),
            Self::CreatePlain => ("POST /api/qrcode", None),
            Self::Console => ("GET /api", None),
            Self::OpenApi => ("GET /api/openapi.json", None),
            Self::ExplainProblem => (ProblemType::ROUTE, None),
        };
        Route { name, metric }
    }
}
