//! What one tool costs the compiler: the same functions under rmcp's `#[tool]`, under ours and under none, each set a
//! crate of its own that is compiled alone, in debug, not incrementally, with its dependencies built before.
//!
//! ```text
//! cargo run -p bench --release -- --sizes 100,1000 --runs 3 --json figures.json
//! ```
//!
//! The variants take turns, so that what else the machine does meets them alike. The figures are CPU seconds (user and
//! system) of `cargo` and the one `rustc` that it starts; the median of the runs counts. Linux only: the seconds come
//! from `/proc/self/stat`. Nobody polls the bare functions, so that of them less is compiled than of the others, which
//! makes both attributes look a little dearer than they are.

mod generate;
mod measure;

use std::{error::Error, fs, io::Write, path::PathBuf};

use generate::{VARIANTS, Workspace};
use serde_json::{Value, json};

struct Options {
    sizes: Vec<usize>,
    runs: usize,
    json: Option<PathBuf>,
    folder: PathBuf,
}

fn main() -> Result<(), Box<dyn Error>> {
    let Options { sizes, runs, json, folder } = options()?;
    let workspace = Workspace::write(&folder, &sizes)?;
    measure::build_dependencies(&workspace)?;

    let mut figures = Vec::new();
    for &size in &sizes {
        let mut seconds = vec![Vec::new(); VARIANTS.len()];
        for run in 0..runs {
            for (variant, seconds) in VARIANTS.iter().zip(&mut seconds) {
                let took = measure::compile(&workspace, &variant.package(size))?;
                say(&format!("run {} of {runs}: {} × {size}: {took:.2} s", run + 1, variant.name));
                seconds.push(took);
            }
        }
        figures.push((size, seconds.into_iter().map(median).collect::<Vec<f64>>()));
    }

    let rows: Vec<Value> = figures.iter().flat_map(|(size, medians)| rows(*size, medians)).collect();
    writeln!(std::io::stdout(), "{}", table(&rows))?;
    if let Some(path) = json {
        fs::write(path, serde_json::to_string_pretty(&rows)?)?;
    }
    Ok(())
}

fn options() -> Result<Options, Box<dyn Error>> {
    let target = PathBuf::from(std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()));
    let folder = target.join("bench");
    let mut options = Options { sizes: vec![100, 1_000], runs: 3, json: None, folder };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("`{name}` needs a value"))?;
        match name.as_str() {
            "--sizes" => options.sizes = value.split(',').map(str::parse).collect::<Result<_, _>>()?,
            "--runs" => options.runs = value.parse()?,
            "--json" => options.json = Some(value.into()),
            _ => return Err(format!("unknown option `{name}`: there are --sizes, --runs and --json").into()),
        }
    }
    Ok(options)
}

/// One row per variant; what a tool costs is what it costs above the bare function.
fn rows(size: usize, medians: &[f64]) -> Vec<Value> {
    let bare = medians.first().copied().unwrap_or_default();
    let row = |(variant, seconds): (&generate::Variant, &f64)| {
        let each = (seconds - bare) * 1_000.0 / size as f64;
        let (seconds, each) = ((seconds * 100.0).round() / 100.0, (each * 100.0).round() / 100.0);
        json!({ "tools": size, "variant": variant.name, "seconds": seconds, "ms_per_tool": each })
    };
    VARIANTS.iter().zip(medians).map(row).collect()
}

fn table(rows: &[Value]) -> String {
    let mut table =
        String::from("| tools | variant | CPU s | ms a tool, above the bare function |\n|--:|:--|--:|--:|");
    for row in rows {
        let number = |key: &str| row.get(key).and_then(Value::as_f64).unwrap_or_default();
        let variant = row.get("variant").and_then(Value::as_str).unwrap_or_default();
        table.push_str(&format!(
            "\n| {} | {variant} | {:.2} | {:.2} |",
            number("tools"),
            number("seconds"),
            number("ms_per_tool")
        ));
    }
    table
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds.get(seconds.len() / 2).copied().unwrap_or_default()
}

/// Progress, beside the table.
fn say(line: &str) {
    // where nobody reads it, nobody misses it
    let _written = writeln!(std::io::stderr(), "{line}");
}
