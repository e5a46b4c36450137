//! What must hold for any input, one module for each fuzz target. Each has a function `run`, which panics if something
//! does not hold; the fuzzer calls it with inputs that it makes up, `cargo test` with the corpus.

pub mod accept;
pub mod base64url;
pub mod batch_event;
pub mod create_event;
pub mod ctext;
pub mod digits;
pub mod keyring;
pub mod open_event;
pub mod pack;
pub mod picture;
pub mod redeem_event;
pub mod rotation_event;
pub mod rows;
pub mod stream_change;
pub mod unpack;

mod answer;
mod memory;
mod pictures;
mod reference;
mod sample;
mod table;

/// The name of a target, which is also that of its corpus and its binary, and its function.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 15] = [
    ("accept", accept::run),
    ("base64url", base64url::run),
    ("batch_event", batch_event::run),
    ("create_event", create_event::run),
    ("ctext", ctext::run),
    ("digits", digits::run),
    ("keyring", keyring::run),
    ("open_event", open_event::run),
    ("pack", pack::run),
    ("picture", picture::run),
    ("redeem_event", redeem_event::run),
    ("rotation_event", rotation_event::run),
    ("rows", rows::run),
    ("stream_change", stream_change::run),
    ("unpack", unpack::run),
];
