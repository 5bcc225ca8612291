use std::{
    fs::File,
    io::{BufReader, Read},
    path::PathBuf,
    process::ExitCode,
};

use serde_json::json;

use crate::{
    audit::{Broken, Checkpoint, CheckpointKey, Verified, verify_with},
    cli::{Failure, output::lines},
};

/// What `verify` says of a trail that is whole as far as it can tell.
const UNANCHORED: &str = "This says that no line was changed, moved, added or taken out in between. It cannot say whether lines \
                          at the end are missing, or whether all of it was made anew: keep the last digest somewhere else, and \
                          compare with `--head`, or have the server make checkpoints.";

/// Check that each line follows from the one before it
///
/// Exit code 0: the trail is whole, and is the one that `--checkpoints` or `--head` is about. 3: it is whole as far as it is there: nothing was
/// given to compare it with, or its first lines are in no file that was named. 1: it is not.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Verify {
    /// The files of one trail, the oldest first
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The checkpoints that were made of the trail, in a second place
    #[arg(long, value_name = "FILE", requires = "public_key")]
    checkpoints: Option<PathBuf>,
    /// With --checkpoints: the public key of their signatures, in PEM
    #[arg(long, value_name = "FILE", requires = "checkpoints")]
    public_key: Option<PathBuf>,
    /// The digest of a line that was there at an earlier time, as `verify` printed it then
    #[arg(long, value_name = "SHA256", value_parser = digest)]
    head: Option<String>,
    /// The number of the line that these files begin with, where the ones before them are kept elsewhere
    #[arg(long, value_name = "LINE", default_value_t = 0)]
    from: u64,
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
            let count = count_lines(&file)
                .map_err(|error| Failure::new(format!("cannot read {}: {error}", path.display())))?;
            starts.push((path, count));
            trail = Box::new(trail.chain(File::open(path)?));
        }
        let mut found = false;
        let wanted = self.head.as_deref();
        let checkpoints = self.checkpoints()?;
        match verify_with(BufReader::new(trail), &checkpoints, |head| found |= wanted == Some(head))? {
            Ok(verified) => self.whole(&verified, found),
            Err(broken) => self.broken(&broken, &starts),
        }
    }

    /// The checkpoints, whose signatures are good.
    fn checkpoints(&self) -> Result<Vec<Checkpoint>, Failure> {
        let (Some(path), Some(key)) = (&self.checkpoints, &self.public_key) else { return Ok(Vec::new()) };
        let read = |path: &PathBuf| {
            std::fs::read_to_string(path)
                .map_err(|error| Failure::new(format!("cannot read {}: {error}", path.display())))
        };
        let key = CheckpointKey::from_pem(&read(key)?)?;
        let text = read(path)?;
        // one that is cut off was never made
        let whole = text.rfind('\n').and_then(|end| text.get(..end)).unwrap_or_default();
        let checkpoint = |(at, line): (usize, &str)| {
            let bad = |why| Failure::new(format!("{}, line {}: {why}", path.display(), at + 1));
            let checkpoint: Checkpoint =
                serde_json::from_str(line).map_err(|_| bad("it is no checkpoint"))?;
            match checkpoint.is_signed_by(&key) {
                true => Ok(checkpoint),
                false => Err(bad("its signature is not of that key")),
            }
        };
        whole.lines().enumerate().map(checkpoint).collect()
    }

    fn whole(&self, verified: &Verified, found: bool) -> Result<ExitCode, Failure> {
        let Verified { lines: count, first, last, head, torn, anchored: vouched, .. } = verified;
        let anchored = self.head.is_some() || vouched.is_some();
        if self.head.is_some() && !found {
            return Err(Failure::new(
                "the trail has no line with that digest: its end was cut off, or it was made anew",
            ));
        }
        let begins = *first <= self.from;
        if self.json {
            lines(&json!({
                "whole": true, "anchored": anchored, "lines": count, "first": first, "last": last, "head": head, "torn": torn,
                "vouched_for": vouched, "begins": begins,
            }).to_string())?;
        } else {
            let torn = if *torn {
                "\nThe last line is cut off: the server that begins next puts it aside."
            } else {
                ""
            };
            let anchor = match vouched {
                Some(line) if line == last => {
                    format!("A checkpoint vouches for lines no. {first} to {last}.")
                }
                Some(line) => format!(
                    "A checkpoint vouches for it up to line no. {line}; what comes after has none yet."
                ),
                None if anchored => "It has the line that was given.".to_owned(),
                None if self.checkpoints.is_some() => {
                    format!("No checkpoint is about any of its lines. {UNANCHORED}")
                }
                None => UNANCHORED.to_owned(),
            };
            let beginning = if begins {
                String::new()
            } else {
                format!(
                    "\nLines no. {} to {} are in none of these files: name those that were put aside as well, the oldest first, \
                     or say `--from {first}`.",
                    self.from,
                    first.saturating_sub(1)
                )
            };
            lines(&format!(
                "{count} lines, from no. {first} to no. {last}, each follows from the one before it.{torn}\n{anchor}{beginning}\nlast digest: {head}"
            ))?;
        }
        Ok(if anchored && begins { ExitCode::SUCCESS } else { ExitCode::from(3) })
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
        if let (None, Some((path, count))) = (place, files.last()) {
            // a line that is missing comes after the last one that is there
            (place, line) = (Some(path), line + count);
        }
        let path = place.map(|path| path.display().to_string()).unwrap_or_default();
        if self.json {
            lines(&json!({ "whole": false, "file": path, "line": line, "why": broken.why }).to_string())?;
            return Ok(ExitCode::FAILURE);
        }
        Err(Failure::new(format!("{path}, line {line}: {}", broken.why)))
    }
}

/// The 64 hexadecimal digits of a SHA-256.
fn digest(text: &str) -> Result<String, String> {
    match text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        true => Ok(text.to_ascii_lowercase()),
        false => Err("a digest has 64 hexadecimal digits".to_owned()),
    }
}

/// How many lines a file has.
fn count_lines(file: &File) -> std::io::Result<u64> {
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
