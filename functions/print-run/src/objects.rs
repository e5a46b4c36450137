//! The bucket: a port, implemented by Amazon S3 and by a twin in memory.

#[cfg(test)]
pub(crate) mod memory;
mod upload;

use std::ops::Range;

use thiserror::Error;

pub use self::upload::Upload;

/// The objects of a bucket, by their keys.
pub trait Objects {
    /// What is known of an object; `None` if it does not exist.
    fn head(&self, key: &str) -> impl Future<Output = Result<Option<Head>, OutOfReach>> + Send;

    /// A whole object; `None` if it does not exist.
    fn read(&self, key: &str) -> impl Future<Output = Result<Option<Vec<u8>>, OutOfReach>> + Send;

    /// Some bytes of an object, as long as it is the one with this etag.
    fn read_range(
        &self,
        key: &str,
        etag: &str,
        range: Range<u64>,
    ) -> impl Future<Output = Result<Vec<u8>, RangeError>> + Send;

    /// Writes an object, in place of an earlier one.
    fn write(
        &self,
        key: &str,
        media_type: &str,
        content: Vec<u8>,
    ) -> impl Future<Output = Result<(), OutOfReach>> + Send;

    /// Writes an object unless there is one with this key, as one step.
    fn write_new(
        &self,
        key: &str,
        media_type: &str,
        content: Vec<u8>,
    ) -> impl Future<Output = Result<Written, OutOfReach>> + Send;

    /// Begins to write an object in pieces, and returns what the upload is called. Nothing exists until it is completed.
    fn begin_upload(&self, key: &str, media_type: &str) -> impl Future<Output = Result<String, OutOfReach>> + Send;

    /// Writes the piece with this number, counted from 1, and returns its etag. All pieces but the last have at least
    /// [`MIN_PIECE_BYTES`].
    fn upload_piece(
        &self,
        key: &str,
        upload: &str,
        number: i32,
        content: Vec<u8>,
    ) -> impl Future<Output = Result<String, OutOfReach>> + Send;

    /// Makes an object of pieces, whose etags are in their order.
    fn complete_upload(
        &self,
        key: &str,
        upload: &str,
        etags: Vec<String>,
    ) -> impl Future<Output = Result<(), OutOfReach>> + Send;
}

/// The least length of each piece of an upload but the last (S3 user guide, multipart upload limits).
pub const MIN_PIECE_BYTES: usize = 5 * 1024 * 1024;

/// What is known of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// What tells its content from any other.
    pub etag: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// The metadata `options`.
    pub options: Option<String>,
}

/// Whether a new object was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// It was.
    New,
    /// There is one, and it has not been touched.
    Exists,
}

/// Why a part of an object cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RangeError {
    /// The object is another one by now, or none.
    #[error("the object was replaced or removed")]
    Changed,
    /// It is not known what is there.
    #[error(transparent)]
    OutOfReach(#[from] OutOfReach),
}

/// The bucket does not answer. The text says why, and what the operator should do about it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct OutOfReach(pub String);
