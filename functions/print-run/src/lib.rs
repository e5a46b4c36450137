//! Makes the codes of print runs: many more rows than one request has, in parts.
//!
//! A state machine asks for one step after the other. [`planning`] checks every row before anything is sealed and writes
//! the [`plan`]; [`part`] makes the codes of a part, of which there may be thousands at a time; [`finish`] joins what the
//! parts have left. [`objects`] is the bucket, and [`s3`] where that is.

pub mod asked;
pub mod failure;
pub mod finish;
pub mod objects;
pub mod part;
pub mod plan;
pub mod planning;
mod refusal;
pub mod run_id;
pub mod s3;
pub mod start;
pub mod step;
mod step_log;
#[cfg(test)]
mod tests;

use creation::payload_model::PayloadModels;
use serde_json::Value;
use service::{app_state::AppState, event_bus::EventBus};

use crate::{failure::Failure, finish::FinishedRun, objects::Objects, part::MadePart, planning::Planned};

pub use self::{
    step::{Event, Step},
    step_log::StepRecord,
};

/// What the function needs to make codes.
#[derive(Debug)]
pub struct PrintRuns<O> {
    /// The keys, and what links begin with.
    pub state: AppState,
    /// The payload models.
    pub models: PayloadModels,
    /// Where other systems are told which codes are made.
    pub bus: Option<EventBus>,
    /// The bucket.
    pub objects: O,
}

/// What has become of a step.
#[derive(Debug, PartialEq, Eq)]
pub enum Done {
    /// The run is planned.
    Planned(Planned),
    /// A part is made.
    Part(MadePart),
    /// The run is finished.
    Finished(FinishedRun),
}

impl Done {
    /// What the state machine gets.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let json = match self {
            Self::Planned(planned) => serde_json::to_value(planned),
            Self::Part(part) => serde_json::to_value(part),
            Self::Finished(run) => serde_json::to_value(run),
        };
        json.expect("texts and numbers serialize")
    }
}

/// Takes the step that an event asks for.
///
/// # Errors
/// [`Failure`]
pub async fn handle(service: &PrintRuns<impl Objects>, event: &Event) -> Result<Done, Failure> {
    let Event::Step(step) = event else { return Err(Failure::UnknownEvent) };
    match step {
        Step::Plan { execution, start } => {
            let start = start.clone().ok_or(Failure::UnknownInput)?;
            planning::plan(service, execution, start).await.map(Done::Planned)
        }
        Step::Part { run, part } => part::make(service, run, *part).await.map(Done::Part),
        Step::Finish { run } => finish::finish(service, run).await.map(Done::Finished),
    }
}
