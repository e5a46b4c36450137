//! Metrics in CloudWatch's embedded metric format: CloudWatch reads them out of the log line of a request, so that
//! they cost no call. `docs/observability.md` lists them for those who set alarms.

use std::{
    io::{self, Write as _},
    time::{Instant, SystemTime},
};

use serde::{
    Serialize, Serializer,
    ser::{Error as _, SerializeMap},
};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tracing::Level;

/// The namespace of all metrics.
pub const NAMESPACE: &str = "SealedQR";
/// The dimension that every metric has: which deployment it is of.
pub const STACK: &str = "Stack";
/// The environment variable with the value of that dimension. Without it there are no metrics.
pub const METRICS_STACK: &str = "METRICS_STACK";

/// What is counted or gauged. Texts are from fixed sets, since every other one would be a metric of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// A payload was sealed and its code answered.
    Created,
    /// A code was opened.
    Opened,
    /// A request was refused.
    Refused {
        /// The slug of the problem.
        problem: &'static str,
    },
    /// A ctext was refused as not authentic.
    InvalidCtext {
        /// The name of the reason.
        reason: &'static str,
    },
    /// The keyring at hand was fetched again.
    KeyringRefreshed,
    /// The keyring at hand could not be fetched again.
    KeyringRefreshFailed,
    /// How long ago the keyring at hand was fetched.
    KeyringAge {
        /// Whole seconds.
        seconds: u64,
    },
    /// A process was made ready for requests.
    ColdStart,
    /// A step of a rotation failed.
    RotationFailed,
}

impl Metric {
    /// The name in CloudWatch.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "Created",
            Self::Opened => "Opened",
            Self::Refused { .. } => "Refused",
            Self::InvalidCtext { .. } => "InvalidCtext",
            Self::KeyringRefreshed => "KeyringRefreshed",
            Self::KeyringRefreshFailed => "KeyringRefreshFailed",
            Self::KeyringAge { .. } => "KeyringAge",
            Self::ColdStart => "ColdStart",
            Self::RotationFailed => "RotationFailed",
        }
    }

    /// The unit in CloudWatch.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::KeyringAge { .. } => "Seconds",
            _ => "Count",
        }
    }

    /// The dimension by which the metric is also broken down.
    #[must_use]
    pub const fn breakdown(self) -> Option<Breakdown> {
        match self {
            Self::Refused { .. } => Some(Breakdown::Problem),
            Self::InvalidCtext { .. } => Some(Breakdown::Reason),
            _ => None,
        }
    }

    const fn value(self) -> u64 {
        match self {
            Self::KeyringAge { seconds } => seconds,
            _ => 1,
        }
    }
}

/// A dimension beside [`STACK`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breakdown {
    /// The slug of a problem, as in `docs/errors.md`.
    Problem,
    /// Why a ctext is invalid.
    Reason,
}

impl Breakdown {
    /// The dimension sets of a metric with this breakdown, or with none: all of the stack, then each value.
    #[must_use]
    pub const fn dimension_sets(breakdown: Option<Self>) -> &'static [&'static [&'static str]] {
        match breakdown {
            None => &[&[STACK]],
            Some(Self::Problem) => &[&[STACK], &[STACK, "Problem"]],
            Some(Self::Reason) => &[&[STACK], &[STACK, "Reason"]],
        }
    }
}

/// Writes log lines that are documents of the embedded metric format too.
#[derive(Clone, Debug)]
pub struct Metrics {
    stack: String,
    threshold: Option<Threshold>,
    started_at: Instant,
}

impl Metrics {
    /// For a deployment of this name, whose lines below `threshold` Lambda would drop.
    #[must_use]
    pub fn new(stack: String, threshold: Option<Threshold>) -> Self {
        Self { stack, threshold, started_at: Instant::now() }
    }

    /// When this began, which is when the process did.
    #[must_use]
    pub fn started_at(&self) -> Instant {
        self.started_at
    }

    /// Writes a line to standard output, where Lambda collects it, in one piece.
    pub fn write(&self, line: &Line<'_>) {
        let mut bytes = self.to_json(line, SystemTime::now());
        bytes.push(b'\n');
        // There is nowhere to report it to, and the request has its answer all the same.
        let _ = io::stdout().write_all(&bytes);
    }

    fn to_json(&self, line: &Line<'_>, now: SystemTime) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(1024);
        let document = Document { metrics: self, line, now: OffsetDateTime::from(now).truncate_to_millisecond() };
        document.serialize(&mut serde_json::Serializer::new(&mut bytes)).expect("strings and numbers serialize");
        bytes
    }
}

/// The lowest level that Lambda lets through when its log format is JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threshold {
    /// Warnings and errors.
    Warn,
    /// Errors.
    Error,
    /// Nothing that a function usually writes.
    Fatal,
}

impl Threshold {
    /// Reads `AWS_LAMBDA_LOG_LEVEL`; `None` for those that let a line about a request through.
    #[must_use]
    pub fn parse(level: &str) -> Option<Self> {
        match level {
            "WARN" => Some(Self::Warn),
            "ERROR" => Some(Self::Error),
            "FATAL" => Some(Self::Fatal),
            _ => None,
        }
    }
}

/// What a line says.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// How bad it is.
    pub level: Level,
    /// What happened, in a word or a sentence.
    pub message: &'a str,
    /// More about it.
    pub fields: &'a [(&'static str, Field<'a>)],
    /// What CloudWatch counts.
    pub metrics: &'a [Metric],
}

impl Line<'_> {
    /// The level that the line is written with. One that Lambda would drop is raised: the metrics would go with it.
    fn level(&self, threshold: Option<Threshold>) -> &'static str {
        match threshold {
            Some(Threshold::Fatal) => "FATAL",
            Some(Threshold::Error) => "ERROR",
            Some(Threshold::Warn) if self.level > Level::WARN => "WARN",
            _ => self.level.as_str(),
        }
    }
}

/// A value in a line.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(untagged)]
pub enum Field<'a> {
    /// A text.
    Text(&'a str),
    /// A number.
    Number(u64),
}

struct Document<'a> {
    metrics: &'a Metrics,
    line: &'a Line<'a>,
    now: OffsetDateTime,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { metrics, line, now } = self;
        // Lambda takes level and time from these two members, and assumes INFO where either is missing.
        let mut members = serializer.serialize_map(None)?;
        members.serialize_entry("level", line.level(metrics.threshold))?;
        members.serialize_entry("timestamp", &now.format(&Rfc3339).map_err(S::Error::custom)?)?;
        members.serialize_entry("message", line.message)?;
        for (name, value) in line.fields {
            members.serialize_entry(name, value)?;
        }
        members.serialize_entry(STACK, &metrics.stack)?;
        for metric in line.metrics {
            match metric {
                Metric::Refused { problem } => members.serialize_entry("Problem", problem)?,
                Metric::InvalidCtext { reason } => members.serialize_entry("Reason", reason)?,
                _ => {}
            }
            members.serialize_entry(metric.name(), &metric.value())?;
        }
        members.serialize_entry("_aws", &Metadata::of(line.metrics, *now))?;
        members.end()
    }
}

/// The member by which CloudWatch knows such a document.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metadata<'a> {
    /// Milliseconds since 1970.
    timestamp: i128,
    cloud_watch_metrics: Vec<Directive<'a>>,
}

impl<'a> Metadata<'a> {
    fn of(metrics: &'a [Metric], now: OffsetDateTime) -> Self {
        let directives = [None, Some(Breakdown::Problem), Some(Breakdown::Reason)].into_iter();
        let directives = directives.map(|breakdown| Directive {
            namespace: NAMESPACE,
            dimensions: Breakdown::dimension_sets(breakdown),
            metrics: Definitions { metrics, breakdown },
        });
        Self {
            timestamp: now.unix_timestamp_nanos() / 1_000_000,
            cloud_watch_metrics: directives.filter(|directive| directive.metrics.iter().next().is_some()).collect(),
        }
    }
}

/// Which members of the document are metrics with these dimensions.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Directive<'a> {
    namespace: &'static str,
    dimensions: &'static [&'static [&'static str]],
    metrics: Definitions<'a>,
}

/// The metrics with this breakdown.
struct Definitions<'a> {
    metrics: &'a [Metric],
    breakdown: Option<Breakdown>,
}

impl Definitions<'_> {
    fn iter(&self) -> impl Iterator<Item = Definition> {
        let metrics = self.metrics.iter().filter(|metric| metric.breakdown() == self.breakdown);
        metrics.map(|metric| Definition { name: metric.name(), unit: metric.unit() })
    }
}

impl Serialize for Definitions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Definition {
    name: &'static str,
    unit: &'static str,
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};

    use super::*;

    const ONE_OF_EACH: [Metric; 9] = [
        Metric::Created,
        Metric::Opened,
        Metric::Refused { problem: "expired" },
        Metric::InvalidCtext { reason: "tag" },
        Metric::KeyringRefreshed,
        Metric::KeyringRefreshFailed,
        Metric::KeyringAge { seconds: 7 },
        Metric::ColdStart,
        Metric::RotationFailed,
    ];

    fn written(level: Level, threshold: Option<Threshold>, metrics: &[Metric]) -> Value {
        let fields = [("request_id", Field::Text("1\n2")), ("status", Field::Number(410))];
        let line = Line { level, message: "refused", fields: &fields, metrics };
        let now = SystemTime::UNIX_EPOCH + Duration::from_millis(1_795_366_976_120);
        let bytes = Metrics::new("sealed-qr".to_owned(), threshold).to_json(&line, now);
        assert!(!bytes.contains(&b'\n'), "one line");
        serde_json::from_slice(&bytes).unwrap()
    }

    #[test]
    fn a_line_is_a_document_of_the_embedded_metric_format() {
        let metrics = [
            Metric::KeyringAge { seconds: 7 },
            Metric::Refused { problem: "invalid-ctext" },
            Metric::InvalidCtext { reason: "tag" },
            Metric::KeyringRefreshed,
        ];
        let expected = json!({
            "level": "INFO",
            "timestamp": "2026-11-22T17:02:56.12Z",
            "message": "refused",
            "request_id": "1\n2",
            "status": 410,
            "Stack": "sealed-qr",
            "KeyringAge": 7,
            "Problem": "invalid-ctext",
            "Refused": 1,
            "Reason": "tag",
            "InvalidCtext": 1,
            "KeyringRefreshed": 1,
            "_aws": {
                "Timestamp": 1_795_366_976_120_u64,
                "CloudWatchMetrics": [
                    {
                        "Namespace": "SealedQR",
                        "Dimensions": [["Stack"]],
                        "Metrics": [
                            {"Name": "KeyringAge", "Unit": "Seconds"},
                            {"Name": "KeyringRefreshed", "Unit": "Count"},
                        ],
                    },
                    {
                        "Namespace": "SealedQR",
                        "Dimensions": [["Stack"], ["Stack", "Problem"]],
                        "Metrics": [{"Name": "Refused", "Unit": "Count"}],
                    },
                    {
                        "Namespace": "SealedQR",
                        "Dimensions": [["Stack"], ["Stack", "Reason"]],
                        "Metrics": [{"Name": "InvalidCtext", "Unit": "Count"}],
                    },
                ],
            },
        });
        assert_eq!(written(Level::INFO, None, &metrics), expected);
    }

    #[test]
    fn no_line_is_below_the_level_that_lambda_lets_through() {
        let level = |level, threshold: &str| {
            written(level, Threshold::parse(threshold), &[Metric::ColdStart])["level"].as_str().unwrap().to_owned()
        };
        for (threshold, info, warning, error) in [
            ("", "INFO", "WARN", "ERROR"),
            ("TRACE", "INFO", "WARN", "ERROR"),
            ("INFO", "INFO", "WARN", "ERROR"),
            ("WARN", "WARN", "WARN", "ERROR"),
            ("ERROR", "ERROR", "ERROR", "ERROR"),
            ("FATAL", "FATAL", "FATAL", "FATAL"),
        ] {
            let levels = [Level::INFO, Level::WARN, Level::ERROR].map(|of| level(of, threshold));
            assert_eq!(levels, [info, warning, error], "{threshold}");
        }
    }

    #[test]
    fn the_documentation_has_exactly_these_metrics() {
        let documented = include_str!("../../docs/observability.md");
        for metric in ONE_OF_EACH {
            let sets =
                Breakdown::dimension_sets(metric.breakdown()).iter().map(|set| format!("`{}`", set.join("`, `")));
            let dimensions = sets.collect::<Vec<_>>().join("; ");
            let row = format!("\n| `{}` | {} | {dimensions} | ", metric.name(), metric.unit());
            assert!(documented.contains(&row), "{row}");
        }
        let rows = documented.lines().filter(|line| line.starts_with("| `") && line.contains("| `Stack`")).count();
        assert_eq!(rows, ONE_OF_EACH.len());
        for name in [NAMESPACE, METRICS_STACK, STACK] {
            assert!(documented.contains(&format!("`{name}`")), "{name}");
        }
    }
}
