//! What functions that create codes share: the options of a request, the payload models that codes are made of, and
//! what is told of a code that was made.

pub mod created;
pub mod options;
pub mod parameter;
pub mod payload_model;
pub mod plain_text;
pub mod violation;
