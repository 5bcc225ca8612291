//! The guide shows the difference between the two programs, and it is the difference.

use std::{env, fs, path::Path};

use similar::TextDiff;

#[test]
fn the_diff_in_the_guide_is_that_of_the_programs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
    let (before, after) = (read("src/before.rs"), read("src/after.rs"));
    let diff = TextDiff::from_lines(&before, &after);
    let diff = diff.unified_diff().context_radius(2).header("before.rs", "after.rs").to_string();
    let shown = format!("```diff\n{diff}```\n");

    let path = root.join("../../docs/guide/existing-server.md");
    let guide = fs::read_to_string(&path).unwrap();
    let begin = guide.find("```diff\n").expect("the guide has no diff");
    let end = begin + guide[begin..].find("\n```\n").expect("the diff does not end") + "\n```\n".len();
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, format!("{}{shown}{}", &guide[..begin], &guide[end..])).unwrap();
        return;
    }
    assert!(
        guide[begin..end] == shown,
        "the guide shows another diff; UPDATE_DOCS=1 cargo test -p existing-server --test guide"
    );
}
