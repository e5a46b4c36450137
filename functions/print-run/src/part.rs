//! A step of a run: makes the codes of a part. However often it is repeated, each row has the same code.
//!
//! The manifest of a part is written last, and once: a part that has one is complete.

use batch::{
    answer,
    codes::{self, Code},
    manifest,
    order::CheckedRow,
    rows::{self, MemberTypes},
};
use qr_symbol::Version;
use serde::Serialize;
use service::problem::Problem;

use crate::{
    PrintRuns,
    asked::Asked,
    failure::Failure,
    objects::{Objects, Written},
    plan::{PartRows, Plan},
    run_id::RunId,
};

/// The media type of manifests.
pub const CSV: &str = "text/csv; charset=utf-8";

/// What has become of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct MadePart {
    /// Its number.
    pub part: u32,
    /// How many codes it has.
    pub rows: u32,
    /// Whether this step has completed it, and not an earlier one.
    pub is_new: bool,
    /// The name of the payload model.
    #[serde(skip)]
    pub model: &'static str,
}

/// Makes the codes of a part, unless that has been done.
///
/// # Errors
/// [`Failure`]
pub async fn make(service: &PrintRuns<impl Objects>, run: &RunId, part: PartRows) -> Result<MadePart, Failure> {
    let objects = &service.objects;
    let plan = Plan::read(objects, run).await?.ok_or_else(|| Failure::NoRun(run.clone()))?;
    let asked = plan.asked(&service.models)?;
    let made = |is_new| MadePart { part: part.part, rows: part.rows, is_new, model: asked.model.model.name() };
    let manifest_key = manifest_key(run, part.part);
    if objects.head(&manifest_key).await?.is_some() {
        return Ok(made(false));
    }
    let key = plan.key_id()?;
    // Keys that have been added since have no part in it.
    let keyring = service.state.keyring.keyring_with(key).await?.up_to(key).ok_or(Failure::KeyGone(key))?;
    let rows = rows(objects, &plan, &asked, part).await?;
    let codes = codes::make(rows, asked.order.draw.ecc, &keyring, Some(&run.series()))?;

    let answer = asked.answer_of(part.part);
    let (media_type, file_name) = answer.file();
    let (_, extension) = file_name.rsplit_once('.').unwrap_or_default();
    let file = format!("parts/{}.{extension}", number(part.part));
    let content =
        answer::content(&codes, answer, &asked.order.draw).map_err(|problem| not_as_planned(part, &problem))?;
    objects.write(&run.key(&file), media_type, content).await?;
    tell(service, &asked, &codes).await;

    let manifest = manifest::write(&codes, |_| Some(file.clone())).into_bytes();
    if objects.write_new(&manifest_key, CSV, manifest.clone()).await? == Written::New {
        return Ok(made(true));
    }
    // Another execution was quicker. The same codes are in both files, or those of the other have been overwritten.
    if objects.read(&manifest_key).await? == Some(manifest) {
        return Ok(made(false));
    }
    Err(Failure::Inconsistent(format!(
        "part {} was made of other codes at the same time, by another release: delete {manifest_key} and redrive the \
         execution",
        part.part
    )))
}

/// The key of the manifest of a part.
pub(crate) fn manifest_key(run: &RunId, part: u32) -> String {
    run.key(&format!("manifest/{}.csv", number(part)))
}

/// Numbers that are sorted as texts, too.
fn number(part: u32) -> String {
    format!("{part:05}")
}

/// The rows of a part, checked again, as the plan says.
///
/// # Errors
/// [`Failure`]
pub(crate) async fn rows<'a>(
    objects: &impl Objects,
    plan: &Plan,
    asked: &'a Asked<'_>,
    part: PartRows,
) -> Result<Vec<CheckedRow<'a>>, Failure> {
    let text = objects.read_range(&plan.rows_key, &plan.etag, part.from..part.to).await;
    let text = text.map_err(|error| Failure::of_range(&plan.rows_key, error))?;
    let text = [plan.header.as_deref().unwrap_or_default().as_bytes(), &text].concat();
    let types = MemberTypes::of_schema(asked.model.schema());
    let most = asked.rows_of(part.part).max(part.rows as usize);
    let rows = rows::read_part(&text, plan.format(), &types, most);
    let rows = rows.and_then(|rows| asked.order.check(rows, part.first));
    let rows = rows.map_err(|problem| not_as_planned(part, &problem))?;
    let version = plan.version.and_then(Version::new);
    if rows.len() != part.rows as usize
        || version.is_some_and(|version| rows.iter().any(|row| row.version() != version))
    {
        return Err(Failure::Inconsistent(format!(
            "part {} has other rows or larger codes than the plan says: start another run",
            part.part
        )));
    }
    Ok(rows)
}

fn not_as_planned(part: PartRows, problem: &Problem) -> Failure {
    Failure::Inconsistent(format!(
        "the rows from {} on were good when the run was planned, and are not now ({problem}): if another release was          deployed meanwhile, start another run",
        part.first
    ))
}

/// Tells other systems which codes are made. If the part is repeated, they are told again, of the same codes.
async fn tell(service: &PrintRuns<impl Objects>, asked: &Asked<'_>, codes: &[Code]) {
    if let Some(bus) = &service.bus {
        bus.tell_all(codes::created_events(codes, asked.model)).await;
    }
}
