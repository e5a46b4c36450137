//! Metrics in CloudWatch's embedded metric format: CloudWatch reads them from the log line of a request, so they need
//! no call. `docs/observability.md` lists them.

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
/// The dimension that every metric has: the deployment that it belongs to.
pub const STACK: &str = "Stack";
/// The environment variable with the value of that dimension. Without it, there are no metrics.
pub const METRICS_STACK: &str = "METRICS_STACK";

/// What is counted or measured. Texts come from fixed sets, because CloudWatch bills each value as a separate metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Payloads were sealed and their codes returned.
    Created {
        /// The name of their payload model, if the deployment has several.
        model: Option<&'static str>,
        /// How many codes they are.
        codes: u32,
    },
    /// A code was opened.
    Opened {
        /// The name of its payload model, if the deployment has several.
        model: Option<&'static str>,
    },
    /// A code was redeemed.
    Redeemed {
        /// The name of its payload model, if the deployment has several.
        model: Option<&'static str>,
    },
    /// A redemption was undone.
    Undone,
    /// A code was taken back.
    Revoked,
    /// A code that had been taken back is good again.
    Restored,
    /// The store of codes did not answer, so a request was refused or a code opened with a mark.
    StoreOutOfReach,
    /// Others could not be told what happened to a code.
    EventLost {
        /// How many.
        events: u32,
    },
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
    /// A ctext was refused for now: its key may have been added since Secrets Manager was last asked.
    KeyNotChecked,
    /// The cached keyring was refreshed.
    KeyringRefreshed,
    /// The cached keyring could not be refreshed.
    KeyringRefreshFailed,
    /// The time since the cached keyring was fetched.
    KeyringAge {
        /// Whole seconds.
        seconds: u64,
    },
    /// A process became ready for requests.
    ColdStart,
    /// A step of a rotation failed.
    RotationFailed,
}

impl Metric {
    /// The name in CloudWatch.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created { .. } => "Created",
            Self::Opened { .. } => "Opened",
            Self::Redeemed { .. } => "Redeemed",
            Self::Undone => "Undone",
            Self::Revoked => "Revoked",
            Self::Restored => "Restored",
            Self::StoreOutOfReach => "StoreOutOfReach",
            Self::EventLost { .. } => "EventLost",
            Self::Refused { .. } => "Refused",
            Self::InvalidCtext { .. } => "InvalidCtext",
            Self::KeyNotChecked => "KeyNotChecked",
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

    /// The dimension by which the metric is broken down, too.
    #[must_use]
    pub const fn breakdown(self) -> Option<Breakdown> {
        match self {
            Self::Refused { .. } => Some(Breakdown::Problem),
            Self::InvalidCtext { .. } => Some(Breakdown::Reason),
            Self::Created { model: Some(_), .. }
            | Self::Opened { model: Some(_) }
            | Self::Redeemed { model: Some(_) } => Some(Breakdown::Model),
            _ => None,
        }
    }

    const fn value(self) -> u64 {
        match self {
            Self::KeyringAge { seconds } => seconds,
            Self::Created { codes, .. } => codes as u64,
            Self::EventLost { events } => events as u64,
            _ => 1,
        }
    }
}

/// A dimension in addition to [`STACK`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breakdown {
    /// The slug of a problem, as in `docs/errors.md`.
    Problem,
    /// Why a ctext is invalid.
    Reason,
    /// The payload model of a code.
    Model,
}

impl Breakdown {
    /// The dimension sets of a metric with or without this breakdown: the whole stack, then each value.
    #[must_use]
    pub const fn dimension_sets(breakdown: Option<Self>) -> &'static [&'static [&'static str]] {
        match breakdown {
            None => &[&[STACK]],
            Some(Self::Problem) => &[&[STACK], &[STACK, "Problem"]],
            Some(Self::Reason) => &[&[STACK], &[STACK, "Reason"]],
            Some(Self::Model) => &[&[STACK], &[STACK, "Model"]],
        }
    }
}

/// Writes log records that are also documents of the embedded metric format.
#[derive(Clone, Debug)]
pub struct Metrics {
    stack: String,
    threshold: Option<Threshold>,
    started_at: Instant,
}

impl Metrics {
    /// The metrics of a deployment with this name. Lambda drops its lines below `threshold`.
    #[must_use]
    pub fn new(stack: String, threshold: Option<Threshold>) -> Self {
        Self { stack, threshold, started_at: Instant::now() }
    }

    /// When the process started.
    #[must_use]
    pub fn started_at(&self) -> Instant {
        self.started_at
    }

    /// Writes a record to standard output, where Lambda collects it, in one piece.
    pub fn write(&self, record: &LogRecord<'_>) {
        let mut bytes = self.to_json(record, SystemTime::now());
        bytes.push(b'\n');
        // A failure cannot be reported anywhere, and the request has its answer nevertheless.
        let _ = io::stdout().write_all(&bytes);
    }

    fn to_json(&self, record: &LogRecord<'_>, now: SystemTime) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(1024);
        let document = Document { metrics: self, record, now: OffsetDateTime::from(now).truncate_to_millisecond() };
        document.serialize(&mut serde_json::Serializer::new(&mut bytes)).expect("strings and numbers serialize");
        bytes
    }
}

/// The lowest level that Lambda keeps if its log format is JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threshold {
    /// Warnings and errors.
    Warn,
    /// Errors.
    Error,
    /// Only fatal errors, which functions do not usually write.
    Fatal,
}

impl Threshold {
    /// Reads `AWS_LAMBDA_LOG_LEVEL`; `None` if that level keeps the line of a request.
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

/// A log record.
#[derive(Clone, Copy, Debug)]
pub struct LogRecord<'a> {
    /// Its severity.
    pub level: Level,
    /// What happened, in a word or a sentence.
    pub message: &'a str,
    /// More about it.
    pub fields: &'a [(&'static str, Field<'a>)],
    /// The metrics in it.
    pub metrics: &'a [Metric],
}

impl LogRecord<'_> {
    /// The level to write. It is raised if Lambda would otherwise drop the record, and the metrics with it.
    fn level(&self, threshold: Option<Threshold>) -> &'static str {
        match threshold {
            Some(Threshold::Fatal) => "FATAL",
            Some(Threshold::Error) => "ERROR",
            Some(Threshold::Warn) if self.level > Level::WARN => "WARN",
            _ => self.level.as_str(),
        }
    }
}

/// A value in a record.
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
    record: &'a LogRecord<'a>,
    now: OffsetDateTime,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { metrics, record, now } = self;
        // Lambda takes level and time from these two members, and assumes INFO if either is missing.
        let mut members = serializer.serialize_map(None)?;
        members.serialize_entry("level", record.level(metrics.threshold))?;
        members.serialize_entry("timestamp", &now.format(&Rfc3339).map_err(S::Error::custom)?)?;
        members.serialize_entry("message", record.message)?;
        for (name, value) in record.fields {
            members.serialize_entry(name, value)?;
        }
        members.serialize_entry(STACK, &metrics.stack)?;
        for metric in record.metrics {
            match metric {
                Metric::Refused { problem } => members.serialize_entry("Problem", problem)?,
                Metric::InvalidCtext { reason } => members.serialize_entry("Reason", reason)?,
                Metric::Created { model: Some(model), .. }
                | Metric::Opened { model: Some(model) }
                | Metric::Redeemed { model: Some(model) } => {
                    members.serialize_entry("Model", model)?;
                }
                _ => {}
            }
            members.serialize_entry(metric.name(), &metric.value())?;
        }
        members.serialize_entry("_aws", &Metadata::new(record.metrics, *now))?;
        members.end()
    }
}

/// The member by which CloudWatch recognizes such a document.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metadata<'a> {
    /// Milliseconds since 1970.
    timestamp: i128,
    cloud_watch_metrics: Vec<Directive<'a>>,
}

impl<'a> Metadata<'a> {
    fn new(metrics: &'a [Metric], now: OffsetDateTime) -> Self {
        let directives = [None, Some(Breakdown::Problem), Some(Breakdown::Reason), Some(Breakdown::Model)].into_iter();
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

/// Declares which members of the document are metrics with these dimensions.
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
