//! The steps of a run, as the state machine asks for them.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::{plan::PartRows, run_id::RunId, start::Start};

/// The event of an invocation.
///
/// It is not read by `lambda_runtime`, which would log and return what it cannot read.
#[derive(Debug)]
pub enum Event {
    /// A step of a run.
    Step(Step),
    /// Anything else.
    Other,
}

/// A step of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Checks every row, and plans the parts.
    Plan {
        /// The name of the execution.
        execution: String,
        /// What it was started with; `None` if that is nothing that starts a run.
        start: Option<Start>,
    },
    /// Makes the codes of a part.
    Part {
        /// The run.
        run: RunId,
        /// Its part.
        part: PartRows,
    },
    /// Joins the manifests of the parts.
    Finish {
        /// The run.
        run: RunId,
    },
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let event = <&RawValue>::deserialize(deserializer)?;
        Ok(Step::read(event.get()).map_or(Self::Other, Self::Step))
    }
}

impl Step {
    fn read(event: &str) -> Option<Self> {
        let Named { step } = serde_json::from_str(event).ok()?;
        match step.as_str() {
            "plan" => {
                let PlanEvent { execution, input } = serde_json::from_str(event).ok()?;
                Some(Self::Plan { execution, start: Start::read(input.get()) })
            }
            "part" => {
                let PartEvent { run, part } = serde_json::from_str(event).ok()?;
                Some(Self::Part { run, part })
            }
            "finish" => {
                let FinishEvent { run } = serde_json::from_str(event).ok()?;
                Some(Self::Finish { run })
            }
            _ => None,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Plan { .. } => "plan",
            Self::Part { .. } => "part",
            Self::Finish { .. } => "finish",
        }
    }
}

#[derive(Deserialize)]
struct Named {
    step: String,
}

#[derive(Deserialize)]
struct PlanEvent<'a> {
    execution: String,
    #[serde(borrow)]
    input: &'a RawValue,
}

#[derive(Deserialize)]
struct PartEvent {
    run: RunId,
    part: PartRows,
}

#[derive(Deserialize)]
struct FinishEvent {
    run: RunId,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(event: &str) -> Option<Step> {
        match serde_json::from_str(event).unwrap() {
            Event::Step(step) => Some(step),
            Event::Other => None,
        }
    }

    #[test]
    fn the_state_machine_names_a_step() {
        let run: RunId = "a-1".parse().unwrap();
        assert_eq!(
            step(r#"{"step": "plan", "execution": "a-1", "input": {"resume": "a-1"}}"#),
            Some(Step::Plan { execution: "a-1".to_owned(), start: Some(Start::Resume(run.clone())) })
        );
        let part = PartRows { part: 2, first: 501, rows: 7, from: 1000, to: 1100 };
        assert_eq!(
            step(
                r#"{"step": "part", "run": "a-1", "part": {"part": 2, "first": 501, "rows": 7, "from": 1000, "to": 1100}}"#
            ),
            Some(Step::Part { run: run.clone(), part })
        );
        assert_eq!(step(r#"{"step": "finish", "run": "a-1"}"#), Some(Step::Finish { run }));
    }

    #[test]
    fn anything_else_is_no_step() {
        for event in [
            "{}",
            "null",
            r#"{"step": "other"}"#,
            r#"{"step": "part", "run": "a-1"}"#,
            r#"{"step": "part", "run": "../a", "part": {"part": 1, "first": 1, "rows": 1, "from": 0, "to": 1}}"#,
            r#"{"step": "part", "run": "a", "part": {"part": -1, "first": 1, "rows": 1, "from": 0, "to": 1}}"#,
            r#"{"step": "finish", "run": ""}"#,
        ] {
            assert_eq!(step(event), None, "{event}");
        }
        let plan = step(r#"{"step": "plan", "execution": "a", "input": {"hello": 1}}"#);
        assert_eq!(plan, Some(Step::Plan { execution: "a".to_owned(), start: None }), "it says what an input is");
    }
}
