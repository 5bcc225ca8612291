//! `audit export`: a trail for other systems.

mod ocsf;

use std::{io::Write, path::PathBuf};

use super::{reader, when::When};
use crate::cli::Failure;

/// Print a trail in a format that other systems read, one object a line
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Export {
    /// The trail; files that were put aside belong to it
    #[arg(value_name = "FILE", default_value = "audit.jsonl")]
    file: PathBuf,
    /// The format
    #[arg(long, value_enum)]
    format: Format,
    #[command(flatten)]
    when: When,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    /// The lines as they are
    Jsonl,
    /// API Activity of the Open Cybersecurity Schema Framework; what is about no request is left out
    Ocsf,
}

impl Export {
    pub(super) fn run(self) -> Result<(), Failure> {
        let period = self.when.period()?;
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        let mut written = Ok(());
        let mut begun = ocsf::Begun::default();
        reader::read(&self.file, |line| {
            if written.is_err() {
                return;
            }
            if !period.has(line.time) {
                begun.sees(&line.text);
                return;
            }
            let exported = match self.format {
                Format::Jsonl => Some(line.text),
                Format::Ocsf => begun.event(&line.text).map(|event| event.to_string()),
            };
            if let Some(exported) = exported {
                written = writeln!(out, "{exported}");
            }
        })?;
        match written.and_then(|()| out.flush()) {
            // whoever reads has seen enough
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            written => Ok(written?),
        }
    }
}
