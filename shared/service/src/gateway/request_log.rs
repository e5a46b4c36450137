//! The log line of a request. It names the endpoint and never the path, which may contain a ctext.

use std::time::Duration;

use sealed_qr::OpenError;
use tracing::Level;

use super::{Answer, Route};
use crate::{
    keyring_cache::{KeyringUnavailable, Refresh},
    metrics::{Field, LogRecord, Metric, Metrics},
    problem::Problem,
};

/// What is known of a request once it has its answer.
pub(super) struct RequestRecord<'a> {
    /// The id of the invocation.
    pub(super) request_id: &'a str,
    /// How the endpoint is reached, if there is one with this method and path.
    pub(super) route: Option<Route>,
    pub(super) result: &'a Result<Answer, Problem>,
    pub(super) duration: Duration,
    pub(super) keyring_age: Duration,
    /// The outcome of refreshing the keyring, if that was due.
    pub(super) refresh: Option<Refresh>,
}

impl RequestRecord<'_> {
    /// Writes the line of the request, after a warning if the keyring could not be refreshed.
    pub(super) fn log(&self, metrics: Option<&Metrics>) {
        let (request_id, endpoint) = (self.request_id, self.endpoint_name());
        if let Some(Refresh::Failed(failure)) = &self.refresh {
            let age_s = self.keyring_age.as_secs();
            tracing::warn!(request_id, age_s, "keeping the cached keyring: {failure}");
        }
        if let Some(metrics) = metrics {
            return self.log_with(metrics);
        }
        let duration_us = self.duration_us();
        match self.result {
            Ok(_) => {
                let (status, model, code, codes) = (self.status(), self.model(), self.code(), self.codes());
                tracing::info!(request_id, endpoint, status, model, code, codes, duration_us, "answered");
            }
            Err(problem) => {
                let (status, slug, reason) = (self.status(), problem.problem_type().slug(), problem.reason());
                let code = self.code();
                if self.level() == Level::WARN {
                    tracing::warn!(request_id, endpoint, status, problem = slug, reason, code, duration_us, "refused");
                } else {
                    tracing::info!(request_id, endpoint, status, problem = slug, reason, code, duration_us, "refused");
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
        fields.extend(self.model().map(|model| ("model", Field::Text(model))));
        let code = self.code();
        fields.extend(code.as_deref().map(|code| ("code", Field::Text(code))));
        fields.extend(self.codes().map(|codes| ("codes", Field::Number(codes.into()))));
        if let Err(problem) = self.result {
            fields.push(("problem", Field::Text(problem.problem_type().slug())));
            fields.extend(problem.reason().map(|reason| ("reason", Field::Text(reason))));
        }
        let message = if self.result.is_ok() { "answered" } else { "refused" };
        metrics.write(&LogRecord { level: self.level(), message, fields: &fields, metrics: &self.counted() });
    }

    fn counted(&self) -> Vec<Metric> {
        let mut counted = vec![Metric::KeyringAge { seconds: self.keyring_age.as_secs() }];
        match &self.refresh {
            None => {}
            Some(Refresh::Done) => counted.push(Metric::KeyringRefreshed),
            Some(Refresh::Failed(_)) => counted.push(Metric::KeyringRefreshFailed),
        }
        match self.result {
            Ok(answer) => {
                counted.extend(answer.is_unchecked.then_some(Metric::StoreOutOfReach));
                counted.extend(self.route.and_then(|route| route.metric).map(|metric| metric(answer)));
            }
            Err(problem) => {
                counted.push(Metric::Refused { problem: problem.problem_type().slug() });
                match problem {
                    Problem::Unopened(OpenError::Invalid(reason)) => {
                        counted.push(Metric::InvalidCtext { reason: reason.name() });
                    }
                    Problem::KeyringUnavailable(KeyringUnavailable::NotAskedYet) => counted.push(Metric::KeyNotChecked),
                    Problem::StoreOutOfReach { .. } => counted.push(Metric::StoreOutOfReach),
                    _ => {}
                }
            }
        }
        counted
    }

    /// The payload model of the code in the answer, if the deployment has several.
    fn model(&self) -> Option<&'static str> {
        self.result.as_ref().ok().and_then(|answer| answer.model)
    }

    /// How many codes the answer is about, if there are many.
    fn codes(&self) -> Option<u32> {
        self.result.as_ref().ok().map(|answer| answer.codes).filter(|codes| *codes != 1)
    }

    /// The name of the code that the request was about, if that is known.
    fn code(&self) -> Option<String> {
        self.result.as_ref().map_or_else(Problem::code, |answer| answer.code).map(|code| code.to_string())
    }

    fn endpoint_name(&self) -> &'static str {
        self.route.map_or("other", |route| route.name)
    }

    fn status(&self) -> u16 {
        self.result
            .as_ref()
            .map_or_else(|problem| problem.problem_type().status(), |answer| answer.response.status().as_u16())
    }

    /// Client errors are not the operator's concern, and anyone can ask for a key that does not exist.
    fn level(&self) -> Level {
        let is_forgeable = matches!(self.result, Err(Problem::KeyringUnavailable(KeyringUnavailable::NotAskedYet)));
        if self.status() < 500 || is_forgeable { Level::INFO } else { Level::WARN }
    }

    fn duration_us(&self) -> u64 {
        u64::try_from(self.duration.as_micros()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use sealed_qr::{InvalidCtext, UnixTime};

    use super::*;
    use crate::gateway::json;

    const OPEN: Route = Route { name: "GET /d/{ctext}", metric: Some(|answer| Metric::Opened { model: answer.model }) };
    const DRAW: Route = Route { name: "POST /api/qrcode", metric: None };

    fn counted(route: Route, result: &Result<Answer, Problem>, refresh: Option<Refresh>) -> Vec<Metric> {
        let (duration, keyring_age) = (Duration::from_millis(1), Duration::from_millis(7900));
        RequestRecord { request_id: "1", route: Some(route), result, duration, keyring_age, refresh }.counted()
    }

    #[test]
    fn answers_count_as_their_route_says() {
        let age = Metric::KeyringAge { seconds: 7 };
        let done = |route| counted(route, &Ok(json(String::new()).into()), None);
        assert_eq!(done(OPEN), [age, Metric::Opened { model: None }]);
        assert_eq!(done(DRAW), [age]);
        for model in [None, Some("ticket")] {
            let answer = Answer::about_many(1, model, json(String::new()));
            assert_eq!(counted(OPEN, &Ok(answer), None), [age, Metric::Opened { model }]);
        }
    }

    #[test]
    fn refusals_count_by_problem_and_forgeries_by_reason() {
        let age = Metric::KeyringAge { seconds: 7 };
        let refused = |problem| counted(OPEN, &Err(problem), None);
        assert_eq!(refused(OpenError::Expired(UnixTime(1)).into()), [age, Metric::Refused { problem: "expired" }]);
        assert_eq!(
            refused(OpenError::Invalid(InvalidCtext::UnknownKey).into()),
            [age, Metric::Refused { problem: "invalid-ctext" }, Metric::InvalidCtext { reason: "unknown-key" }]
        );
        let unavailable = Metric::Refused { problem: "temporarily-unavailable" };
        assert_eq!(refused(KeyringUnavailable::OutOfReach.into()), [age, unavailable]);
        let store = refused(Problem::StoreOutOfReach { key: None });
        assert_eq!(store, [age, unavailable, Metric::StoreOutOfReach]);
        let marked = Answer { is_unchecked: true, ..Answer::from(json(String::new())) };
        let counted = counted(OPEN, &Ok(marked), None);
        assert_eq!(counted, [age, Metric::StoreOutOfReach, Metric::Opened { model: None }]);
        assert_eq!(refused(KeyringUnavailable::NotAskedYet.into()), [age, unavailable, Metric::KeyNotChecked]);
    }

    #[test]
    fn attempts_to_refresh_the_keyring_count() {
        let attempt = |refresh| counted(DRAW, &Ok(json(String::new()).into()), Some(refresh))[1];
        assert_eq!(attempt(Refresh::Done), Metric::KeyringRefreshed);
        assert_eq!(attempt(Refresh::Failed(String::new())), Metric::KeyringRefreshFailed);
    }
}
