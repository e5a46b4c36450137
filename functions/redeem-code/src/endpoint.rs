//! The endpoints of this function.

use service::{
    gateway::{self, Route},
    metrics::Metric,
};

/// An endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// Redeems a code by the full link.
    RedeemFull,
    /// Redeems a code by the compact link.
    RedeemCompact,
    /// Undoes a redemption by the full link.
    UndoFull,
    /// Undoes a redemption by the compact link.
    UndoCompact,
    /// Takes a code back.
    Revoke,
    /// Makes a code good again that was taken back.
    Restore,
}

impl gateway::Endpoint for Endpoint {
    const ALL: &'static [Self] =
        &[Self::RedeemFull, Self::RedeemCompact, Self::UndoFull, Self::UndoCompact, Self::Revoke, Self::Restore];

    fn route(self) -> Route {
        let redeemed: fn(_) -> _ = |model| Metric::Redeemed { model };
        let (name, metric): (_, fn(_) -> _) = match self {
            Self::RedeemFull => ("POST /api/decrypt/qrcode-details", redeemed),
            Self::RedeemCompact => ("POST /d/{ctext}", redeemed),
            Self::UndoFull => ("DELETE /api/decrypt/qrcode-details", |_| Metric::Undone),
            Self::UndoCompact => ("DELETE /d/{ctext}", |_| Metric::Undone),
            Self::Revoke => ("POST /api/qrcode/revoke", |_| Metric::Revoked),
            Self::Restore => ("DELETE /api/qrcode/revoke", |_| Metric::Restored),
        };
        Route { name, metric: Some(metric) }
    }
}

#[cfg(test)]
mod tests {
    use sealed_qr::link::{COMPACT_PATH_PREFIX, FULL_PATH};
    use service::gateway::Endpoint as _;

    use super::*;

    #[test]
    fn a_code_is_redeemed_at_its_own_link() {
        for endpoint in [Endpoint::RedeemFull, Endpoint::UndoFull] {
            assert_eq!(endpoint.route().path(), FULL_PATH);
        }
        for endpoint in [Endpoint::RedeemCompact, Endpoint::UndoCompact] {
            assert_eq!(endpoint.route().path(), format!("{COMPACT_PATH_PREFIX}{{ctext}}"));
        }
    }
}
