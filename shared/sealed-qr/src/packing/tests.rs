use proptest::prelude::*;

use super::*;
use crate::json;

fn packed_json(layout: &Layout, json: &str) -> Vec<u8> {
    pack(layout, &Payload::parse(json.as_bytes()).unwrap())
}

fn layout(schema: &str) -> Layout {
    Layout::of_schema(schema).unwrap()
}

/// The layout of objects with one required member, `a`, and nothing else.
fn of_a(schema: &str) -> Layout {
    layout(&format!(
        r#"{{"type": "object", "properties": {{"a": {schema}}}, "required": ["a"], "additionalProperties": false}}"#
    ))
}

/// How many bits a value takes; `None` if it is kept as it is.
fn width(schema: &str, value: &str) -> Option<usize> {
    let layout = of_a(schema);
    let json = format!(r#"{{"a":{value}}}"#);
    let mut bits = BitWriter::default();
    layout.pack(&json, &mut bits)?;
    let width = bits.len();
    let bytes = bits.into_bytes();
    let mut out = Output::default();
    layout.unpack(&mut BitReader::new(&bytes), &mut out)?;
    (out.into_json() == json).then_some(width)
}

#[track_caller]
fn comes_back(layout: &Layout, json: &str) -> usize {
    let bytes = packed_json(layout, json);
    assert_eq!(unpack(layout, &bytes).as_deref(), Some(json));
    assert!(bytes.len() < json.len(), "{} bytes for {}", bytes.len(), json.len());
    bytes.len()
}

const ORDER: &str = include_str!("../../../models/1-order.schema.json");
const ASSET: &str = r#"{"type": "object", "properties": {
    "asset": {"type": "string"}, "site": {"type": "string"},
    "installed": {"type": "string", "format": "date"}, "next_check": {"type": "string", "format": "date"}
}, "required": ["asset", "site", "installed", "next_check"]}"#;

#[test]
fn payloads_take_few_bytes() {
    for (schema, json, bytes) in [
        (ORDER, r#"{"id":"order-1042","amount":4250}"#, 11),
        (ORDER, r#"{"id":"INV-2026-0001","amount":125000}"#, 14),
        (ASSET, r#"{"asset":"A-004711","site":"Hamburg","installed":"2026-03-01","next_check":"2027-03-01"}"#, 18),
    ] {
        assert_eq!(comes_back(&layout(schema), json), bytes, "{json}");
    }
}

#[test]
fn the_bits_of_a_payload() {
    let layout = layout(r#"{"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "boolean"}}}"#);
    let bits = |text: &str| {
        let mut bits = BitWriter::default();
        text.bytes().filter(|bit| *bit != b' ').for_each(|bit| bits.write(u64::from(bit == b'1'), 1));
        bits.into_bytes()
    };
    for (json, expected) in [
        // packed, a and b absent, no others
        ("{}", "1 0000000"),
        // packed, a absent, b present, no others; true
        (r#"{"b":true}"#, "0 0 1 1 1"),
        // packed, both present, no others, in order; digits, length 2, 42; false
        (r#"{"a":"42","b":false}"#, "0 1 1 1 0 000 1010 0101010 0"),
        // as before, but in another order: b comes first
        (r#"{"b":false,"a":"42"}"#, "0 1 1 1 1 1 000 1010 0101010 0"),
        // packed, both absent, one other; its name: lower-case hexadecimal, length 1, c; an integer: positive, 3 bits: 1 01
        (r#"{"c":5}"#, "0 0 0 010 001 1001 1100 011 0 111 01"),
    ] {
        assert_eq!(packed_json(&layout, json), bits(expected), "{json}");
    }
}

#[test]
fn values_take_as_few_bits_as_their_schema_allows() {
    for (schema, value, expected) in [
        (r#"{"type": "boolean"}"#, "true", 1),
        (r#"{"type": "null"}"#, "null", 0),
        (r#"{"const": {"b": [1, "é"]}}"#, r#"{"b":[1,"é"]}"#, 0),
        (r#"{"enum": ["a", "b", "c"]}"#, r#""c""#, 2),
        (r#"{"oneOf": [{"const": 1, "title": "One"}, {"const": 2}]}"#, "2", 1),
        (r#"{"type": "integer", "minimum": 1, "maximum": 256}"#, "256", 8),
        (r#"{"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 257}"#, "1", 8),
        (r#"{"type": "integer", "minimum": 0, "maximum": 4294967295}"#, "4294967295", 32),
        (r#"{"type": "integer", "minimum": 0}"#, "0", 3),
        (r#"{"type": "integer", "minimum": -5}"#, "-5", 3),
        (r#"{"type": "integer", "maximum": 0}"#, "-4", 5),
        (r#"{"type": "integer"}"#, "4250", 20),
        (r#"{"type": "integer"}"#, "-4250", 20),
        (r#"{"type": "integer"}"#, "18446744073709551615", 1 + 11 + 63),
        (r#"{"type": "integer"}"#, "-0", 4),
        (r#"{"type": "number"}"#, "12.50", 3 + 1 + 5 + 10),
        (r#"{"type": "number"}"#, "-0.05", 3 + 1 + 3 + 2),
        (r#"{"type": "number"}"#, "1e5", 3 + 3 + 12),
        (r#"{"type": "number"}"#, "0.123456", 3 + 1 + 7 + 16),
        (r#"{"type": "number"}"#, "0.1234567", 3 + 5 + 36),
        (r#"{"type": "string"}"#, r#""""#, 7),
        (r#"{"type": "string"}"#, r#""0123456789""#, 3 + 6 + 34),
        (r#"{"type": "string"}"#, r#""00ff""#, 3 + 4 + 16),
        (r#"{"type": "string"}"#, r#""SN-0123""#, 3 + 4 + 38),
        (r#"{"type": "string"}"#, r#""a.b@c""#, 3 + 4 + 27),
        (r#"{"type": "string"}"#, r#""Amina Yusuf""#, 3 + 6 + 66),
        (r#"{"type": "string"}"#, r#""a\"b""#, 3 + 4 + 20),
        (r#"{"type": "string"}"#, r#""é""#, 3 + 4 + 16),
        (r#"{"type": "string"}"#, r#""\u0041""#, 3 + 4 + 48),
        (r#"{"type": "string", "pattern": "^SN-[0-9]{4}$"}"#, r#""SN-0123""#, 3 + 4 + 14),
        (r#"{"type": "string", "format": "date"}"#, r#""2026-03-01""#, 17),
        (r#"{"type": "string", "format": "date"}"#, r#""1900-01-01""#, 17),
        (r#"{"type": "string", "format": "date"}"#, r#""2079-06-06""#, 17),
        (r#"{"type": "string", "format": "date"}"#, r#""2079-06-07""#, 1 + 3 + 6 + 54),
        (r#"{"type": "string", "format": "date-time"}"#, r#""2026-03-01T12:30:00Z""#, 1 + 16 + 11 + 3),
        (r#"{"type": "string", "format": "date-time"}"#, r#""2026-03-01T12:30:59.007+05:45""#, 17 + 11 + 7 + 11 + 9),
        (r#"{"type": "string", "format": "time"}"#, r#""23:59:59-09:30""#, 1 + 11 + 7 + 1 + 9),
        (r#"{"type": "string", "format": "uuid"}"#, r#""01234567-89ab-cdef-0123-456789abcdef""#, 129),
        (r#"{"type": ["string", "null"]}"#, "null", 1),
        (r#"{"type": "array", "items": {"type": "boolean"}}"#, "[true,false,true]", 3 + 3),
        (r#"{"type": "array"}"#, r#"[null,[],{},1.5,"a"]"#, 5 + 3 + (3 + 3) + (3 + 1) + (3 + 3 + 1 + 5 + 3) + (3 + 11)),
        (r##"{"$ref": "#/$defs/b"}"##, "7", 3 + 1 + 3 + 2),
        ("true", "null", 3),
    ] {
        assert_eq!(width(schema, value), Some(expected), "{schema} {value}");
    }
}

#[test]
fn the_next_alternative_is_tried_where_one_has_no_form() {
    for (first, second, value) in [
        (r#"{"type": "integer", "minimum": 0}"#, r#"{"type": "integer"}"#, "-1"),
        (r#"{"type": "integer", "minimum": 0}"#, r#"{"type": "integer"}"#, "-100000000000000000000"),
        (r#"{"type": "integer", "maximum": 0}"#, r#"{"type": "integer"}"#, "1"),
        (r#"{"type": "integer", "maximum": 0}"#, r#"{"type": "integer"}"#, "100000000000000000000"),
        (r#"{"type": "integer", "minimum": 0, "maximum": 5}"#, r#"{"type": "integer"}"#, "6"),
        (r#"{"type": "integer"}"#, r#"{"type": "number"}"#, "1.5"),
        (r#"{"type": "integer"}"#, r#"{"type": "string"}"#, "\"1\""),
        (r#"{"type": "number"}"#, r#"{"type": "string"}"#, "\"1\""),
        (r#"{"type": "string", "pattern": "^A"}"#, r#"{"type": "string"}"#, "\"B\""),
        (r#"{"type": "array", "items": {"type": "null"}}"#, "{}", "[1]"),
        (r#"{"type": "object", "properties": {"b": true}, "required": ["b"]}"#, "{}", "{}"),
        (r#"{"type": "object", "additionalProperties": false}"#, "{}", r#"{"b":1}"#),
    ] {
        let schema = format!(r#"{{"oneOf": [{first}, {second}]}}"#);
        assert!(width(&schema, value).is_some(), "{schema} {value}");
    }
}

#[test]
fn arrays_beside_each_other_are_not_deep() {
    let many = format!("[{}]", vec!["[]"; 200].join(","));
    assert!(width("{}", &many).is_some());
    assert!(width("{}", &format!("[{many}]")).is_some());
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(width("{}", &nested(json::MAX_DEPTH - 1)).is_some());
    assert!(width("{}", &nested(json::MAX_DEPTH)).is_none());
}

#[test]
fn references_lead_on_up_to_a_limit() {
    let chain = |length: usize| {
        let links = (1..length).map(|at| format!(r##""{at}": {{"$ref": "#/$defs/{}"}}"##, at + 1));
        let links: Vec<_> = links.chain([format!(r#""{length}": {{"type": "number"}}"#)]).collect();
        layout(&format!(r##"{{"$ref": "#/$defs/1", "$defs": {{{}}}}}"##, links.join(",")))
    };
    assert_eq!((chain(16), chain(17)), (Layout::Number, Layout::Any));
}

#[test]
fn bounds_contain_each_other_from_both_ends() {
    let bounds = |minimum, maximum| Bounds { minimum, maximum };
    let released = bounds(Some(0), Some(9));
    for (now, is_contained) in [
        (released, true),
        (bounds(Some(1), Some(8)), true),
        (bounds(Some(-1), Some(8)), false),
        (bounds(Some(1), Some(10)), false),
        (bounds(None, Some(9)), false),
        (bounds(Some(0), None), false),
    ] {
        assert_eq!(released.contain(&now), is_contained, "{now:?}");
        assert!(bounds(None, None).contain(&now));
    }
}

#[test]
fn what_has_no_packed_form_is_kept() {
    for (schema, value) in [
        (r#"{"type": "integer"}"#, "1.0"),
        (r#"{"type": "integer", "minimum": 0}"#, "-1"),
        (r#"{"type": "integer", "minimum": 1, "maximum": 2}"#, "3"),
        (r#"{"type": "string", "pattern": "^SN"}"#, r#""S""#),
        (r#"{"enum": ["a"]}"#, r#""\u0061""#),
        (r#"{"type": "boolean"}"#, "1"),
    ] {
        assert_eq!(width(schema, value), None, "{schema} {value}");
        let json = format!(r#"{{"a":{value}}}"#);
        let bytes = packed_json(&of_a(schema), &json);
        assert_eq!((bytes[0], &bytes[1..]), (0x80, &json.as_bytes()[1..json.len() - 1]));
        comes_back(&of_a(schema), &json);
    }
}

#[test]
fn patterns_and_formats_have_a_way_out() {
    for (schema, value) in [
        (r#"{"type": "string", "format": "date"}"#, r#""2026-02-30""#),
        (r#"{"type": "string", "format": "date"}"#, r#""\u0032026-03-01""#),
        (r#"{"type": "string", "format": "date-time"}"#, r#""2026-03-01t12:30:60z""#),
        (r#"{"type": "string", "format": "date-time"}"#, r#""2026-03-01T12:30:00.1234567Z""#),
        (r#"{"type": "string", "format": "time"}"#, r#""12:30:00-00:00""#),
        (r#"{"type": "string", "format": "time"}"#, r#""12:30:00+01:01""#),
        (r#"{"type": "string", "format": "uuid"}"#, r#""01234567-89AB-cdef-0123-456789abcdef""#),
        (r#"{"type": "string", "pattern": "^(a|b)c"}"#, r#""ac""#),
        (r#"{"type": "string", "pattern": "^ab?c"}"#, r#""ac""#),
        (r#"{"type": "string", "pattern": "^ab*"}"#, r#""a""#),
        (r#"{"type": "string", "pattern": "^ab{0,1}"}"#, r#""a""#),
        (r#"{"type": "string", "pattern": "^a|b"}"#, r#""b""#),
    ] {
        assert!(width(schema, value).is_some(), "{schema} {value}");
    }
}

#[test]
fn times_have_a_binary_form_within_a_day() {
    let binary = |text: &str| {
        let width = width(r#"{"type": "string", "format": "time"}"#, &format!("\"{text}\"")).unwrap();
        width < 3 + 4 + 8 * text.len() / 2
    };
    for text in ["00:00:00Z", "23:59:59Z", "23:59:59.999Z", "12:00:00+23:45", "12:00:00-23:45", "12:00:00+00:00"] {
        assert!(binary(text), "{text}");
    }
    for text in [
        "24:00:00Z",
        "12:60:00Z",
        "12:00:60Z",
        "12:00:00+24:00",
        "12:00:00+10:60",
        "12:00:00+10:20",
        "12:00:00-00:00",
        "12:00:00+10:00x",
        "12:00:00z",
        "12:00:00.12Z",
        "12:00:0Z",
    ] {
        assert!(!binary(text), "{text}");
    }
    assert!(binary("12:00:00-00:15"));
}

#[test]
fn hostile_bits_end_soon() {
    let deep = r##"{"type": "object", "$defs": {"a": {"type": "array", "items": {"$ref": "#/$defs/a"}}},
        "properties": {"a": {"$ref": "#/$defs/a"}, "c": {"type": "array", "items": {"const": "0123456789"}}}}"##;
    let doubling = r##"{"type": "object", "$defs": {"a": {"type": "object", "properties":
        {"a": {"$ref": "#/$defs/a"}, "b": {"$ref": "#/$defs/a"}}}}, "properties": {"a": {"$ref": "#/$defs/a"}}}"##;
    for schema in [ORDER, ASSET, deep, doubling, r#"{"type": "object"}"#] {
        let layout = layout(schema);
        for seed in 0..2000_u32 {
            let bytes: Vec<u8> = (0..64_u32).map(|at| (seed.wrapping_mul(2_654_435_761) >> (at % 29)) as u8).collect();
            for bytes in [&bytes[..], &bytes[..(seed % 64) as usize]] {
                assert!(unpack(&layout, bytes).is_none_or(|json| json.len() <= MAX_JSON_BYTES), "{bytes:?}");
            }
        }
    }
    // 2^60 elements of no bits each.
    let mut bits = BitWriter::default();
    bits.write(0b001, 3);
    bits.write(1, 1);
    bits.write_exp_golomb(1 << 60, 2);
    assert_eq!(unpack(&layout(deep), &bits.into_bytes()), None);
}

#[test]
fn texts_up_to_the_limit_are_packed() {
    let layout = of_a(r#"{"type": "string"}"#);
    let json = |length: usize| format!(r#"{{"a":"{}"}}"#, "0".repeat(length - 8));
    assert!(comes_back(&layout, &json(16_384)) < 8192);
    assert_eq!(comes_back(&layout, &json(16_385)), 16_384);
}

#[test]
fn padding_is_zero_and_nothing_follows() {
    let layout = of_a(r#"{"type": "boolean"}"#);
    assert_eq!(unpack(&layout, &[0b0100_0000]).unwrap(), r#"{"a":true}"#);
    for bytes in [&[0b0100_0001][..], &[0b0110_0000], &[0b0100_0000, 0], &[0b1100_0000], &[]] {
        assert_eq!(unpack(&layout, bytes), None, "{bytes:?}");
    }
}

#[test]
fn a_stricter_schema_is_covered_by_the_layout_of_a_looser_one() {
    for (released, now) in [
        (r#"{"type": "integer", "minimum": 0}"#, r#"{"type": "integer", "minimum": 1, "maximum": 9}"#),
        (r#"{"type": "integer"}"#, r#"{"enum": [1, 2]}"#),
        (r#"{"enum": [1, 2, 3]}"#, r#"{"enum": [3, 1]}"#),
        (r#"{"type": "string"}"#, r#"{"type": "string", "format": "date", "title": "Day", "maxLength": 10}"#),
        (r#"{"type": "string", "pattern": "^A"}"#, r#"{"type": "string", "pattern": "^AB[0-9]"}"#),
        (r#"{"type": ["string", "null"]}"#, r#"{"type": "string"}"#),
        ("true", r#"{"type": ["array", "null"]}"#),
        (r#"{"type": "number"}"#, r#"{"type": "integer"}"#),
        (r#"{"type": "array", "items": true}"#, r#"{"type": "array", "items": {"type": "null"}}"#),
        (
            r#"{"type": "object", "properties": {"b": true}}"#,
            r#"{"type": "object", "properties": {"b": {"const": 1}},
            "required": ["b"], "additionalProperties": false}"#,
        ),
    ] {
        let (released, now) = (of_a(released), of_a(now));
        assert!(released.covers(&now) && released.covers(&released), "{now:?}");
        assert!(!now.covers(&released), "{now:?}");
    }
    let of_b = r#"{"type": "object", "properties": {"b": {"type": "null"}}}"#;
    assert!(!layout(of_b).covers(&of_a(r#"{"type": "null"}"#)));
}

#[test]
fn a_layout_survives_as_json() {
    for schema in [ORDER, ASSET, r#"{"type": ["integer", "null"], "minimum": -3}"#] {
        let layout = layout(schema);
        assert_eq!(serde_json::from_str::<Layout>(&serde_json::to_string(&layout).unwrap()).unwrap(), layout);
    }
}

/// Values and schemas that they match, or nearly.
fn value_with_schema() -> impl Strategy<Value = (String, String)> {
    let quoted = |text: String| serde_json::to_string(&text).unwrap();
    let string =
        prop_oneof![".*", "[0-9]{0,30}", "[0-9a-f]{1,20}", "[A-Z0-9 -]{1,12}", "[a-z0-9-_.@]{1,20}", "[ -~]{1,30}"]
            .prop_map(quoted);
    let number = "-?(0|[1-9][0-9]{0,25})(\\.[0-9]{1,9})?([eE][+-]?[0-9]{1,2})?";
    let pair = |schema: &'static str| move |value: String| (value, schema.to_owned());
    let leaf = prop_oneof![
        string.clone().prop_map(pair(r#"{"type":"string"}"#)),
        string.prop_map(pair("{}")),
        "\"(SN|S)-?[0-9]{0,4}\"".prop_map(pair(r#"{"type":"string","pattern":"^SN-[0-9]*$"}"#)),
        "\"[0-9]{4}-[01][0-9]-[0-3][0-9]\"".prop_map(pair(r#"{"type":"string","format":"date"}"#)),
        "\"20[0-9]{2}-0[1-9]-[0-2][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{3})?(Z|[+-][012][0-9]:(00|15|30|45|01))\""
            .prop_map(pair(r#"{"type":"string","format":"date-time"}"#)),
        "\"[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{3})?(Z|[+-][012][0-9]:(00|15|30|45|01))\""
            .prop_map(pair(r#"{"type":"string","format":"time"}"#)),
        "\"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-fA]{12}\"".prop_map(pair(r#"{"type":"string","format":"uuid"}"#)),
        any::<i64>().prop_map(|value| (value.to_string(), r#"{"type":"integer"}"#.to_owned())),
        (any::<i64>(), any::<i64>(), any::<i32>()).prop_map(|(value, minimum, range)| {
            let maximum = minimum.saturating_add(i64::from(range).abs());
            (value.clamp(minimum, maximum).to_string(), format!(r#"{{"type":"integer","minimum":{minimum},"maximum":{maximum}}}"#))
        }),
        (any::<u32>(), any::<i64>()).prop_map(|(value, minimum)| {
            (minimum.saturating_add(value.into()).to_string(), format!(r#"{{"type":"integer","minimum":{minimum}}}"#))
        }),
        (any::<u32>(), any::<i64>()).prop_map(|(value, maximum)| {
            (maximum.saturating_sub(value.into()).to_string(), format!(r#"{{"type":["null","integer"],"maximum":{maximum}}}"#))
        }),
        "-?[1-9][0-9]{18,40}".prop_map(pair(r#"{"type":"integer"}"#)),
        "[1-9][0-9]{18,40}".prop_map(pair(r#"{"type":"integer","minimum":7}"#)),
        number.prop_map(pair(r#"{"type":"number"}"#)),
        number.prop_map(pair("true")),
        prop_oneof![Just("true"), Just("false"), Just("null")].prop_map(|v| (v.to_owned(), r#"{"type":["boolean","null"]}"#.to_owned())),
        Just((r#""b""#.to_owned(), r#"{"enum":["a","b",3]}"#.to_owned())),
    ];
    leaf.prop_recursive(4, 24, 5, move |inner| {
        let name = prop_oneof!["[a-z]{1,8}", ".{0,4}"].prop_map(quoted);
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(|elements| {
                let schema = elements.first().map_or("true".to_owned(), |(_, schema)| schema.clone());
                let values: Vec<_> = elements.into_iter().map(|(value, _)| value).collect();
                (format!("[{}]", values.join(",")), format!(r#"{{"type":"array","items":{schema}}}"#))
            }),
            object(name, inner),
        ]
    })
}

/// An object, whose members are required, optional, unknown to the schema or absent, in any order.
fn object(
    name: impl Strategy<Value = String>,
    inner: impl Strategy<Value = (String, String)>,
) -> impl Strategy<Value = (String, String)> {
    proptest::collection::btree_map(name, (inner, 0..5_u8), 0..6)
        .prop_flat_map(|members| {
            (Just(members.clone()), Just(members.into_iter().collect::<Vec<_>>()).prop_shuffle(), any::<bool>())
        })
        .prop_map(|(members, written, open)| {
            let properties: Vec<_> = members
                .iter()
                .filter(|(_, (_, kind))| *kind != 4)
                .map(|(name, ((_, schema), _))| format!("{name}:{schema}"))
                .collect();
            let required: Vec<_> =
                members.iter().filter(|(_, (_, kind))| *kind < 2).map(|(name, _)| name.clone()).collect();
            let written: Vec<_> = written
                .iter()
                .filter(|(_, (_, kind))| *kind != 3)
                .map(|(name, ((value, _), _))| format!("{name}:{value}"))
                .collect();
            (
                format!("{{{}}}", written.join(",")),
                format!(
                    r#"{{"type":"object","properties":{{{}}},"required":[{}],"additionalProperties":{open}}}"#,
                    properties.join(","),
                    required.join(",")
                ),
            )
        })
}

fn payload_with_schema() -> impl Strategy<Value = (String, String)> {
    value_with_schema().prop_filter("a payload is an object", |(value, _)| value.starts_with('{'))
}

proptest! {
    #[test]
    fn every_payload_comes_back_to_the_byte((payload, schema) in payload_with_schema()) {
        prop_assume!(json::Object::parse(payload.as_bytes()).is_ok());
        comes_back(&layout(&schema), &payload);
    }

    #[test]
    fn any_bits_unpack_or_do_not((_, schema) in payload_with_schema(), bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        prop_assert!(unpack(&layout(&schema), &bytes).is_none_or(|json| json.len() <= MAX_JSON_BYTES));
    }
}
