//! Writes what a glob would be for: one module per file of `ui/tool/pass` for `ui_tool.rs`.

use std::{env, fmt::Write as _, fs, io, path::Path};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=ui/tool/pass");
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    let out = Path::new(&out);
    fs::write(out.join("accepted_tools.rs"), accepted(Path::new("ui/tool/pass"))?)
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
