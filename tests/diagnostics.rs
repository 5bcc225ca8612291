//! `docs/diagnostics.md` is made of the refusals in `ui/`: each with the message that the compiler gives.
//!
//! After a change of the messages: `UPDATE_DOCS=1 cargo test -p mcp-rbac-tests --test diagnostics`.

use std::{env, fmt::Write, fs, path::Path};

const HEAD: &str = "\
# What does not compile

Every mistake that `roles!`, `#[tool]`, `#[prompt]` and `#[resource]` refuse, as the compiler shows it. This page is made of
the tests in `tests/ui`, so each message is one that the compiler gave, on Rust 1.95; beside each refused file stands its
accepted twin, in `pass`. What the three attributes have in common is shown in full for `#[tool]`, and in part for the others.

One mistake stands apart, because the message is the compiler's own: without a policy in reach (`rbac` is not in the root of
the crate), rustc says on the name of the permission that it could not find `rbac`. Write `use my_policy_crate::rbac;` in
the root, or name the module in the attribute: `#[tool(requires = \"…\", policy = my::rbac)]`.
";

#[test]
fn the_page_shows_every_message() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut page = HEAD.to_owned();
    for (title, folder, least) in [
        ("`roles!`", "roles", 90),
        ("`#[tool]`", "tool", 140),
        ("`#[tool]` on a method", "tool_method", 11),
        ("`#[prompt]`", "prompt", 50),
        ("`#[resource]`", "resource", 85),
    ] {
        write!(page, "\n## {title}\n").unwrap();
        let messages = messages(&root.join("ui").join(folder).join("fail"));
        assert!(messages.len() >= least, "{folder}: only {} messages", messages.len());
        for (name, message) in messages {
            let title = name.replace('_', " ");
            write!(page, "\n### {title}\n\n```text\n{}\n```\n", message.trim_end()).unwrap();
        }
    }
    let path = root.join("../docs/diagnostics.md");
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "docs/diagnostics.md is not what the tests say; UPDATE_DOCS=1 cargo test -p mcp-rbac-tests --test diagnostics"
    );
}

/// The name and the message of each refusal, sorted.
fn messages(folder: &Path) -> Vec<(String, String)> {
    let mut messages: Vec<(String, String)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "stderr"))
        .map(|path| {
            (path.file_stem().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap())
        })
        .collect();
    messages.sort();
    messages
}
