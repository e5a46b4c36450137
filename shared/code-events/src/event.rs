//! What an event says.

use std::fmt;

use sealed_qr::CodeName;
use serde::{Deserialize, Serialize};

use crate::disclosure::Disclosure;

/// The version of the schemas in `docs/events/` that events follow.
const VERSION: u8 = 1;

/// What happened to a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It was made.
    Created,
    /// It was opened, by a person or by a program.
    Opened,
    /// It was redeemed once.
    Redeemed,
    /// A redemption of it was undone.
    Undone,
    /// It was taken back.
    Revoked,
    /// It was taken back and is good again.
    Restored,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Created, Self::Opened, Self::Redeemed, Self::Undone, Self::Revoked, Self::Restored];

    /// The name in events.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Opened => "opened",
            Self::Redeemed => "redeemed",
            Self::Undone => "undone",
            Self::Revoked => "revoked",
            Self::Restored => "restored",
        }
    }
}

/// Something that happened to a code, as other systems are told. Which members there are depends on the kind; those that
/// are absent or unknown are left out.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The version of the schemas that it follows.
    pub version: u8,
    /// The same however often the event is delivered.
    pub id: String,
    /// What happened.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// When, by RFC 3339 in UTC.
    pub at: String,
    /// The name of the code.
    pub code: String,
    /// The name of its payload model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// When the code expires, in Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<u32>,
    /// The number of the redemption among all of the code, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redemption: Option<usize>,
    /// The how manieth use of the code it was, from 1.
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    pub used: Option<usize>,
    /// How often the code may be redeemed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<u8>,
    /// Where it was redeemed, if the redeemer said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Who did it, if the deployment asks who callers are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Why the code was taken back, if whoever did it said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether the client says that it is a preview or a crawler.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preview: Option<bool>,
    /// The members of the payload that its model lets out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload: Option<Disclosure>,
}

impl Event {
    /// An event that says what happened to which code and when (RFC 3339). `distinction` tells it from others of its
    /// kind that happen to the same code.
    #[must_use]
    pub fn new(kind: Kind, code: CodeName, at: impl fmt::Display, distinction: impl fmt::Display) -> Self {
        Self {
            version: VERSION,
            id: format!("{}-{}-{distinction}", code.as_characters(), kind.name()),
            kind,
            at: at.to_string(),
            code: code.to_string(),
            model: None,
            expires_at: None,
            redemption: None,
            used: None,
            of: None,
            place: None,
            by: None,
            reason: None,
            preview: None,
            payload: None,
        }
    }

    /// The event as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers serialize")
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // It may have members of the payload.
        f.debug_struct("Event").field("id", &self.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name() -> CodeName {
        "7Q4M-K2XA-9PTD-3HBE".parse().unwrap()
    }

    #[test]
    fn an_event_is_json_and_what_is_unknown_is_left_out() {
        let event = Event::new(Kind::Redeemed, name(), "2027-01-15T08:00:00Z", "k");
        assert_eq!(
            event.to_json(),
            r#"{"version":1,"id":"7Q4MK2XA9PTD3HBE-redeemed-k","type":"redeemed","at":"2027-01-15T08:00:00Z","code":"7Q4M-K2XA-9PTD-3HBE"}"#
        );
        let place = Some("Gate \"3\"".to_owned());
        let event = Event { used: Some(2), of: Some(3), redemption: Some(4), place, ..event };
        assert!(event.to_json().ends_with(r#","redemption":4,"use":2,"of":3,"place":"Gate \"3\""}"#));
    }

    #[test]
    fn an_event_is_read_as_it_was_written() {
        let payload = Disclosure::of(r#"{"id":"a","amount":1}"#, &["amount"]);
        let event = Event { payload, ..Event::new(Kind::Undone, name(), "2027-01-15T08:00:00Z", 1) };
        let read: Event = serde_json::from_str(&event.to_json()).unwrap();
        assert_eq!(read.to_json(), event.to_json());
        assert!(event.to_json().ends_with(r#""payload":{"amount":1}}"#));
        assert!(serde_json::from_str::<Event>(r#"{"version":1}"#).is_err());
    }

    #[test]
    fn kinds_have_the_names_that_are_in_events() {
        for kind in Kind::ALL {
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("{:?}", kind.name()));
        }
    }

    #[test]
    fn no_payload_is_printed() {
        let payload = Disclosure::of(r#"{"id":"hush"}"#, &["id"]);
        let event = Event { payload, ..Event::new(Kind::Created, name(), "2027-01-15T08:00:00Z", "") };
        assert!(!format!("{event:?} {:?}", event.payload).contains("hush"));
    }
}
