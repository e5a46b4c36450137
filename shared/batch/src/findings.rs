//! What is wrong with the rows of a batch.

use service::problem::{MAX_VIOLATIONS, Problem, Violation};

/// What is wrong with rows: the first violations, and how many there are.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    rows: u32,
    violations: Vec<Violation>,
    more: usize,
}

impl Findings {
    /// Adds what is wrong with a row.
    pub(crate) fn add(&mut self, row: u32, violations: Vec<Violation>) {
        self.rows += 1;
        for violation in violations {
            if self.violations.len() < MAX_VIOLATIONS {
                self.violations.push(Violation { row: Some(row), ..violation });
            } else {
                self.more += 1;
            }
        }
    }

    /// Nothing, or the problem, row by row.
    pub(crate) fn finish(mut self) -> Result<(), Problem> {
        self.violations.sort_by_key(|violation| violation.row);
        if self.rows == 0 { Ok(()) } else { Err(Problem::rows_violated(self.rows, self.violations, self.more)) }
    }
}
