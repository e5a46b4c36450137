//! What a batch asks for: the kind of codes, and what each row becomes before anything is sealed.

use std::collections::HashMap;

use creation::{
    options::{DrawOptions, SEALED_SEGMENTS},
    payload_model::{PayloadModel, PayloadModels},
    plain_text,
};
use qr_symbol::{Ecc, Symbol, Version};
use sealed_qr::{
    BaseUrl, Ctext, LinkForm, Payload, Terms, digits,
    json::{Object, Pointer},
};
use serde_json::Value;
use service::problem::{Problem, Violation};

use crate::{file_name, findings::Findings, rows::Row, template::Template};

/// The longest caption in bytes. No label has room for more, and laying out a line takes time.
const MAX_CAPTION_BYTES: usize = 300;

/// What each row becomes.
#[derive(Debug)]
pub enum Kind<'a> {
    /// A payload, which is sealed.
    Sealed(Sealing<'a>),
    /// A text, which is not.
    Plain,
}

/// How payloads are sealed.
#[derive(Debug)]
pub struct Sealing<'a> {
    /// The models of the deployment.
    pub models: &'a PayloadModels,
    /// The model of all payloads.
    pub model: &'static PayloadModel,
    /// What links begin with.
    pub base: BaseUrl,
    /// The form of the links.
    pub link: LinkForm,
    /// The terms of the codes.
    pub terms: Terms,
}

impl Sealing<'_> {
    /// The link to a ctext with this text.
    pub(crate) fn link(&self, ctext: &str) -> String {
        self.link.link(&self.base, ctext)
    }
}

/// Which symbols the codes of a batch have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Versions {
    /// All have the same version: the smallest that holds every code.
    #[default]
    One,
    /// The same, and at least this one: what the other parts of a run have.
    OneFrom(Version),
    /// Each has the smallest version that holds it.
    Each,
}

/// What a batch asks for.
#[derive(Debug)]
pub struct Order<'a> {
    /// The kind of the codes.
    pub kind: Kind<'a>,
    /// How symbols are drawn.
    pub draw: DrawOptions,
    /// Which symbols they have.
    pub versions: Versions,
    /// What is written beside each code, if anything.
    pub caption: Option<Template>,
    /// What the file of each code is called, unless by the number of its row.
    pub file_name: Option<Template>,
}

/// A row that can become a code.
#[derive(Clone, Debug)]
pub struct CheckedRow<'a> {
    /// Its number, counted from 1.
    pub number: u32,
    pub(crate) content: Content<'a>,
    /// What is written beside the code.
    pub caption: String,
    /// What its file is called, without an extension.
    pub file_name: String,
    /// The version of its symbol.
    pub(crate) version: Version,
}

impl CheckedRow<'_> {
    /// The version of the symbol.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }
}

/// What a code carries.
#[derive(Clone, Debug)]
pub(crate) enum Content<'a> {
    Sealed(&'a Sealing<'a>, Payload),
    Plain(String),
}

impl Order<'_> {
    /// Checks all rows, the first of which has this number, and decides the versions of their symbols.
    ///
    /// # Errors
    /// [`Problem::RowsViolated`] if any row cannot become a code: then none should.
    pub fn check(&self, rows: Vec<Row>, first: u32) -> Result<Vec<CheckedRow<'_>>, Problem> {
        let mut findings = Findings::default();
        let mut versions = HashMap::new();
        let mut checked = Vec::with_capacity(rows.len());
        for (number, row) in (first..).zip(rows) {
            match self.check_row(number, row, &mut versions) {
                Ok(row) => checked.push(row),
                Err(violations) => findings.add(number, violations),
            }
        }
        self.find_same_files(&checked, &mut findings);
        findings.finish()?;
        let least = match self.versions {
            Versions::One => Version::MIN,
            Versions::OneFrom(version) => version,
            Versions::Each => return Ok(checked),
        };
        let version = checked.iter().map(|row| row.version).fold(least, Ord::max);
        for row in &mut checked {
            row.version = version;
        }
        Ok(checked)
    }

    fn check_row(
        &self,
        number: u32,
        row: Row,
        versions: &mut HashMap<usize, Option<Version>>,
    ) -> Result<CheckedRow<'_>, Vec<Violation>> {
        let json = row.map_err(|violation| vec![violation])?;
        let content = self.content(&json)?;
        let version =
            self.version(&content, versions).map_err(|detail| vec![Violation::at(Pointer::default(), detail)])?;
        let fill = |template: &Template| template.fill(&content.members()).map_err(|violation| vec![violation]);
        let caption = self.caption.as_ref().map_or_else(|| Ok(String::new()), fill)?;
        if caption.len() > MAX_CAPTION_BYTES {
            let detail = format!("has a caption of {} bytes; at most {MAX_CAPTION_BYTES} are allowed", caption.len());
            return Err(vec![Violation::at(Pointer::default(), detail)]);
        }
        let file_name = match &self.file_name {
            None => number.to_string(),
            Some(template) => file_name::of(&fill(template)?).ok_or_else(|| {
                vec![Violation::at(Pointer::default(), "leaves nothing of the name of its file but punctuation")]
            })?,
        };
        Ok(CheckedRow { number, content, caption, file_name, version })
    }

    /// Finds rows whose files would have one name. In many file systems, letters are the same in either case.
    fn find_same_files(&self, rows: &[CheckedRow<'_>], findings: &mut Findings) {
        if self.file_name.is_none() {
            return;
        }
        let mut first_rows = HashMap::new();
        for row in rows {
            if let Some(first) = first_rows.insert(row.file_name.to_lowercase(), row.number) {
                let detail = format!("has the name of the file of row {first}");
                findings.add(row.number, vec![Violation::at(Pointer::default(), detail)]);
            }
        }
    }

    fn content(&self, json: &str) -> Result<Content<'_>, Vec<Violation>> {
        let violations = |problem| match problem {
            Problem::PayloadModelViolated(violations) => violations,
            Problem::MalformedJson(error) => vec![Violation::at(Pointer::default(), error.to_string())],
            other => vec![Violation::at(Pointer::default(), other.to_string())],
        };
        match &self.kind {
            Kind::Sealed(sealing) => {
                let payload = sealing.model.parse(json.as_bytes()).map_err(violations)?;
                Ok(Content::Sealed(sealing, sealing.models.packed(payload, sealing.model)))
            }
            Kind::Plain => {
                let object = Object::parse(json.as_bytes()).map_err(|error| violations(error.into()))?;
                plain_text::read(&object).map(|text| Content::Plain(text.to_owned()))
            }
        }
    }

    /// The smallest version that may hold the code. That of a sealed one depends on nothing but how long it is.
    fn version(&self, content: &Content<'_>, known: &mut HashMap<usize, Option<Version>>) -> Result<Version, String> {
        let ecc = self.draw.ecc;
        let version = match content {
            Content::Sealed(sealing, payload) => {
                let digits = digits::encoded_len(Ctext::byte_len(payload.sealed_len(), sealing.terms));
                let smallest = || {
                    Symbol::smallest_version(
                        &sealing.link(&"0".repeat(digits)),
                        ecc,
                        self.draw.limits(content.max_segments()),
                    )
                };
                *known.entry(digits).or_insert_with(smallest)
            }
            Content::Plain(text) => Symbol::smallest_version(text, ecc, self.draw.limits(content.max_segments())),
        };
        let version = version.ok_or_else(|| format!("does not fit in a QR code{}", shorter(ecc)))?;
        let (modules, limit) = (version.modules(), self.draw.most_modules());
        if modules > limit {
            return Err(format!("needs {modules} modules a side; at most {limit} are allowed{}", shorter(ecc)));
        }
        Ok(version)
    }
}

impl Content<'_> {
    /// The most segments that its symbol may have.
    pub(crate) fn max_segments(&self) -> usize {
        match self {
            Self::Sealed(..) => SEALED_SEGMENTS,
            Self::Plain(_) => usize::MAX,
        }
    }

    /// The members that templates name.
    fn members(&self) -> Value {
        match self {
            Self::Sealed(_, payload) => serde_json::from_str(payload.as_json()).unwrap_or_default(),
            Self::Plain(text) => serde_json::json!({ "value": text }),
        }
    }
}

fn shorter(ecc: Ecc) -> &'static str {
    match ecc {
        Ecc::L => ": shorten it",
        _ => ": shorten it, or lower the error correction (ecc=L)",
    }
}
