//! PDF (ISO 32000-2; clause numbers refer to that document): symbols as vectors, because viewers blur pictures that
//! they enlarge.

mod codes;
mod content;
mod records;
mod runs;

pub use content::Content;
