//! A change of the table of codes, as the table's stream has it.

use code_events::{Event, Kind};
use serde::{Deserialize, de::IgnoredAny};

use crate::NotOurs;

/// A record of a stream with new images (API reference of `DynamoDB` Streams, `Record`), as far as it is needed.
#[derive(Debug, Deserialize)]
pub(crate) struct Change {
    dynamodb: StreamRecord,
}

#[derive(Debug, Deserialize)]
struct StreamRecord {
    #[serde(rename = "NewImage")]
    new_image: Image,
}

/// The item after the change.
#[derive(Debug, Deserialize)]
struct Image {
    /// The event as far as its writer knew it.
    event: Text,
    /// How many redemptions stand.
    used: Option<Number>,
    /// All redemptions, those included that were undone.
    redemptions: Option<List>,
}

/// A string. It may have members of a payload.
#[derive(Deserialize)]
struct Text {
    #[serde(rename = "S")]
    text: String,
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Text([redacted])")
    }
}

#[derive(Debug, Deserialize)]
struct Number {
    #[serde(rename = "N")]
    digits: String,
}

#[derive(Debug, Deserialize)]
struct List {
    #[serde(rename = "L")]
    elements: Vec<IgnoredAny>,
}

impl Change {
    /// The event that the change is.
    ///
    /// # Errors
    /// [`NotOurs`]
    pub(crate) fn into_event(self) -> Result<Event, NotOurs> {
        let Image { event, used, redemptions } = self.dynamodb.new_image;
        let event: Event = serde_json::from_str(&event.text).map_err(|_| NotOurs)?;
        if event.kind != Kind::Redeemed {
            return Ok(event);
        }
        // Its writer could not know how many there would be: others may have written at the same time.
        let used = used.and_then(|used| used.digits.parse().ok()).ok_or(NotOurs)?;
        let redemption = redemptions.map(|redemptions| redemptions.elements.len()).ok_or(NotOurs)?;
        Ok(Event { redemption: Some(redemption), used: Some(used), ..event })
    }
}
