//! The JSON that unpacking writes. It has limits, so that few bits do not become a long or deep text.

use super::MAX_JSON_BYTES;
use crate::json::MAX_DEPTH;

/// A JSON text that is being written.
#[derive(Debug, Default)]
pub(super) struct Output {
    json: String,
    depth: usize,
}

impl Output {
    /// Appends `text`; `None` if the text would become too long.
    pub(super) fn push(&mut self, text: &str) -> Option<()> {
        self.check_room(text.len())?;
        self.json.push_str(text);
        Some(())
    }

    /// `None` if the text would become too long with `length` more bytes.
    pub(super) fn check_room(&self, length: usize) -> Option<()> {
        (length <= MAX_JSON_BYTES - self.json.len()).then_some(())
    }

    /// Appends an array or an object, which `write` writes; `None` if it is too deep inside others.
    pub(super) fn nest(&mut self, write: impl FnOnce(&mut Self) -> Option<()>) -> Option<()> {
        if self.depth == MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        write(self)?;
        self.depth -= 1;
        Some(())
    }

    /// The length so far.
    pub(super) fn len(&self) -> usize {
        self.json.len()
    }

    /// Takes back what was written after the first `length` bytes.
    pub(super) fn take_from(&mut self, length: usize) -> String {
        self.json.split_off(length)
    }

    /// The text.
    pub(super) fn into_json(self) -> String {
        self.json
    }
}
