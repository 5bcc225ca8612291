//! What the tests of compile errors have in common.

use std::{collections::BTreeSet, fs, path::Path};

/// Each refusal in `ui/KIND/fail` has its expected message, and in `ui/KIND/pass` a twin that is accepted.
pub(crate) fn assert_complete(kind: &str, at_least: usize) {
    let (fail, pass) = (format!("ui/{kind}/fail"), format!("ui/{kind}/pass"));
    let refused = files(&fail, "rs");
    assert!(refused.len() >= at_least, "only {} refusals", refused.len());
    assert_same(&refused, &files(&fail, "stderr"), "a case without a message, or a message without a case");
    assert_same(&refused, &files(&pass, "rs"), "a case without a twin, or a twin without a case");
}

fn assert_same(refused: &BTreeSet<String>, others: &BTreeSet<String>, problem: &str) {
    let alone: Vec<&String> = refused.symmetric_difference(others).collect();
    assert!(alone.is_empty(), "{problem}: {alone:?}");
}

/// The names of the files with this ending.
fn files(folder: &str, ending: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect()
}
