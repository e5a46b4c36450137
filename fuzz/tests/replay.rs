//! The corpus of every fuzz target, replayed.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use sealed_qr_fuzz::TARGETS;

fn entries(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    fs::read_dir(&folder)
        .expect("the folder exists")
        .map(|entry| entry.expect("the entry can be read").path())
        .collect()
}

fn names(folder: &str) -> BTreeSet<String> {
    let stem = |path: PathBuf| path.file_stem().expect("files have names").to_string_lossy().into_owned();
    entries(folder).into_iter().map(stem).collect()
}

#[test]
fn every_target_holds_on_its_corpus() {
    for (name, run) in TARGETS {
        let files = entries(&format!("corpus/{name}"));
        assert!(files.len() >= 5, "the corpus of {name} is too small");
        for file in files {
            println!("{}", file.display());
            run(&fs::read(file).expect("the file can be read"));
        }
    }
}

#[test]
fn every_target_has_a_binary_and_a_corpus() {
    let targets: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names("fuzz_targets"), targets);
    assert_eq!(names("corpus"), targets);
}
