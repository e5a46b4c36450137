//! Describes what happened to codes as the events that other systems are told.
//!
//! An `EventBridge` pipe hands it the changes of the table of codes, and puts what it returns on the bus.

mod change;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use thiserror::Error;

use crate::change::Change;

pub use code_events::Event;

/// What the pipe hands over: changes of the table, in their order.
///
/// It is not read by `lambda_runtime`, which would log and return what it cannot read: perhaps members of payloads.
#[derive(Debug)]
pub struct Changes(Result<Vec<Change>, NotOurs>);

impl<'de> Deserialize<'de> for Changes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let event = <&RawValue>::deserialize(deserializer)?;
        Ok(Self(serde_json::from_str(event.get()).map_err(|_| NotOurs)))
    }
}

/// The events that changes are, one for each and in the same order.
///
/// # Errors
/// [`NotOurs`] if a change has none. The pipe then hands fewer over, until the one is alone that is not described.
pub fn describe(changes: Changes) -> Result<Vec<Event>, NotOurs> {
    changes.0?.into_iter().map(Change::into_event).collect()
}

/// A change is not one that this service makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "a change of the table of codes is not as this service writes it; check that the pipe has the filter of template.yaml, \
     and find out who else writes to the table"
)]
pub struct NotOurs;

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str =
        r#"{"version":1,"id":"i","type":"redeemed","at":"2027-01-15T08:00:00Z","code":"7Q4M-K2XA-9PTD-3HBE","of":3}"#;

    fn image(event: &str) -> serde_json::Value {
        serde_json::json!({
            "code": {"S": "7Q4MK2XA9PTD3HBE"},
            "event": {"S": event},
            "used": {"N": "2"},
            "redemptions": {"L": [{"M": {}}, {"M": {}}, {"M": {}}]},
        })
    }

    fn described(images: &[serde_json::Value]) -> Result<Vec<String>, NotOurs> {
        let changes: Vec<_> = images
            .iter()
            .map(|image| serde_json::json!({"eventName": "MODIFY", "dynamodb": {"NewImage": image}}))
            .collect();
        let changes = serde_json::from_str(&serde_json::to_string(&changes).unwrap()).unwrap();
        Ok(describe(changes)?.iter().map(Event::to_json).collect())
    }

    #[test]
    fn a_redemption_gets_its_numbers_from_the_record() {
        let expected = EVENT.replace(r#""of":3"#, r#""redemption":3,"use":2,"of":3"#);
        assert_eq!(described(&[image(EVENT)]), Ok(vec![expected]));
    }

    #[test]
    fn other_events_are_as_they_were_written() {
        let undone = EVENT.replace("redeemed", "undone").replace(r#""of":3"#, r#""redemption":1,"of":3"#);
        let revoked = EVENT.replace("redeemed", "revoked").replace(r#","of":3"#, "");
        assert_eq!(described(&[image(&undone), image(&revoked)]), Ok(vec![undone, revoked]), "in the same order");
        assert_eq!(described(&[]), Ok(vec![]));
    }

    #[test]
    fn a_change_that_is_not_ours_is_not_described() {
        let mut without_numbers = image(EVENT);
        without_numbers.as_object_mut().unwrap().remove("used");
        for other in [without_numbers, image("{}"), image("no JSON"), serde_json::json!({}), serde_json::json!(null)] {
            assert_eq!(described(&[image(EVENT), other.clone()]), Err(NotOurs), "{other}");
        }
        let sentence = serde_json::from_str::<Changes>(r#"{"hello":"world"}"#).unwrap();
        assert!(describe(sentence).unwrap_err().to_string().contains("template.yaml"));
    }
}
