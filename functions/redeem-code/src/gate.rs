//! The gate: `GET /api/gate`, a page for staff at a door, and what it sends.
//!
//! A device is enrolled by a code that an operator makes, and then has a session of its own: [`enrolment`] and
//! [`session`] are the two, [`token`] is how both are sealed, and [`redemption`] is what the session is for.

mod body;
mod decoder;
pub(crate) mod enrolment;
mod page;
pub(crate) mod redemption;
pub(crate) mod session;
mod token;

pub(crate) use decoder::decoder;
pub(crate) use page::page;
