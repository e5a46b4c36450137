//! Seals and opens packed payloads, one per line of standard input, as model 1 and with the key of ones. Tests compare
//! this with another implementation. A line is a JSON object with a `schema` and a `payload` or a `ctext`, which are
//! strings. What is written has the ctext in base64url or the payload, or else says why there is none.

#![expect(clippy::unwrap_used, reason = "its only callers are tests")]

use std::io::Write as _;

use sealed_qr::{Ctext, Keyring, ModelNumber, Payload, Terms, UnixTime, packing::Layout};
use serde_json::{Value, json};

fn main() {
    let keyring = Keyring::parse(&format!(r#"{{"1": "{}"}}"#, "01".repeat(32))).unwrap();
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lines() {
        let line: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let layout = Layout::of_schema(line["schema"].as_str().unwrap()).unwrap();
        let answer = match line["payload"].as_str() {
            Some(payload) => seal(payload, &layout, &keyring),
            None => open(line["ctext"].as_str().unwrap(), &layout, &keyring),
        };
        writeln!(out, "{answer}").unwrap();
    }
}

fn seal(payload: &str, layout: &Layout, keyring: &Keyring) -> Value {
    match Payload::parse(payload.as_bytes()) {
        Ok(payload) => {
            let payload = payload.packed_by(ModelNumber::new(1).unwrap(), layout);
            json!({"ctext": Ctext::seal(&payload, keyring, Terms::default()).unwrap().to_base64url()})
        }
        Err(reason) => json!({"refused": reason.to_string()}),
    }
}

fn open(ctext: &str, layout: &Layout, keyring: &Keyring) -> Value {
    match Ctext::parse(ctext).unwrap().open(keyring, UnixTime::now(), |_| Some(layout)) {
        Ok(opened) => json!({"payload": opened.payload.as_json()}),
        Err(reason) => json!({"failure": reason.to_string()}),
    }
}
