//! The plan of a run: what its parts have in common, and which rows each has. It is written once, after every row has
//! been checked, and nothing is sealed before.

use batch::{order::Versions, rows::RowFormat};
use creation::payload_model::PayloadModels;
use qr_symbol::Version;
use sealed_qr::{BaseUrl, KeyId, UnixTime};
use serde::{Deserialize, Serialize};

use crate::{asked::Asked, failure::Failure, objects::Objects, run_id::RunId};

/// What the plan is called in the folder of the run.
pub const PLAN: &str = "plan.json";
/// What the list of the parts is called there.
pub const PARTS: &str = "parts.json";

/// What the parts of a run have in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The run.
    pub run: RunId,
    /// The name of the execution that has planned it.
    pub execution: String,
    /// What tells one writing of the rows from another, if that has started the run.
    pub sequencer: Option<String>,
    /// The key of the rows.
    pub rows_key: String,
    /// The etag of the rows.
    pub etag: String,
    /// The options, as a query string.
    pub options: String,
    /// The name of the payload model.
    pub model: String,
    /// As of when the options count, in Unix seconds.
    pub at: u32,
    /// What links begin with.
    pub base: String,
    /// The id of the key that seals.
    pub key: u8,
    /// The version of all symbols, if they have the same.
    pub version: Option<u8>,
    /// The header of rows in CSV.
    pub header: Option<String>,
    /// How many rows there are.
    pub rows: u32,
    /// How many parts.
    pub parts: u32,
}

/// The rows of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartRows {
    /// The number of the part, counted from 1.
    pub part: u32,
    /// The number of its first row, counted from 1.
    pub first: u32,
    /// How many rows it has.
    pub rows: u32,
    /// Where they begin, in bytes.
    pub from: u64,
    /// Where they end.
    pub to: u64,
}

impl Plan {
    /// Reads the plan of a run, if it has one.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] and [`Failure::Inconsistent`].
    pub async fn read(objects: &impl Objects, run: &RunId) -> Result<Option<Self>, Failure> {
        let Some(content) = objects.read(&run.key(PLAN)).await? else { return Ok(None) };
        let plan = serde_json::from_slice(&content);
        plan.map(Some).map_err(|_| Failure::Inconsistent(format!("{} is not a plan", run.key(PLAN))))
    }

    /// What was asked for, as of when it was planned.
    ///
    /// # Errors
    /// [`Failure::Inconsistent`] if this release reads the options otherwise.
    pub fn asked<'a>(&self, models: &'a PayloadModels) -> Result<Asked<'a>, Failure> {
        let changed = || {
            Failure::Inconsistent("this release does not read the plan as it was meant: start another run".to_owned())
        };
        let base: BaseUrl = self.base.parse().map_err(|_| changed())?;
        let mut asked = Asked::read(&self.options, models, base, UnixTime(self.at)).map_err(|_| changed())?;
        if asked.model.model.name() != self.model {
            return Err(changed());
        }
        if let Some(version) = self.version {
            asked.order.versions = Versions::OneFrom(Version::new(version).ok_or_else(changed)?);
        }
        Ok(asked)
    }

    /// The key that seals.
    ///
    /// # Errors
    /// [`Failure::Inconsistent`]
    pub fn key_id(&self) -> Result<KeyId, Failure> {
        KeyId::new(self.key).ok_or_else(|| Failure::Inconsistent(format!("{PLAN} names no key")))
    }

    /// How the rows are written down.
    #[must_use]
    pub fn format(&self) -> RowFormat {
        if self.header.is_some() { RowFormat::Csv } else { RowFormat::NdJson }
    }
}
