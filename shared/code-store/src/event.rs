//! What others are told of a write. It is part of the write and leaves by the table's stream, so that no event is lost and
//! none is invented.

use code_events::{Event, Kind};

use crate::{
    Timestamp,
    record::{Redemption, Revocation},
    short_text::ShortText,
    store::{StoredCode, Told},
};

/// That a code is redeemed. The numbers of the redemption are in the item that the write leaves.
pub(crate) fn redeemed(code: StoredCode<'_>, redemption: &Redemption) -> Option<Event> {
    let event = new(code, Kind::Redeemed, redemption.at, redemption.key.as_str())?;
    let place = redemption.place.as_ref().map(ShortText::as_str).map(str::to_owned);
    Some(Event { of: limit(code), place, by: redemption.by.clone(), ..event })
}

/// That the redemption with this number is undone.
pub(crate) fn undone(code: StoredCode<'_>, number: usize, at: Timestamp) -> Option<Event> {
    // With the time: in a table that was restored from a backup, another redemption may have the number.
    let event = new(code, Kind::Undone, at, &format!("{number}-{}", at.0))?;
    Some(Event { redemption: Some(number), of: limit(code), ..event })
}

/// That a code is taken back.
pub(crate) fn revoked(code: StoredCode<'_>, revocation: &Revocation) -> Option<Event> {
    let event = new(code, Kind::Revoked, revocation.at, &revocation.at.0.to_string())?;
    let reason = revocation.reason.as_ref().map(ShortText::as_str).map(str::to_owned);
    Some(Event { reason, by: revocation.by.clone(), ..event })
}

/// That a code is good again.
pub(crate) fn restored(code: StoredCode<'_>, at: Timestamp) -> Option<Event> {
    new(code, Kind::Restored, at, &at.0.to_string())
}

fn new(code: StoredCode<'_>, kind: Kind, at: Timestamp, distinction: &str) -> Option<Event> {
    let Told { model, payload } = code.told?;
    let event = Event::new(kind, code.name, at, distinction);
    Some(Event { model: model.map(str::to_owned), payload: payload.cloned(), ..event })
}

fn limit(code: StoredCode<'_>) -> Option<u8> {
    code.uses.map(std::num::NonZeroU8::get)
}
