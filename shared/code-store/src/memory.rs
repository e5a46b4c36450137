//! A store in memory, for tests: it refuses what the table refuses, and can lose an answer or a call.

use std::{
    collections::HashMap,
    num::NonZeroU8,
    sync::{Mutex, MutexGuard, PoisonError},
};

use code_events::Event;
use sealed_qr::CodeName;

use crate::{
    Timestamp, event,
    record::{Record, Redemption, Revocation, Undone},
    store::{CodeStore, OutOfReach, StoredCode, Written},
};

/// Records in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    records: Mutex<HashMap<CodeName, Record>>,
    mark: Mutex<Option<Timestamp>>,
    events: Mutex<Vec<Event>>,
    fault: Mutex<Option<Fault>>,
}

/// What becomes of the next call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It does not arrive.
    CallLost,
    /// It has its effect, but its answer does not arrive.
    AnswerLost,
}

impl MemoryStore {
    /// Lets the next call fail.
    pub fn fail_next(&self, fault: Fault) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault);
    }

    /// What others were told, in order.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn records(&self) -> MutexGuard<'_, HashMap<CodeName, Record>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does `change` to the record of a code, which says whether the record allowed it, and tells others of it.
    fn write(
        &self,
        code: CodeName,
        event: Option<Event>,
        change: impl FnOnce(&mut Record) -> bool,
    ) -> Result<Written, OutOfReach> {
        let fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner).take();
        if fault == Some(Fault::CallLost) {
            return Err(lost());
        }
        let mut records = self.records();
        let mut changed = records.get(&code).cloned().unwrap_or_default();
        let written = if change(&mut changed) {
            records.insert(code, changed.clone());
            self.events.lock().unwrap_or_else(PoisonError::into_inner).extend(event);
            Written::Done(changed)
        } else {
            Written::Refused(records.get(&code).cloned().unwrap_or_default())
        };
        if fault.is_some() { Err(lost()) } else { Ok(written) }
    }
}

fn lost() -> OutOfReach {
    OutOfReach("the store does not answer".to_owned())
}

impl CodeStore for MemoryStore {
    async fn read(&self, code: CodeName) -> Result<Record, OutOfReach> {
        self.write(code, None, |_| false).map(Written::into_record)
    }

    async fn add_redemption(&self, code: StoredCode<'_>, redemption: &Redemption) -> Result<Written, OutOfReach> {
        let limit = code.uses.map_or(0, NonZeroU8::get);
        self.write(code.name, event::redeemed(code, redemption), |record| {
            if !record.allows_one_more(limit) || record.position(&redemption.key).is_some() {
                return false;
            }
            record.counts = true;
            record.redemptions.push(redemption.clone());
            true
        })
    }

    async fn mark_undone(&self, code: StoredCode<'_>, position: usize, undone: Undone) -> Result<Written, OutOfReach> {
        self.write(code.name, event::undone(code, position + 1, undone.at), |record| {
            if record.redemptions.len() != undone.after {
                return false;
            }
            let standing = record.redemptions.get_mut(position).filter(|redemption| redemption.undone.is_none());
            standing.map(|redemption| redemption.undone = Some(undone)).is_some()
        })
    }

    async fn revoke(&self, code: StoredCode<'_>, revocation: &Revocation) -> Result<Written, OutOfReach> {
        self.write(code.name, event::revoked(code, revocation), |record| {
            record.counts |= code.uses.is_some();
            record.revocation.is_none() && record.revocation.replace(revocation.clone()).is_none()
        })
    }

    async fn mark(&self) -> Result<Option<Timestamp>, OutOfReach> {
        Ok(*self.mark.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn raise_mark(&self, at: Timestamp) -> Result<(), OutOfReach> {
        let mut mark = self.mark.lock().unwrap_or_else(PoisonError::into_inner);
        *mark = (*mark).max(Some(at));
        Ok(())
    }

    async fn restore(&self, code: StoredCode<'_>, at: Timestamp) -> Result<Written, OutOfReach> {
        self.write(code.name, event::restored(code, at), |record| record.revocation.take().is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_code_that_was_taken_back_stays_known_to_count() {
        let store = MemoryStore::default();
        let name = "7Q4M-K2XA-9PTD-3HBE".parse().unwrap();
        let code = |uses| StoredCode { name, uses: NonZeroU8::new(uses), expires_at: None, told: None };
        let revocation = Revocation { at: Timestamp(1), reason: None, by: None };
        for (uses, counts) in [(0, false), (2, true), (0, true)] {
            let written = store.revoke(code(uses), &revocation).await.unwrap();
            assert_eq!(written.into_record().counts, counts);
            store.restore(code(uses), Timestamp(2)).await.unwrap();
        }
    }
}
