//! The endpoints of this function.

use service::{
    gateway::{self, Answer, Route},
    metrics::Metric,
    problem_type::ProblemType,
};

/// An endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// Seals a payload into a code.
    CreateSealed,
    /// Seals a payload of the model in the path into a code.
    CreateSealedAs,
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
    const ALL: &'static [Self] = &[
        Self::CreateSealed,
        Self::CreateSealedAs,
        Self::CreatePlain,
        Self::Console,
        Self::OpenApi,
        Self::ExplainProblem,
    ];

    fn route(self) -> Route {
        let created: fn(&_) -> _ = |answer: &Answer| Metric::Created { model: answer.model, codes: answer.codes };
        let (name, metric) = match self {
            Self::CreateSealed => ("POST /api/qrcode/encrypted-payload", Some(created)),
            Self::CreateSealedAs => ("POST /api/qrcode/encrypted-payload/{model}", Some(created)),
            Self::CreatePlain => ("POST /api/qrcode", None),
            Self::Console => ("GET /api", None),
            Self::OpenApi => ("GET /api/openapi.json", None),
            Self::ExplainProblem => (ProblemType::ROUTE, None),
        };
        Route { name, metric }
    }
}
