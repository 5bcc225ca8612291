//! What the compiler says when somebody makes a mistake in *this* program: one error, at the place to mend.
//!
//! Each test compiles a copy of the example with one change.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails may panic")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

#[test]
fn a_misspelt_permission_is_one_error_with_the_right_name() {
    let errors = Copy::new("misspelt")
        .with("tools.rs", r#"requires = "delete_data""#, r#"requires = "delete_dat""#)
        .errors();
    let [error] = &errors[..] else { panic!("{errors:#?}") };
    assert_eq!(error.at, r#""delete_dat""#);
    assert_eq!(
        error.message,
        "permission `delete_dat` is not declared in `roles!`\n\
         help: a permission with a similar name exists: `delete_data`"
    );
}

#[test]
fn a_tool_without_requires_is_one_error_that_says_what_to_write() {
    let errors = Copy::new("missing").with("tools.rs", r#"requires = "delete_data", "#, "").errors();
    let [error] = &errors[..] else { panic!("{errors:#?}") };
    assert_eq!(error.at, "delete_record");
    assert_eq!(
        error.message,
        "tool `delete_record` does not say who may call it\n\
         help: write `#[tool(requires = \"…\")]`, `#[tool(authenticated)]` or `#[tool(public = \"why this is safe\")]`"
    );
}

#[test]
fn a_widened_role_is_one_error_at_the_grant() {
    let errors = Copy::new("widened")
        .with("lib.rs", "readonly { read_data }\n", "readonly { read_data, delete_data }\n")
        .errors();
    let [error] = &errors[..] else { panic!("{errors:#?}") };
    assert_eq!(error.at, "delete_data");
    assert_eq!(
        error.message,
        "only `admin` may reach `delete_data`, but `readonly` grants it\n\
         help: remove the grant, or add `readonly` to the roles that `only` names"
    );
}

/// A copy of the example, a workspace of its own that shares what is already built.
struct Copy(PathBuf);

#[derive(Debug)]
struct CompileError {
    /// What the compiler underlines.
    at: String,
    /// Without the indentation.
    message: String,
}

impl Copy {
    fn new(name: &str) -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = here.parent().and_then(Path::parent).unwrap();
        let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mistakes").join(name);
        let _absent = fs::remove_dir_all(&copy);
        copy_folder(&here.join("src"), &copy.join("records/src"));
        fs::copy(here.join("Cargo.toml"), copy.join("records/Cargo.toml")).unwrap();
        fs::copy(root.join("Cargo.lock"), copy.join("Cargo.lock")).unwrap();
        let workspace = fs::read_to_string(root.join("Cargo.toml")).unwrap();
        let workspace: String = workspace
            .lines()
            .filter(|line| !line.starts_with("default-members"))
            .map(|line| if line.starts_with("members") { "members = [\"records\"]" } else { line })
            .flat_map(|line| [line, "\n"])
            .collect();
        let at_home = |name: &str| format!("path = {:?}", root.join(name));
        let workspace = edited(
            &workspace,
            &[
                (r#"path = "mcp-rbac""#, &at_home("mcp-rbac")),
                (r#"path = "mcp-rbac-macros""#, &at_home("mcp-rbac-macros")),
            ],
        );
        fs::write(copy.join("Cargo.toml"), workspace).unwrap();
        Self(copy)
    }

    /// One change, at the one place where `from` stands.
    fn with(self, file: &str, from: &str, to: &str) -> Self {
        let path = self.0.join("records/src").join(file);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, edited(&text, &[(from, to)])).unwrap();
        self
    }

    fn errors(&self) -> Vec<CompileError> {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let output = Command::new(env!("CARGO"))
            .args(["check", "--lib", "--offline", "--quiet", "--message-format", "json", "--target-dir"])
            .arg(target)
            .current_dir(&self.0)
            .output()
            .unwrap();
        assert!(!output.status.success(), "it compiles");
        let errors: Vec<_> = String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap())
            .filter_map(|line| CompileError::of(&line["message"]))
            .collect();
        assert!(!errors.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        errors
    }
}

impl CompileError {
    fn of(diagnostic: &Value) -> Option<Self> {
        // the compiler counts its errors in one more, which points nowhere
        let place = diagnostic["spans"].as_array()?.iter().find(|span| span["is_primary"] == true)?;
        if diagnostic["level"] != "error" {
            return None;
        }
        let text = &place["text"][0];
        let column = |key: &str| usize::try_from(text[key].as_u64().unwrap()).unwrap() - 1;
        let line: Vec<char> = text["text"].as_str().unwrap().chars().collect();
        Some(Self {
            at: line[column("highlight_start")..column("highlight_end")].iter().collect(),
            message: diagnostic["message"]
                .as_str()
                .unwrap()
                .lines()
                .map(str::trim)
                .collect::<Vec<_>>()
                .join("\n"),
        })
    }
}

fn edited(text: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(text.to_owned(), |text, (from, to)| {
        assert_eq!(text.matches(from).count(), 1, "`{from}` stands in one place");
        text.replace(from, to)
    })
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let copy = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &copy);
        } else {
            fs::copy(&path, copy).unwrap();
        }
    }
}
