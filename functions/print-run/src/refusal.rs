//! The report about rows that cannot be used.

use service::problem::{MAX_VIOLATIONS, Problem, Violation};

use crate::{
    failure::Failure,
    objects::{Objects, OutOfReach},
    run_id::RunId,
};

/// What the report is called in the folder of the run: a problem, as the API would answer with.
pub(crate) const PROBLEM: &str = "problem.json";
/// What the list of bad rows is called there.
pub(crate) const BAD_ROWS: &str = "bad-rows.ndjson";
/// The most violations in that list.
const MAX_LISTED: usize = 10_000;

/// What is wrong with the rows of a run.
#[derive(Debug, Default)]
pub(crate) struct BadRows {
    rows: u32,
    violations: Vec<Violation>,
    more: usize,
}

impl BadRows {
    /// Adds what is wrong with `rows` of the rows of a part, the first of which has the number `first`.
    pub(crate) fn add(&mut self, first: u32, rows: u32, violations: Vec<Violation>) {
        self.rows += rows;
        for violation in violations {
            if self.violations.len() < MAX_LISTED {
                // The last one of a long list says only how many more there are.
                let detail = match violation.row {
                    Some(_) => violation.detail,
                    None => format!("{} in the rows from {first} on", violation.detail).into(),
                };
                self.violations.push(Violation { detail, ..violation });
            } else {
                self.more += 1;
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The list, a line of JSON for each violation, and the problem.
    fn into_report(self) -> (String, Problem) {
        let mut lines = String::new();
        for violation in &self.violations {
            lines.push_str(&serde_json::to_string(violation).expect("texts and numbers serialize"));
            lines.push('\n');
        }
        let more = self.more + self.violations.len().saturating_sub(MAX_VIOLATIONS);
        (lines, Problem::rows_violated(self.rows, self.violations, more))
    }
}

/// Why nothing is made of the rows of a run.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Something is wrong with the options, or with the rows as a whole.
    Problem(Problem),
    /// Some rows cannot become codes.
    Rows(BadRows),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl Refusal {
    /// Writes the report into the folder of the run. Returns what the state machine is told.
    ///
    /// # Errors
    /// [`OutOfReach`]
    pub(crate) async fn report(self, objects: &impl Objects, run: &RunId) -> Result<Failure, OutOfReach> {
        let (problem, report) = match self {
            Self::Problem(problem) => (problem, run.key(PROBLEM)),
            Self::Rows(bad) => {
                let (lines, problem) = bad.into_report();
                let report = run.key(BAD_ROWS);
                objects.write(&report, "application/x-ndjson", lines.into_bytes()).await?;
                (problem, report)
            }
        };
        let json = problem.to_json("").into_bytes();
        objects.write(&run.key(PROBLEM), "application/problem+json", json).await?;
        Ok(Failure::Refused { detail: problem.to_string(), report })
    }
}
