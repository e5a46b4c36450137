//! Looks up what has happened to codes that are opened: to those that count, and to all where codes can be taken back.

use code_store::{CodeStore, Record, dynamodb::DynamoDb};
use scan::ScannedCode;
use service::{invocation, problem::Problem};
use thiserror::Error;

/// The environment variable that says whether every code is looked up, because any may be taken back: `on` or `off`.
const REVOCATION: &str = "REVOCATION";
/// The environment variable that says what becomes of codes that do not count while the store is out of reach: `mark`
/// or `refuse`.
const REVOCATION_OUT_OF_REACH: &str = "REVOCATION_OUT_OF_REACH";
/// The environment variable that says who may redeem: `AWS_IAM`, `JWT` or `NONE`.
const REDEEM_AUTH: &str = "REDEEM_AUTH";

/// How codes are looked up.
#[derive(Debug)]
pub struct Lookup<S> {
    /// Where records are kept; `None` if the deployment keeps none.
    pub store: Option<S>,
    /// What is looked up beside codes that count.
    pub revocation: Revocation,
    /// Whether everyone may redeem, so that the page has a button for it.
    pub is_open_to_all: bool,
}

/// Whether codes that do not count are looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// They are not.
    Off,
    /// They are, and open with a mark while the store is out of reach.
    Mark,
    /// They are, and do not open while the store is out of reach.
    Refuse,
}

/// What is known of what has happened to a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Knowledge {
    /// Nothing needs to be known.
    NotNeeded,
    /// This.
    Known(Record),
    /// Nothing, although it should be: the store is out of reach.
    Unknown,
}

impl Lookup<DynamoDb> {
    /// Reads the settings. `variable` looks one up by name.
    ///
    /// # Errors
    /// [`InvalidLookup`] names the variable and the remedy.
    pub fn configured(variable: impl Fn(&str) -> Option<String>) -> Result<Self, InvalidLookup> {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let refuses = match variable(REVOCATION_OUT_OF_REACH).as_deref() {
            None | Some("refuse") => true,
            Some("mark") => false,
            Some(_) => return Err(InvalidLookup::OutOfReach),
        };
        let revocation = match variable(REVOCATION).as_deref() {
            None | Some("off") => Revocation::Off,
            Some("on") if refuses => Revocation::Refuse,
            Some("on") => Revocation::Mark,
            Some(_) => return Err(InvalidLookup::Revocation),
        };
        let is_open_to_all = match variable(REDEEM_AUTH).as_deref() {
            None | Some("AWS_IAM" | "JWT") => false,
            Some("NONE") => true,
            Some(_) => return Err(InvalidLookup::RedeemAuth),
        };
        let store = DynamoDb::configured(variable);
        if store.is_none() && revocation != Revocation::Off {
            return Err(InvalidLookup::NoTable);
        }
        Ok(Self { store, revocation, is_open_to_all })
    }
}

impl<S: CodeStore> Lookup<S> {
    /// Looks up a code if it counts, or if any code may have been taken back.
    ///
    /// # Errors
    /// [`Problem::Revoked`], and [`Problem::StoreOutOfReach`] where codes must not be opened unchecked.
    pub async fn look_up(&self, code: &ScannedCode) -> Result<Knowledge, Problem> {
        let counts = code.terms.uses.is_some();
        if !counts && self.revocation == Revocation::Off {
            return Ok(Knowledge::NotNeeded);
        }
        let Some(store) = &self.store else { return Ok(Knowledge::Unknown) };
        match store.read(code.name).await {
            Ok(Record { revocation: Some(revocation), .. }) => {
                Err(Problem::Revoked { code: code.name, at: revocation.at.date_time() })
            }
            Ok(record) if counts => Ok(Knowledge::Known(record)),
            Ok(_) => Ok(Knowledge::NotNeeded),
            Err(error) => {
                tracing::warn!(request_id = invocation::request_id(), "cannot look codes up: {error}");
                // A code that counts shows that its use was not checked. Whoever relies on it redeems it.
                if counts || self.revocation == Revocation::Mark {
                    Ok(Knowledge::Unknown)
                } else {
                    Err(Problem::StoreOutOfReach { key: None })
                }
            }
        }
    }
}

/// What is wrong with the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InvalidLookup {
    /// The variable says neither.
    #[error("{REVOCATION} is neither on nor off: correct or unset it")]
    Revocation,
    /// The variable says neither.
    #[error("{REVOCATION_OUT_OF_REACH} is neither mark nor refuse: correct or unset it")]
    OutOfReach,
    /// The variable names nobody that is known.
    #[error("{REDEEM_AUTH} is neither AWS_IAM nor JWT nor NONE: correct or unset it")]
    RedeemAuth,
    /// There is no table to look codes up in.
    #[error(
        "{REVOCATION} is on, but CODE_TABLE is not set: set it to the name of the table, or switch {REVOCATION} off"
    )]
    NoTable,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn configured(variables: &[(&str, &str)]) -> Result<(bool, Revocation, bool), InvalidLookup> {
        let find = |name: &str| variables.iter().find(|(variable, _)| *variable == name);
        let lookup = Lookup::configured(|name| find(name).map(|(_, value)| (*value).to_owned()))?;
        Ok((lookup.store.is_some(), lookup.revocation, lookup.is_open_to_all))
    }

    #[test]
    fn settings_say_what_is_looked_up() {
        let table = ("CODE_TABLE", "codes");
        assert_eq!(configured(&[]), Ok((false, Revocation::Off, false)));
        assert_eq!(configured(&[("CODE_TABLE", ""), ("REVOCATION", ""), ("REDEEM_AUTH", "")]), configured(&[]));
        assert_eq!(configured(&[table, ("REDEEM_AUTH", "NONE")]), Ok((true, Revocation::Off, true)));
        assert_eq!(configured(&[table, ("REVOCATION", "on")]), Ok((true, Revocation::Refuse, false)));
        let mark = ("REVOCATION_OUT_OF_REACH", "mark");
        assert_eq!(configured(&[table, ("REVOCATION", "on"), mark]), Ok((true, Revocation::Mark, false)));
        assert_eq!(configured(&[table, ("REVOCATION", "off"), mark]), Ok((true, Revocation::Off, false)));
    }

    #[test]
    fn settings_that_cannot_be_meant_are_refused() {
        for (variables, error) in [
            ([("REVOCATION", "on")], InvalidLookup::NoTable),
            ([("REVOCATION", "true")], InvalidLookup::Revocation),
            ([("REVOCATION_OUT_OF_REACH", "open")], InvalidLookup::OutOfReach),
            ([("REDEEM_AUTH", "none")], InvalidLookup::RedeemAuth),
        ] {
            assert_eq!(configured(&variables), Err(error), "{variables:?}");
        }
    }
}
