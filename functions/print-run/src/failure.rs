//! Why a step of a run fails.

use sealed_qr::{KeyId, RandomError};
use service::keyring_cache::KeyringUnavailable;
use thiserror::Error;

use crate::{
    objects::{OutOfReach, RangeError},
    run_id::{InvalidRunId, RunId},
};

/// Why a step fails. As text: what happened and what to do about it, without anything that a row says.
///
/// The state machine tries a step again after every failure but those whose names it lists.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Failure {
    /// The function was not invoked by the state machine.
    #[error("this function expects an event of the state machine for print runs: start a run there")]
    UnknownEvent,
    /// The execution was started with an input that says no rows.
    #[error(
        "the input of an execution is {{\"rows\": \"rows/NAME.csv\", \"options\": \"format=zip\"}}, or {{\"resume\": \
         \"RUN\"}}"
    )]
    UnknownInput,
    /// The name of the execution cannot be that of a run.
    #[error("{0}: start the execution with another name")]
    InvalidRunId(#[from] InvalidRunId),
    /// There is no object with this key.
    #[error("there are no rows at {key}: put them there, then start again")]
    NoRows {
        /// The key.
        key: String,
    },
    /// The rows, or the options, cannot be used. Nothing has been made.
    #[error("{detail} See {report} in the bucket.")]
    Refused {
        /// What is wrong with them.
        detail: String,
        /// The key of the report.
        report: String,
    },
    /// The rows were replaced while the run was going on.
    #[error(
        "the rows at {key} were replaced or removed while the run was going on: put them there as they were and redrive \
         the execution, or start another run"
    )]
    RowsChanged {
        /// Their key.
        key: String,
    },
    /// A run with this name was made of other rows, or with other options.
    #[error("there is a run {0} of other rows or with other options: start the execution with another name")]
    OtherRun(RunId),
    /// There is no run with this name.
    #[error("there is no run {0}, or no longer: start one with its rows")]
    NoRun(RunId),
    /// The key with which the run began is no longer in the keyring.
    #[error(
        "the run began with key {0}, which is no longer in the keyring, so its codes cannot be finished: start another \
         run"
    )]
    KeyGone(KeyId),
    /// The parts are not what the plan says.
    #[error("{0}")]
    Inconsistent(String),
    /// A service does not answer.
    #[error("{0}")]
    Unavailable(String),
}

impl Failure {
    /// The name by which the state machine knows it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::UnknownEvent => "UnknownEvent",
            Self::UnknownInput => "UnknownInput",
            Self::InvalidRunId(_) => "InvalidRunId",
            Self::NoRows { .. } => "NoRows",
            Self::Refused { .. } => "Refused",
            Self::RowsChanged { .. } => "RowsChanged",
            Self::OtherRun(_) => "OtherRun",
            Self::NoRun(_) => "NoRun",
            Self::KeyGone(_) => "KeyGone",
            Self::Inconsistent(_) => "Inconsistent",
            Self::Unavailable(_) => "Unavailable",
        }
    }

    /// That of an object whose bytes cannot be read.
    pub(crate) fn of_range(key: &str, error: RangeError) -> Self {
        match error {
            RangeError::Changed => Self::RowsChanged { key: key.to_owned() },
            RangeError::OutOfReach(error) => error.into(),
        }
    }
}

impl From<OutOfReach> for Failure {
    fn from(error: OutOfReach) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<KeyringUnavailable> for Failure {
    fn from(error: KeyringUnavailable) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<RandomError> for Failure {
    fn from(error: RandomError) -> Self {
        Self::Unavailable(error.to_string())
    }
}
