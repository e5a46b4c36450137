//! The terms of a code: until when and how often it is good, and to whom it shows its payload.

use std::num::NonZeroU8;

use crate::unix_time::UnixTime;

/// What limits a code. By default, nothing does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// From this second on, it has expired.
    pub expires_at: Option<UnixTime>,
    /// How often it may be redeemed; `None` if that is not counted.
    pub uses: Option<Uses>,
}

impl Terms {
    /// Whether only redeeming reveals the payload.
    pub(crate) const fn is_revealed_on_redeem(self) -> bool {
        matches!(self.uses, Some(Uses { reveal: Reveal::OnRedeem, .. }))
    }
}

/// How often a code may be redeemed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uses {
    /// So many times.
    pub limit: NonZeroU8,
    /// Who gets to see the payload.
    pub reveal: Reveal,
}

/// Who gets to see the payload of a code that counts.
///
/// The seal keeps this promise only as far as whoever opens the ctext does: the payload is in the code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reveal {
    /// Everyone who opens the code.
    #[default]
    Always,
    /// Only who redeems the code.
    OnRedeem,
}
