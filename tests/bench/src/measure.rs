//! Runs cargo and says what it took.

use std::{
    error::Error,
    fs,
    process::{Command, Stdio},
    time::SystemTime,
};

use crate::generate::Workspace;

/// Linux counts the time of processes in hundredths of a second (`man 5 proc`).
const TICKS_PER_SECOND: f64 = 100.0;

pub(crate) fn build_dependencies(workspace: &Workspace) -> Result<(), Box<dyn Error>> {
    run(cargo(workspace).arg("--workspace"))
}

/// The CPU seconds that compiling this crate, and nothing else, takes.
pub(crate) fn compile(workspace: &Workspace, package: &str) -> Result<f64, Box<dyn Error>> {
    fs::File::options().append(true).open(workspace.source(package))?.set_modified(SystemTime::now())?;
    let before = children_seconds()?;
    run(cargo(workspace).args(["--package", package]))?;
    Ok(children_seconds()? - before)
}

fn cargo(workspace: &Workspace) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["build", "--quiet"])
        .current_dir(&workspace.root)
        .env("CARGO_TARGET_DIR", workspace.root.join("target"))
        .env("CARGO_INCREMENTAL", "0")
        .stdin(Stdio::null());
    cargo
}

fn run(command: &mut Command) -> Result<(), Box<dyn Error>> {
    let status = command.status()?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} failed: {status}").into()) }
}

/// User and system time of all children that have ended, theirs included.
fn children_seconds() -> Result<f64, Box<dyn Error>> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // the name of the program, in parentheses, may contain anything
    let (_, rest) = stat.rsplit_once(')').ok_or("`/proc/self/stat` is not what Linux writes")?;
    // cutime and cstime are the fields 16 and 17, and the first of the rest is field 3
    let ticks: Vec<f64> =
        rest.split_whitespace().skip(13).take(2).map(str::parse).collect::<Result<_, _>>()?;
    Ok(ticks.iter().sum::<f64>() / TICKS_PER_SECOND)
}
