//! `audit …`: what happened, and whether the trail is whole.

mod export;
mod query;
mod reader;
mod report;
mod show;
mod tail;
mod verify;
mod when;

use std::process::ExitCode;

use super::Failure;

/// Look into the audit trail of a server
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "\
Examples:
  audit verify audit.jsonl                             whether a line was changed, moved, added or taken out
  audit verify audit.jsonl.000000000000 audit.jsonl    the files of one trail, the oldest first
  audit verify audit.jsonl --checkpoints /elsewhere/checkpoints.jsonl --public-key checkpoints.pub
                                                       the same, and that nothing is missing at its end
  audit query audit.jsonl --user ada --denied --since 2h
  audit tail audit.jsonl --follow                      what happens now
  audit report audit.jsonl --html report.html          calls and denials per tool, role and hour
  audit export audit.jsonl --format ocsf               for a SIEM
  audit show 0199c0de-… --file audit.jsonl             all lines of one record, which refusals and `query` name

A server keeps a trail with `serve --audit FILE`.")]
pub struct Audit {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Command {
    /// Check that each line follows from the one before it
    Verify(verify::Verify),
    /// Find what somebody did, and what was refused
    Query(query::Query),
    /// Show the last lines, and those that come
    Tail(tail::Tail),
    /// Count calls and denials per tool, role and hour
    Report(report::Report),
    /// Print a trail in a format that other systems read
    Export(export::Export),
    /// Print the lines of one record
    Show(show::Show),
}

impl Audit {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match self.command {
            Command::Verify(verify) => verify.run(),
            Command::Query(query) => query.run(),
            Command::Tail(tail) => tail.run().map(|()| ExitCode::SUCCESS),
            Command::Report(report) => report.run().map(|()| ExitCode::SUCCESS),
            Command::Export(export) => export.run().map(|()| ExitCode::SUCCESS),
            Command::Show(show) => show.run().map(|()| ExitCode::SUCCESS),
        }
    }
}
