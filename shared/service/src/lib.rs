//! What the Lambda functions share: how they are asked and how they answer.
//!
//! [`gateway`] turns events into requests and answers into what API Gateway expects, [`problem`] is every error that a
//! caller can meet, [`app_state`] is what a function needs to answer, and [`keyring_cache`] keeps the keyring from
//! [`secrets_manager`] fresh. What a code says is up to the crate `sealed-qr`.

pub mod app_state;
pub mod aws;
pub mod event_bus;
pub mod gateway;
pub mod idempotency_key;
pub mod invocation;
pub mod keyring_cache;
pub mod keyring_source;
pub mod logging;
pub mod metrics;
pub mod moment;
pub mod problem;
pub mod problem_type;
pub mod query;
pub mod secrets_manager;
pub mod settings;
pub mod timestamp;
