//! What a line says besides what the chain needs.

use std::{io, time::Instant};

use serde::Serialize;

use super::{
    chain::{Digest, Link},
    clock::Clock,
};
use crate::audit::{RecordId, members::Members};

/// What is about no single event.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Note<'n> {
    /// A process begins to write.
    Opened { process: u32 },
    /// A call of a process that has ended, of which nothing more is known.
    #[serde(rename = "finished")]
    Closed { record: &'n str, outcome: &'static str },
    /// Lines that could not be written, and the calls among them that have ended.
    Gap { lost: u64, ended: &'n [String] },
    /// Refusals of strangers that have no line of their own.
    Refusals { count: u64, seconds: u64 },
    /// A last line that was cut off stands in this file now.
    Quarantined { file: &'n str, bytes: usize, sha256: Digest },
    /// Somebody uses a tool more often than is usual.
    Alert {
        subject: &'n str,
        authenticated_by: &'n str,
        tool: &'n str,
        more_than: usize,
        within_s: u64,
        first: RecordId,
        last: RecordId,
    },
    /// The file before this one, and the calls that are still open in it.
    Rotated { from: &'n str, open: Vec<RecordId> },
}

/// Writes a line, without its end, in the place of what is in `line`: its place in the chain, when it is written, and these
/// members.
pub(super) fn write(
    line: &mut Vec<u8>,
    link: Link,
    clock: &mut Clock,
    now: Instant,
    members: &Members,
) -> io::Result<()> {
    line.clear();
    line.extend_from_slice(b"{\"seq\":");
    line.extend_from_slice(itoa::Buffer::new().format(link.sequence).as_bytes());
    line.extend_from_slice(b",\"prev\":\"");
    line.extend_from_slice(&link.previous.hex());
    line.extend_from_slice(b"\",\"time\":\"");
    clock.write_time(line)?;
    line.extend_from_slice(b"\",\"mono_us\":");
    line.extend_from_slice(itoa::Buffer::new().format(clock.since_start(now)).as_bytes());
    line.extend_from_slice(members.as_bytes());
    line.push(b'}');
    Ok(())
}
