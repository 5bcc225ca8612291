//! Puts a plain `#[rmcp::tool]` into the guarded server of the example, as somebody adds one who forgets to declare it.

use std::{env, fs, path::Path};

const EXAMPLE: &str = "../../examples/existing-server/src/after.rs";
const ROUTER: &str = "#[tool_router]\nimpl Library {\n";
const FORGOTTEN: &str = r#"
    /// Burn the library down.
    #[rmcp::tool]
    async fn burn_down(&self) -> String {
        self.loans().clear();
        "ashes".to_owned()
    }

"#;

fn main() {
    println!("cargo:rerun-if-changed={EXAMPLE}");
    let example = fs::read_to_string(EXAMPLE).unwrap();
    assert_eq!(example.matches(ROUTER).count(), 1, "the example has one router of tools");
    // a file that is taken in has no documentation of its own
    let code: String =
        example.lines().filter(|line| !line.starts_with("//!")).map(|line| format!("{line}\n")).collect();
    let code = code.replacen(ROUTER, &format!("{ROUTER}{FORGOTTEN}"), 1);
    fs::write(Path::new(&env::var("OUT_DIR").unwrap()).join("main.rs"), code).unwrap();
}
