//! The first step of a run: checks every row, and writes the plan if all are good. Otherwise it says what is wrong, and
//! nothing is sealed.

use batch::{
    answer,
    options::AnswerFormat,
    order::{CheckedRow, Versions},
    rows::{self, MemberTypes, RowEnds, RowFormat},
};
use qr_symbol::Version;
use sealed_qr::UnixTime;
use serde::Serialize;
use service::problem::Problem;

use crate::{
    PrintRuns,
    asked::Asked,
    failure::Failure,
    finish::RUN,
    objects::{Head, Objects, Written},
    part,
    plan::{PARTS, PLAN, PartRows, Plan},
    refusal::{BadRows, Refusal},
    run_id::RunId,
    start::Start,
};

/// The most rows of a run.
pub const MAX_ROWS: u32 = 1_000_000;
/// The greatest length of the rows of a run in bytes.
pub const MAX_BYTES: u64 = 1024 * 1024 * 1024;
/// The folder, in that of the run, in which the state machine says which parts have failed.
const FAILED_PARTS: &str = "failed-parts";
/// The media type of plans.
const JSON: &str = "application/json";
/// How many bytes are read at a time.
const PIECE_BYTES: u64 = 8 * 1024 * 1024;

/// What the state machine goes on with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Planned {
    /// The run.
    pub run: RunId,
    /// What is to be done.
    pub outcome: Outcome,
    /// How many rows it has.
    pub rows: u32,
    /// The key of the list of its parts.
    pub parts: String,
    /// What the keys begin with of what the state machine writes about parts that failed.
    pub results: String,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The parts are to be made, as far as they have not been.
    Planned,
    /// Nothing: another execution was started by the same event, and does it.
    Duplicate,
    /// Nothing: the run is finished.
    Finished,
}

/// Plans the run that an execution with this name was started for.
///
/// # Errors
/// [`Failure`]
pub async fn plan(service: &PrintRuns<impl Objects>, execution: &str, start: Start) -> Result<Planned, Failure> {
    let objects = &service.objects;
    let wanted = match start {
        Start::Resume(run) => {
            let plan = Plan::read(objects, &run).await?.ok_or(Failure::NoRun(run))?;
            return go_on(objects, &plan).await;
        }
        start => Wanted::find(objects, execution, start).await?,
    };
    if let Some(plan) = Plan::read(objects, &wanted.run).await? {
        return wanted.go_on_with(objects, plan).await;
    }
    let (plan, parts) = wanted.make_plan(service).await?;
    let write = |value: Result<Vec<u8>, _>| value.expect("texts and numbers serialize");
    objects.write(&plan.run.key(PARTS), JSON, write(serde_json::to_vec(&parts))).await?;
    // From here on there is this plan and no other, whoever else was started at the same time.
    match objects.write_new(&plan.run.key(PLAN), JSON, write(serde_json::to_vec_pretty(&plan))).await? {
        Written::New => Ok(Planned::new(&plan, Outcome::Planned)),
        Written::Exists => {
            let plan = Plan::read(objects, &wanted.run).await?.ok_or_else(|| Failure::NoRun(wanted.run.clone()))?;
            wanted.go_on_with(objects, plan).await
        }
    }
}

/// Goes on with a run that has a plan.
async fn go_on(objects: &impl Objects, plan: &Plan) -> Result<Planned, Failure> {
    let is_finished = objects.head(&plan.run.key(RUN)).await?.is_some();
    Ok(Planned::new(plan, if is_finished { Outcome::Finished } else { Outcome::Planned }))
}

impl Planned {
    fn new(Plan { run, rows, .. }: &Plan, outcome: Outcome) -> Self {
        Self { run: run.clone(), outcome, rows: *rows, parts: run.key(PARTS), results: run.key(FAILED_PARTS) }
    }
}

/// What an execution was started for.
struct Wanted {
    run: RunId,
    execution: String,
    rows_key: String,
    head: Head,
    options: String,
    sequencer: Option<String>,
}

impl Wanted {
    async fn find(objects: &impl Objects, execution: &str, start: Start) -> Result<Self, Failure> {
        let (rows_key, dropped, options) = match start {
            Start::Dropped { key, etag, sequencer } => (key, Some((etag, sequencer)), None),
            Start::Rows { key, options } => (key, None, Some(options)),
            Start::Resume(run) => return Err(Failure::NoRun(run)),
        };
        let Some(head) = objects.head(&rows_key).await? else { return Err(Failure::NoRows { key: rows_key }) };
        let options = options.or_else(|| head.options.clone()).unwrap_or_default();
        let (run, sequencer) = match dropped {
            // Whatever has replaced them since starts its own run.
            Some((etag, _)) if etag != head.etag => return Err(Failure::RowsChanged { key: rows_key }),
            Some((etag, sequencer)) => (RunId::of_dropped(&rows_key, &etag, &options), Some(sequencer)),
            None => (execution.parse()?, None),
        };
        Ok(Self { run, execution: execution.to_owned(), rows_key, head, options, sequencer })
    }

    /// Goes on with the run if this is its plan, unless another execution does so already.
    async fn go_on_with(&self, objects: &impl Objects, plan: Plan) -> Result<Planned, Failure> {
        let is_ours = plan.execution == self.execution;
        if (&plan.rows_key, &plan.options) != (&self.rows_key, &self.options) {
            return Err(Failure::OtherRun(plan.run));
        }
        if plan.etag != self.head.etag {
            return Err(if is_ours {
                Failure::RowsChanged { key: plan.rows_key }
            } else {
                Failure::OtherRun(plan.run)
            });
        }
        if !is_ours && plan.sequencer.is_some() && plan.sequencer == self.sequencer {
            return Ok(Planned::new(&plan, Outcome::Duplicate));
        }
        go_on(objects, &plan).await
    }

    /// Checks every row, and plans the run. If something cannot be used, a report says so.
    async fn make_plan(&self, service: &PrintRuns<impl Objects>) -> Result<(Plan, Vec<PartRows>), Failure> {
        match self.check(service).await {
            Ok(planned) => Ok(planned),
            Err(Stop::Refused(refusal)) => Err(refusal.report(&service.objects, &self.run).await?),
            Err(Stop::Failed(failure)) => Err(failure),
        }
    }

    async fn check(&self, service: &PrintRuns<impl Objects>) -> Result<(Plan, Vec<PartRows>), Stop> {
        let format = self.format()?;
        if self.head.bytes > MAX_BYTES {
            return Err(Problem::BatchTooLarge(format!(
                "The file has {} bytes; at most {MAX_BYTES} are allowed. Split it.",
                self.head.bytes
            ))
            .into());
        }
        let base = service.state.public_base_url.clone().ok_or(Problem::BaseUrlUnknown)?;
        let at = UnixTime::now();
        let key = service.state.keyring.keyring().await.newest().0;
        let asked = Asked::read(&self.options, &service.models, base.clone(), at)?;

        let mut cutting = Cutting::new(format, &asked);
        let mut from = 0;
        while from < self.head.bytes {
            let to = self.head.bytes.min(from + PIECE_BYTES);
            let piece = service.objects.read_range(&self.rows_key, &self.head.etag, from..to).await;
            let piece = piece.map_err(|error| Failure::of_range(&self.rows_key, error))?;
            cutting.read(&piece)?;
            from = to;
        }
        let Cut { header, parts, rows, version } = cutting.finish()?;
        let plan = Plan {
            run: self.run.clone(),
            execution: self.execution.clone(),
            sequencer: self.sequencer.clone(),
            rows_key: self.rows_key.clone(),
            etag: self.head.etag.clone(),
            options: self.options.clone(),
            model: asked.model.model.name().to_owned(),
            at: at.0,
            base: base.to_string(),
            key: key.get(),
            version: (asked.order.versions != Versions::Each).then(|| version.number()),
            header,
            rows,
            parts: u32::try_from(parts.len()).unwrap_or(u32::MAX),
        };
        self.check_pages(service, &plan, &parts).await?;
        Ok((plan, parts))
    }

    /// Checks again that codes fit on their labels, which a later part may have made larger.
    async fn check_pages(
        &self,
        service: &PrintRuns<impl Objects>,
        plan: &Plan,
        parts: &[PartRows],
    ) -> Result<(), Stop> {
        let asked = plan.asked(&service.models)?;
        if !matches!(asked.answer, AnswerFormat::Sheet(..)) || plan.version.is_none() {
            return Ok(());
        }
        for part in parts {
            let rows = part::rows(&service.objects, plan, &asked, *part).await?;
            answer::check_sheets(&rows, asked.answer_of(part.part), &asked.order.draw)?;
        }
        Ok(())
    }

    /// How the rows are written down, by the end of their key.
    fn format(&self) -> Result<RowFormat, Problem> {
        let (_, extension) = self.rows_key.rsplit_once('.').unwrap_or_default();
        match extension.to_ascii_lowercase().as_str() {
            "csv" => Ok(RowFormat::Csv),
            "ndjson" | "jsonl" => Ok(RowFormat::NdJson),
            _ => Err(Problem::UnsupportedMediaType { accepted: "rows, in a file whose name ends in .csv or .ndjson" }),
        }
    }
}

/// Why there is no plan.
enum Stop {
    Refused(Refusal),
    Failed(Failure),
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Refused(Refusal::Problem(problem))
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Cuts rows that are read bit by bit into parts, and checks them.
struct Cutting<'a> {
    format: RowFormat,
    asked: &'a Asked<'a>,
    types: MemberTypes,
    ends: Option<RowEnds>,
    header: Option<Vec<u8>>,
    /// What has been read and belongs to no part yet, and where it begins.
    rest: Vec<u8>,
    from: u64,
    /// How many rows end in it.
    ended: usize,
    parts: Vec<PartRows>,
    rows: u32,
    version: Version,
    bad: BadRows,
}

/// Rows that were cut into parts.
struct Cut {
    header: Option<String>,
    parts: Vec<PartRows>,
    rows: u32,
    version: Version,
}

impl<'a> Cutting<'a> {
    fn new(format: RowFormat, asked: &'a Asked<'a>) -> Self {
        Self {
            format,
            asked,
            types: MemberTypes::of_schema(asked.model.schema()),
            ends: None,
            header: None,
            rest: Vec::new(),
            from: 0,
            ended: 0,
            parts: Vec::new(),
            rows: 0,
            version: Version::MIN,
            bad: BadRows::default(),
        }
    }

    fn read(&mut self, piece: &[u8]) -> Result<(), Problem> {
        if self.ends.is_none() {
            self.ends = RowEnds::new(self.format, piece);
        }
        let Some(ends) = &mut self.ends else { return Ok(()) };
        let ends = ends.read(piece).map_err(|error| Problem::MalformedRows(format!("In the file, {error}.")))?;
        self.rest.extend_from_slice(piece);
        for end in ends {
            if self.format == RowFormat::Csv && self.header.is_none() {
                self.header = Some(self.take(end));
                continue;
            }
            self.ended += 1;
            if self.ended == self.asked.rows_of(self.next_part()) {
                self.cut(end)?;
            }
        }
        Ok(())
    }

    /// Takes what has been read up to a place.
    fn take(&mut self, end: u64) -> Vec<u8> {
        let bytes = usize::try_from(end - self.from).unwrap_or(usize::MAX).min(self.rest.len());
        self.from = end;
        self.ended = 0;
        self.rest.drain(..bytes).collect()
    }

    /// The number of the part that is being read.
    fn next_part(&self) -> u32 {
        u32::try_from(self.parts.len() + 1).unwrap_or(u32::MAX)
    }

    /// Makes a part of what has been read up to a place.
    fn cut(&mut self, end: u64) -> Result<(), Problem> {
        let (from, first, part) = (self.from, self.rows + 1, self.next_part());
        let text = [self.header.clone().unwrap_or_default(), self.take(end)].concat();
        let rows =
            rows::read_part(&text, self.format, &self.types, self.asked.rows_of(part)).map_err(
                |problem| match problem {
                    Problem::MalformedRows(detail) => {
                        Problem::MalformedRows(format!("From row {first} of the file on: {detail}"))
                    }
                    other => other,
                },
            )?;
        let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        if count > MAX_ROWS - self.rows {
            return Err(Problem::BatchTooLarge(format!("The run has more than {MAX_ROWS} rows: split the file.")));
        }
        self.rows += count;
        let Asked { order, .. } = self.asked;
        let checked = order.check(rows, first).and_then(|checked| {
            answer::check_sheets(&checked, self.asked.answer_of(part), &order.draw)?;
            Ok(checked)
        });
        match checked {
            Ok(checked) => self.version = checked.iter().map(CheckedRow::version).fold(self.version, Ord::max),
            Err(Problem::RowsViolated { rows, violations }) => self.bad.add(first, rows, violations),
            Err(other) => return Err(other),
        }
        self.parts.push(PartRows { part, first, rows: count, from, to: end });
        Ok(())
    }

    fn finish(mut self) -> Result<Cut, Refusal> {
        // The last row may end where the text does.
        if !self.rest.trim_ascii().is_empty() {
            let end = self.from + self.rest.len() as u64;
            self.cut(end)?;
        }
        if !self.bad.is_empty() {
            return Err(Refusal::Rows(self.bad));
        }
        if self.parts.is_empty() {
            return Err(Problem::MalformedRows("The file has no rows: it needs at least one.".to_owned()).into());
        }
        let header = self.header.map(|header| String::from_utf8(header).expect("it has been read as text"));
        Ok(Cut { header, parts: self.parts, rows: self.rows, version: self.version })
    }
}

#[cfg(test)]
mod tests {
    use creation::payload_model::DEPLOYED;

    use super::*;
    use crate::asked::ROWS_OF_PART;

    fn cut(rows: &str, piece: usize) -> (Vec<PartRows>, Option<String>) {
        let base = "https://qr.example.org".parse().unwrap();
        let asked = Asked::read("", &DEPLOYED, base, UnixTime(1)).unwrap();
        let mut cutting = Cutting::new(RowFormat::Csv, &asked);
        rows.as_bytes().chunks(piece).for_each(|piece| cutting.read(piece).unwrap());
        let cut = cutting.finish().unwrap();
        (cut.parts, cut.header)
    }

    #[test]
    fn parts_do_not_depend_on_the_pieces_that_rows_are_read_in() {
        let rows: String = (0..2 * ROWS_OF_PART + 7)
            .flat_map(|row| ["\"a\n".to_owned(), row.to_string(), format!("\";{row}\r\n\r\n")])
            .collect();
        for (rows, header) in [(rows.trim_end(), "id;amount\r\n"), (&rows, "\u{feff}id;amount\n")] {
            let rows = format!("{header}{rows}");
            let (parts, cut_header) = cut(&rows, rows.len());
            assert_eq!(cut_header.unwrap().trim_end(), header.trim_end());
            assert_eq!(
                parts.iter().map(|part| (part.part, part.first, part.rows)).collect::<Vec<_>>(),
                [(1, 1, 500), (2, 501, 500), (3, 1001, 7)]
            );
            assert!(parts.array_windows().all(|[part, next]| part.to == next.from));
            for piece in [15, 17, 64, 1000, 9999] {
                assert_eq!(cut(&rows, piece).0, parts, "in pieces of {piece}");
            }
        }
    }
}
