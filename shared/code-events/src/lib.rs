//! What other systems are told: that a code was created, opened, redeemed or taken back.
//!
//! [`event`] is what an event says, by the schemas in `docs/events/`. [`disclosure`] is the part of a payload that its
//! model lets out of the service.

pub mod disclosure;
pub mod event;

pub use disclosure::Disclosure;
pub use event::{Event, Kind};
