//! `audit …`: what happened, and whether the trail is whole.

mod show;
mod verify;

use std::process::ExitCode;

use super::Failure;

/// Look into the audit trail of a server
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "\
Examples:
  audit verify audit.jsonl                       whether a line was changed, moved, added or taken out
  audit verify audit.jsonl.000000000000 audit.jsonl     the files of one trail, the oldest first
  audit verify audit.jsonl --checkpoints /elsewhere/checkpoints.jsonl --public-key audit.pub
                                                 the same, and that nothing is missing at its end
  audit show 0199c0de-… --file audit.jsonl       all lines of one record, which refusals name

A server keeps a trail with `serve --audit FILE`.")]
pub struct Audit {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Command {
    /// Check that each line follows from the one before it
    Verify(verify::Verify),
    /// Print the lines of one record
    Show(show::Show),
}

impl Audit {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match self.command {
            Command::Verify(verify) => verify.run(),
            Command::Show(show) => show.run().map(|()| ExitCode::SUCCESS),
        }
    }
}
