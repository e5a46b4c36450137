//! What callers do with a code that counts or that is taken back, in terms of the store's single writes.

use std::time::Duration;

use thiserror::Error;

use crate::{
    Timestamp,
    record::{Record, Redemption, Undone},
    store::{CodeStore, OutOfReach, StoredCode},
};

/// How often undoing is tried when others redeem the same code meanwhile.
const MAX_TRIES: usize = 8;

/// A redemption that has been made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Its place among all redemptions of the code, from 1.
    pub number: usize,
    /// The how manieth use of the code it was when it was made, from 1.
    pub used: usize,
    /// The redemption.
    pub redemption: Redemption,
}

impl Receipt {
    fn of(record: &Record, position: usize) -> Option<Self> {
        let redemption = record.redemptions.get(position)?.clone();
        Some(Self { number: position + 1, used: record.use_at(position), redemption })
    }
}

/// Redeems a code once. Repeated with the same key and place, it redeems nothing and returns the same receipt.
///
/// # Errors
/// [`RedeemError`]
pub async fn redeem(
    store: &impl CodeStore,
    code: StoredCode<'_>,
    redemption: &Redemption,
) -> Result<Receipt, RedeemError> {
    let record = store.add_redemption(code, redemption).await?.into_record();
    let Some(receipt) = record.position(&redemption.key).and_then(|position| Receipt::of(&record, position)) else {
        return Err(match record.revocation {
            Some(revocation) => RedeemError::Revoked(revocation.at),
            None => RedeemError::UsedUp(record.last_redemption().cloned().map(Box::new)),
        });
    };
    if receipt.redemption.undone.is_some() {
        Err(RedeemError::Undone)
    } else if receipt.redemption.place == redemption.place {
        Ok(receipt)
    } else {
        Err(RedeemError::KeyReused)
    }
}

/// Undoes the redemption with a number if it was made at most `within` ago. Undoing it again changes nothing.
///
/// # Errors
/// [`UndoError`]
pub async fn undo(
    store: &impl CodeStore,
    code: StoredCode<'_>,
    number: usize,
    now: Timestamp,
    within: Duration,
) -> Result<Receipt, UndoError> {
    let mut record = store.read(code.name).await?;
    for _ in 0..MAX_TRIES {
        let position = number.checked_sub(1).ok_or(UndoError::Unknown)?;
        let receipt = Receipt::of(&record, position).ok_or(UndoError::Unknown)?;
        if receipt.redemption.undone.is_some() {
            return Ok(receipt);
        }
        if now.since(receipt.redemption.at) > within {
            return Err(UndoError::TooLate);
        }
        let undone = Undone { at: now, after: record.redemptions.len() };
        record = store.mark_undone(code, position, undone).await?.into_record();
    }
    Err(UndoError::OutOfReach(OutOfReach("others keep redeeming the same code".to_owned())))
}

/// Why a code was not redeemed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RedeemError {
    /// It has been redeemed as often as it may be, or its record is full. The last redemption that stands.
    #[error("the code has been redeemed as often as it may be")]
    UsedUp(Option<Box<Redemption>>),
    /// It is taken back.
    #[error("the code is taken back")]
    Revoked(Timestamp),
    /// The key is that of a redemption that was undone.
    #[error("the redemption with this key was undone")]
    Undone,
    /// The key is that of a redemption at another place.
    #[error("the key was used for another redemption")]
    KeyReused,
    /// It is not known whether it was redeemed.
    #[error(transparent)]
    OutOfReach(#[from] OutOfReach),
}

/// Why a redemption was not undone.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UndoError {
    /// The code has no redemption with this number.
    #[error("the code has no such redemption")]
    Unknown,
    /// It was made too long ago.
    #[error("the redemption was made too long ago")]
    TooLate,
    /// It is not known whether it was undone.
    #[error(transparent)]
    OutOfReach(#[from] OutOfReach),
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU8;

    use sealed_qr::{Ctext, Keyring, Payload, Terms};

    use super::*;
    use crate::{
        memory::{Fault, MemoryStore},
        record::Revocation,
    };

    const NOW: Timestamp = Timestamp(1_800_000_000_000);
    const MINUTE: Duration = Duration::from_mins(1);

    fn code(uses: u8) -> StoredCode<'static> {
        let payload = Payload::parse(b"{}").unwrap();
        let ctext = Ctext::seal(&payload, &Keyring::generate().unwrap(), Terms::default()).unwrap();
        StoredCode { name: ctext.name(), uses: NonZeroU8::new(uses), expires_at: None, told: None }
    }

    fn at(key: &str, place: &str) -> Redemption {
        let place = (!place.is_empty()).then(|| place.parse().unwrap());
        Redemption { key: key.parse().unwrap(), at: NOW, place, by: None, undone: None }
    }

    #[tokio::test]
    async fn a_code_is_redeemed_as_often_as_it_may_be() {
        let (store, code) = (MemoryStore::default(), code(2));
        let receipt = redeem(&store, code, &at("a", "Gate 3")).await.unwrap();
        assert_eq!((receipt.number, receipt.used, &receipt.redemption), (1, 1, &at("a", "Gate 3")));
        assert_eq!(redeem(&store, code, &at("b", "")).await.unwrap().used, 2);
        let last = Some(Box::new(at("b", "")));
        assert_eq!(redeem(&store, code, &at("c", "")).await, Err(RedeemError::UsedUp(last)));
        assert_eq!(redeem(&store, code, &at("a", "Gate 3")).await.as_ref(), Ok(&receipt), "a retry");
        assert_eq!(redeem(&store, code, &at("a", "Gate 4")).await, Err(RedeemError::KeyReused));
        assert_eq!(store.read(code.name).await.unwrap().used(), 2);
    }

    #[tokio::test]
    async fn a_lost_answer_costs_no_use() {
        for fault in [Fault::CallLost, Fault::AnswerLost] {
            let (store, code) = (MemoryStore::default(), code(1));
            store.fail_next(fault);
            assert!(matches!(redeem(&store, code, &at("a", "")).await, Err(RedeemError::OutOfReach(_))));
            assert_eq!(redeem(&store, code, &at("a", "")).await.unwrap().used, 1);
        }
    }

    #[tokio::test]
    async fn a_redemption_can_be_undone_for_a_while() {
        let (store, code) = (MemoryStore::default(), code(1));
        redeem(&store, code, &at("a", "")).await.unwrap();
        for unknown in [0, 2, usize::MAX] {
            assert_eq!(undo(&store, code, unknown, NOW, MINUTE).await, Err(UndoError::Unknown));
        }
        let [in_time, late] = [60_000, 60_001].map(|later| Timestamp(NOW.0 + later));
        assert_eq!(undo(&store, code, 1, late, MINUTE).await, Err(UndoError::TooLate));
        let undone = undo(&store, code, 1, in_time, MINUTE).await.unwrap();
        assert_eq!(undone.redemption.undone, Some(Undone { at: in_time, after: 1 }));
        assert_eq!(undo(&store, code, 1, late, MINUTE).await, Ok(undone), "a retry");
        assert_eq!(redeem(&store, code, &at("a", "")).await, Err(RedeemError::Undone));
        let again = redeem(&store, code, &at("b", "")).await.unwrap();
        assert_eq!((again.number, again.used), (2, 1));
        assert_eq!(store.read(code.name).await.unwrap().redemptions.len(), 2, "it is kept as undone");
    }

    #[tokio::test]
    async fn a_code_that_was_taken_back_is_known_to_count_if_it_does() {
        let revocation = Revocation { at: NOW, reason: None, by: None };
        for (code, counts) in [(code(1), true), (code(0), false)] {
            let store = MemoryStore::default();
            store.revoke(code, &revocation).await.unwrap();
            assert_eq!(store.read(code.name).await.unwrap().counts, counts);
        }
    }

    #[tokio::test]
    async fn a_revoked_code_is_not_redeemed_until_it_is_restored() {
        let (store, code) = (MemoryStore::default(), code(2));
        redeem(&store, code, &at("a", "")).await.unwrap();
        let revocation = Revocation { at: NOW, reason: None, by: None };
        store.revoke(code, &revocation).await.unwrap();
        assert_eq!(redeem(&store, code, &at("b", "")).await, Err(RedeemError::Revoked(NOW)));
        assert_eq!(redeem(&store, code, &at("a", "")).await.unwrap().used, 1, "a retry of what was made before");
        store.restore(code, NOW).await.unwrap();
        assert_eq!(redeem(&store, code, &at("b", "")).await.unwrap().used, 2);
    }
}
