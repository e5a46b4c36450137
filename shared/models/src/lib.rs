//! The payload models of this deployment: what its codes can say.
//!
//! A model is a file of this folder, `NUMBER-NAME.schema.json`: a JSON Schema (2020-12). Codes carry the number, so a
//! number is never used again. Its layout, by which payloads are packed, is kept in `models.lock` once it is released.
//! Several numbers may have one name: the highest is the one that new codes are made of.

pub mod words;

use std::{
    collections::BTreeSet,
    num::NonZeroU8,
    sync::{LazyLock, OnceLock},
};

use sealed_qr::{ModelNumber, packing::Layout};

use crate::words::Words;

include!(concat!(env!("OUT_DIR"), "/models.rs"));

/// A payload model.
#[derive(Debug)]
pub struct Model {
    number: ModelNumber,
    name: &'static str,
    schema: Option<&'static str>,
    valid_from: Option<&'static str>,
    uses: Option<NonZeroU8>,
    continue_at: Option<&'static str>,
    event_members: &'static [&'static str],
    layout: LazyLock<Layout>,
    words: OnceLock<Words>,
}

impl Model {
    /// A model with a name, a schema unless it is retired, and a layout, which is made when it is first needed.
    ///
    /// # Panics
    /// If `number` is 0.
    #[must_use]
    pub const fn new(number: u8, name: &'static str, schema: Option<&'static str>, layout: fn() -> Layout) -> Self {
        let number = ModelNumber::new(number).expect("a model number is not 0");
        let layout = LazyLock::new(layout);
        let (valid_from, uses, continue_at) = (None, None, None);
        Self { number, name, schema, valid_from, uses, continue_at, event_members: &[], layout, words: OnceLock::new() }
    }

    /// The same with the member of payloads that says from when a code is valid.
    #[must_use]
    pub const fn with_valid_from(mut self, member: &'static str) -> Self {
        self.valid_from = Some(member);
        self
    }

    /// The same with how often new codes may be redeemed, unless they say otherwise; 0 if that is not counted.
    #[must_use]
    pub const fn with_uses(mut self, uses: u8) -> Self {
        self.uses = NonZeroU8::new(uses);
        self
    }

    /// The same with the page that scans lead on to.
    #[must_use]
    pub const fn with_continue_at(mut self, page: &'static str) -> Self {
        self.continue_at = Some(page);
        self
    }

    /// The same with the members of payloads that events carry.
    #[must_use]
    pub const fn with_event_members(mut self, members: &'static [&'static str]) -> Self {
        self.event_members = members;
        self
    }

    /// The number in codes.
    #[must_use]
    pub fn number(&self) -> ModelNumber {
        self.number
    }

    /// The name: what kind of code it is.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The JSON Schema; `None` if the model is retired.
    #[must_use]
    pub fn schema(&self) -> Option<&'static str> {
        self.schema
    }

    /// The member of payloads that says from when a code is valid: a date or a date and time by RFC 3339.
    #[must_use]
    pub fn valid_from(&self) -> Option<&'static str> {
        self.valid_from
    }

    /// How often new codes may be redeemed, unless they say otherwise; `None` if that is not counted.
    #[must_use]
    pub fn uses(&self) -> Option<NonZeroU8> {
        self.uses
    }

    /// The page that scans lead on to, if the deployment allows its origin.
    #[must_use]
    pub fn continue_at(&self) -> Option<&'static str> {
        self.continue_at
    }

    /// The members of payloads that events carry.
    #[must_use]
    pub fn event_members(&self) -> &'static [&'static str] {
        self.event_members
    }

    /// How payloads are shown to people. A retired model says nothing of it.
    #[must_use]
    pub fn words(&self) -> &Words {
        // The build has checked the schema.
        self.words.get_or_init(|| self.schema.and_then(|schema| Words::of_schema(schema).ok()).unwrap_or_default())
    }

    /// What payloads are packed by.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }
}

/// The models that codes may have, retired ones included.
#[derive(Clone, Copy, Debug)]
pub struct Models(pub &'static [Model]);

/// The models of this deployment.
pub static DEPLOYED: Models = Models(&MODELS);

impl Models {
    /// The model with this number.
    #[must_use]
    pub fn numbered(self, number: ModelNumber) -> Option<&'static Model> {
        self.0.iter().find(|model| model.number == number)
    }

    /// The layout of the model with this number.
    #[must_use]
    pub fn layout(self, number: ModelNumber) -> Option<&'static Layout> {
        self.numbered(number).map(Model::layout)
    }

    /// The names of the models.
    #[must_use]
    pub fn names(self) -> BTreeSet<&'static str> {
        self.0.iter().map(Model::name).collect()
    }
}

/// Reads a layout that the build has written.
fn layout(json: &str) -> Layout {
    serde_json::from_str(json).expect("the build has written a layout")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_is_found_by_its_number() {
        for model in &MODELS {
            assert_eq!(DEPLOYED.numbered(model.number()).unwrap().name(), model.name());
            assert!(DEPLOYED.names().contains(model.name()));
            assert!(matches!(model.layout(), Layout::Object(_)));
        }
    }

    #[test]
    fn new_codes_are_made_of_the_highest_number_of_each_name() {
        let current: Vec<_> = CURRENT.iter().map(|model| model.name()).collect();
        assert_eq!(current.iter().collect::<BTreeSet<_>>().len(), current.len());
        for model in CURRENT {
            assert!(model.schema().is_some());
            assert!(MODELS.iter().all(|other| other.name() != model.name() || other.number() <= model.number()));
        }
        assert!(current.contains(&DEFAULT.name()));
    }
}
