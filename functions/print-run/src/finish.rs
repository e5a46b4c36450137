//! The last step of a run: joins the manifests of its parts, and makes sure that every row is in them once.

use csv::ReaderBuilder;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use sealed_qr::{CodeName, UnixTime};
use serde::Serialize;
use service::timestamp::Timestamp;

use crate::{
    PrintRuns,
    failure::Failure,
    objects::{Objects, Upload},
    part::{self, CSV},
    plan::Plan,
    run_id::RunId,
};

/// What the manifest of the whole run is called in its folder.
pub const MANIFEST: &str = "manifest.csv";
/// What the description of a finished run is called there. A run that has one is finished.
pub const RUN: &str = "run.json";
/// How many manifests are read at a time.
const READ_AT_ONCE: usize = 8;

/// A finished run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FinishedRun {
    /// Its name.
    pub run: RunId,
    /// How many rows it has, and codes.
    pub rows: u32,
    /// How many parts.
    pub parts: u32,
    /// The key of its manifest.
    pub manifest: String,
    /// The payload model of its codes.
    pub model: String,
    /// The version of all symbols, if they have the same.
    pub version: Option<u8>,
    /// The id of the key that has sealed them.
    pub key: u8,
    /// When the codes expire, in Unix seconds, if they do.
    pub expires_at: Option<u32>,
    /// The options that it was started with.
    pub options: String,
    /// The key of its rows.
    pub rows_key: String,
    /// Their etag.
    pub etag: String,
    /// When it was planned.
    pub planned_at: String,
    /// When it was finished.
    pub finished_at: String,
}

/// Finishes a run whose parts have been made.
///
/// # Errors
/// [`Failure`]
pub async fn finish(service: &PrintRuns<impl Objects>, run: &RunId) -> Result<FinishedRun, Failure> {
    let objects = &service.objects;
    let plan = Plan::read(objects, run).await?.ok_or_else(|| Failure::NoRun(run.clone()))?;
    let expires_at = plan.asked(&service.models)?.terms.expires_at.map(|UnixTime(seconds)| seconds);
    let mut upload = Upload::begin(objects, run.key(MANIFEST), CSV).await?;
    let mut rows = Rows::default();
    let manifests = stream::iter(1..=plan.parts).map(async |number| {
        let manifest = objects.read(&part::manifest_key(run, number)).await?;
        manifest.ok_or_else(|| Failure::Inconsistent(format!("part {number} is missing: resume the run")))
    });
    let mut manifests = std::pin::pin!(manifests.buffered(READ_AT_ONCE));
    while let Some(manifest) = manifests.try_next().await? {
        upload.write(rows.add(&manifest)?).await?;
    }
    rows.check(plan.rows)?;
    upload.complete().await?;

    let rfc3339 = |seconds: u32| Timestamp(u64::from(seconds) * 1000).to_string();
    let finished = FinishedRun {
        run: run.clone(),
        rows: plan.rows,
        parts: plan.parts,
        manifest: run.key(MANIFEST),
        model: plan.model,
        version: plan.version,
        key: plan.key,
        expires_at,
        options: plan.options,
        rows_key: plan.rows_key,
        etag: plan.etag,
        planned_at: rfc3339(plan.at),
        finished_at: Timestamp::now().to_string(),
    };
    let json = serde_json::to_vec_pretty(&finished).expect("texts and numbers serialize");
    objects.write(&run.key(RUN), "application/json", json).await?;
    Ok(finished)
}

/// The rows of manifests, one after the other.
#[derive(Debug, Default)]
struct Rows {
    count: u32,
    names: Vec<CodeName>,
}

impl Rows {
    /// Adds those of a manifest. Returns what to append to the manifest of all: the whole of the first one, and later ones
    /// without their header.
    fn add<'a>(&mut self, manifest: &'a [u8]) -> Result<&'a [u8], Failure> {
        let is_first = self.count == 0;
        let header = manifest.iter().position(|byte| *byte == b'\n').map_or(manifest.len(), |at| at + 1);
        let mut reader = ReaderBuilder::new().has_headers(false).from_reader(&manifest[header..]);
        for record in reader.records() {
            let next = self.count + 1;
            let record = record.ok().filter(|record| record.get(0) == Some(&next.to_string()));
            let name = record.and_then(|record| record.get(1)?.parse().ok());
            self.names.push(name.ok_or_else(|| {
                Failure::Inconsistent(format!("the manifests of the parts lack row {next}, or the name of its code"))
            })?);
            self.count = next;
        }
        Ok(if is_first { manifest } else { &manifest[header..] })
    }

    /// Whether they are so many rows, of so many codes.
    fn check(mut self, rows: u32) -> Result<(), Failure> {
        self.names.sort_unstable();
        if let Some([name, _]) = self.names.array_windows().find(|[name, next]| name == next) {
            return Err(Failure::Inconsistent(format!("the code {name} is there twice")));
        }
        if self.count != rows {
            return Err(Failure::Inconsistent(format!(
                "the manifests of the parts have {} rows, but the run has {rows}",
                self.count
            )));
        }
        Ok(())
    }
}
