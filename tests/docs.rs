//! The pages that name tests name tests that there are.

use std::{fs, path::Path};

/// What a page names that is not there; and how many it names that are.
fn check(page: &str) -> (Vec<String>, usize) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let text = fs::read_to_string(root.join("docs").join(page)).unwrap();
    let (mut missing, mut found) = (Vec::new(), 0);
    for named in text.split('`').skip(1).step_by(2) {
        // a folder of cases, or a test in a file
        let is_there = if let Some((file, test)) = named.split_once("::") {
            ["tests", "mcp-rbac/src"]
                .iter()
                .flat_map(|folder| ["rs", "py"].map(|kind| root.join(folder).join(format!("{file}.{kind}"))))
                .chain([root.join("mcp-rbac/src").join(file).join("mod.rs")])
                .filter_map(|path| fs::read_to_string(path).ok())
                .any(|source| {
                    ["fn", "def"].iter().any(|keyword| source.contains(&format!("{keyword} {test}(")))
                })
        } else if named.starts_with("ui/") {
            root.join("tests").join(named).is_dir()
        } else {
            continue;
        };
        if is_there {
            found += 1;
        } else {
            missing.push(named.to_owned());
        }
    }
    (missing, found)
}

#[test]
fn every_test_that_a_page_names_is_there() {
    for (page, least) in [("protocol.md", 90), ("attacks.md", 80)] {
        let (missing, found) = check(page);
        assert_eq!(missing, Vec::<String>::new(), "{page}");
        assert!(found >= least, "{page} names {found} tests");
    }
}
