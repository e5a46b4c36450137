//! The payload: the JSON that a code carries, minified, with number text and key order as received.

use std::fmt;

use serde_json::{Value, value::RawValue};

use crate::{
    json::{InvalidJson, Object},
    model_number::ModelNumber,
    packing::{self, Layout},
};

/// A JSON text that may be shown as the content of a code.
///
/// There are two ways to get one: from a text that was parsed strictly, and from a ctext whose seal held. It does not
/// print.
#[derive(Clone, PartialEq, Eq)]
pub struct Payload {
    json: String,
    packed: Option<Packed>,
}

/// A payload packed by the model with this number.
#[derive(Clone, PartialEq, Eq)]
struct Packed {
    model: ModelNumber,
    /// The number, and the packed payload.
    plaintext: Vec<u8>,
}

impl Payload {
    /// Reads a JSON object and minifies it.
    ///
    /// # Errors
    /// [`InvalidJson`] if the text is not one JSON object that every parser reads alike.
    pub fn parse(json: &[u8]) -> Result<Self, InvalidJson> {
        Self::parse_checked(json, |_| Ok(()))
    }

    /// Reads a JSON object, holds it against a model and minifies it.
    ///
    /// `check` is the model. It gets the object as a tree whose numbers have the exact value that was written.
    ///
    /// # Errors
    /// [`InvalidJson`], or the error of `check`.
    pub fn parse_checked<E: From<InvalidJson>>(
        json: &[u8],
        check: impl FnOnce(&Value) -> Result<(), E>,
    ) -> Result<Self, E> {
        let object = Object::parse(json)?;
        check(object.tree())?;
        Ok(Self { json: object.minified(), packed: None })
    }

    /// The same payload, to be sealed as one of this model: with the model's number, and in fewer bytes.
    #[must_use]
    pub fn packed_by(self, model: ModelNumber, layout: &Layout) -> Self {
        let mut plaintext = vec![model.get()];
        plaintext.extend(packing::pack(layout, &self));
        Self { packed: Some(Packed { model, plaintext }), ..self }
    }

    /// Takes a plaintext that AES-GCM has authenticated; `None` unless it is JSON, which only a holder of the key could
    /// have brought about.
    pub(crate) fn from_authentic(plaintext: Vec<u8>) -> Option<Self> {
        let json = String::from_utf8(plaintext).ok()?;
        serde_json::from_str::<&RawValue>(&json).ok()?;
        Some(Self { json, packed: None })
    }

    /// Takes a plaintext that AES-GCM has authenticated: the number of a model, and a payload packed by it. `None` unless
    /// that unpacks to JSON.
    pub(crate) fn from_authentic_packed(model: ModelNumber, layout: &Layout, plaintext: Vec<u8>) -> Option<Self> {
        let payload = Self::from_authentic(packing::unpack(layout, plaintext.get(1..)?)?.into_bytes())?;
        Some(Self { packed: Some(Packed { model, plaintext }), ..payload })
    }

    /// The model that it was or will be sealed as.
    #[must_use]
    pub fn model(&self) -> Option<ModelNumber> {
        self.packed.as_ref().map(|packed| packed.model)
    }

    /// What is encrypted.
    pub(crate) fn plaintext(&self) -> &[u8] {
        self.packed.as_ref().map_or(self.json.as_bytes(), |packed| &packed.plaintext)
    }

    /// How many bytes are encrypted.
    #[must_use]
    pub fn sealed_len(&self) -> usize {
        self.plaintext().len()
    }

    /// The JSON text.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.json
    }

    /// The JSON text.
    #[must_use]
    pub fn into_json(self) -> String {
        self.json
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minified_text_is_sealed() {
        let payload = Payload::parse(b" { \"amount\" : 1.0,\n \"id\" : \" a \" } ").unwrap();
        assert_eq!(payload.as_json(), "{\"amount\":1.0,\"id\":\" a \"}");
        assert_eq!(format!("{payload:?}"), "[redacted]");
        assert_eq!(payload.clone().into_json(), payload.as_json());
    }

    #[test]
    fn a_model_decides_what_becomes_a_payload() {
        let has_id = |tree: &Value| tree.get("id").map(drop).ok_or(InvalidJson::NotAnObject);
        assert!(Payload::parse_checked(br#"{"id":1}"#, has_id).is_ok());
        assert_eq!(Payload::parse_checked(b"{}", has_id), Err(InvalidJson::NotAnObject));
    }

    #[test]
    fn a_packed_payload_knows_its_model_and_its_length() {
        let layout = Layout::of_schema(r#"{"type": "object", "properties": {"a": {"type": "boolean"}}}"#).unwrap();
        let number = ModelNumber::new(7).unwrap();
        let plain = Payload::parse(br#"{"a":true}"#).unwrap();
        assert_eq!((plain.model(), plain.sealed_len()), (None, 10));
        let packed = plain.clone().packed_by(number, &layout);
        assert_eq!((packed.model(), packed.sealed_len(), packed.as_json()), (Some(number), 2, plain.as_json()));
        assert_eq!(packed.plaintext(), [7, 0b0111_0000]);
        let opened = Payload::from_authentic_packed(number, &layout, packed.plaintext().to_vec());
        assert_eq!(opened, Some(packed));
        assert_eq!(Payload::from_authentic_packed(number, &layout, b"\x07\x80\"a\":".to_vec()), None, "not JSON");
    }

    #[test]
    fn authentic_bytes_must_be_json() {
        assert!(Payload::from_authentic(b"{\"id\":1}".to_vec()).is_some());
        assert!(Payload::from_authentic(b"{\"id\":".to_vec()).is_none());
        assert!(Payload::from_authentic(b"\"\xff\"".to_vec()).is_none());
        assert!(Payload::from_authentic(Vec::new()).is_none());
    }
}
