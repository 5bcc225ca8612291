//! Writes what a glob would be for: the policies of `policy_const.rs` that are too wide to be written by hand, and one
//! module per file of `ui/*/pass` for `ui_*.rs`.

use std::{env, fmt::Write as _, fs, io, path::Path};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    let out = Path::new(&out);
    for width in [1, 64, 65, 1000] {
        fs::write(out.join(format!("wide_{width}.rs")), wide_policy(width))?;
    }
    for kind in ["roles", "tool", "tool_method", "prompt", "resource"] {
        let folder = format!("ui/{kind}/pass");
        println!("cargo::rerun-if-changed={folder}");
        fs::write(out.join(format!("accepted_{kind}.rs")), accepted(Path::new(&folder))?)?;
    }
    Ok(())
}

/// Role `own_k` grants every seventh permission, from the k-th on; `up_to_k` inherits `own_0` to `own_k` over a chain.
fn wide_policy(width: usize) -> String {
    let list = |entries: &mut dyn Iterator<Item = String>| entries.collect::<Vec<_>>().join(", ");
    let permissions = list(&mut (0..width).map(|number| format!("/** Number {number}. */ p{number}")));
    let roles = (0..7).map(|role| {
        let grants = list(&mut (role..width).step_by(7).map(|number| format!("p{number}")));
        let below = if role == 0 { String::new() } else { format!("up_to_{}, ", role - 1) };
        format!("own_{role} {{ {grants} }} up_to_{role}: {below}own_{role} {{}} ")
    });
    let roles: String = roles.collect();
    format!("rbac_runtime::roles! {{ permissions {{ {permissions} }} roles {{ {roles} }} }}")
}

/// Every file as a module with a test that runs its `main`: one crate compiles in a fraction of the time of many.
fn accepted(folder: &Path) -> io::Result<String> {
    let mut text = String::new();
    for entry in fs::read_dir(folder)? {
        let path = fs::canonicalize(entry?.path())?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let module = format!("mod {name} {{ include!({path:?}); #[test] fn is_accepted() {{ main() }} }}");
        writeln!(text, "{module}").map_err(io::Error::other)?;
    }
    Ok(text)
}
