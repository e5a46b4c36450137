#![doc = include_str!("../README.md")]

mod aead;
mod ctext;
pub mod digits;
pub mod json;
mod keyring;
pub mod link;
mod model_number;
pub mod packing;
mod payload;
mod random;
mod unix_time;

pub use ctext::{Ctext, InvalidCtext, OpenError};
pub use keyring::{InvalidKeyring, Key, KeyId, Keyring, NewKeyError};
pub use link::{BaseUrl, LinkForm};
pub use model_number::ModelNumber;
pub use payload::Payload;
pub use random::RandomError;
pub use unix_time::UnixTime;
