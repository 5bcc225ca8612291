//! What every `ui_*.rs` beside this folder asks of its cases. It takes it in with
//! `#[path = "support/ui.rs"] mod ui;`.

use std::{collections::BTreeSet, fs, panic, path::Path};

/// Every file in `FOLDER/fail` is refused with the message beside it. `twin` names one file of `FOLDER/pass`: with a
/// case that passes trybuild builds instead of checking, and sees what only a build sees.
///
/// Trybuild builds the dependencies a second time, and drops what Cargo says: where that build breaks off (no room on
/// the disk, a compiler that was ended), every refusal "succeeded" to compile. So a failure has to show itself twice.
pub fn refusals(folder: &str, twin: &str) {
    let compile = || {
        let cases = trybuild::TestCases::new();
        cases.compile_fail(format!("{folder}/fail/*.rs"));
        cases.pass(format!("{folder}/pass/{twin}.rs"));
    };
    if panic::catch_unwind(compile).is_err() {
        compile();
    }
}

/// Every file in `FOLDER/fail` has its message, and its twin in `FOLDER/pass`; there are at least `least` of them, so
/// that a folder which is not found is no success.
pub fn every_refusal_has_a_message_and_a_twin(folder: &str, least: usize) {
    let [fail, pass] =
        ["fail", "pass"].map(|part| Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(part));
    let refused = files(&fail, "rs");
    assert!(refused.len() >= least, "only {} refusals", refused.len());
    assert_same(&refused, &files(&fail, "stderr"), "a case without a message, or a message without a case");
    assert_same(&refused, &files(&pass, "rs"), "a case without a twin, or a twin without a case");
}

fn assert_same(refused: &BTreeSet<String>, others: &BTreeSet<String>, problem: &str) {
    let alone: Vec<&String> = refused.symmetric_difference(others).collect();
    assert!(alone.is_empty(), "{problem}: {alone:?}");
}

/// The names of the files with this ending.
fn files(folder: &Path, ending: &str) -> BTreeSet<String> {
    fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect()
}
