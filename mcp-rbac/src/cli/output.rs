//! Standard output.

use std::io::{self, Write};

use super::Failure;

/// What somebody has to see.
pub(super) fn lines(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// What nobody needs to see to the end.
pub(super) fn listing(text: &str) -> Result<(), Failure> {
    match lines(text) {
        // whoever reads has seen enough
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}
