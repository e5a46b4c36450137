//! Sealed QR: QR codes that carry encrypted data back to the server.
//!
//! Creating a code goes [`payload`] → [`ctext`] → [`link`] → [`symbol`] → [`png`]; opening it goes
//! [`ctext`] → [`payload`]. The keys come from a [`keyring`]. Only [`http`], [`secrets_manager`] and, for what is
//! logged, [`logging`] and [`metrics`] know Lambda and AWS.

mod aead;
pub mod ctext;
pub mod digits;
pub mod http;
pub mod json;
pub mod keyring;
pub mod keyring_cache;
pub mod keyring_source;
pub mod link;
pub mod logging;
pub mod metrics;
pub mod payload;
pub mod payload_model;
pub mod picture;
pub mod png;
pub mod problem;
pub mod query;
pub mod rotation;
pub mod secrets_manager;
pub mod settings;
pub mod startup;
pub mod svg;
pub mod symbol;
pub mod violation;
