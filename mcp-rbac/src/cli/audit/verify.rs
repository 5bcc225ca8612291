use std::{
    fs::File,
    io::{BufReader, Read},
    path::PathBuf,
    process::ExitCode,
};

use serde_json::json;

use crate::{
    audit::{Broken, Verified, verify_with},
    cli::{Failure, output::lines},
};

/// What `verify` says of a trail that is whole as far as it can tell.
const UNANCHORED: &str = "This says that no line was changed, moved, added or taken out in between. It cannot say whether lines \
                          at the end are missing, or whether all of it was made anew: keep the last digest somewhere else, and \
                          compare with `--head`.";

/// Check that each line follows from the one before it
///
/// Exit code 0: the trail is whole, and has the line that `--head` names. 3: it is whole, and nothing was given to compare it
/// with. 1: it is not.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Verify {
    /// The files of one trail, the oldest first
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The digest of a line that was there at an earlier time, as `verify` printed it then
    #[arg(long, value_name = "SHA256")]
    head: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let mut starts = Vec::new();
        let mut trail: Box<dyn Read> = Box::new(std::io::empty());
        for path in &self.files {
            let file = File::open(path)
                .map_err(|error| Failure::new(format!("cannot read {}: {error}", path.display())))?;
            let count = count_lines(&file)?;
            starts.push((path, count));
            trail = Box::new(trail.chain(File::open(path)?));
        }
        let mut found = false;
        let wanted = self.head.as_deref();
        match verify_with(BufReader::new(trail), |head| found |= wanted == Some(head))? {
            Ok(verified) => self.whole(&verified, found),
            Err(broken) => self.broken(&broken, &starts),
        }
    }

    fn whole(&self, verified: &Verified, found: bool) -> Result<ExitCode, Failure> {
        let Verified { lines: count, first, last, head, torn, .. } = verified;
        let anchored = self.head.is_some();
        if anchored && !found {
            return Err(Failure::new(
                "the trail has no line with that digest: its end was cut off, or it was made anew",
            ));
        }
        if self.json {
            lines(&json!({
                "whole": true, "anchored": anchored, "lines": count, "first": first, "last": last, "head": head, "torn": torn,
            }).to_string())?;
        } else {
            let torn = if *torn {
                "\nThe last line is cut off: the server that begins next puts it aside."
            } else {
                ""
            };
            let anchor = if anchored { "It has the line that was given." } else { UNANCHORED };
            lines(&format!(
                "{count} lines, from no. {first} to no. {last}, each follows from the one before it.{torn}\n{anchor}\nlast digest: {head}"
            ))?;
        }
        Ok(if anchored { ExitCode::SUCCESS } else { ExitCode::from(3) })
    }

    /// In which of the files it is.
    fn broken(&self, broken: &Broken, files: &[(&PathBuf, u64)]) -> Result<ExitCode, Failure> {
        let mut line = broken.line;
        let mut place = None;
        for (path, count) in files {
            if line <= *count {
                place = Some(path);
                break;
            }
            line -= count;
        }
        let path = place
            .or(files.last().map(|(path, _)| path))
            .map(|path| path.display().to_string())
            .unwrap_or_default();
        if self.json {
            lines(&json!({ "whole": false, "file": path, "line": line, "why": broken.why }).to_string())?;
            return Ok(ExitCode::FAILURE);
        }
        Err(Failure::new(format!("{path}, line {line}: {}", broken.why)))
    }
}

/// How many lines a file has.
fn count_lines(file: &File) -> Result<u64, Failure> {
    let mut count = 0_u64;
    let mut reader = BufReader::new(file);
    let mut buffer = [0; 64 * 1024];
    loop {
        let read = reader.read(&mut buffer)?;
        let part = buffer.get(..read).unwrap_or_default();
        if part.is_empty() {
            return Ok(count);
        }
        count = count.saturating_add(part.iter().filter(|byte| **byte == b'\n').count() as u64);
    }
}
