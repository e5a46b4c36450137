//! Bytes as decimal digits, the densest text for a QR code.
//!
//! Numeric mode stores three digits in ten bits (ISO/IEC 18004:2015, 7.4.3). Seven bytes written as seventeen digits
//! use 99 % of that capacity; base64 in byte mode uses 75 %. CTAP 2.2 (section 11.5.1) encodes the payload of its QR
//! codes the same way.

/// Bytes in a full chunk.
const CHUNK_BYTES: usize = 7;
/// The digits of a chunk, indexed by its bytes: the fewest that hold `256^index - 1`.
const CHUNK_DIGITS: [usize; CHUNK_BYTES + 1] = [0, 3, 5, 8, 10, 13, 15, 17];

/// The number of digits that [`encode`] makes of `bytes` bytes.
#[must_use]
pub const fn encoded_len(bytes: usize) -> usize {
    bytes / CHUNK_BYTES * CHUNK_DIGITS[CHUNK_BYTES] + CHUNK_DIGITS[bytes % CHUNK_BYTES]
}

/// Writes `bytes` as decimal digits: each chunk of seven bytes, read as a little-endian number, becomes seventeen
/// zero-padded digits, and a shorter last chunk as few as its length needs.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let mut text = Vec::with_capacity(encoded_len(bytes.len()));
    for chunk in bytes.chunks(CHUNK_BYTES) {
        let mut little_endian = [0; 8];
        little_endian[..chunk.len()].copy_from_slice(chunk);
        let mut value = u64::from_le_bytes(little_endian);

        let mut digits = [b'0'; CHUNK_DIGITS[CHUNK_BYTES]];
        let digits = &mut digits[..CHUNK_DIGITS[chunk.len()]];
        for digit in digits.iter_mut().rev() {
            *digit += (value % 10) as u8;
            value /= 10;
        }
        text.extend_from_slice(digits);
    }
    String::from_utf8(text).expect("digits are ASCII")
}

/// Reads what [`encode`] writes. Every byte string has exactly one text. `None` for any other text: one with a
/// character that is not a digit, with a length that no byte string has, or with a chunk whose value exceeds its bytes.
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / CHUNK_DIGITS[CHUNK_BYTES] * CHUNK_BYTES + CHUNK_BYTES);
    for digits in text.as_bytes().chunks(CHUNK_DIGITS[CHUNK_BYTES]) {
        let length = CHUNK_DIGITS.iter().position(|&count| count == digits.len())?;
        let mut value: u64 = 0;
        for digit in digits {
            if !digit.is_ascii_digit() {
                return None;
            }
            value = value * 10 + u64::from(digit - b'0');
        }
        if value >> (8 * length) != 0 {
            return None;
        }
        bytes.extend_from_slice(&value.to_le_bytes()[..length]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_texts() {
        assert_eq!(encode(b""), "");
        assert_eq!(encode(&[0]), "000");
        assert_eq!(encode(&[255]), "255");
        assert_eq!(encode(&[0, 1]), "00256");
        assert_eq!(encode(&[255; 7]), "72057594037927935");
        assert_eq!(encode(&[1, 0, 0, 0, 0, 0, 0, 2]), "00000000000000001002");
    }

    #[test]
    fn every_chunk_length_holds_its_largest_value() {
        for (length, digits) in CHUNK_DIGITS.into_iter().enumerate() {
            let largest = vec![0xff; length];
            assert_eq!(encode(&largest).len(), digits);
            assert_eq!(decode(&encode(&largest)), Some(largest));
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["0", "00", "0000", "00a", "-12", " 12", "+12", "٠٠٠"] {
            assert_eq!(decode(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_chunk_is_less_than_its_bytes_can_hold() {
        for (largest, too_large) in [
            ("255", "256"),
            ("65535", "65536"),
            ("16777215", "16777216"),
            ("4294967295", "4294967296"),
            ("1099511627775", "1099511627776"),
            ("281474976710655", "281474976710656"),
            ("72057594037927935", "72057594037927936"),
        ] {
            for before in ["", "00000000000000001"] {
                assert!(decode(&format!("{before}{largest}")).is_some(), "{largest}");
                assert_eq!(decode(&format!("{before}{too_large}")), None, "{too_large}");
                assert_eq!(decode(&format!("{before}{}", "9".repeat(largest.len()))), None, "{before}");
            }
        }
    }

    #[test]
    fn short_byte_strings_and_readable_texts_correspond_one_to_one() {
        for byte in 0..=u8::MAX {
            assert_eq!(decode(&encode(&[byte])), Some(vec![byte]));
        }
        for pair in (0..=u16::MAX).map(u16::to_le_bytes) {
            assert_eq!(decode(&encode(&pair)).as_deref(), Some(&pair[..]));
        }
        let read = |length: u32| {
            (0..10_u32.pow(length)).filter_map(move |text| decode(&format!("{text:0width$}", width = length as usize)))
        };
        assert_eq!([1, 2, 3, 4, 5].map(|length| read(length).count()), [0, 0, 256, 0, 65536]);
    }

    #[test]
    fn memory_is_allocated_once() {
        let bytes = [7; 100 * CHUNK_BYTES];
        assert_eq!(encode(&bytes).capacity(), 100 * CHUNK_DIGITS[CHUNK_BYTES]);
        assert!(decode(&encode(&bytes)).unwrap().capacity() <= bytes.len() + CHUNK_BYTES);
    }

    proptest! {
        #[test]
        fn bytes_survive(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let text = encode(&bytes);
            prop_assert_eq!(text.len(), encoded_len(bytes.len()));
            prop_assert_eq!(decode(&text), Some(bytes));
        }

        #[test]
        fn a_readable_text_is_written_the_same(text in "[0-9]{0,60}") {
            if let Some(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
