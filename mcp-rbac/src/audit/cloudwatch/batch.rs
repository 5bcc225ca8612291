//! What goes into one request.

use std::io::{self, BufRead, Seek, SeekFrom};

use aws_sdk_cloudwatchlogs::types::InputLogEvent;
use jiff::Timestamp;
use serde::Deserialize;

use super::cursor::Cursor;

/// What one request may hold: so many events, and so many bytes, of which each event takes some more than its text
/// (Amazon CloudWatch Logs, `PutLogEvents`).
const EVENTS: usize = 10_000;
const BYTES: usize = 1_048_576;
const EACH: usize = 26;
/// How far apart the times of its events may be.
const APART_MS: i64 = 24 * 60 * 60 * 1000;

/// Of a line, what is needed here.
#[derive(Deserialize)]
struct Head {
    seq: u64,
    time: Timestamp,
}

/// Lines that are sent together.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) events: Vec<InputLogEvent>,
    /// The number of the last line that was looked at.
    pub(super) last: Option<u64>,
    /// How many lines were none of a trail.
    pub(super) foreign: u64,
    /// The numbers of the first and the last line that should have come, and did not.
    pub(super) missing: Option<(u64, u64)>,
}

impl Batch {
    /// The next lines from here on, as many as one request may hold; and where the next batch goes on.
    pub(super) fn read(reader: &mut (impl BufRead + Seek), cursor: Cursor) -> io::Result<(Self, Cursor)> {
        let (mut batch, mut bytes, mut next) = (Self::default(), 0, cursor);
        let (mut first, mut latest) = (None, 0);
        let mut line = Vec::new();
        let back = |reader: &mut dyn Seek, read: usize| {
            let read = i64::try_from(read).map_err(io::Error::other)?;
            reader.seek(SeekFrom::Current(-read))
        };
        while batch.events.len() < EVENTS {
            line.clear();
            let read = reader.read_until(b'\n', &mut line)?;
            let Some(text) = line.strip_suffix(b"\n") else {
                // one that is not whole is in the making: the next time all of it is read
                back(reader, read)?;
                break;
            };
            let head = serde_json::from_slice(text).ok().zip(std::str::from_utf8(text).ok());
            let Some((Head { seq, time }, text)) = head else {
                batch.foreign += 1;
                continue;
            };
            if seq < next.next {
                batch.last = Some(seq);
                continue;
            }
            // a clock that was set back must not mix up the order
            let time = time.as_millisecond().max(latest);
            let begun = *first.get_or_insert(time);
            bytes += text.len() + EACH;
            if (bytes > BYTES || time - begun >= APART_MS) && !batch.events.is_empty() {
                back(reader, read)?;
                break;
            }
            if seq > next.next && next.next > 0 {
                batch.missing.get_or_insert((next.next, seq.saturating_sub(1)));
            }
            batch.last = Some(seq);
            latest = time;
            next = Cursor { next: seq.saturating_add(1) };
            let event = InputLogEvent::builder().timestamp(time).message(text).build();
            batch.events.push(event.map_err(io::Error::other)?);
        }
        Ok((batch, next))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor as Bytes, Write};

    use super::*;

    fn line(seq: u64, time: &str, length: usize) -> String {
        format!("{{\"seq\":{seq},\"time\":\"{time}\",\"text\":\"{}\"}}\n", "x".repeat(length))
    }

    fn batches(text: &str, next: u64) -> Vec<usize> {
        let (mut reader, mut cursor) = (Bytes::new(text.as_bytes()), Cursor { next });
        let mut sizes = Vec::new();
        loop {
            let (batch, next) = Batch::read(&mut reader, cursor).unwrap();
            if batch.events.is_empty() {
                return sizes;
            }
            let bytes: usize = batch.events.iter().map(|event| event.message().len() + EACH).sum();
            assert!(bytes <= BYTES && batch.events.len() <= EVENTS);
            assert!(batch.events.is_sorted_by_key(InputLogEvent::timestamp));
            sizes.push(batch.events.len());
            cursor = next;
        }
    }

    #[test]
    fn a_batch_holds_what_a_request_may() {
        const NOON: &str = "2026-11-27T12:00:00.000001Z";
        let many: String = (0..25_000).map(|seq| line(seq, NOON, 1)).collect();
        assert_eq!(batches(&many, 0), [10_000, 10_000, 5_000]);
        let long: String = (0..10).map(|seq| line(seq, NOON, 300_000)).collect();
        assert_eq!(batches(&long, 0), [3, 3, 3, 1]);
        // what was sent is not sent again, and what is not whole waits
        assert_eq!(batches(&(many.clone() + "{\"seq\":25000,\"ti"), 24_990), [10]);
        let days = [line(0, NOON, 1), line(1, "2026-11-28T11:59:59Z", 1), line(2, "2026-11-28T12:00:01Z", 1)]
            .concat();
        assert_eq!(batches(&days, 0), [2, 1]);
        let foreign = format!("{}no line\n{}", line(0, NOON, 1), line(1, NOON, 1));
        assert_eq!(batches(&foreign, 0), [2]);
        let set_back = [line(0, NOON, 1), line(1, "2026-11-27T11:00:00Z", 1)].concat();
        assert_eq!(batches(&set_back, 0), [2]);
    }

    /// The server writes on while a batch is sent.
    #[test]
    fn a_line_in_the_making_is_sent_once_it_is_whole() {
        const NOON: &str = "2026-11-27T12:00:00.000001Z";
        let (first, second) = (line(0, NOON, 1), line(1, NOON, 1));
        let (begun, rest) = second.split_at_checked(20).unwrap();
        let mut file = tempfile::tempfile().unwrap();
        let mut reader = BufReader::new(file.try_clone().unwrap());
        file.write_all((first + begun).as_bytes()).unwrap();
        file.seek(SeekFrom::Start(0)).unwrap();
        let (batch, cursor) = Batch::read(&mut reader, Cursor::default()).unwrap();
        assert_eq!((batch.events.len(), batch.last, batch.foreign), (1, Some(0), 0));
        let read = reader.stream_position().unwrap();
        file.seek(SeekFrom::End(0)).unwrap();
        file.write_all(rest.as_bytes()).unwrap();
        file.seek(SeekFrom::Start(read)).unwrap();
        reader.seek(SeekFrom::Start(read)).unwrap();
        let (batch, cursor) = Batch::read(&mut reader, cursor).unwrap();
        assert_eq!((batch.events.len(), batch.foreign, cursor.next), (1, 0, 2));
        // what is gone is said to be
        let later = line(5, NOON, 1);
        let (batch, _) = Batch::read(&mut Bytes::new(later.as_bytes()), cursor).unwrap();
        assert_eq!((batch.missing, batch.last), (Some((2, 4)), Some(5)));
    }
}
