//! Whole runs, as the state machine has them made, in a bucket in memory.

use std::collections::{BTreeMap, BTreeSet};

use creation::payload_model::DEPLOYED;
use sealed_qr::{Ctext, Keyring, UnixTime};
use serde_json::{Value, json};
use service::{app_state::AppState, keyring_cache::KeyringCache, keyring_source::AnyKeyringSource};

use crate::{
    Done, Event, PrintRuns, Step,
    asked::ROWS_OF_PART,
    failure::Failure,
    finish::FinishedRun,
    handle,
    objects::memory::MemoryBucket,
    plan::{PartRows, Plan},
    planning::{Outcome, Planned},
    run_id::RunId,
    start::Start,
};

const KEY: &str = "incoming/orders.csv";
/// More than two parts, the last of which is not full.
const ROWS: usize = 2 * ROWS_OF_PART + 203;

fn wait_for<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

fn keyring_json(keys: &[u8]) -> String {
    let members: Vec<_> = keys.iter().map(|id| format!(r#""{id}": "{}""#, format!("{id:02x}").repeat(32))).collect();
    format!("{{{}}}", members.join(","))
}

/// The function, with these keys.
fn function(bucket: &MemoryBucket, keys: &[u8]) -> PrintRuns<MemoryBucket> {
    let source = AnyKeyringSource::Inline(keyring_json(keys).into());
    let keyring = wait_for(KeyringCache::fill(source)).unwrap();
    let public_base_url = Some("https://qr.example.org".parse().unwrap());
    let models = DEPLOYED.configured(|_| None).unwrap();
    PrintRuns { state: AppState { keyring, public_base_url }, models, bus: None, objects: bucket.clone() }
}

fn run_id() -> RunId {
    "spring".parse().unwrap()
}

fn csv(rows: usize) -> String {
    (1..=rows).fold("id,amount\n".to_owned(), |csv, row| csv + &format!("order-{row},{}\n", row * 100))
}

fn bucket(rows: &str) -> MemoryBucket {
    let bucket = MemoryBucket::default();
    bucket.put(KEY, rows, None);
    bucket
}

fn by_hand(options: &str) -> Start {
    Start::Rows { key: KEY.to_owned(), options: options.to_owned() }
}

fn step(function: &PrintRuns<MemoryBucket>, step: Step) -> Result<Done, Failure> {
    wait_for(handle(function, &Event::Step(step)))
}

fn plan_as(function: &PrintRuns<MemoryBucket>, execution: &str, start: Start) -> Result<Planned, Failure> {
    match step(function, Step::Plan { execution: execution.to_owned(), start: Some(start) })? {
        Done::Planned(planned) => Ok(planned),
        other => panic!("{other:?}"),
    }
}

fn plan(function: &PrintRuns<MemoryBucket>, options: &str) -> Result<Planned, Failure> {
    plan_as(function, "spring", by_hand(options))
}

fn part_list(bucket: &MemoryBucket) -> Vec<PartRows> {
    serde_json::from_str(&bucket.text("runs/spring/parts.json").unwrap()).unwrap()
}

fn make(function: &PrintRuns<MemoryBucket>, part: PartRows) -> Result<bool, Failure> {
    match step(function, Step::Part { run: run_id(), part })? {
        Done::Part(made) => Ok(made.is_new),
        other => panic!("{other:?}"),
    }
}

fn finish(function: &PrintRuns<MemoryBucket>) -> Result<FinishedRun, Failure> {
    match step(function, Step::Finish { run: run_id() })? {
        Done::Finished(run) => Ok(run),
        other => panic!("{other:?}"),
    }
}

/// A whole run, without incidents.
fn run(bucket: &MemoryBucket, options: &str) -> FinishedRun {
    let function = function(bucket, &[7]);
    assert_eq!(plan(&function, options).unwrap().outcome, Outcome::Planned);
    for part in part_list(bucket) {
        assert_eq!(make(&function, part), Ok(true));
    }
    finish(&function).unwrap()
}

fn manifest(bucket: &MemoryBucket) -> Vec<[String; 5]> {
    let text = bucket.text("runs/spring/manifest.csv").unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(reader.headers().unwrap(), vec!["row", "name", "url", "expires_at", "file"]);
    let cells = |record: csv::StringRecord| std::array::from_fn(|at| record[at].to_owned());
    reader.records().map(|record| cells(record.unwrap())).collect()
}

fn ctext(url: &str) -> Ctext {
    Ctext::parse(url.rsplit_once(['=', '/']).unwrap().1).unwrap()
}

fn payload(url: &str, keys: &[u8]) -> Value {
    let keyring = Keyring::parse(&keyring_json(keys)).unwrap();
    let opened = ctext(url).open(&keyring, UnixTime(0), |_| Some(payload_models::DEFAULT.layout())).unwrap();
    serde_json::from_str(opened.payload.as_json()).unwrap()
}

fn problem(bucket: &MemoryBucket) -> Value {
    serde_json::from_str(&bucket.text("runs/spring/problem.json").unwrap()).unwrap()
}

// What comes out.

#[test]
fn every_row_becomes_one_code() {
    let bucket = bucket(&csv(ROWS));
    let finished = run(&bucket, "");
    assert_eq!((finished.rows as usize, finished.parts, finished.key), (ROWS, 3, 7));
    let manifest = manifest(&bucket);
    let names: BTreeSet<_> = manifest.iter().map(|[_, name, ..]| name).collect();
    assert_eq!((manifest.len(), names.len()), (ROWS, ROWS));
    for (number, [row, name, url, expires_at, file]) in (1..).zip(&manifest) {
        assert_eq!((row, expires_at.as_str()), (&number.to_string(), ""));
        assert_eq!(file, &format!("parts/{:05}.ndjson", (number - 1) / ROWS_OF_PART + 1));
        assert_eq!(
            (name, payload(url, &[7])["id"].as_str()),
            (&ctext(url).name().to_string(), Some(&*format!("order-{number}")))
        );
    }
    let lines: Vec<Value> = (1..=3)
        .map(|part| bucket.text(&format!("runs/spring/parts/{part:05}.ndjson")).unwrap())
        .flat_map(|lines| lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<_>>())
        .collect();
    assert_eq!(lines.len(), ROWS);
    for (line, [row, name, url, ..]) in lines.iter().zip(&manifest) {
        assert_eq!((line["row"].to_string(), &line["name"], &line["url"]), (row.clone(), &json!(name), &json!(url)));
        assert_eq!(line["symbol"]["version"].as_u64(), finished.version.map(u64::from), "of one size");
    }
    let described: Value = serde_json::from_str(&bucket.text("runs/spring/run.json").unwrap()).unwrap();
    assert_eq!((&described["rows"], &described["manifest"]), (&json!(ROWS), &json!("runs/spring/manifest.csv")));
}

#[test]
fn lines_of_json_and_tables_are_the_same_rows() {
    let line = |row: usize| [format!(r#"{{"id":"order-{row}","amount":{}}}"#, row * 100), "\n\n".to_owned()];
    let lines: String = (1..=ROWS).flat_map(line).collect();
    let key = "incoming/orders.ndjson";
    let urls = |key: &str, rows: &str| {
        let bucket = MemoryBucket::default();
        bucket.put(key, rows, None);
        let function = function(&bucket, &[7]);
        plan_as(&function, "spring", Start::Rows { key: key.to_owned(), options: String::new() }).unwrap();
        for part in part_list(&bucket) {
            assert_eq!(make(&function, part), Ok(true));
        }
        finish(&function).unwrap();
        manifest(&bucket).into_iter().map(|[_, _, url, ..]| url).collect::<Vec<_>>()
    };
    assert_eq!(urls(key, &lines), urls(KEY, &csv(ROWS)));
}

#[test]
fn a_part_is_whatever_a_batch_can_be() {
    for (options, extension, media_type) in [
        ("format=csv", "csv", "text/csv; charset=utf-8"),
        ("format=zip&picture=svg&file_name={id}", "zip", "application/zip"),
        ("picture=png&link=compact", "ndjson", "application/x-ndjson"),
    ] {
        let bucket = bucket(&csv(3));
        assert_eq!(run(&bucket, options).options, options);
        let key = format!("runs/spring/parts/00001.{extension}");
        assert_eq!(bucket.media_type(&key).as_deref(), Some(media_type), "{options}");
        assert!(manifest(&bucket).iter().all(|[.., file]| key.ends_with(file.as_str())));
    }
}

#[test]
fn parts_fill_the_pages_that_they_are_printed_on() {
    for (options, extension, media_type) in [
        ("format=pdf&caption={id}&start_at=20", "pdf", "application/pdf"),
        ("format=html&caption={id}&start_at=20", "html", "text/html; charset=utf-8"),
    ] {
        let bucket = bucket(&csv(ROWS));
        run(&bucket, options);
        // Pages have 21 labels, the first 19 of which are not there any more.
        let rows: Vec<_> = part_list(&bucket).iter().map(|part| part.rows).collect();
        assert_eq!(rows, [25 * 21 - 19, 24 * 21, 193]);
        let keys: Vec<_> = (1..=3).map(|part| format!("runs/spring/parts/{part:05}.{extension}")).collect();
        assert!(keys.iter().all(|key| bucket.media_type(key).as_deref() == Some(media_type)));
        assert_eq!(manifest(&bucket)[506][4], format!("parts/00002.{extension}"));
    }
}

#[test]
fn a_later_row_that_makes_all_codes_too_large_for_their_labels_is_noticed() {
    let line = |id: &str, note: &str| json!({ "id": id, "amount": 1, "note": note }).to_string() + "\n";
    let first: String = (1..=ROWS_OF_PART).map(|row| line(&format!("order-{row}"), "note")).collect();
    let planned = |rows: &str| {
        let (bucket, key) = (MemoryBucket::default(), "incoming/orders.ndjson");
        bucket.put(key, rows, None);
        let options = "format=pdf&paper=roll&label=20x12&caption={note}".to_owned();
        let start = Start::Rows { key: key.to_owned(), options };
        let planned = plan_as(&function(&bucket, &[7]), "spring", start);
        planned.map(|planned| planned.rows).map_err(|failure| failure.to_string())
    };
    let large = line(&"x".repeat(80), "");
    assert_eq!((planned(&first), planned(&large)), (Ok(500), Ok(1)), "without a caption, there is room");
    assert_eq!(planned(&(first.clone() + &line("order-501", ""))), Ok(501));
    let refused = planned(&(first + &large)).unwrap_err();
    assert!(refused.contains("mm per module") && refused.contains("runs/spring/problem.json"), "{refused}");
}

#[test]
fn codes_have_one_size_or_each_its_own_in_all_parts() {
    let long = format!("{}{},1\n", csv(ROWS_OF_PART), "x".repeat(200));
    for (options, are_equal) in [("", true), ("versions=each", false)] {
        let bucket = bucket(&long);
        let version = run(&bucket, options).version;
        assert_eq!(version.is_some(), are_equal);
        let first = bucket.text("runs/spring/parts/00001.ndjson").unwrap();
        let first: Value = serde_json::from_str(first.lines().next().unwrap()).unwrap();
        let last: Value = serde_json::from_str(&bucket.text("runs/spring/parts/00002.ndjson").unwrap()).unwrap();
        assert_eq!(first["symbol"] == last["symbol"], are_equal, "{first} {last}");
        assert!(version.is_none_or(|version| last["symbol"]["version"] == version));
    }
}

#[test]
fn codes_expire_when_the_plan_says_whenever_they_are_made() {
    let bucket = bucket(&csv(ROWS));
    let finished = run(&bucket, "expires_in=3600");
    let plan: Plan = serde_json::from_str(&bucket.text("runs/spring/plan.json").unwrap()).unwrap();
    assert_eq!(finished.expires_at, Some(plan.at + 3600));
    let expiries: BTreeSet<_> = manifest(&bucket).into_iter().map(|[_, _, _, expires_at, _]| expires_at).collect();
    assert_eq!(expiries.len(), 1, "{expiries:?}");
}

// Incidents.

/// Takes a step until it is not in vain, as the state machine does.
fn with_retries<T>(mut step: impl FnMut() -> Result<T, Failure>) -> T {
    for _ in 0..3 {
        match step() {
            Ok(done) => return done,
            Err(Failure::Unavailable(_)) => {}
            Err(failure) => panic!("{failure}"),
        }
    }
    panic!("it fails again and again")
}

#[test]
fn whichever_call_fails_every_row_has_the_code_that_it_would_have_had() {
    let rows = csv(ROWS_OF_PART + 3);
    let undisturbed = bucket(&rows);
    run(&undisturbed, "");
    let wanted: BTreeMap<_, _> = content(&undisturbed);
    for loses_answer in [false, true] {
        for calls in 0.. {
            let bucket = bucket(&rows);
            bucket.fail_after(calls, loses_answer);
            let function = function(&bucket, &[7]);
            let planned = with_retries(|| plan(&function, ""));
            assert_eq!(planned.outcome, Outcome::Planned, "call {calls}");
            for part in part_list(&bucket) {
                with_retries(|| make(&function, part));
            }
            with_retries(|| finish(&function));
            assert_eq!(content(&bucket), wanted, "call {calls} fails, and {loses_answer}");
            if bucket.is_yet_to_fail() {
                assert!(calls > 15, "there are more calls than {calls}");
                break;
            }
        }
    }
}

/// What a run has left, apart from points in time.
fn content(bucket: &MemoryBucket) -> BTreeMap<String, String> {
    let keys = bucket.keys().into_iter().filter(|key| !key.ends_with("plan.json") && !key.ends_with("run.json"));
    keys.map(|key| (key.clone(), bucket.text(&key).unwrap())).collect()
}

#[test]
fn a_key_that_is_added_meanwhile_seals_nothing() {
    let bucket = bucket(&csv(ROWS));
    let before = function(&bucket, &[7]);
    plan(&before, "").unwrap();
    let [first, second, last] = part_list(&bucket)[..] else { panic!() };
    assert_eq!(make(&before, first), Ok(true));
    // The second part has written its codes, and nothing else, when the keys rotate.
    bucket.fail_after(4, false);
    assert!(matches!(make(&before, second), Err(Failure::Unavailable(_))));
    let written = bucket.text("runs/spring/parts/00002.ndjson").unwrap();
    assert_eq!(bucket.text("runs/spring/manifest/00002.csv"), None);
    let after = function(&bucket, &[7, 8]);
    for part in [second, last] {
        assert_eq!(make(&after, part), Ok(true));
    }
    assert_eq!(finish(&after).unwrap().key, 7);
    assert_eq!(bucket.text("runs/spring/parts/00002.ndjson").unwrap(), written);
    let manifest = manifest(&bucket);
    assert!(manifest.iter().all(|[_, _, url, ..]| ctext(url).key_id().get() == 7));
    assert!(written.lines().zip(&manifest[ROWS_OF_PART..]).all(|(line, [_, name, ..])| line.contains(name.as_str())));
}

#[test]
fn a_run_whose_key_is_gone_is_not_finished_with_another() {
    let bucket = bucket(&csv(3));
    plan(&function(&bucket, &[7]), "").unwrap();
    let made = make(&function(&bucket, &[8]), part_list(&bucket)[0]);
    assert!(matches!(made, Err(Failure::KeyGone(key)) if key.get() == 7), "{made:?}");
}

#[test]
fn rows_that_are_replaced_meanwhile_are_noticed() {
    let bucket = bucket(&csv(ROWS));
    let function = function(&bucket, &[7]);
    plan(&function, "").unwrap();
    let [first, second, _] = part_list(&bucket)[..] else { panic!() };
    assert_eq!(make(&function, first), Ok(true));
    bucket.put(KEY, &csv(ROWS).replace("order-7,", "order-8,"), None);
    let changed = Failure::RowsChanged { key: KEY.to_owned() };
    assert_eq!(make(&function, second), Err(changed.clone()));
    assert_eq!(make(&function, first), Ok(false), "what is made stays");
    assert_eq!(plan(&function, ""), Err(changed.clone()));
    bucket.remove(KEY);
    assert_eq!(make(&function, second), Err(changed));
    bucket.put(KEY, &csv(ROWS), None);
    assert_eq!(make(&function, second), Ok(true));
}

#[test]
fn a_part_of_another_release_at_the_same_time_is_noticed() {
    let bucket = bucket(&csv(3));
    let function = function(&bucket, &[7]);
    plan(&function, "").unwrap();
    let part = part_list(&bucket)[0];
    // The manifest appears between the look for it and the writing of it.
    assert_eq!(make(&function, part), Ok(true));
    let manifest = bucket.text("runs/spring/manifest/00001.csv").unwrap();
    for (theirs, expected) in
        [(manifest.clone(), true), (manifest.replace("order", "other").replace(",parts", ",part"), false)]
    {
        bucket.put("runs/spring/manifest/00001.csv", &theirs, None);
        bucket.hide_once("runs/spring/manifest/00001.csv");
        let made = make(&function, part);
        assert_eq!(made == Ok(false), expected, "{made:?}");
        assert!(expected || matches!(made, Err(Failure::Inconsistent(_))));
    }
}

#[test]
fn what_does_not_add_up_is_not_finished() {
    let bucket = bucket(&csv(ROWS));
    run(&bucket, "");
    let function = function(&bucket, &[7]);
    let second = "runs/spring/manifest/00002.csv";
    let good = bucket.text(second).unwrap();
    let lines: Vec<_> = good.lines().collect();
    let name = lines[1].split(',').nth(1).unwrap();
    let twice = good.replacen(lines[2].split(',').nth(1).unwrap(), name, 1);
    for (bad, what) in [
        (None, "part 2 is missing"),
        (Some(good.replacen(lines[3], "", 1)), "lack row 503"),
        (Some(format!("{good}{}\r\n", lines[1])), "lack row 1001"),
        (Some(good.replacen(name, "", 1)), "lack row 501"),
        (Some(twice), "is there twice"),
    ] {
        bucket.remove(second);
        bucket.remove("runs/spring/run.json");
        if let Some(bad) = bad {
            bucket.put(second, &bad, None);
        }
        let failure = finish(&function).unwrap_err();
        assert!(matches!(&failure, Failure::Inconsistent(text) if text.contains(what)), "{failure}");
        assert_eq!(bucket.text("runs/spring/run.json"), None);
    }
}

// What is refused.

#[test]
fn bad_rows_are_reported_and_nothing_is_sealed() {
    let mut rows = csv(ROWS);
    for bad in [7, 1100] {
        rows = rows.replace(&format!("order-{bad},{}", bad * 100), &format!("order-{bad},secret"));
    }
    let bucket = bucket(&format!("{rows}order-x\n"));
    let failure = plan(&function(&bucket, &[7]), "").unwrap_err();
    let Failure::Refused { detail, report } = &failure else { panic!("{failure}") };
    assert!(detail.contains("3 rows cannot be used") && report == "runs/spring/bad-rows.ndjson", "{failure}");
    let report = bucket.text(report).unwrap();
    let reported: Vec<Value> = report.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let places: Vec<_> =
        reported.iter().map(|line| (line["row"].to_string(), line["pointer"].as_str().unwrap())).collect();
    assert_eq!(places, [("7".to_owned(), "/amount"), ("1100".to_owned(), "/amount"), ((ROWS + 1).to_string(), "")]);
    assert!(!report.contains("secret"));
    assert_eq!((&problem(&bucket)["status"], problem(&bucket)["errors"].as_array().unwrap().len()), (&json!(422), 3));
    assert_eq!(bucket.keys(), [KEY, "runs/spring/bad-rows.ndjson", "runs/spring/problem.json"]);
}

#[test]
fn a_long_report_is_cut_and_counts_all() {
    let bucket = bucket(&format!("id,amount\n{}", "a,b\n".repeat(600)));
    let failure = plan(&function(&bucket, &[7]), "").unwrap_err().to_string();
    assert!(failure.contains("600 rows cannot be used"), "{failure}");
    let report = bucket.text("runs/spring/bad-rows.ndjson").unwrap();
    assert!(
        report.contains("and 480 more in the rows from 1 on") && report.contains("and 80 more in the rows from 501 on")
    );
    assert_eq!(problem(&bucket)["errors"].as_array().unwrap().len(), 21);
}

#[test]
fn what_is_not_rows_or_options_is_refused() {
    for (key, rows, options, status, what) in [
        (KEY, "id,amount\n", "", 400, "The file has no rows"),
        (KEY, "", "", 400, "The file has no rows"),
        (KEY, "id,id\na,b\n", "", 400, "columns 1 and 2 have the same name"),
        (KEY, "id,amount\n\"a,1\n", "", 400, "quotation mark"),
        ("incoming/orders.xlsx", "PK", "", 415, ".csv or .ndjson"),
        ("incoming/orders.json", "[]", "", 415, ".csv or .ndjson"),
        (KEY, "id,amount\na,1\n", "format=docx", 400, "The value of format"),
        (KEY, "id,amount\na,1\n", "colour=red", 400, "Unknown parameter"),
        (KEY, "id,amount\na,1\n", "expires_at=2020-01-01T00:00:00Z", 400, "The value of expires_at"),
        (KEY, "id,amount\na,1\n", "max_modules=21", 422, "one row cannot be used"),
    ] {
        let bucket = MemoryBucket::default();
        bucket.put(key, rows, None);
        let start = Start::Rows { key: key.to_owned(), options: options.to_owned() };
        let failure = plan_as(&function(&bucket, &[7]), "spring", start).unwrap_err();
        assert!(matches!(failure, Failure::Refused { .. }) && failure.to_string().contains(what), "{failure}");
        assert_eq!(problem(&bucket)["status"], status, "{what}");
        assert_eq!(bucket.text("runs/spring/plan.json"), None);
    }
}

#[test]
fn text_that_cannot_be_read_is_found_in_any_part() {
    let bad = [csv(ROWS).as_bytes(), b"order-\xe9,1\n"].concat();
    let bucket = MemoryBucket::default();
    bucket.put_bytes(KEY, bad);
    let failure = plan(&function(&bucket, &[7]), "").unwrap_err().to_string();
    assert!(
        failure.starts_with("From row 1001 of the file on: The body is not text in UTF-8, first in line 205"),
        "{failure}"
    );
}

#[test]
fn links_must_have_a_beginning() {
    let bucket = bucket(&csv(1));
    let mut function = function(&bucket, &[7]);
    function.state.public_base_url = None;
    assert!(plan(&function, "").unwrap_err().to_string().contains("PUBLIC_BASE_URL"));
}

#[test]
fn what_starts_nothing_says_what_would() {
    let bucket = bucket(&csv(1));
    let function = function(&bucket, &[7]);
    assert_eq!(wait_for(handle(&function, &Event::Other)), Err(Failure::UnknownEvent));
    assert_eq!(step(&function, Step::Plan { execution: "a".to_owned(), start: None }), Err(Failure::UnknownInput));
    let missing = Start::Rows { key: "incoming/a.csv".to_owned(), options: String::new() };
    assert_eq!(plan_as(&function, "a", missing), Err(Failure::NoRows { key: "incoming/a.csv".to_owned() }));
    assert!(matches!(plan_as(&function, "a b", by_hand("")), Err(Failure::InvalidRunId(_))));
    assert_eq!(plan_as(&function, "a", Start::Resume(run_id())), Err(Failure::NoRun(run_id())));
    let part = PartRows { part: 1, first: 1, rows: 1, from: 0, to: 1 };
    assert_eq!(make(&function, part), Err(Failure::NoRun(run_id())));
    assert_eq!(finish(&function), Err(Failure::NoRun(run_id())));
}

// How runs begin, and begin again.

fn dropped(bucket: &MemoryBucket, sequencer: &str) -> Start {
    Start::Dropped { key: KEY.to_owned(), etag: bucket.etag(KEY), sequencer: sequencer.to_owned() }
}

#[test]
fn rows_that_are_dropped_are_one_run_with_their_own_options() {
    let bucket = MemoryBucket::default();
    bucket.put(KEY, &csv(3), Some("format=csv&link=compact"));
    let function = function(&bucket, &[7]);
    let planned = plan_as(&function, "event-1", dropped(&bucket, "1")).unwrap();
    assert_eq!(planned.outcome, Outcome::Planned);
    assert!(planned.run.to_string().starts_with("orders-"), "{:?}", planned.run);
    let read = wait_for(Plan::read(&bucket, &planned.run)).unwrap().unwrap();
    assert_eq!(read.options, "format=csv&link=compact");
    // The step is repeated, because its answer was lost; and the event comes again.
    assert_eq!(plan_as(&function, "event-1", dropped(&bucket, "1")).unwrap(), planned);
    let again = plan_as(&function, "event-2", dropped(&bucket, "1")).unwrap();
    assert_eq!(again, Planned { outcome: Outcome::Duplicate, ..planned.clone() });
    // Somebody drops the same file again, because the first run has failed.
    assert_eq!(plan_as(&function, "event-3", dropped(&bucket, "2")).unwrap(), planned);
    bucket.put(KEY, &csv(3), Some("format=csv"));
    assert_ne!(plan_as(&function, "event-4", dropped(&bucket, "3")).unwrap().run, planned.run, "other options");
}

#[test]
fn an_event_about_rows_that_were_replaced_makes_nothing_of_the_new_ones() {
    let bucket = bucket(&csv(3));
    let event = dropped(&bucket, "1");
    bucket.put(KEY, &csv(4), None);
    let failure = plan_as(&function(&bucket, &[7]), "event-1", event).unwrap_err();
    assert_eq!(failure, Failure::RowsChanged { key: KEY.to_owned() });
}

#[test]
fn two_events_at_the_same_time_make_one_plan() {
    let bucket = bucket(&csv(3));
    let function = function(&bucket, &[7]);
    let planned = plan_as(&function, "event-1", dropped(&bucket, "1")).unwrap();
    // The other one did not see the plan when it looked for it.
    bucket.hide_once(&planned.run.key("plan.json"));
    let other = plan_as(&function, "event-2", dropped(&bucket, "1")).unwrap();
    assert_eq!(other.outcome, Outcome::Duplicate);
    let read = wait_for(Plan::read(&bucket, &planned.run)).unwrap().unwrap();
    assert_eq!(read.execution, "event-1");
}

#[test]
fn a_run_is_resumed_by_its_name_until_it_is_finished() {
    let bucket = bucket(&csv(ROWS));
    let function = function(&bucket, &[7]);
    let planned = plan(&function, "ecc=Q").unwrap();
    let parts = part_list(&bucket);
    assert_eq!(make(&function, parts[0]), Ok(true));
    assert_eq!(plan_as(&function, "again", Start::Resume(run_id())).unwrap(), planned);
    let made: Vec<_> = parts.iter().map(|part| make(&function, *part).unwrap()).collect();
    assert_eq!(made, [false, true, true]);
    finish(&function).unwrap();
    for start in [Start::Resume(run_id()), by_hand("ecc=Q")] {
        assert_eq!(plan_as(&function, "spring", start).unwrap().outcome, Outcome::Finished);
    }
    assert_eq!(plan(&function, "ecc=L"), Err(Failure::OtherRun(run_id())));
}
