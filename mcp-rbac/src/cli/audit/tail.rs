use std::{collections::VecDeque, io::BufReader, path::PathBuf, thread, time::Duration};

use super::{
    query::row,
    reader::{self, Line, Opened},
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
        let opened = reader::read(&self.file, |line| {
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
        if self.follow { self.follow(opened, next) } else { Ok(()) }
    }

    fn shown(&self, line: &Line) -> String {
        if self.json { line.text.clone() } else { row(line, None) }
    }

    /// Shows what comes with line number `next`, and after it. Where a new file begins, the rest of the one before it is
    /// shown first.
    fn follow(&self, opened: Opened, mut next: u64) -> Result<(), Failure> {
        let Opened { mut last, mut count } = opened;
        loop {
            let mut new = Vec::new();
            let mut show = |line: Option<Line>| {
                if let Some(line) = line.filter(|line| line.seq >= next) {
                    next = line.seq.saturating_add(1);
                    new.push(self.shown(&line));
                }
            };
            if let Some(reader) = &mut last {
                reader::rest(reader, &mut show)?;
            }
            let files = crate::audit::opened(&self.file)?;
            if files.len() != count {
                // what came last into the one before is in it by now
                if let Some(reader) = &mut last {
                    reader::rest(reader, &mut show)?;
                }
                let known = std::mem::replace(&mut count, files.len());
                for (_, file) in files.into_iter().skip(known) {
                    let reader = last.insert(BufReader::new(file));
                    reader::rest(reader, &mut show)?;
                }
            }
            if !new.is_empty() {
                crate::cli::output::lines(&new.join("\n"))?;
            }
            thread::sleep(LOOK);
        }
    }
}
