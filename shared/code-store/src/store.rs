//! The port through which records are read and written.

use std::num::NonZeroU8;

use code_events::Disclosure;
use sealed_qr::{CodeName, UnixTime};
use thiserror::Error;

use crate::{
    Timestamp,
    record::{Record, Redemption, Revocation, Undone},
};

/// A code, as far as a store needs to know it.
#[derive(Clone, Copy, Debug)]
pub struct StoredCode<'a> {
    /// Its name, under which its record is kept.
    pub name: CodeName,
    /// How often it may be redeemed, if that is counted and known.
    pub uses: Option<NonZeroU8>,
    /// When it expires, if it does and that is known. Some time later, its record is removed.
    pub expires_at: Option<UnixTime>,
    /// What others are told of it when something happens to it, if they are told.
    pub told: Option<Told<'a>>,
}

/// What events say of a code beside what happened to it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Told<'a> {
    /// The name of its payload model, if that is known.
    pub model: Option<&'a str>,
    /// The members of its payload that the model lets out.
    pub payload: Option<&'a Disclosure>,
}

/// The outcome of a write that depends on the record, and the record as it is afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// It was written.
    Done(Record),
    /// The record did not allow it, and is as it was.
    Refused(Record),
}

impl Written {
    /// The record.
    #[must_use]
    pub fn into_record(self) -> Record {
        match self {
            Self::Done(record) | Self::Refused(record) => record,
        }
    }
}

/// Keeps the records of codes. Each write is one that happens as a whole or not at all, whatever others write.
pub trait CodeStore {
    /// The record of a code. What was written before is in it.
    fn read(&self, code: CodeName) -> impl Future<Output = Result<Record, OutOfReach>> + Send;

    /// Adds a redemption if the code allows one more and none has its key. The code counts.
    fn add_redemption(
        &self,
        code: StoredCode<'_>,
        redemption: &Redemption,
    ) -> impl Future<Output = Result<Written, OutOfReach>> + Send;

    /// Marks the redemption at a position as undone if it stands and the record has `undone.after` redemptions.
    fn mark_undone(
        &self,
        code: StoredCode<'_>,
        position: usize,
        undone: Undone,
    ) -> impl Future<Output = Result<Written, OutOfReach>> + Send;

    /// Takes a code back unless it is taken back already.
    fn revoke(
        &self,
        code: StoredCode<'_>,
        revocation: &Revocation,
    ) -> impl Future<Output = Result<Written, OutOfReach>> + Send;

    /// The last time until which everything that happened is kept here, as far as [`CodeStore::raise_mark`] has said.
    fn mark(&self) -> impl Future<Output = Result<Option<Timestamp>, OutOfReach>> + Send;

    /// Says that everything that happened until then is kept here. It never goes back.
    fn raise_mark(&self, at: Timestamp) -> impl Future<Output = Result<(), OutOfReach>> + Send;

    /// Ends a revocation if there is one.
    fn restore(&self, code: StoredCode<'_>, at: Timestamp) -> impl Future<Output = Result<Written, OutOfReach>> + Send;
}

/// A store that others use, too.
impl<S: CodeStore + Sync> CodeStore for &S {
    async fn read(&self, code: CodeName) -> Result<Record, OutOfReach> {
        (**self).read(code).await
    }

    async fn add_redemption(&self, code: StoredCode<'_>, redemption: &Redemption) -> Result<Written, OutOfReach> {
        (**self).add_redemption(code, redemption).await
    }

    async fn mark_undone(&self, code: StoredCode<'_>, position: usize, undone: Undone) -> Result<Written, OutOfReach> {
        (**self).mark_undone(code, position, undone).await
    }

    async fn revoke(&self, code: StoredCode<'_>, revocation: &Revocation) -> Result<Written, OutOfReach> {
        (**self).revoke(code, revocation).await
    }

    async fn mark(&self) -> Result<Option<Timestamp>, OutOfReach> {
        (**self).mark().await
    }

    async fn raise_mark(&self, at: Timestamp) -> Result<(), OutOfReach> {
        (**self).raise_mark(at).await
    }

    async fn restore(&self, code: StoredCode<'_>, at: Timestamp) -> Result<Written, OutOfReach> {
        (**self).restore(code, at).await
    }
}

/// The store did not answer, so it is not known whether a write has happened. It says why, and what the operator should
/// do about it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct OutOfReach(pub String);
