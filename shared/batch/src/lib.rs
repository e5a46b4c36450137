//! Batches: many rows in, a code for each out.

pub mod rows;
