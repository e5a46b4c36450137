//! A payload model and a payload, one after the other, with a line break between them.

use sealed_qr::{
    Payload,
    packing::{self, Layout, MAX_JSON_BYTES},
};

use crate::memory;

/// Every payload comes back to the byte, whatever the model says of it, and takes fewer bytes than its text.
pub fn run(data: &[u8]) {
    let Some((schema, payload)) = parts(data) else { return };
    let Ok(payload) = Payload::parse(payload) else { return };
    let json = payload.as_json();
    let layout = layout(schema);
    let packed = packing::pack(&layout, &payload);
    assert!(packed.len() < json.len());
    if json.len() <= MAX_JSON_BYTES {
        assert_eq!(memory::bounded(json.len(), || packing::unpack(&layout, &packed)).as_deref(), Some(json));
    }
    assert!(layout.covers(&layout));
}

/// A schema and what follows it; `None` unless a schema comes first.
pub(crate) fn parts(data: &[u8]) -> Option<(&str, &[u8])> {
    let end = data.iter().position(|byte| *byte == b'\n')?;
    let schema = std::str::from_utf8(&data[..end]).ok().filter(|schema| Layout::of_schema(schema).is_ok())?;
    Some((schema, &data[end + 1..]))
}

/// The layout of a schema. It survives as JSON.
pub(crate) fn layout(schema: &str) -> Layout {
    let layout = Layout::of_schema(schema).expect("parts has read it");
    let json = serde_json::to_string(&layout).expect("a layout is JSON");
    assert_eq!(serde_json::from_str::<Layout>(&json).expect("a layout is read as it was written"), layout);
    layout
}
