//! What a deployment does with codes that are scanned.

use code_store::dynamodb::DynamoDb;
use payload_models::Models;
use scan::{Pages, pages::InvalidPages};
use service::metrics::Metrics;
use thiserror::Error;

use crate::{
    assertions::Assertions,
    continue_origins::InvalidContinueOrigins,
    lookup::{InvalidLookup, Lookup, Revocation},
    opened_events::{InvalidOpenedEvents, OpenedEvents},
};

/// What a deployment does with codes that are scanned.
#[derive(Debug)]
pub struct Deployment<S> {
    /// The payload models that codes may have.
    pub models: Models,
    /// How it is known what has happened to codes.
    pub lookup: Lookup<S>,
    /// Where scans may lead on to.
    pub assertions: Assertions,
    /// What tells other systems which codes are opened, if they are told.
    pub opened: Option<OpenedEvents>,
    /// The pages that people get.
    pub pages: Pages,
}

impl<S> Deployment<S> {
    /// A deployment that opens codes and does nothing else.
    #[must_use]
    pub fn that_opens(models: Models) -> Self {
        let lookup = Lookup { store: None, revocation: Revocation::Off, is_open_to_all: false };
        Self { models, lookup, assertions: Assertions::default(), opened: None, pages: Pages::default() }
    }
}

impl Deployment<DynamoDb> {
    /// Reads the settings. `variable` looks one up by name, and `metrics` counts what could not be told.
    ///
    /// # Errors
    /// [`InvalidDeployment`] names the variable and the remedy.
    pub fn configured(
        models: Models,
        variable: impl Fn(&str) -> Option<String> + Copy,
        metrics: Option<Metrics>,
    ) -> Result<Self, InvalidDeployment> {
        Ok(Self {
            models,
            lookup: Lookup::configured(variable)?,
            assertions: Assertions::configured(variable)?,
            opened: OpenedEvents::configured(variable, metrics)?,
            pages: Pages::configured(variable)?,
        })
    }
}

/// What is wrong with the settings.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidDeployment {
    /// Those of the table of codes.
    #[error(transparent)]
    Lookup(#[from] InvalidLookup),
    /// Those of pages that scans lead on to.
    #[error(transparent)]
    ContinueOrigins(#[from] InvalidContinueOrigins),
    /// Those of pages.
    #[error(transparent)]
    Pages(#[from] InvalidPages),
    /// Those of events.
    #[error(transparent)]
    OpenedEvents(#[from] InvalidOpenedEvents),
}
