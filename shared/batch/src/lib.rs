//! Batches: many rows in, a code for each out.

pub mod answer;
pub mod archive;
pub mod codes;
#[cfg(test)]
mod documentation;
mod file_name;
mod findings;
pub mod lines;
pub mod manifest;
pub mod options;
pub mod order;
pub mod picture;
pub mod rows;
pub mod sheet_options;
pub mod template;
