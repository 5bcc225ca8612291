use std::{
    collections::VecDeque,
    fs::File,
    io::{BufRead, BufReader},
    path::PathBuf,
    thread,
    time::Duration,
};

use super::{
    query::row,
    reader::{self, Line},
};
use crate::cli::{Failure, output::listing};

/// How often it is looked for more.
const LOOK: Duration = Duration::from_millis(200);

/// Show the last lines, and those that come
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Tail {
    /// The trail
    #[arg(value_name = "FILE", default_value = "audit.jsonl")]
    file: PathBuf,
    /// How many lines
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20)]
    lines: usize,
    /// Go on with what is written from now on, until it is interrupted
    #[arg(short, long)]
    follow: bool,
    /// Print the lines as they are
    #[arg(long)]
    json: bool,
}

impl Tail {
    pub(super) fn run(self) -> Result<(), Failure> {
        let mut last = VecDeque::new();
        let mut next = 0;
        reader::read(&reader::files(&self.file)?, |line| {
            next = line.seq.saturating_add(1);
            if last.len() == self.lines {
                last.pop_front();
            }
            if self.lines > 0 {
                last.push_back(self.shown(&line));
            }
        })?;
        if !last.is_empty() {
            listing(&Vec::from(last).join("\n"))?;
        }
        if self.follow { self.follow(next) } else { Ok(()) }
    }

    fn shown(&self, line: &Line) -> String {
        if self.json { line.text.clone() } else { row(line, None) }
    }

    /// Shows what comes with line number `next`, and after it. Where a new file begins, the rest of the one before it is
    /// shown first.
    fn follow(&self, mut next: u64) -> Result<(), Failure> {
        loop {
            let files = reader::files(&self.file)?;
            let mut new = Vec::new();
            // what is older than the file before this one has been shown
            for path in files.iter().skip(files.len().saturating_sub(2)) {
                let Ok(file) = File::open(path) else { continue };
                for line in BufReader::new(file).split(b'\n') {
                    let line = line?;
                    let line = std::str::from_utf8(&line).ok().and_then(Line::parse);
                    if let Some(line) = line.filter(|line| line.seq >= next) {
                        next = line.seq.saturating_add(1);
                        new.push(self.shown(&line));
                    }
                }
            }
            if !new.is_empty() {
                crate::cli::output::lines(&new.join("\n"))?;
            }
            thread::sleep(LOOK);
        }
    }
}
