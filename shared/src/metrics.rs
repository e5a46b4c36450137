//! Metrics in CloudWatch's embedded metric format: CloudWatch reads them out of the log line of a request, so that
//! they cost no call. `docs/observability.md` lists them for those who set alarms.

#[cfg(test)]
mod tests;

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
