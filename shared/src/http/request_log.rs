//! The log line of a request. It names the endpoint and never the path, which can hold a ctext.

use std::time::Duration;

use tracing::Level;

use super::{Endpoint, Response};
use crate::{
    keyring_cache::Refresh,
    metrics::{Field, Line, Metric, Metrics},
    problem::Problem,
};

/// A request that has its answer.
pub(super) struct Answered<'a> {
    /// The id that Lambda gave the invocation.
    pub(super) request_id: &'a str,
    /// The endpoint asked for, if there is one with this path and method.
    pub(super) endpoint: Option<Endpoint>,
    pub(super) result: &'a Result<Response, Problem>,
    pub(super) duration: Duration,
    pub(super) keyring_age: Duration,
    /// What became of fetching the keyring again, if that was due.
    pub(super) refresh: Option<Refresh>,
}

impl Answered<'_> {
    /// Leaves the line of the request, and before it a warning if its keyring grows old.
    pub(super) fn log(&self, metrics: Option<&Metrics>) {
        let (request_id, endpoint) = (self.request_id, self.endpoint_name());
        if let Some(Refresh::Failed(failure)) = &self.refresh {
            let age_s = self.keyring_age.as_secs();
            tracing::warn!(request_id, age_s, "the keyring at hand stays in use: {failure}");
        }
        if let Some(metrics) = metrics {
            return self.log_with(metrics);
        }
        let duration_us = self.duration_us();
        match self.result {
            Ok(_) => tracing::info!(request_id, endpoint, status = self.status(), duration_us, "answered"),
            Err(problem) => {
                let (status, slug, reason) = (problem.status(), problem.slug(), problem.reason());
                if self.level() == Level::WARN {
                    tracing::warn!(request_id, endpoint, status, problem = slug, reason, duration_us, "refused");
                } else {
                    tracing::info!(request_id, endpoint, status, problem = slug, reason, duration_us, "refused");
                }
            }
        }
    }

    fn log_with(&self, metrics: &Metrics) {
        let mut fields = vec![
            ("request_id", Field::Text(self.request_id)),
            ("endpoint", Field::Text(self.endpoint_name())),
            ("status", Field::Number(self.status().into())),
            ("duration_us", Field::Number(self.duration_us())),
        ];
        if let Err(problem) = self.result {
            fields.push(("problem", Field::Text(problem.slug())));
            fields.extend(problem.reason().map(|reason| ("reason", Field::Text(reason))));
        }
        let message = if self.result.is_ok() { "answered" } else { "refused" };
        metrics.write(&Line { level: self.level(), message, fields: &fields, metrics: &self.counted() });
    }

    fn counted(&self) -> Vec<Metric> {
        let mut counted = vec![Metric::KeyringAge { seconds: self.keyring_age.as_secs() }];
        match &self.refresh {
            None => {}
            Some(Refresh::Done) => counted.push(Metric::KeyringRefreshed),
            Some(Refresh::Failed(_)) => counted.push(Metric::KeyringRefreshFailed),
        }
        match self.result {
            Ok(_) => match self.endpoint {
                Some(Endpoint::CreateSealed) => counted.push(Metric::Created),
                Some(Endpoint::OpenFull | Endpoint::OpenCompact) => counted.push(Metric::Opened),
                _ => {}
            },
            Err(problem) => {
                counted.push(Metric::Refused { problem: problem.slug() });
                if let Problem::InvalidCtext(invalid) = problem {
                    counted.push(Metric::InvalidCtext { reason: invalid.name() });
                }
            }
        }
        counted
    }

    fn endpoint_name(&self) -> &'static str {
        self.endpoint.map_or("other", Endpoint::name)
    }

    fn status(&self) -> u16 {
        self.result.as_ref().map_or_else(Problem::status, |response| response.status().as_u16())
    }

    /// What callers do wrong is no concern of the operator's.
    fn level(&self) -> Level {
        if self.status() < 500 { Level::INFO } else { Level::WARN }
    }

    fn duration_us(&self) -> u64 {
        self.duration.as_micros() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ctext::{Invalid, UnixTime},
        http::json,
        problem::Missing,
    };

    fn counted(endpoint: Endpoint, result: &Result<Response, Problem>, refresh: Option<Refresh>) -> Vec<Metric> {
        let (duration, keyring_age) = (Duration::from_millis(1), Duration::from_millis(7900));
        Answered { request_id: "1", endpoint: Some(endpoint), result, duration, keyring_age, refresh }.counted()
    }

    #[test]
    fn answers_count_as_what_was_done() {
        let age = Metric::KeyringAge { seconds: 7 };
        let done = |endpoint| counted(endpoint, &Ok(json(String::new())), None);
        assert_eq!(done(Endpoint::CreateSealed), [age, Metric::Created]);
        assert_eq!(done(Endpoint::OpenCompact), [age, Metric::Opened]);
        assert_eq!(done(Endpoint::OpenFull), [age, Metric::Opened]);
        assert_eq!(done(Endpoint::CreatePlain), [age], "nothing is sealed");
    }

    #[test]
    fn refusals_count_by_problem_and_forgeries_by_reason() {
        let age = Metric::KeyringAge { seconds: 7 };
        let refused = |problem| counted(Endpoint::OpenCompact, &Err(problem), None);
        assert_eq!(refused(Problem::Expired(UnixTime(1))), [age, Metric::Refused { problem: "expired" }]);
        assert_eq!(
            refused(Problem::InvalidCtext(Invalid::UnknownKey)),
            [age, Metric::Refused { problem: "invalid-ctext" }, Metric::InvalidCtext { reason: "unknown-key" }]
        );
        assert_eq!(
            refused(Problem::TemporarilyUnavailable(Missing::Keyring)),
            [age, Metric::Refused { problem: "temporarily-unavailable" }]
        );
    }

    #[test]
    fn attempts_to_fetch_the_keyring_count() {
        let attempt = |refresh| counted(Endpoint::CreatePlain, &Ok(json(String::new())), Some(refresh))[1];
        assert_eq!(attempt(Refresh::Done), Metric::KeyringRefreshed);
        assert_eq!(attempt(Refresh::Failed(String::new())), Metric::KeyringRefreshFailed);
    }
}
