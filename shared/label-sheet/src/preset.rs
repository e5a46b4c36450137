//! Common label paper, by its makers' product codes. `presets.json` has it all, with where its figures are from.

use std::sync::LazyLock;

use qr_symbol::Millimetres;
use serde::Deserialize;

use crate::paper::{Grid, Paper, Size};

/// Label paper that can be bought.
#[derive(Debug)]
pub struct Preset {
    /// Its name.
    pub name: String,
    /// Its maker's product codes, the first of which is in the name.
    pub codes: Vec<String>,
    /// Its labels.
    pub paper: Paper,
}

static PRESETS: LazyLock<Vec<Preset>> = LazyLock::new(|| {
    let file: File = serde_json::from_str(include_str!("../presets.json")).expect("a test reads it");
    file.presets.into_iter().map(Entry::preset).collect()
});

/// All presets.
#[must_use]
pub fn all() -> &'static [Preset] {
    &PRESETS
}

/// The preset with a name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Preset> {
    all().iter().find(|preset| preset.name == name)
}

#[derive(Deserialize)]
struct File {
    presets: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    page: [f64; 2],
    grid: [u32; 2],
    label: [f64; 2],
    first: [f64; 2],
    pitch: [f64; 2],
    codes: Vec<String>,
}

impl Entry {
    fn preset(self) -> Preset {
        let [columns, rows] = self.grid;
        let [page, label, first, pitch] = [self.page, self.label, self.first, self.pitch].map(size);
        let paper = Paper::new(Grid { page, columns, rows, label, first, pitch }).expect("a test makes it");
        Preset { name: self.name, codes: self.codes, paper }
    }
}

#[expect(clippy::cast_sign_loss, reason = "lengths are positive")]
fn size(sides: [f64; 2]) -> Size {
    let [width, height] = sides.map(|side| Millimetres::from_micrometres((side * 1000.0).round() as u32));
    Size { width, height }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_preset_is_paper_with_a_name_of_its_own() {
        let names: BTreeSet<_> = all().iter().map(|preset| &preset.name).collect();
        assert!(names.len() == all().len() && all().len() >= 20);
        for preset in all() {
            let page = preset.paper.grid().page;
            assert!(page == Size::A4 || page == Size::LETTER, "{}", preset.name);
            let code = preset.codes[0].to_lowercase();
            assert!(preset.name == format!("avery-{}", code.trim_end_matches(".1")), "{}", preset.name);
        }
        assert_eq!(named("avery-l7160").unwrap().paper.labels(), 21);
        assert!(named("L7160").is_none());
    }
}
