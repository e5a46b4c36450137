//! The options of a batch, in addition to those of its codes.

use creation::{
    options::{DrawOptions, INK, SealOptions},
    parameter::{Parameter, Values},
};
use service::{
    gateway::Request,
    problem::Problem,
    query::{InvalidQuery, Query},
};

use crate::{
    archive,
    order::Versions,
    picture::PictureFormat,
    sheet_options::{self, SheetOptions},
    template::Template,
};

/// The parameter `format`.
pub const FORMAT: Parameter = Parameter {
    name: "format",
    meaning: "The format of the answer: lines of JSON, the manifest alone (csv), pictures and the manifest (zip), or \
              sheets of labels (pdf, html). If absent, the Accept header decides.",
    values: Values::Words(&["ndjson", "csv", "zip", "pdf", "html"]),
    default: Some("ndjson"),
};
/// The parameter `picture`.
pub const PICTURE: Parameter = Parameter {
    name: "picture",
    meaning: "The pictures of the codes: in lines of JSON none unless this says otherwise, in an archive png.",
    values: Values::Words(&["png", "svg"]),
    default: None,
};
/// The parameter `file_name`.
pub const FILE_NAME: Parameter = Parameter {
    name: "file_name",
    meaning: "The names of the files in an archive, without an extension. If absent, the numbers of the rows.",
    values: Values::Text("a text with members in braces, such as {id}, of at most 200 bytes"),
    default: None,
};
/// The parameter `versions`.
pub const VERSIONS: Parameter = Parameter {
    name: "versions",
    meaning: "Whether all codes of the batch have the same size in modules, or each the smallest that holds it.",
    values: Values::Words(&["one", "each"]),
    default: Some("one"),
};
/// The parameter `caption`.
pub const CAPTION: Parameter = Parameter {
    name: "caption",
    meaning: "What is written beside each code on sheets of labels.",
    values: Values::Text("a text with members in braces, such as {id} · {seat}, of at most 200 bytes"),
    default: None,
};

/// What a batch is answered with.
#[derive(Debug)]
pub struct BatchOptions {
    /// The answer.
    pub answer: AnswerFormat,
    /// Which symbols the codes have.
    pub versions: Versions,
    /// What the file of each code is called.
    pub file_name: Option<Template>,
    /// What is written beside each code.
    pub caption: Option<Template>,
}

/// The format of the answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AnswerFormat {
    /// A line of JSON for each code, with its picture if there is a format for that.
    Lines(Option<PictureFormat>),
    /// The manifest.
    Manifest,
    /// A ZIP archive of pictures, with the manifest.
    Archive(PictureFormat),
    /// Sheets of labels.
    Sheet(SheetFormat, SheetOptions),
}

/// The format of sheets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetFormat {
    /// PDF.
    Pdf,
    /// HTML, for printing from a browser.
    Html,
}

impl AnswerFormat {
    /// The media type of the answer, and what it is called when it is saved.
    #[must_use]
    pub const fn file(self) -> (&'static str, &'static str) {
        match self {
            Self::Lines(_) => ("application/x-ndjson", "codes.ndjson"),
            Self::Manifest => ("text/csv; charset=utf-8", archive::MANIFEST),
            Self::Archive(_) => ("application/zip", "codes.zip"),
            Self::Sheet(SheetFormat::Pdf, _) => ("application/pdf", "labels.pdf"),
            Self::Sheet(SheetFormat::Html, _) => ("text/html; charset=utf-8", "labels.html"),
        }
    }

    /// How many codes fill the first pages of sheets, at least so many; any number fills what has no pages.
    #[must_use]
    pub fn fill(self, codes: usize) -> usize {
        match self {
            Self::Sheet(_, options) => options.fill(codes),
            _ => codes,
        }
    }

    /// The same behind the first pages: from the first label on.
    #[must_use]
    pub fn continued(self) -> Self {
        match self {
            Self::Sheet(format, options) => Self::Sheet(format, options.continued()),
            other => other,
        }
    }
}

/// The word for it in the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    NdJson,
    Csv,
    Zip,
    Sheet(SheetFormat),
}

impl BatchOptions {
    /// The parameters of batches.
    pub const PARAMETERS: [Parameter; 5] = [FORMAT, PICTURE, FILE_NAME, VERSIONS, CAPTION];

    /// Takes the parameters of batches.
    ///
    /// # Errors
    /// [`Problem::InvalidQuery`] and [`Problem::NotAcceptable`].
    pub fn take(query: &mut Query<'_>, request: &Request) -> Result<Self, Problem> {
        let format = Format::take(query, request)?;
        let picture = PICTURE.choose(query, &[("png", PictureFormat::Png), ("svg", PictureFormat::Svg)])?;
        let file_name: Option<Template> = FILE_NAME.take(query)?;
        let versions = VERSIONS.choose(query, &[("one", Versions::One), ("each", Versions::Each)])?.unwrap_or_default();
        let caption: Option<Template> = CAPTION.take(query)?;
        let needed = |parameter: Parameter, other| Err(InvalidQuery::Needed { name: parameter.name, other }.into());
        let answer = match format {
            Format::NdJson => AnswerFormat::Lines(picture),
            Format::Csv => AnswerFormat::Manifest,
            Format::Zip => AnswerFormat::Archive(picture.unwrap_or(PictureFormat::Png)),
            Format::Sheet(format) => AnswerFormat::Sheet(format, SheetOptions::take(query)?),
        };
        let of_sheets = sheet_options::PARAMETERS.into_iter().find(|parameter| query.contains(parameter.name));
        if let Some(parameter) = of_sheets.or(caption.as_ref().map(|_| CAPTION))
            && !matches!(format, Format::Sheet(_))
        {
            return needed(parameter, "format=pdf or format=html");
        }
        if picture.is_some() && !matches!(format, Format::NdJson | Format::Zip) {
            return needed(PICTURE, "format=ndjson or format=zip");
        }
        if file_name.is_some() && format != Format::Zip {
            return needed(FILE_NAME, "format=zip");
        }
        if query.contains(INK.name) && format != Format::Sheet(SheetFormat::Pdf) {
            return needed(INK, "format=pdf");
        }
        Ok(Self { answer, versions, file_name, caption })
    }
}

/// All parameters of a batch whose codes are sealed, as the path says, or not.
pub fn parameters(are_sealed: bool) -> impl Iterator<Item = Parameter> {
    let of_sealed = SealOptions::PARAMETERS.into_iter().filter(move |_| are_sealed);
    let of_batches = BatchOptions::PARAMETERS.into_iter().chain(sheet_options::PARAMETERS);
    of_batches.chain(DrawOptions::PARAMETERS).chain(of_sealed)
}

impl Format {
    /// Takes the format that the query names. If it names none, the header `accept` decides.
    fn take(query: &mut Query<'_>, request: &Request) -> Result<Self, Problem> {
        let [pdf, html] = [SheetFormat::Pdf, SheetFormat::Html].map(Self::Sheet);
        let words = [("ndjson", Self::NdJson), ("csv", Self::Csv), ("zip", Self::Zip), ("pdf", pdf), ("html", html)];
        if let Some(format) = FORMAT.choose(query, &words)? {
            return Ok(format);
        }
        let offered = [
            (Self::NdJson, "application/x-ndjson"),
            (Self::Csv, "text/csv"),
            (Self::Zip, "application/zip"),
            (pdf, "application/pdf"),
            (html, "text/html"),
        ];
        let offer = "application/x-ndjson, text/csv, application/zip, application/pdf or text/html";
        request.preferred_of(&offered).ok_or(Problem::NotAcceptable { offered: offer })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        answer::MAX_ANSWER_BYTES,
        documentation,
        rows::{MAX_BATCH_BYTES, MAX_ROWS},
    };

    const PAGE: &str = include_str!("../../../docs/api.md");
    const SECTION: &str = "Create many codes";

    #[test]
    fn the_documentation_has_exactly_these_parameters() {
        documentation::assert_parameters(PAGE, SECTION, BatchOptions::PARAMETERS);
    }

    #[test]
    fn the_documentation_has_these_limits() {
        let section = documentation::section(PAGE, SECTION);
        for limit in [
            format!("at most {MAX_ROWS} rows and {MAX_BATCH_BYTES} bytes"),
            format!("The answer has at most {MAX_ANSWER_BYTES} bytes"),
        ] {
            assert!(section.contains(&limit), "{limit}");
        }
        let labels = include_str!("../../../docs/labels.md");
        assert!(documentation::section(labels, "Print runs").contains(&format!("at most {MAX_ANSWER_BYTES} bytes")));
    }
}
