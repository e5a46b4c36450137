//! The answer to a request for a batch.

use creation::options::DrawOptions;
use sealed_qr::Keyring;
use service::{
    gateway::{self, Response},
    problem::Problem,
};

use crate::{
    archive,
    codes::{self, Code},
    lines, manifest,
    options::AnswerFormat,
    order::CheckedRow,
};

/// The greatest length of an answer in bytes. In base64, it stays below the 6 MB of a response (Lambda quotas).
pub const MAX_ANSWER_BYTES: usize = 4_500_000;
/// How many codes of a batch are made to learn how long its answer will be.
const SAMPLE: usize = 32;

/// Refuses a batch whose answer would be too long, before any of its codes is made.
///
/// # Errors
/// [`Problem::BatchTooLarge`] says how many rows fit. [`Problem::RandomUnavailable`].
pub fn check_size(rows: &[CheckedRow<'_>], format: AnswerFormat, draw: &DrawOptions) -> Result<(), Problem> {
    let Some(sample) = rows.get(..SAMPLE) else { return Ok(()) };
    // These codes are thrown away, and so is the key that seals them.
    let keyring = Keyring::generate()?;
    let codes = codes::make(sample.to_vec(), draw.ecc, &keyring, None)?;
    let [half, whole] = [&codes[..SAMPLE / 2], &codes].map(|codes| content(codes, format, draw).len());
    let per_code = (whole - half).div_ceil(SAMPLE / 2);
    check(whole + per_code * (rows.len() - SAMPLE), rows.len(), per_code)
}

/// Answers with codes.
///
/// # Errors
/// [`Problem::BatchTooLarge`] if the answer is too long after all.
pub fn write(codes: &[Code], format: AnswerFormat, draw: &DrawOptions) -> Result<Response, Problem> {
    let content = content(codes, format, draw);
    check(content.len(), codes.len(), content.len().div_ceil(codes.len().max(1)))?;
    let (media_type, file_name) = format.file();
    Ok(gateway::file(media_type, file_name, content))
}

/// Refuses an answer of `bytes` bytes about `rows` rows if it is too long.
fn check(bytes: usize, rows: usize, per_row: usize) -> Result<(), Problem> {
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
#[must_use]
pub fn content(codes: &[Code], format: AnswerFormat, draw: &DrawOptions) -> Vec<u8> {
    match format {
        AnswerFormat::Lines(picture) => lines::write(codes, picture, draw.style).into_bytes(),
        AnswerFormat::Manifest => manifest::write(codes, |_| None).into_bytes(),
        AnswerFormat::Archive(picture) => archive::write(codes, picture, draw.style),
    }
}
