#![doc = include_str!("../README.md")]

mod aead;
mod code_name;
mod ctext;
mod derivation;
pub mod digits;
pub mod json;
mod keyring;
pub mod link;
mod model_number;
pub mod packing;
mod page_url;
mod payload;
mod random;
mod terms;
mod unix_time;

pub use code_name::{CodeName, InvalidCodeName};
pub use ctext::{Ctext, InvalidCtext, OpenError, Opened, Series};
pub use keyring::{InvalidKeyring, Key, KeyId, Keyring, NewKeyError};
pub use link::{BaseUrl, LinkForm};
pub use model_number::ModelNumber;
pub use page_url::{InvalidPageUrl, PageUrl};
pub use payload::Payload;
pub use random::{RandomError, random_bytes};
pub use terms::{Reveal, Terms, Uses};
pub use unix_time::UnixTime;
