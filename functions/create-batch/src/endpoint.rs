//! The endpoints of this function.

use service::{
    gateway::{self, Answer, Route},
    metrics::Metric,
};

/// An endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// Seals many payloads into codes.
    CreateSealed,
    /// Seals many payloads of the model in the path into codes.
    CreateSealedAs,
    /// Draws many texts as codes.
    CreatePlain,
}

impl gateway::Endpoint for Endpoint {
    const ALL: &'static [Self] = &[Self::CreateSealed, Self::CreateSealedAs, Self::CreatePlain];

    fn route(self) -> Route {
        let created: fn(&_) -> _ = |answer: &Answer| Metric::Created { model: answer.model, codes: answer.codes };
        let (name, metric) = match self {
            Self::CreateSealed => ("POST /api/qrcode/encrypted-payload/batch", Some(created)),
            Self::CreateSealedAs => ("POST /api/qrcode/encrypted-payload/{model}/batch", Some(created)),
            Self::CreatePlain => ("POST /api/qrcode/batch", None),
        };
        Route { name, metric }
    }
}
