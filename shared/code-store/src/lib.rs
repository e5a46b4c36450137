//! What has happened to codes: how often they were redeemed, and whether they were taken back.
//!
//! A code that was never redeemed or revoked has no record, and a record holds no ctext and no payload. [`record`] is
//! what is known of a code, [`store`] the port through which it is read and written, [`protocol`] what callers do with
//! it, [`high_water_mark`] notices a store that has lost something, and [`dynamodb`] and [`memory`] are two stores.

pub mod dynamodb;
mod event;
pub mod high_water_mark;
mod item;
pub mod memory;
pub mod protocol;
pub mod record;
pub mod redemption_key;
pub mod short_text;
pub mod store;

pub use record::{Record, Redemption, Revocation};
pub use redemption_key::RedemptionKey;
pub use service::timestamp::Timestamp;
pub use short_text::ShortText;
pub use store::{CodeStore, OutOfReach, Written};
