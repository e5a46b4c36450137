//! An object that is written as it grows, so that it is never in memory as a whole.

use super::{MIN_PIECE_BYTES, Objects, OutOfReach};

/// An object that is being written. It exists once it is completed; until then, nothing of it can be seen, and what is
/// abandoned is removed by the bucket's own rules.
#[derive(Debug)]
pub struct Upload<'a, O> {
    objects: &'a O,
    key: String,
    id: String,
    etags: Vec<String>,
    piece: Vec<u8>,
}

impl<'a, O: Objects> Upload<'a, O> {
    /// Begins to write an object.
    ///
    /// # Errors
    /// [`OutOfReach`]
    pub async fn begin(objects: &'a O, key: String, media_type: &str) -> Result<Self, OutOfReach> {
        let id = objects.begin_upload(&key, media_type).await?;
        Ok(Self { objects, key, id, etags: Vec::new(), piece: Vec::new() })
    }

    /// Appends to the object.
    ///
    /// # Errors
    /// [`OutOfReach`]
    pub async fn write(&mut self, content: &[u8]) -> Result<(), OutOfReach> {
        self.piece.extend_from_slice(content);
        if self.piece.len() >= MIN_PIECE_BYTES { self.send().await } else { Ok(()) }
    }

    /// Makes the object.
    ///
    /// # Errors
    /// [`OutOfReach`]
    pub async fn complete(mut self) -> Result<(), OutOfReach> {
        // An object has at least one piece, which may be empty.
        if !self.piece.is_empty() || self.etags.is_empty() {
            self.send().await?;
        }
        self.objects.complete_upload(&self.key, &self.id, self.etags).await
    }

    async fn send(&mut self) -> Result<(), OutOfReach> {
        let number = i32::try_from(self.etags.len() + 1).unwrap_or(i32::MAX);
        let piece = std::mem::take(&mut self.piece);
        self.etags.push(self.objects.upload_piece(&self.key, &self.id, number, piece).await?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objects::memory::MemoryBucket;

    #[tokio::test]
    async fn an_object_grows_in_pieces_and_exists_when_it_is_complete() {
        // The twin refuses pieces that are too small.
        for writes in [0, 1, 11] {
            let bucket = MemoryBucket::default();
            let mut upload = Upload::begin(&bucket, "a".to_owned(), "text/plain").await.unwrap();
            for _ in 0..writes {
                upload.write(&vec![b'x'; MIN_PIECE_BYTES / 4 + 1]).await.unwrap();
            }
            assert_eq!(bucket.text("a"), None);
            upload.complete().await.unwrap();
            assert_eq!(bucket.text("a").unwrap().len(), writes * (MIN_PIECE_BYTES / 4 + 1));
            assert_eq!(bucket.media_type("a").as_deref(), Some("text/plain"));
        }
    }
}
