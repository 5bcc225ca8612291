//! Writes the policy and the tools that `model.rs` describes.

#[expect(unreachable_pub, reason = "to the library it is public")]
#[path = "model.rs"]
mod model;

use std::{env, fmt::Write, fs, path::Path};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=model.rs");
    let mut source = String::from("mcp_rbac::roles! {\n    permissions {\n");
    for permission in 0..model::PERMISSIONS {
        writeln!(source, "        \"data:{permission}\" as p{permission},")?;
    }
    source.push_str("    }\n    roles {\n");
    for role in 0..model::ROLES {
        let juniors = names("r", &model::juniors(role));
        let colon = if juniors.is_empty() { "" } else { ":" };
        writeln!(source, "        r{role}{colon} {juniors} {{ {} }}", names("p", &model::grants(role)))?;
    }
    source.push_str("    }\n}\n");
    for tool in 0..model::TOOLS {
        let access =
            model::alternatives(tool).map_or_else(|| "authenticated".to_owned(), |any| requires(&any));
        let asynchronous = if tool % 2 == 0 { "async " } else { "" };
        writeln!(
            source,
            "#[mcp_rbac::tool({access})]\n{asynchronous}fn tool_{tool:04}() -> &'static str {{ \"\" }}"
        )?;
    }
    Ok(fs::write(Path::new(&env::var("OUT_DIR")?).join("generated.rs"), source)?)
}

fn names(prefix: &str, numbers: &[usize]) -> String {
    numbers.iter().map(|number| format!("{prefix}{number}")).collect::<Vec<_>>().join(", ")
}

fn requires(alternatives: &[Vec<usize>]) -> String {
    let all =
        |permissions: &Vec<usize>| combined("all", permissions.iter().map(|at| format!("\"data:{at}\"")));
    match combined("any", alternatives.iter().map(all)) {
        one if one.starts_with('"') => format!("requires = {one}"),
        expression => format!("requires({expression})"),
    }
}

fn combined(word: &str, parts: impl Iterator<Item = String>) -> String {
    match parts.collect::<Vec<_>>().as_slice() {
        [one] => one.clone(),
        several => format!("{word}({})", several.join(", ")),
    }
}
