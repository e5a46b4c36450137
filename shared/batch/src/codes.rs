//! The codes of a batch, once its rows have been checked.

use creation::{created, payload_model::PayloadModel};
use qr_symbol::{Ecc, Limits, Symbol, Version};
use sealed_qr::{CodeName, Ctext, Keyring, Payload, RandomError, Series, Terms};

use crate::order::{CheckedRow, Content, Sealing};

/// A code.
#[derive(Debug)]
pub struct Code {
    /// The number of its row, counted from 1.
    pub row: u32,
    /// What is known of it if it is sealed.
    pub sealed: Option<SealedCode>,
    /// The version of its symbol.
    pub version: Version,
    /// The error correction level of its symbol.
    pub ecc: Ecc,
    /// What its symbol contains.
    text: String,
    max_segments: usize,
    /// What is written beside it.
    pub caption: String,
    /// What its file is called, without an extension.
    pub file_name: String,
}

impl Code {
    /// Its symbol. Drawing it is most of the work that a code makes, so this is for answers that show it.
    #[must_use]
    pub fn symbol(&self) -> Symbol {
        let limits = Limits { max_segments: self.max_segments, min_version: self.version };
        Symbol::encode_in(&self.text, self.ecc, limits).expect("the row's version holds it")
    }
}

/// What is known of a sealed code.
#[derive(Debug)]
pub struct SealedCode {
    /// The link with the ctext in base64url.
    pub url: String,
    /// Its name.
    pub name: CodeName,
    /// Its terms.
    pub terms: Terms,
    /// What was sealed.
    pub payload: Payload,
}

/// Makes a code of each row. With the name of a series, the same rows have the same codes whenever they are made, as long
/// as no newer key seals.
///
/// # Errors
/// [`RandomError`] if the operating system has no random bytes for nonces.
pub fn make(
    rows: Vec<CheckedRow<'_>>,
    ecc: Ecc,
    keyring: &Keyring,
    series: Option<&str>,
) -> Result<Vec<Code>, RandomError> {
    let series = series.map(|name| Series::new(keyring, name.as_bytes()));
    let seal = |row, payload: &Payload, terms| match &series {
        None => Ctext::seal(payload, keyring, terms),
        Some(series) => Ok(series.seal(row, payload, terms)),
    };
    let make = |row: CheckedRow<'_>| {
        let max_segments = row.content.max_segments();
        let (text, sealed) = match row.content {
            Content::Plain(text) => (text, None),
            Content::Sealed(sealing, payload) => {
                let ctext = seal(row.number, &payload, sealing.terms)?;
                (sealing.link(&ctext.to_digits()), Some(SealedCode::new(sealing, &ctext, payload)))
            }
        };
        let CheckedRow { number: row, version, caption, file_name, .. } = row;
        Ok(Code { row, sealed, version, ecc, text, max_segments, caption, file_name })
    };
    rows.into_iter().map(make).collect()
}

/// What other systems are told of these codes, which are of this model.
#[must_use]
pub fn created_events(codes: &[Code], model: &PayloadModel) -> Vec<String> {
    let sealed = codes.iter().filter_map(|code| code.sealed.as_ref());
    sealed.map(|code| created::event(code.name, &code.payload, model, code.terms).to_json()).collect()
}

impl SealedCode {
    fn new(sealing: &Sealing<'_>, ctext: &Ctext, payload: Payload) -> Self {
        let url = sealing.link(&ctext.to_base64url());
        Self { url, name: ctext.name(), terms: sealing.terms, payload }
    }
}
