//! The answer to a request for a batch.

use creation::options::DrawOptions;
use label_sheet::{Label, TooLarge, caption, html, pdf};
use qr_symbol::Symbol;
use sealed_qr::{Keyring, json::Pointer};
use service::{
    gateway::{self, PagePolicy, Response},
    problem::{Problem, Violation},
    query::InvalidQuery,
};

use crate::{
    archive,
    codes::{self, Code},
    findings::Findings,
    lines, manifest,
    options::{AnswerFormat, SheetFormat},
    order::CheckedRow,
    sheet_options::SheetOptions,
};

/// The greatest length of an answer in bytes. In base64, it stays below the 6 MB of a response (Lambda quotas).
pub const MAX_ANSWER_BYTES: usize = 4_500_000;
/// What sheets are called.
const TITLE: &str = "Labels";
/// How many codes of a batch are made to learn how long its answer will be.
const SAMPLE: usize = 32;

/// Refuses a batch that cannot be answered in this format, before any of its codes is made.
///
/// # Errors
/// [`Problem::BatchTooLarge`] says how many rows fit. [`Problem::RowsViolated`] if captions cannot be printed,
/// [`Problem::InvalidQuery`] if codes do not fit on their labels, and [`Problem::RandomUnavailable`].
pub fn check(rows: &[CheckedRow<'_>], format: AnswerFormat, draw: &DrawOptions) -> Result<(), Problem> {
    check_sheets(rows, format, draw)?;
    if rows.len() < SAMPLE {
        return Ok(());
    }
    // These codes are thrown away, and so is the key that seals them.
    let keyring = Keyring::generate()?;
    let codes = codes::make(sample(rows), draw.ecc, &keyring, None)?;
    let half = content(&codes[..SAMPLE / 2], format, draw)?.len();
    let whole = content(&codes, format, draw)?.len();
    let per_code = whole.saturating_sub(half).div_ceil(SAMPLE / 2);
    check_length(whole + per_code * (rows.len() - SAMPLE), rows.len(), per_code)
}

/// Refuses rows whose codes or captions do not fit on sheets of labels, if that is the format.
///
/// # Errors
/// [`Problem::RowsViolated`] if captions cannot be printed, and [`Problem::InvalidQuery`] if codes do not fit on their
/// labels.
pub fn check_sheets(rows: &[CheckedRow<'_>], format: AnswerFormat, draw: &DrawOptions) -> Result<(), Problem> {
    let AnswerFormat::Sheet(format, options) = format else { return Ok(()) };
    check_captions(rows, format)?;
    let modules = rows.iter().map(|row| row.version.modules()).max().unwrap_or_default();
    let captions = rows.iter().map(|row| row.caption.as_str());
    options.sheet(draw).check(modules, &captions).map_err(too_large)
}

/// Rows from everywhere in a table, which may be sorted. So are those of either half.
fn sample<'a>(rows: &[CheckedRow<'a>]) -> Vec<CheckedRow<'a>> {
    let places = (0..SAMPLE).step_by(2).chain((1..SAMPLE).step_by(2));
    places.map(|place| rows[place * rows.len() / SAMPLE].clone()).collect()
}

/// Refuses captions with characters that a PDF cannot have.
fn check_captions(rows: &[CheckedRow<'_>], format: SheetFormat) -> Result<(), Problem> {
    let mut findings = Findings::default();
    if format == SheetFormat::Pdf {
        for row in rows {
            if let Err(error) = caption::check(&row.caption) {
                let detail = format!("has a caption in which {error}: use format=html, or leave it out of the caption");
                findings.add(row.number, vec![Violation::at(Pointer::default(), detail)]);
            }
        }
    }
    findings.finish()
}

fn too_large(error: TooLarge) -> Problem {
    let detail = format!(
        "Here {error}. Use larger labels, the compact link (link=compact), a lower error correction (ecc=L), the caption \
         beside the code (caption_at=beside) or a smaller size"
    );
    InvalidQuery::Contradictory(detail).into()
}

/// Answers with codes.
///
/// # Errors
/// [`Problem::BatchTooLarge`] if the answer is too long after all.
pub fn write(codes: &[Code], format: AnswerFormat, draw: &DrawOptions) -> Result<Response, Problem> {
    let check = |bytes: usize| check_length(bytes, codes.len(), bytes.div_ceil(codes.len().max(1)));
    let (media_type, file_name) = format.file();
    if let AnswerFormat::Sheet(SheetFormat::Html, options) = format {
        let html::Page { html, style } = page(codes, options, draw)?;
        check(html.len())?;
        // A page that may use its own style and nothing else.
        let page = gateway::page(html, &PagePolicy::new(&style, "", ""));
        return Ok(gateway::as_file(file_name, page));
    }
    let content = content(codes, format, draw)?;
    check(content.len())?;
    Ok(gateway::file(media_type, file_name, content))
}

/// Refuses an answer of `bytes` bytes about `rows` rows if it is too long.
fn check_length(bytes: usize, rows: usize, per_row: usize) -> Result<(), Problem> {
    if bytes <= MAX_ANSWER_BYTES {
        return Ok(());
    }
    // Ten less in a hundred, because no two are exactly alike.
    let fit = MAX_ANSWER_BYTES / per_row.max(1) * 9 / 10;
    Err(Problem::BatchTooLarge(format!(
        "The answer about {rows} rows would have some {bytes} bytes; at most {MAX_ANSWER_BYTES} are allowed. Send about \
         {fit} rows at a time, or start a print run where the deployment offers them."
    )))
}

/// The content of the answer.
///
/// # Errors
/// [`Problem::InvalidQuery`] if codes do not fit on their labels.
pub fn content(codes: &[Code], format: AnswerFormat, draw: &DrawOptions) -> Result<Vec<u8>, Problem> {
    Ok(match format {
        AnswerFormat::Lines(picture) => lines::write(codes, picture, draw).into_bytes(),
        AnswerFormat::Manifest => manifest::write(codes, |_| None).into_bytes(),
        AnswerFormat::Archive(picture) => archive::write(codes, picture, draw),
        AnswerFormat::Sheet(SheetFormat::Pdf, options) => {
            let symbols = symbols(codes);
            pdf::encode(&options.sheet(draw), &labels(codes, &symbols), TITLE).map_err(too_large)?
        }
        AnswerFormat::Sheet(SheetFormat::Html, options) => page(codes, options, draw)?.html.into_bytes(),
    })
}

/// Sheets as a page.
fn page(codes: &[Code], options: SheetOptions, draw: &DrawOptions) -> Result<html::Page, Problem> {
    let symbols = symbols(codes);
    html::encode(&options.sheet(draw), &labels(codes, &symbols), TITLE).map_err(too_large)
}

fn symbols(codes: &[Code]) -> Vec<Symbol> {
    codes.iter().map(Code::symbol).collect()
}

fn labels<'a>(codes: &'a [Code], symbols: &'a [Symbol]) -> Vec<Label<'a>> {
    let label = |(code, symbol): (&'a Code, _)| Label { symbol, caption: code.caption.as_str().into() };
    codes.iter().zip(symbols).map(label).collect()
}
