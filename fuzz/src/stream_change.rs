//! Changes of the table of codes, as a pipe hands them over.

use std::collections::BTreeMap;

use describe_event::{Changes, Event, describe};
use serde_json::{Value, value::RawValue};

/// Whatever JSON a pipe hands over is described or refused as a whole. An event can be read again and is the same. A
/// redemption has the numbers of the record, and apart from these, an event is as it was written.
pub fn run(data: &[u8]) {
    let Some(events) = serde_json::from_slice::<Changes>(data).ok().and_then(|changes| describe(changes).ok()) else {
        return;
    };
    let events: Vec<_> = events.iter().map(Event::to_json).collect();
    for event in &events {
        assert_eq!(read(event).as_ref(), Some(event));
    }
    // What the function ignores, this parser may refuse.
    let Ok(changes) = serde_json::from_slice::<Value>(data) else { return };
    assert_eq!(changes.as_array().map(Vec::len), Some(events.len()));
    for (position, event) in events.iter().enumerate() {
        let image = &changes[position]["dynamodb"]["NewImage"];
        // Objects may also be written as arrays of their members.
        let Some(written) = image["event"]["S"].as_str().and_then(read) else { continue };
        let (mut described, mut written) = (members(event), members(&written));
        if written["type"] == r#""redeemed""# {
            let numbers = [("redemption", made(image)), ("use", standing(image))];
            for (name, number) in numbers {
                assert_eq!(described.remove(name), number);
                written.remove(name);
            }
        }
        assert_eq!(described, written);
    }
}

/// The event that is JSON, as JSON.
fn read(json: &str) -> Option<String> {
    serde_json::from_str::<Event>(json).ok().map(|event| event.to_json())
}

/// The members of an event, each as its JSON.
fn members(event: &str) -> BTreeMap<String, String> {
    let members: BTreeMap<String, Box<RawValue>> = serde_json::from_str(event).expect("events are objects");
    members.into_iter().map(|(name, value)| (name, value.get().to_owned())).collect()
}

/// How many redemptions a record has.
fn made(image: &Value) -> Option<String> {
    image["redemptions"]["L"].as_array().map(|redemptions| redemptions.len().to_string())
}

/// How many redemptions of a record stand.
fn standing(image: &Value) -> Option<String> {
    image["used"]["N"].as_str()?.parse::<usize>().ok().map(|number| number.to_string())
}
