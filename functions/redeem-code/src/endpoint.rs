//! The endpoints of this function.

use service::{
    gateway::{self, Answer, Route},
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
    /// The page for staff at a door.
    Gate,
    /// What reads codes on that page.
    GateDecoder,
    /// Makes a code that enrols a device as a gate.
    Enrol,
    /// Takes such a code back, and the session that it has led to.
    RevokeEnrolment,
    /// Makes the device a gate.
    BeginSession,
    /// Says which gate the device is.
    ShowSession,
    /// The device is a gate no longer.
    EndSession,
    /// Redeems a code at a gate.
    RedeemAtGate,
    /// Undoes a redemption at a gate.
    UndoAtGate,
}

impl gateway::Endpoint for Endpoint {
    const ALL: &'static [Self] = &[
        Self::RedeemFull,
        Self::RedeemCompact,
        Self::UndoFull,
        Self::UndoCompact,
        Self::Revoke,
        Self::Restore,
        Self::Gate,
        Self::GateDecoder,
        Self::Enrol,
        Self::RevokeEnrolment,
        Self::BeginSession,
        Self::ShowSession,
        Self::EndSession,
        Self::RedeemAtGate,
        Self::UndoAtGate,
    ];

    fn route(self) -> Route {
        let redeemed: fn(&_) -> _ = |answer: &Answer| Metric::Redeemed { model: answer.model };
        let undone: fn(&_) -> _ = |_| Metric::Undone;
        let (name, metric): (_, Option<fn(&_) -> _>) = match self {
            Self::RedeemFull => ("POST /api/decrypt/qrcode-details", Some(redeemed)),
            Self::RedeemCompact => ("POST /d/{ctext}", Some(redeemed)),
            Self::UndoFull => ("DELETE /api/decrypt/qrcode-details", Some(undone)),
            Self::UndoCompact => ("DELETE /d/{ctext}", Some(undone)),
            Self::Revoke => ("POST /api/qrcode/revoke", Some(|_| Metric::Revoked)),
            Self::Restore => ("DELETE /api/qrcode/revoke", Some(|_| Metric::Restored)),
            Self::Gate => ("GET /api/gate", None),
            Self::GateDecoder => ("GET /api/gate/decoder.js", None),
            Self::Enrol => ("POST /api/gate/enrolments", None),
            Self::RevokeEnrolment => ("DELETE /api/gate/enrolments", None),
            Self::BeginSession => ("POST /api/gate/session", None),
            Self::ShowSession => ("GET /api/gate/session", None),
            Self::EndSession => ("DELETE /api/gate/session", None),
            Self::RedeemAtGate => ("POST /api/gate/redeem", Some(redeemed)),
            Self::UndoAtGate => ("POST /api/gate/undo", Some(undone)),
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
    fn a_code_is_redeemed_at_its_own_link() {
        for endpoint in [Endpoint::RedeemFull, Endpoint::UndoFull] {
            assert_eq!(endpoint.route().path(), FULL_PATH);
        }
        for endpoint in [Endpoint::RedeemCompact, Endpoint::UndoCompact] {
            assert_eq!(endpoint.route().path(), format!("{COMPACT_PATH_PREFIX}{{ctext}}"));
        }
    }
}
