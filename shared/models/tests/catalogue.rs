//! Mistakes with models fail the build, with a message that says what to do.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::{fs, path::PathBuf};

use catalogue::{Catalogue, Released};

#[allow(dead_code, reason = "the build uses the rest")]
#[path = "../build/catalogue.rs"]
mod catalogue;

const DIALECT: &str = r#""$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object""#;

/// A model with these properties.
fn model(properties: &str) -> String {
    format!(r#"{{{DIALECT}, "properties": {{{properties}}}}}"#)
}

/// Reads a folder of these files.
fn read(test: &str, files: &[(&str, &str)], lock: &str) -> Result<Catalogue, String> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
    Catalogue::read(&folder, lock)
}

/// A lock with the models of a catalogue.
fn lock(catalogue: Catalogue) -> String {
    serde_json::to_string(&catalogue.models.into_iter().map(Released::from).collect::<Vec<_>>()).unwrap()
}

#[test]
fn the_highest_number_of_a_name_makes_new_codes() {
    let files = [
        ("1-order.schema.json", &*model("")),
        ("3-ticket.schema.json", &model("")),
        ("12-ticket.schema.json", &format!(r#"{{{DIALECT}, "x-default": true}}"#)),
        ("README.md", ""),
    ];
    let catalogue = read("highest", &files, "[]").unwrap();
    assert_eq!(catalogue.models.keys().copied().collect::<Vec<_>>(), [1, 3, 12]);
    assert_eq!(catalogue.current().into_iter().collect::<Vec<_>>(), [1, 12]);
    assert_eq!(catalogue.default, 12);
    assert_eq!(read("only", &files[..1], "[]").unwrap().default, 1);
}

#[test]
fn a_retired_model_keeps_its_number_and_its_layout() {
    let both = [("1-order.schema.json", &*model("")), ("2-pass.schema.json", &model(r#""a": {"type": "null"}"#))];
    let marked = format!(r#"{{{DIALECT}, "x-default": true}}"#);
    let released = read("before", &[(both[0].0, &marked), both[1]], "[]").unwrap();
    let layout = released.models[&2].layout.clone();
    let lock = lock(released);
    let catalogue = read("retired", &both[..1], &lock).unwrap();
    assert_eq!((&catalogue.models[&2].layout, &catalogue.models[&2].file), (&layout, &None));
    assert_eq!(catalogue.current().len(), 1);

    let message = read("reused", &[both[0], ("2-ticket.schema.json", &model(""))], &lock).unwrap_err();
    assert!(message.contains("2-ticket.schema.json: the number 2 was released as pass"), "{message}");
    assert!(message.ends_with("call this file 3-ticket.schema.json"), "{message}");
}

#[test]
fn what_released_codes_are_packed_by_does_not_change() {
    let [before, stricter, looser] = [
        r#""a": {"type": "integer", "minimum": 0}, "b": {"type": "string"}"#,
        r#""a": {"type": "integer", "minimum": 3, "title": "A"}, "b": {"type": "string", "maxLength": 7}"#,
        r#""a": {"type": "integer"}, "b": {"type": "string"}"#,
    ]
    .map(model);
    let other_order = model(r#""b": {"type": "string"}, "a": {"type": "integer", "minimum": 0}"#);
    let name = "7-asset.schema.json";
    let released = read("released", &[(name, &before)], "[]").unwrap();
    let layout = released.models[&7].layout.clone();
    let lock = lock(released);
    let catalogue = read("stricter", &[(name, &stricter)], &lock).unwrap();
    assert_eq!(catalogue.models[&7].layout, layout, "codes are packed as before");
    for (test, now) in [("looser", looser), ("order", other_order)] {
        let message = read(test, &[(name, &now)], &lock).unwrap_err();
        assert!(message.starts_with("7-asset.schema.json: model 7 is released"), "{message}");
        assert!(message.ends_with("in a new file, 8-asset.schema.json"), "{message}");
    }
}

#[test]
fn a_member_says_from_when_codes_are_valid() {
    let with = |member: &str| {
        let properties = r#""day": {"type": "string", "format": "date"}, "id": {"type": "string"}"#;
        format!(r#"{{{DIALECT}, "properties": {{{properties}}}, "x-valid-from": {member}}}"#)
    };
    let read = |member: &str| read("valid_from", &[("1-a.schema.json", &with(member))], "[]");
    assert_eq!(read("\"day\"").unwrap().models[&1].valid_from.as_deref(), Some("day"));
    for other in ["\"id\"", "\"night\"", "true", "null"] {
        assert!(read(other).unwrap_err().contains("must name one of properties whose format is date"), "{other}");
    }
}

#[test]
fn a_model_says_how_often_its_codes_may_be_redeemed() {
    let read = |uses: &str| {
        let model = format!(r#"{{{DIALECT}, "x-uses": {uses}}}"#);
        read("uses", &[("1-a.schema.json", &model)], "[]").map(|catalogue| catalogue.models[&1].uses)
    };
    assert_eq!(read("1").unwrap().unwrap().get(), 1);
    assert_eq!(read("255").unwrap().unwrap().get(), 255);
    for other in ["0", "256", "-1", "1.5", "\"1\"", "null", "true"] {
        assert_eq!(read(other).unwrap_err(), "1-a.schema.json: x-uses must be a whole number from 1 to 255", "{other}");
    }
}

#[test]
fn a_model_says_which_members_events_carry() {
    let read = |rest: &str| {
        let model = format!("{{{DIALECT}, {rest}}}");
        read("events", &[("1-a.schema.json", &model)], "[]").map(|catalogue| catalogue.models[&1].event_members.clone())
    };
    let members = r#""properties": {"id": {"type": "string", "x-event": true}, "pin": {"type": "string", "x-event": false},
        "x-event": {"type": "integer"}}"#;
    assert_eq!(read(members), Ok(vec!["id".to_owned()]));
    assert_eq!(read(r#""properties": {"id": {"type": "string"}}"#), Ok(vec![]));
    let other = read(r#""properties": {"id": {"type": "string", "x-event": "yes"}}"#).unwrap_err();
    assert_eq!(other, "1-a.schema.json: x-event of id must be true or false");
    for elsewhere in [
        r#""x-event": true"#,
        r#""properties": {"seat": {"type": "object", "properties": {"row": {"type": "integer", "x-event": true}}}}"#,
        r#""properties": {"tags": {"type": "array", "items": {"type": "string", "x-event": true}}}"#,
    ] {
        assert!(read(elsewhere).unwrap_err().contains("belongs to a member"), "{elsewhere}");
    }
}

#[test]
fn a_model_names_the_page_that_scans_lead_on_to() {
    let with = |page: &str| format!(r#"{{{DIALECT}, "x-continue": {page}}}"#);
    let continue_at = |catalogue: &Catalogue| catalogue.models[&1].continue_at.clone();
    let read = |page: &str, lock: &str| read("continue", &[("1-a.schema.json", &with(page))], lock);
    let catalogue = read(r#""https://shop.example.org/scan""#, "[]").unwrap();
    assert_eq!(continue_at(&catalogue).as_deref(), Some("https://shop.example.org/scan"));
    let lock = lock(catalogue);
    assert!(!lock.contains("shop"), "a release does not fix it: {lock}");
    let moved = read(r#""https://shop.example.net:8443/?a=b""#, &lock).unwrap();
    assert_eq!(continue_at(&moved).as_deref(), Some("https://shop.example.net:8443/?a=b"));
    for other in ["null", "true", "[]"] {
        assert_eq!(read(other, "[]").unwrap_err(), "1-a.schema.json: x-continue must be a URL, as a string");
    }
    for other in [
        "",
        "/scan",
        "http://shop.example.org/scan",
        "https://user@shop.example.org/scan",
        "https://shop.example.org/scan#top",
        "https://Shop.example.org/scan",
        "https://shop.example.org:443/scan",
        "https://shop.example.org/a b",
    ] {
        let message = read(&format!("{other:?}"), "[]").unwrap_err();
        assert!(message.starts_with("1-a.schema.json: x-continue is not of the form https://host/path"), "{message}");
        assert!(message.ends_with(": correct it") && !message.contains('\n'), "{message}");
    }
}

#[test]
fn no_model_has_the_name_of_the_path_that_makes_many_codes() {
    let problem = "2-batch.schema.json: its path would be the one that makes many codes: rename it, for example to ";
    let model = model("");
    let file = [("2-batch.schema.json", &*model)];
    assert_eq!(read("reserved", &file, "[]").unwrap_err(), format!("{problem}2-one-batch.schema.json"));
    let released = lock(read("released", &[("2-lot.schema.json", &model)], "[]").unwrap()).replace("lot", "batch");
    assert_eq!(read("taken", &file, &released).unwrap_err(), format!("{problem}3-one-batch.schema.json"));
    assert!(read("similar", &[("1-batches.schema.json", &model)], "[]").is_ok());
}

#[test]
fn every_mistake_has_a_remedy() {
    let fine = model("");
    let no_dialect = r#"{"type": "object"}"#;
    let no_object = r#"{"$schema": "https://json-schema.org/draft/2020-12/schema"}"#;
    for (test, files, expected) in [
        ("none", &[][..], "there are no models: add one"),
        ("unnumbered", &[("order.schema.json", &*fine)], "order.schema.json: call a model NUMBER-NAME.schema.json"),
        ("zero", &[("0-order.schema.json", &fine)], "a number from 1 to 255"),
        ("zeros", &[("01-order.schema.json", &fine)], "without leading zeros"),
        ("large", &[("256-order.schema.json", &fine)], "a number from 1 to 255"),
        ("case", &[("1-Order.schema.json", &fine)], "lower-case letters"),
        ("suffix", &[("1-order.json", &fine)], "for example 2-ticket.schema.json"),
        ("twice", &[("1-a.schema.json", &fine), ("1-b.schema.json", &fine)], "another file has the number 1, too"),
        ("broken", &[("1-a.schema.json", "{")], "1-a.schema.json: it is not JSON"),
        (
            "dialect",
            &[("1-a.schema.json", no_dialect)],
            "add \"$schema\": \"https://json-schema.org/draft/2020-12/schema\"",
        ),
        ("array", &[("1-a.schema.json", no_object)], "add \"type\": \"object\""),
        (
            "default",
            &[("1-a.schema.json", &fine), ("2-b.schema.json", &fine)],
            "one model is the default, and 0 say so",
        ),
    ] {
        let message = read(test, files, "[]").unwrap_err();
        assert!(message.contains(expected), "{message}");
    }
    let message = read("lock", &[("1-a.schema.json", &fine)], "<<<<<<< HEAD").unwrap_err();
    assert!(message.starts_with("models.lock cannot be read"), "{message}");
}

#[test]
fn annotations_for_the_page_are_checked() {
    let read = |properties: &str| read("words", &[("1-a.schema.json", &model(properties))], "[]").map(|_| ());
    for good in [
        r#""amount": {"type": "integer", "x-currency": "EUR", "x-titles": {"de": "Betrag", "zh-Hant": "a"}}"#,
        r#""amount": {"type": "integer", "x-currency": "unit"}, "unit": {"type": "string"}, "pin": {"x-page": false}"#,
        r#""page": {"type": "string", "format": "uri", "x-link": true}, "any": true"#,
        r#""area": {"enum": ["vip", "stand"], "x-enum-titles": {"vip": "VIP", "stand": {"de": "Stehplatz"}}}"#,
    ] {
        assert_eq!(read(good), Ok(()), "{good}");
    }
    for (wrong, problem) in [
        (r#""amount": {"type": "number", "x-currency": "EUR"}"#, "the member amount: x-currency belongs to an integer"),
        (r#""amount": {"type": "integer", "x-currency": "euro"}"#, "x-currency is neither a code of ISO 4217"),
        (r#""page": {"type": "string", "x-link": true}"#, "x-link belongs to a member with the format uri"),
        (r#""area": {"enum": ["vip"], "x-enum-titles": {"VIP": "a"}}"#, "x-enum-titles names VIP, which enum does not"),
        (r#""id": {"x-titles": {"de_AT": "a"}}"#, "de_AT is not the tag of a language"),
        (r#""id": {"x-titles": "a"}"#, "the member id: invalid type"),
        (r#""seat": {"type": "object", "properties": {"row": {"x-page": "no"}}}"#, "the member seat: the member row: "),
    ] {
        let error = read(wrong).unwrap_err();
        assert!(error.contains(problem), "{error}");
    }
}
