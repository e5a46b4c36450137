//! The `EventBridge` bus on which other systems are told what happens to codes.

use std::{env, fmt, sync::OnceLock, time::Duration};

use aws_sdk_eventbridge::{
    Client,
    types::{PutEventsRequestEntry, PutEventsResultEntry},
};
use thiserror::Error;
use tracing::Level;

use crate::{
    aws::{self, CallLimits, InvalidEnvironment},
    invocation,
    metrics::{Field, LogRecord, Metric, Metrics},
};

/// The environment variable with the name or the ARN of the bus. Without it, nobody is told anything.
pub const EVENT_BUS: &str = "EVENT_BUS";
/// The environment variable that says who tells: the source in events.
const EVENT_SOURCE: &str = "EVENT_SOURCE";
/// The source if the variable does not name one.
const DEFAULT_SOURCE: &str = "sealed-qr";
/// The type of all events. Their member `type` says what happened, because a pipe cannot be relied on to take this one
/// from what it carries.
pub const DETAIL_TYPE: &str = "Sealed QR code";

/// What messages call the service.
const SERVICE: &str = "EventBridge";
/// Whoever makes a code waits for this.
const LIMITS: CallLimits = CallLimits {
    operation: Duration::from_millis(1500),
    attempt: Duration::from_millis(700),
    connect: Duration::from_millis(400),
    attempts: 2,
    backoff: Duration::from_millis(50),
    keeps_connections: true,
};

/// A bus, and the client to reach it, which is made when it is first needed.
pub struct EventBus {
    name: String,
    source: String,
    client: OnceLock<Result<Client, InvalidEnvironment>>,
    metrics: Option<Metrics>,
}

impl EventBus {
    /// The bus that the variable names; `None` if it is unset or empty. `variable` looks up a variable by name, and
    /// `metrics` counts the events that did not get there.
    #[must_use]
    pub fn configured(variable: impl Fn(&str) -> Option<String>, metrics: Option<Metrics>) -> Option<Self> {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let source = variable(EVENT_SOURCE).unwrap_or_else(|| DEFAULT_SOURCE.to_owned());
        Some(Self { name: variable(EVENT_BUS)?, source, client: OnceLock::new(), metrics })
    }

    /// Makes the client now, with what the environment of the process says.
    ///
    /// # Errors
    /// [`InvalidEnvironment`]
    pub fn prepare(&self) -> Result<&Client, InvalidEnvironment> {
        let made = self.client.get_or_init(|| {
            let config = aws::sdk_config("EVENTBRIDGE", &LIMITS, |name| env::var(name).ok())?;
            Ok(Client::new(&config))
        });
        made.as_ref().map_err(Clone::clone)
    }

    /// Puts an event on the bus, whose JSON is `detail`. If it does not get there, the log says why, and it counts.
    pub async fn tell(&self, detail: String) {
        if let Err(error) = self.put(detail).await {
            let message = format!("cannot tell others what happened to a code: {error}");
            let request_id = invocation::request_id();
            match &self.metrics {
                None => tracing::warn!(request_id, "{message}"),
                Some(metrics) => {
                    let fields: Vec<_> = request_id.iter().map(|id| ("request_id", Field::Text(id))).collect();
                    metrics.write(&LogRecord {
                        level: Level::WARN,
                        message: &message,
                        fields: &fields,
                        metrics: &[Metric::EventLost],
                    });
                }
            }
        }
    }

    async fn put(&self, detail: String) -> Result<(), NotTold> {
        let client = self.prepare().map_err(|error| NotTold(error.to_string()))?;
        let entry = PutEventsRequestEntry::builder()
            .event_bus_name(&self.name)
            .source(&self.source)
            .detail_type(DETAIL_TYPE)
            .detail(detail)
            .build();
        let sent = client.put_events().entries(entry).send().await;
        let output = sent.map_err(|error| {
            NotTold(aws::remedy(SERVICE, &error, |code| match code {
                "AccessDeniedException" => {
                    Some("access to the bus is denied; grant the function's role the right that template.yaml gives it")
                }
                _ => None,
            }))
        })?;
        let refused = output.entries().iter().find_map(PutEventsResultEntry::error_code);
        // The message of the entry might quote it.
        refused.map_or(Ok(()), |code| {
            Err(NotTold(format!("EventBridge answers {code}; look this code up in its API reference")))
        })
    }
}

impl fmt::Debug for EventBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventBus").field("name", &self.name).finish_non_exhaustive()
    }
}

/// An event did not get onto the bus. It says why, and what the operator should do about it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
struct NotTold(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_bus_if_a_variable_names_it() {
        let configured = |variables: &[(&str, &str)]| {
            let find = |name: &str| variables.iter().find(|(variable, _)| *variable == name);
            let bus = EventBus::configured(|name| find(name).map(|(_, value)| (*value).to_owned()), None)?;
            Some((bus.name, bus.source))
        };
        assert_eq!(configured(&[]), None);
        assert_eq!(configured(&[(EVENT_BUS, ""), (EVENT_SOURCE, "a")]), None);
        assert_eq!(configured(&[(EVENT_BUS, "scans")]), Some(("scans".to_owned(), "sealed-qr".to_owned())));
        let source = (EVENT_SOURCE, "sealed-qr.test");
        assert_eq!(configured(&[(EVENT_BUS, "scans"), source]).unwrap().1, "sealed-qr.test");
    }
}
