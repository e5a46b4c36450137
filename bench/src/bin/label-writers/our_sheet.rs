//! Sheets of sealed codes, as the function makes them but for the request and its answer.

use creation::payload_model::DEPLOYED;
use label_sheet::{Label, Sheet, pdf, preset};
use qr_symbol::{Ecc, Limits, Symbol};
use sealed_qr::{BaseUrl, Ctext, Keyring, LinkForm, Terms};

/// The captions of payloads, and the links to them once they are sealed.
pub fn links(count: u32) -> Vec<(String, String)> {
    let base: BaseUrl = "https://qrcode.example.com".parse().expect("a base URL");
    let keyring = Keyring::parse(&format!(r#"{{"1":"{}"}}"#, "ab".repeat(32))).expect("a keyring");
    let model = DEPLOYED.default();
    let link = |row: u32| {
        let caption = format!("order-{row:05}");
        let json = format!(r#"{{"id":"{caption}","amount":4250,"n":10}}"#);
        let payload = DEPLOYED.packed(model.parse(json.as_bytes()).expect("the model allows it"), model);
        let ctext = Ctext::seal(&payload, &keyring, Terms::default()).expect("random bytes");
        (caption, LinkForm::Full.link(&base, &ctext.to_digits()))
    };
    (1..=count).map(link).collect()
}

/// The sheet of such links, with the function's default options.
pub fn sheet(links: &[(String, String)]) -> Vec<u8> {
    let limits = Limits { max_segments: 2, ..Limits::NONE };
    let symbol = |(_, link): &(String, String)| Symbol::encode_in(link, Ecc::M, limits).expect("it fits");
    let symbols: Vec<_> = links.iter().map(symbol).collect();
    let labels: Vec<_> = links
        .iter()
        .zip(&symbols)
        .map(|((caption, _), symbol)| Label { symbol, caption: caption.as_str().into() })
        .collect();
    let sheet = Sheet::of(preset::named("avery-l7160").expect("a preset").paper);
    pdf::encode(&sheet, &labels, "Labels").expect("they fit")
}
