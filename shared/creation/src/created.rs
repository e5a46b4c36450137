//! What other systems are told of a code that was made.

use code_events::{Disclosure, Event, Kind};
use sealed_qr::{CodeName, Payload, Terms, UnixTime};
use service::timestamp::Timestamp;

use crate::payload_model::PayloadModel;

/// The event of the code with this name, of `model`, that has been made now.
#[must_use]
pub fn event(name: CodeName, payload: &Payload, model: &PayloadModel, terms: Terms) -> Event {
    let Terms { expires_at, uses } = terms;
    Event {
        model: Some(model.model.name().to_owned()),
        expires_at: expires_at.map(|UnixTime(seconds)| seconds),
        of: uses.map(|uses| uses.limit.get()),
        payload: Disclosure::of(payload.as_json(), model.model.event_members()),
        // A code is made once.
        ..Event::new(Kind::Created, name, Timestamp::now(), "once")
    }
}
