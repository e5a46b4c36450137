//! The log line of a step.

use std::time::Duration;

use service::{
    keyring_cache::Refresh,
    metrics::{Field, LogRecord, Metric, Metrics},
};
use tracing::Level;

use crate::{
    Done,
    failure::Failure,
    run_id::RunId,
    step::{Event, Step},
};

/// What is known of a step once it has been taken.
#[derive(Debug)]
pub struct StepRecord<'a> {
    /// The id of the invocation.
    pub request_id: &'a str,
    /// What was asked for.
    pub event: &'a Event,
    /// What has become of it.
    pub result: &'a Result<Done, Failure>,
    /// How long it took.
    pub duration: Duration,
    /// Whether the deployment has several payload models.
    pub has_models: bool,
    /// The outcome of refreshing the keyring, if that was due.
    pub refresh: Option<Refresh>,
}

impl StepRecord<'_> {
    /// Writes the line. It contains metrics if `metrics` is given.
    pub fn log(&self, metrics: Option<&Metrics>) {
        let request_id = self.request_id;
        if let Some(Refresh::Failed(failure)) = &self.refresh {
            tracing::warn!(request_id, "keeping the cached keyring: {failure}");
        }
        let (step, part, rows) = (self.step(), self.part(), self.rows());
        let run = self.run().map(ToString::to_string);
        let duration_us = u64::try_from(self.duration.as_micros()).unwrap_or(u64::MAX);
        let message = match self.result {
            Ok(_) => "print run".to_owned(),
            Err(failure) => format!("print run: {failure}"),
        };
        let Some(metrics) = metrics else {
            match self.result {
                Ok(_) => tracing::info!(request_id, step, run, part, rows, duration_us, "{message}"),
                Err(failure) => {
                    tracing::error!(request_id, step, run, part, failure = failure.name(), duration_us, "{message}");
                }
            }
            return;
        };
        let mut fields = vec![("request_id", Field::Text(request_id)), ("step", Field::Text(step))];
        fields.extend(run.as_deref().map(|run| ("run", Field::Text(run))));
        fields.extend(part.map(|part| ("part", Field::Number(part.into()))));
        fields.extend(rows.map(|rows| ("rows", Field::Number(rows.into()))));
        fields.extend(self.result.as_ref().err().map(|failure| ("failure", Field::Text(failure.name()))));
        fields.push(("duration_us", Field::Number(duration_us)));
        let level = if self.result.is_ok() { Level::INFO } else { Level::ERROR };
        metrics.write(&LogRecord { level, message: &message, fields: &fields, metrics: &self.counted() });
    }

    fn counted(&self) -> Vec<Metric> {
        let refreshed = self.refresh.as_ref().map(|refresh| match refresh {
            Refresh::Done => Metric::KeyringRefreshed,
            Refresh::Failed(_) => Metric::KeyringRefreshFailed,
        });
        let created = match self.result {
            // Codes that are made again are not counted again.
            Ok(Done::Part(part)) if part.is_new => {
                Some(Metric::Created { model: self.has_models.then_some(part.model), codes: part.rows })
            }
            _ => None,
        };
        refreshed.into_iter().chain(created).collect()
    }

    fn step(&self) -> &'static str {
        match self.event {
            Event::Step(step) => step.name(),
            Event::Other => "none",
        }
    }

    fn run(&self) -> Option<&RunId> {
        match (self.event, self.result) {
            (Event::Step(Step::Part { run, .. } | Step::Finish { run }), _) => Some(run),
            (_, Ok(Done::Planned(planned))) => Some(&planned.run),
            _ => None,
        }
    }

    fn part(&self) -> Option<u32> {
        match self.event {
            Event::Step(Step::Part { part, .. }) => Some(part.part),
            _ => None,
        }
    }

    fn rows(&self) -> Option<u32> {
        match self.result {
            Ok(Done::Planned(planned)) => Some(planned.rows),
            Ok(Done::Part(part)) => Some(part.rows),
            Ok(Done::Finished(run)) => Some(run.rows),
            Err(_) => None,
        }
    }
}
