//! The pictures of a batch as files in one ZIP archive, with the manifest.

use std::io::{Cursor, Write as _};

use creation::options::DrawOptions;
use zip::{CompressionMethod, DateTime, ZipWriter, result::ZipError, write::SimpleFileOptions};

use crate::{codes::Code, manifest, picture::PictureFormat};

/// The name of the manifest in the archive.
pub const MANIFEST: &str = "manifest.csv";

/// The archive of these codes: a file for each, and the manifest. The same codes have the same archive.
#[must_use]
pub fn write(codes: &[Code], format: PictureFormat, draw: &DrawOptions) -> Vec<u8> {
    let name = |code: &Code| format!("{}.{}", code.file_name, format.extension());
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let mut files = || {
        let manifest = manifest::write(codes, |code| Some(name(code)));
        write_file(&mut archive, MANIFEST, manifest.as_bytes())?;
        for code in codes {
            write_file(&mut archive, &name(code), &format.file(&code.symbol(), draw))?;
        }
        Ok::<_, ZipError>(())
    };
    files().and_then(|()| archive.finish()).expect("a vector takes everything, and the names differ").into_inner()
}

/// Adds a file as it is: PNG is compressed already, and compressing SVG would take longer than sending it.
fn write_file(archive: &mut ZipWriter<Cursor<Vec<u8>>>, name: &str, content: &[u8]) -> Result<(), ZipError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default());
    archive.start_file(name, options)?;
    archive.write_all(content)?;
    Ok(())
}
