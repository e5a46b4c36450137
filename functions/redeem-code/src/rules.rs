//! What a deployment allows with codes that count, from environment variables. An empty variable counts as unset.

use std::time::Duration;

use code_store::{CodeStore, OutOfReach, Timestamp, dynamodb::DynamoDb, high_water_mark::HighWaterMark};
use service::{event_bus::EVENT_BUS, invocation};
use thiserror::Error;
use tokio::time::timeout;

/// The environment variable that says how many minutes a redemption can be undone for.
const UNDO_MINUTES: &str = "UNDO_MINUTES";
/// The environment variable that says whether every code is looked up, because any may be taken back: `on` or `off`.
const REVOCATION: &str = "REVOCATION";

/// How long a request whose work is done waits until that is noted.
const MARK_WAIT: Duration = Duration::from_millis(1500);

const DEFAULT_UNDO_MINUTES: u64 = 5;
/// A day.
const MAX_UNDO_MINUTES: u64 = 24 * 60;

/// The store, and what is allowed with its codes.
#[derive(Debug)]
pub struct Rules<S> {
    /// Where records are kept.
    pub store: S,
    /// What notices a store that has lost something, if there is a place to keep it.
    pub mark: Option<HighWaterMark<S>>,
    /// How long a redemption can be undone.
    pub undo_within: Duration,
    /// Whether codes that do not count are looked up, so that they can be taken back.
    pub looks_up_all: bool,
    /// Whether others are told what happens to codes.
    pub tells: bool,
}

impl Rules<DynamoDb> {
    /// Reads the rules. `variable` looks a variable up by name.
    ///
    /// # Errors
    /// [`InvalidRules`] names the variable and the remedy.
    pub fn configured(variable: impl Fn(&str) -> Option<String>) -> Result<Self, InvalidRules> {
        let variable = |name: &str| variable(name).filter(|value: &String| !value.is_empty());
        let minutes = match variable(UNDO_MINUTES) {
            None => DEFAULT_UNDO_MINUTES,
            Some(minutes) => {
                minutes.parse().ok().filter(|minutes| *minutes <= MAX_UNDO_MINUTES).ok_or(InvalidRules::UndoMinutes)?
            }
        };
        let looks_up_all = match variable(REVOCATION).as_deref() {
            None | Some("off") => false,
            Some("on") => true,
            Some(_) => return Err(InvalidRules::Revocation),
        };
        let store = DynamoDb::configured(variable).ok_or(InvalidRules::NoTable)?;
        let mark = DynamoDb::of_mark(variable).map(HighWaterMark::new);
        let (undo_within, tells) = (Duration::from_mins(minutes), variable(EVENT_BUS).is_some());
        Ok(Self { store, mark, undo_within, looks_up_all, tells })
    }
}

impl<S: CodeStore> Rules<S> {
    /// Checks that the store has lost nothing, before it is relied on.
    ///
    /// # Errors
    /// [`OutOfReach`] if it has, or if that is not known.
    pub async fn check_store(&self) -> Result<(), OutOfReach> {
        match &self.mark {
            Some(mark) => mark.check(&self.store).await,
            None => Ok(()),
        }
    }

    /// Notes that something was written.
    pub async fn note_write(&self) {
        let Some(mark) = &self.mark else { return };
        match timeout(MARK_WAIT, mark.raise(&self.store, Timestamp::now())).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(
                request_id = invocation::request_id(),
                "cannot note until when the table has what happened: {error}"
            ),
            Err(_) => tracing::warn!(
                request_id = invocation::request_id(),
                "cannot note until when the table has what happened: that takes too long"
            ),
        }
    }
}

/// What is wrong with the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InvalidRules {
    /// There is no table to keep records in.
    #[error("CODE_TABLE is not set: set it to the name of the table that keeps what happens to codes")]
    NoTable,
    /// It is not a number of minutes.
    #[error("{UNDO_MINUTES} is not a whole number from 0 to {MAX_UNDO_MINUTES}: correct or unset it")]
    UndoMinutes,
    /// The variable says neither.
    #[error("{REVOCATION} is neither on nor off: correct or unset it")]
    Revocation,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn configured(variables: &[(&str, &str)]) -> Result<(Duration, bool), InvalidRules> {
        let find = |name: &str| variables.iter().find(|(variable, _)| *variable == name);
        let rules = Rules::configured(|name| find(name).map(|(_, value)| (*value).to_owned()))?;
        Ok((rules.undo_within, rules.looks_up_all))
    }

    #[test]
    fn rules_are_read() {
        let table = ("CODE_TABLE", "codes");
        assert_eq!(configured(&[table]), Ok((Duration::from_mins(5), false)));
        assert_eq!(configured(&[table, ("UNDO_MINUTES", ""), ("REVOCATION", "")]), configured(&[table]));
        assert_eq!(configured(&[table, ("UNDO_MINUTES", "0"), ("REVOCATION", "on")]), Ok((Duration::ZERO, true)));
        assert_eq!(configured(&[table, ("UNDO_MINUTES", "1440")]), Ok((Duration::from_hours(24), false)));
        for (variables, error) in [
            (vec![], InvalidRules::NoTable),
            (vec![("CODE_TABLE", "")], InvalidRules::NoTable),
            (vec![table, ("UNDO_MINUTES", "1441")], InvalidRules::UndoMinutes),
            (vec![table, ("UNDO_MINUTES", "-1")], InvalidRules::UndoMinutes),
            (vec![table, ("REVOCATION", "yes")], InvalidRules::Revocation),
        ] {
            assert_eq!(configured(&variables), Err(error), "{variables:?}");
        }
    }
}
