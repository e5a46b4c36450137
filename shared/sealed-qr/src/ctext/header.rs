//! The header of a ctext: what is authenticated, but not encrypted.

use std::num::NonZeroU8;

use super::InvalidCtext;
use crate::{keyring::KeyId, unix_time::UnixTime};

/// Version 1, in the high nibble of the first byte.
const VERSION: u8 = 0x10;
/// The flag of a ctext that expires.
const EXPIRES: u8 = 0x01;
/// The flag of a ctext whose payload is packed by a model.
const PACKED: u8 = 0x02;
/// The flag of a ctext that counts how often it is redeemed.
const COUNTS: u8 = 0x04;
/// All flags.
const FLAGS: u8 = EXPIRES + PACKED + COUNTS;

/// The header of a ctext.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) key_id: KeyId,
    pub(super) expires_at: Option<UnixTime>,
    pub(super) is_packed: bool,
    /// How often it may be redeemed, if that is counted.
    pub(super) uses: Option<NonZeroU8>,
}

impl Header {
    /// The length in bytes of a header that says when its code expires, how often it may be redeemed, or neither.
    pub(super) const fn byte_len(expires: bool, counts: bool) -> usize {
        2 + if expires { 4 } else { 0 } + if counts { 1 } else { 0 }
    }

    pub(super) fn len(&self) -> usize {
        Self::byte_len(self.expires_at.is_some(), self.uses.is_some())
    }

    /// Appends its bytes.
    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        let flag = |is_set: bool, flag: u8| if is_set { flag } else { 0 };
        let flags =
            flag(self.expires_at.is_some(), EXPIRES) + flag(self.is_packed, PACKED) + flag(self.uses.is_some(), COUNTS);
        bytes.extend([VERSION + flags, self.key_id.get()]);
        bytes.extend(self.expires_at.map(|UnixTime(seconds)| seconds.to_be_bytes()).into_iter().flatten());
        bytes.extend(self.uses.map(NonZeroU8::get));
    }

    /// Reads the header at the beginning of a ctext.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, InvalidCtext> {
        let (&first, rest) = bytes.split_first().ok_or(InvalidCtext::Length)?;
        let flags = first ^ VERSION;
        if flags & !FLAGS != 0 {
            return Err(InvalidCtext::Version);
        }
        let (&key_id, mut rest) = rest.split_first().ok_or(InvalidCtext::Length)?;
        let expires_at = if flags & EXPIRES == 0 {
            None
        } else {
            let (seconds, after) = rest.split_first_chunk().ok_or(InvalidCtext::Length)?;
            rest = after;
            Some(UnixTime(u32::from_be_bytes(*seconds)))
        };
        let uses = if flags & COUNTS == 0 {
            None
        } else {
            let uses = *rest.first().ok_or(InvalidCtext::Length)?;
            Some(NonZeroU8::new(uses).ok_or(InvalidCtext::NoUses)?)
        };
        let key_id = KeyId::new(key_id).ok_or(InvalidCtext::UnknownKey)?;
        Ok(Self { key_id, expires_at, is_packed: flags & PACKED != 0, uses })
    }
}
