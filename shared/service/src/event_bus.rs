//! The `EventBridge` bus on which other systems are told what happens to codes.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    env, fmt, iter,
    sync::OnceLock,
    time::Duration,
};

use aws_sdk_eventbridge::{
    Client,
    types::{PutEventsRequestEntry, PutEventsResultEntry},
};
use futures_util::{StreamExt as _, stream};
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

/// The most events of one call (`PutEvents`, Amazon `EventBridge` API Reference). Each is smaller than a tenth of what
/// a call may have in all.
const MAX_ENTRIES: usize = 10;
/// How many calls are under way at the same time.
const CALLS_AT_ONCE: usize = 8;
/// How long whoever makes many codes waits until others are told: as many calls as 5,000 codes need, at eight a time.
const PATIENCE: Duration = Duration::from_secs(8);

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
        if let Err(lost) = self.put(vec![detail]).await {
            self.log(&lost);
        }
    }

    /// Puts many events on the bus, as [`EventBus::tell`] does one. Whoever made so many codes waits for all of them, but
    /// not longer than eight seconds. The log has one line for each reason why some did not get there.
    pub async fn tell_all(&self, mut details: Vec<String>) {
        let untold = Cell::new(details.len());
        let lost = RefCell::new(BTreeMap::new());
        let calls = iter::from_fn(|| {
            let call: Vec<_> = details.drain(..details.len().min(MAX_ENTRIES)).collect();
            (!call.is_empty()).then_some(call)
        });
        let put = stream::iter(calls).for_each_concurrent(CALLS_AT_ONCE, async |call| {
            let events = call.len();
            if let Err(Lost { events, reason }) = self.put(call).await {
                *lost.borrow_mut().entry(reason).or_default() += events;
            }
            untold.set(untold.get() - events);
        });
        if tokio::time::timeout(PATIENCE, put).await.is_err() {
            lost.borrow_mut().insert("EventBridge takes them too slowly".to_owned(), untold.get());
        }
        for (reason, events) in lost.into_inner() {
            self.log(&Lost { events, reason });
        }
    }

    fn log(&self, Lost { events, reason }: &Lost) {
        let message = match events {
            1 => format!("cannot tell others what happened to a code: {reason}"),
            _ => format!("cannot tell others what happened to {events} codes: {reason}"),
        };
        let request_id = invocation::request_id();
        match &self.metrics {
            None => tracing::warn!(request_id, "{message}"),
            Some(metrics) => {
                let fields: Vec<_> = request_id.iter().map(|id| ("request_id", Field::Text(id))).collect();
                let events = u32::try_from(*events).unwrap_or(u32::MAX);
                metrics.write(&LogRecord {
                    level: Level::WARN,
                    message: &message,
                    fields: &fields,
                    metrics: &[Metric::EventLost { events }],
                });
            }
        }
    }

    /// Puts as many events on the bus as one call takes, or fewer.
    async fn put(&self, details: Vec<String>) -> Result<(), Lost> {
        let events = details.len();
        let lost = |reason| Lost { events, reason };
        let client = self.prepare().map_err(|error| lost(error.to_string()))?;
        let entries = details.into_iter().map(|detail| {
            PutEventsRequestEntry::builder()
                .event_bus_name(&self.name)
                .source(&self.source)
                .detail_type(DETAIL_TYPE)
                .detail(detail)
                .build()
        });
        let sent = client.put_events().set_entries(Some(entries.collect())).send().await;
        let output = sent.map_err(|error| {
            lost(aws::remedy(SERVICE, &error, |code| match code {
                "AccessDeniedException" => {
                    Some("access to the bus is denied; grant the function's role the right that template.yaml gives it")
                }
                _ => None,
            }))
        })?;
        let refused: Vec<_> = output.entries().iter().filter_map(PutEventsResultEntry::error_code).collect();
        // The message of the entry might quote it.
        refused.first().map_or(Ok(()), |code| {
            let reason = format!("EventBridge answers {code}; look this code up in its API reference");
            Err(Lost { events: refused.len(), reason })
        })
    }
}

impl fmt::Debug for EventBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventBus").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Events that did not get onto the bus.
struct Lost {
    events: usize,
    /// Why, and what the operator should do about it.
    reason: String,
}

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
