//! What is known of a code.

use crate::{Timestamp, redemption_key::RedemptionKey, short_text::ShortText};

/// What has happened to a code. A code to which nothing has happened has an empty one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// In the order in which they were made, those included that were undone.
    pub redemptions: Vec<Redemption>,
    /// Present while the code is taken back.
    pub revocation: Option<Revocation>,
    /// Whether the code was ever known to count.
    pub counts: bool,
}

/// A redemption of a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redemption {
    /// What tells it from the others.
    pub key: RedemptionKey,
    /// When it was made.
    pub at: Timestamp,
    /// Where, if the redeemer said.
    pub place: Option<ShortText>,
    /// Who redeemed, if the deployment asks who callers are.
    pub by: Option<String>,
    /// Present if it was undone.
    pub undone: Option<Undone>,
}

/// That a redemption was undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undone {
    /// When.
    pub at: Timestamp,
    /// How many redemptions the record had then.
    pub after: usize,
}

/// That a code was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// When.
    pub at: Timestamp,
    /// Why, if whoever did it said.
    pub reason: Option<ShortText>,
    /// Who did it, if the deployment asks who callers are.
    pub by: Option<String>,
}

impl Record {
    /// The most redemptions that a record has. Those that were undone count, so that a record cannot grow for ever.
    pub const MAX_REDEMPTIONS: usize = 512;

    /// How many redemptions stand.
    #[must_use]
    pub fn used(&self) -> usize {
        self.redemptions.iter().filter(|redemption| redemption.undone.is_none()).count()
    }

    /// The last redemption that stands.
    #[must_use]
    pub fn last_redemption(&self) -> Option<&Redemption> {
        self.redemptions.iter().rev().find(|redemption| redemption.undone.is_none())
    }

    /// The place of the redemption with this key.
    #[must_use]
    pub fn position(&self, key: &RedemptionKey) -> Option<usize> {
        self.redemptions.iter().position(|redemption| redemption.key == *key)
    }

    /// The how manieth use the redemption at this place was when it was made: one more than stood then.
    #[must_use]
    pub fn use_at(&self, position: usize) -> usize {
        let before = self.redemptions.iter().take(position);
        1 + before.filter(|redemption| redemption.undone.is_none_or(|undone| undone.after > position)).count()
    }

    /// Whether the code may be redeemed once more if `limit` redemptions are allowed.
    #[must_use]
    pub fn allows_one_more(&self, limit: u8) -> bool {
        self.revocation.is_none() && self.used() < usize::from(limit) && self.redemptions.len() < Self::MAX_REDEMPTIONS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redemption(at: u64, undone: Option<(u64, usize)>) -> Redemption {
        let undone = undone.map(|(at, after)| Undone { at: Timestamp(at), after });
        Redemption { key: at.to_string().parse().unwrap(), at: Timestamp(at), place: None, by: None, undone }
    }

    #[test]
    fn a_use_keeps_its_number_when_others_are_undone() {
        let redemptions = vec![
            // Undone before the third was made, and after the second.
            redemption(1, Some((25, 2))),
            redemption(2, None),
            redemption(3, None),
            // Undone at once.
            redemption(4, Some((45, 4))),
            redemption(5, None),
        ];
        let record = Record { redemptions, ..Record::default() };
        assert_eq!((0..5).map(|position| record.use_at(position)).collect::<Vec<_>>(), [1, 2, 2, 3, 3]);
        assert_eq!((record.used(), record.last_redemption().unwrap().at), (3, Timestamp(5)));
        assert!(record.allows_one_more(4) && !record.allows_one_more(3));
        assert_eq!(record.position(&"4".parse().unwrap()), Some(3));
        assert_eq!(record.position(&"6".parse().unwrap()), None);
    }

    #[test]
    fn a_revoked_code_allows_nothing() {
        let revocation = Some(Revocation { at: Timestamp(1), reason: None, by: None });
        assert!(Record::default().allows_one_more(1));
        assert!(!Record { revocation, ..Record::default() }.allows_one_more(1));
    }

    #[test]
    fn a_record_cannot_grow_for_ever() {
        let full = vec![redemption(1, Some((2, 1))); Record::MAX_REDEMPTIONS];
        assert!(!Record { redemptions: full, ..Record::default() }.allows_one_more(255));
    }
}
