//! How many modules payloads take, as the README says.

use std::collections::BTreeMap;

use qr_symbol::{Ecc, Limits, Symbol};
use sealed_qr::{BaseUrl, LinkForm, Payload, digits, packing::Layout};
use serde_json::value::RawValue;

use super::*;

const PAYLOADS: &str = include_str!("../../../../tests/vectors/density.json");
const README: &str = include_str!("../../../../README.md");

/// The modules of a side of the symbol with a link to a ctext whose plaintext has this many bytes.
fn modules(form: LinkForm, plaintext: usize) -> usize {
    let base: BaseUrl = "https://qr.example.org".parse().unwrap();
    let digits = "7".repeat(digits::encoded_len(Ctext::byte_len(plaintext, Terms::default())));
    Symbol::encode_in(&form.link(&base, &digits), Ecc::M, Limits { max_segments: 2, ..Limits::NONE }).unwrap().modules()
}

#[test]
fn the_readme_says_how_many_modules_payloads_take() {
    // As texts, because the order of members counts.
    let rows: Vec<BTreeMap<&str, &RawValue>> = serde_json::from_str(PAYLOADS).unwrap();
    let mut packed_cells = Vec::new();
    for row in rows {
        let text = |member: &str| serde_json::from_str::<String>(row[member].get()).unwrap();
        let json = text("payload");
        let layout = Layout::of_schema(row["schema"].get()).unwrap();
        let plain = Payload::parse(json.as_bytes()).unwrap();
        let packed = plain.clone().packed_by(ModelNumber::new(1).unwrap(), &layout);
        let [plain, packed] = [plain, packed].map(|payload| payload.sealed_len());
        let cells = [
            (LinkForm::Full, plain),
            (LinkForm::Full, packed),
            (LinkForm::Compact, plain),
            (LinkForm::Compact, packed),
        ]
        .map(|(form, bytes)| modules(form, bytes));
        let [full, full_packed, compact, compact_packed] = cells;
        let name = text("name");
        let expected = format!(
            "| {name}, {plain} bytes | {packed} bytes | {full} → {full_packed} | {compact} → {compact_packed} |"
        );
        assert_eq!(row["packed"].get(), packed.to_string(), "{name}");
        assert!(README.contains(&expected), "{expected}");
        // Without the number of the model.
        packed_cells.push(format!("**{}**", packed - 1));
    }
    let packed_row = format!("| **packed** | {} |", packed_cells.join(" | "));
    assert!(include_str!("../../../../docs/ctext-format.md").contains(&packed_row), "{packed_row}");
}
