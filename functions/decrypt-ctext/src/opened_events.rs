//! Tells other systems which codes are opened. This is best effort, and off the path of the answer: it goes out while an
//! internal extension keeps Lambda from freezing the process (Lambda Developer Guide, "Using the Lambda Extensions API").

use std::{
    mem,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use code_events::{Disclosure, Event, Kind};
use lambda_extension::{Error, Extension, service_fn};
use payload_models::Model;
use scan::ScannedCode;
use service::{event_bus::EventBus, gateway::Request, invocation, metrics::Metrics, timestamp::Timestamp};
use thiserror::Error;
use tokio::{sync::Notify, time::timeout};

use crate::preview;

/// The environment variable that says whether others are told which codes are opened: `on` or `off`.
const OPENED_EVENTS: &str = "OPENED_EVENTS";
/// By which Lambda tells extensions apart.
const EXTENSION_NAME: &str = "opened-events";
/// The time in which an invocation ends one way or another: the timeout of the function.
const INVOCATION_ENDS_WITHIN: Duration = Duration::from_secs(10);

/// The bus, and the events that are still to be told on it.
#[derive(Debug)]
pub struct OpenedEvents {
    bus: EventBus,
    /// With the ids of the invocations that noted them.
    untold: Mutex<Vec<(String, Event)>>,
    answered: Notify,
}

impl OpenedEvents {
    /// Reads the settings; `None` if nobody is told. `variable` looks one up by name.
    ///
    /// # Errors
    /// [`InvalidOpenedEvents`] names the variable and the remedy.
    pub fn configured(
        variable: impl Fn(&str) -> Option<String>,
        metrics: Option<Metrics>,
    ) -> Result<Option<Self>, InvalidOpenedEvents> {
        match variable(OPENED_EVENTS).as_deref() {
            None | Some("" | "off") => Ok(None),
            Some("on") => {
                let bus = EventBus::configured(variable, metrics).ok_or(InvalidOpenedEvents::NoBus)?;
                Ok(Some(Self { bus, untold: Mutex::default(), answered: Notify::new() }))
            }
            Some(_) => Err(InvalidOpenedEvents::Neither),
        }
    }

    /// Notes that a code was opened, to be told later.
    pub(crate) fn note(&self, code: &ScannedCode, request: &Request) {
        let now = Timestamp::now();
        let event = Event {
            model: code.model.map(|model| model.name().to_owned()),
            preview: Some(preview::is_preview(request)),
            payload: Disclosure::of(code.payload.as_json(), code.model.map_or(&[], Model::event_members)),
            ..Event::new(Kind::Opened, code.name, now, distinction(now))
        };
        let request_id = invocation::request_id().unwrap_or_default();
        self.untold.lock().unwrap_or_else(PoisonError::into_inner).push((request_id, event));
    }

    /// Notes that an invocation has its answer.
    pub fn answered(&self) {
        self.answered.notify_one();
    }

    /// Registers the extension, then answers invocations with `serving`, and tells what was noted after each.
    ///
    /// # Errors
    /// Those of `serving`, and that the extensions API cannot be reached.
    pub async fn beside(&self, serving: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
        let tell = service_fn(async |_| {
            self.tell().await;
            Ok::<_, Error>(())
        });
        let extension = Extension::new().with_extension_name(EXTENSION_NAME).with_events(&["INVOKE"]);
        // Before the first invocation is asked for: Lambda registers none later.
        let extension = extension.with_events_processor(tell).register().await?;
        tokio::select! {
            ended = serving => ended,
            ended = extension.run() => ended,
        }
    }

    /// Waits until the invocation has its answer, and tells what it has noted.
    async fn tell(&self) {
        // Lambda ends invocations that take longer, and with them this process.
        let _ = timeout(INVOCATION_ENDS_WITHIN, self.answered.notified()).await;
        let untold = mem::take(&mut *self.untold.lock().unwrap_or_else(PoisonError::into_inner));
        for (request_id, event) in untold {
            invocation::within(request_id, self.bus.tell(event.to_json())).await;
        }
    }
}

/// What tells this opening from others of the same code: the time, and a random number if there is one.
fn distinction(now: Timestamp) -> String {
    let random = getrandom::u32().unwrap_or_default();
    format!("{}-{random:08x}", now.0)
}

/// What is wrong with the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InvalidOpenedEvents {
    /// The variable says neither.
    #[error("{OPENED_EVENTS} is neither on nor off: correct or unset it")]
    Neither,
    /// No bus is set to send them to.
    #[error(
        "{OPENED_EVENTS} is on, but EVENT_BUS is not set: set it to the name of the bus, or switch {OPENED_EVENTS} off"
    )]
    NoBus,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_say_whether_others_are_told() {
        let configured = |variables: &[(&str, &str)]| {
            let find = |name: &str| variables.iter().find(|(variable, _)| *variable == name);
            OpenedEvents::configured(|name| find(name).map(|(_, value)| (*value).to_owned()), None)
                .map(|events| events.is_some())
        };
        let (bus, on) = (("EVENT_BUS", "scans"), (OPENED_EVENTS, "on"));
        assert_eq!(configured(&[]), Ok(false));
        assert_eq!(configured(&[bus]), Ok(false));
        assert_eq!(configured(&[bus, (OPENED_EVENTS, "off")]), Ok(false));
        assert_eq!(configured(&[bus, on]), Ok(true));
        assert_eq!(configured(&[on]), Err(InvalidOpenedEvents::NoBus));
        assert_eq!(configured(&[bus, (OPENED_EVENTS, "yes")]), Err(InvalidOpenedEvents::Neither));
    }
}
