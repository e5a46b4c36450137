use std::time::Duration;

use serde_json::{Value, json};

use super::*;

const ONE_OF_EACH: [Metric; 16] = [
    Metric::Created { model: Some("order"), codes: 1 },
    Metric::Opened { model: Some("order") },
    Metric::Redeemed { model: Some("order") },
    Metric::Undone,
    Metric::Revoked,
    Metric::Restored,
    Metric::StoreOutOfReach,
    Metric::EventLost { events: 1 },
    Metric::Refused { problem: "expired" },
    Metric::InvalidCtext { reason: "tag" },
    Metric::KeyNotChecked,
    Metric::KeyringRefreshed,
    Metric::KeyringRefreshFailed,
    Metric::KeyringAge { seconds: 7 },
    Metric::ColdStart,
    Metric::RotationFailed,
];

fn written(level: Level, threshold: Option<Threshold>, metrics: &[Metric]) -> Value {
    let fields = [("request_id", Field::Text("1\n2")), ("status", Field::Number(410))];
    let record = LogRecord { level, message: "refused", fields: &fields, metrics };
    let now = SystemTime::UNIX_EPOCH + Duration::from_millis(1_795_366_976_120);
    let bytes = Metrics::new("sealed-qr".to_owned(), threshold).to_json(&record, now);
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
fn codes_are_counted_by_model_where_there_are_several() {
    let dimensions = |model| {
        let line = written(Level::INFO, None, &[Metric::Created { model, codes: 12 }]);
        (line["_aws"]["CloudWatchMetrics"][0]["Dimensions"].clone(), line["Model"].clone(), line["Created"].clone())
    };
    assert_eq!(dimensions(None), (json!([["Stack"]]), Value::Null, json!(12)));
    assert_eq!(dimensions(Some("ticket")), (json!([["Stack"], ["Stack", "Model"]]), json!("ticket"), json!(12)));
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
    let documented = include_str!("../../../../docs/observability.md");
    for metric in ONE_OF_EACH {
        let sets = Breakdown::dimension_sets(metric.breakdown()).iter().map(|set| format!("`{}`", set.join("`, `")));
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
