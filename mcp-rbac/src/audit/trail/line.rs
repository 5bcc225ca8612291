//! What a line says besides what the chain needs.

use std::time::Instant;

use jiff::Timestamp;
use serde::Serialize;

use super::chain::{Digest, Link};
use crate::audit::RecordId;

/// A line: its place in the chain, when it was written, and what about.
#[derive(Serialize)]
struct Line<'b, B> {
    seq: u64,
    prev: Digest,
    time: String,
    mono_us: u64,
    #[serde(flatten)]
    body: &'b B,
}

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

/// How long a line is usually, in bytes, and some more.
const LENGTH: usize = 1024;

/// The bytes of a line, without its end.
pub(super) fn written<B: Serialize>(link: Link, began: Instant, body: &B) -> serde_json::Result<Vec<u8>> {
    let time = format!("{:.6}", Timestamp::now());
    let mono_us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
    // most lines fit: nothing is copied while they grow
    let mut text = Vec::with_capacity(LENGTH);
    serde_json::to_writer(&mut text, &Line { seq: link.sequence, prev: link.previous, time, mono_us, body })?;
    Ok(text)
}
