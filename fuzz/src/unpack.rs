//! A payload model and bits that claim to be a packed payload, with a line break between them.

use sealed_qr::{
    Payload,
    packing::{self, MAX_JSON_BYTES},
};

use crate::{memory, pack};

/// Bits unpack to a text of bounded length, with bounded memory, or to nothing. A text that is a payload packs again.
pub fn run(data: &[u8]) {
    let Some((schema, bits)) = pack::parts(data) else { return };
    let layout = pack::layout(schema);
    let Some(json) = memory::bounded(bits.len(), || packing::unpack(&layout, bits)) else { return };
    assert!(json.len() <= MAX_JSON_BYTES.max(bits.len() + 1));
    if let Ok(payload) = Payload::parse(json.as_bytes()) {
        let packed = packing::pack(&layout, &payload);
        let again = packing::unpack(&layout, &packed);
        assert_eq!(again.as_deref(), Some(payload.as_json()));
    }
}
