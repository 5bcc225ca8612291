//! An audit trail in Amazon CloudWatch Logs, fed from the file: no call waits for it, and what it has not taken yet is still
//! there.

use std::{
    error::Error,
    fmt, fs,
    io::{self, BufRead, BufReader, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use aws_config::SdkConfig;
use aws_sdk_cloudwatchlogs::{
    Client,
    error::{DisplayErrorContext, SdkError},
    operation::put_log_events::PutLogEventsError,
    types::{InputLogEvent, RejectedLogEventsInfo},
};
use jiff::Timestamp;
use serde::Deserialize;
use tokio::sync::OnceCell;

use super::trail::opened;
use crate::aws::configuration;

/// What one request may hold: so many events, and so many bytes, of which each event takes some more than its text
/// (Amazon CloudWatch Logs, `PutLogEvents`).
const EVENTS: usize = 10_000;
const BYTES: usize = 1_048_576;
const EACH: usize = 26;
/// How far apart the times of its events may be.
const APART_MS: i64 = 24 * 60 * 60 * 1000;

/// How often it is looked for new lines, and how long is waited at the most after something failed.
const LOOK: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);

/// Brings an audit trail to a stream of Amazon CloudWatch Logs, every line of it in order.
///
/// How far it has come stands in a file beside the trail, whose name ends with `.cloudwatch`: after a restart it goes on from
/// there. It needs the permission `logs:PutLogEvents` for the stream, which has to be there already.
///
/// ```no_run
/// use mcp_rbac::audit::CloudWatch;
/// # async fn serve() {
/// let logs = CloudWatch::new("/records/audit", "server-1").region("eu-west-1");
/// // nothing waits for it, and dropping it ends it
/// let shipping = tokio::spawn(async move { logs.ship("audit.jsonl").await });
/// # let _ = shipping;
/// # }
/// ```
pub struct CloudWatch {
    group: String,
    stream: String,
    region: Option<String>,
    endpoint: Option<String>,
    client: OnceCell<Client>,
}

/// What was brought there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shipped {
    /// How many lines were taken.
    pub taken: u64,
    /// How many lines CloudWatch Logs has rejected for their time (too old, too new). They are in the file alone.
    pub rejected: u64,
}

/// Why lines are not there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CloudWatchError {
    /// The trail, or the file that says how far it has come, cannot be read or written.
    #[error("the audit trail cannot be shipped from {}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The trail ends before the line that comes next: it was made anew, or it is another one.
    #[error("the audit trail ends with line {last}, and line {next} is to be shipped next: it is another trail than that of {}", .mark.display())]
    OtherTrail {
        /// The number of its last line.
        last: u64,
        /// How far the one before it had come.
        next: u64,
        /// The file that says so. Without it shipping begins with the first line.
        mark: PathBuf,
    },
    /// CloudWatch Logs did not take them.
    #[error("CloudWatch Logs does not take the audit trail: {0}")]
    Refused(String),
}

/// How far it has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Cursor {
    /// The number of the line that comes next.
    next: u64,
}

/// Of a line, what is needed here.
#[derive(Deserialize)]
struct Head {
    seq: u64,
    time: Timestamp,
}

impl CloudWatch {
    /// The stream of this name in the log group of this name.
    #[must_use]
    pub fn new(group: impl Into<String>, stream: impl Into<String>) -> Self {
        Self {
            group: group.into(),
            stream: stream.into(),
            region: None,
            endpoint: None,
            client: OnceCell::new(),
        }
    }

    /// The region it is in; unless set, the one of the environment.
    #[must_use]
    pub fn region(self, region: impl Into<String>) -> Self {
        Self { region: Some(region.into()), ..self }
    }

    /// Where it is, instead of at the endpoint of its region: at the endpoint of a VPC, say.
    #[must_use]
    pub fn endpoint_url(self, url: impl Into<String>) -> Self {
        Self { endpoint: Some(url.into()), ..self }
    }

    /// With the credentials and the region of this configuration. [`region`](Self::region) and
    /// [`endpoint_url`](Self::endpoint_url) concern only what is not configured in this way.
    #[must_use]
    pub fn config(self, config: &SdkConfig) -> Self {
        Self { client: OnceCell::new_with(Some(Client::new(config))), ..self }
    }

    /// Brings the lines of the trail at `trail` there, and those that come, until it is dropped. What fails is said in the log
    /// and tried again, after a minute at the most.
    pub async fn ship(&self, trail: impl Into<PathBuf>) {
        let trail = trail.into();
        let mut wait = LOOK;
        loop {
            match self.ship_once(&trail).await {
                Ok(_) => wait = LOOK,
                Err(error) => {
                    tracing::error!(target: "mcp_rbac", error = %with_causes(&error), "the audit trail is not shipped");
                    wait = wait.saturating_mul(2).min(LONGEST);
                }
            }
            tokio::time::sleep(wait).await;
        }
    }

    /// Brings the lines there that are in the trail at `trail` by now, after those that were brought before.
    ///
    /// # Errors
    ///
    /// [`CloudWatchError`]; what was taken until then is not sent again.
    pub async fn ship_once(&self, trail: &Path) -> Result<Shipped, CloudWatchError> {
        let mark = mark_of(trail);
        let mut cursor = Cursor::read(&mark).map_err(failed(&mark))?;
        let mut shipped = Shipped::default();
        let mut last = None;
        for (path, file) in opened(trail).map_err(failed(trail))? {
            let mut reader = BufReader::new(file);
            loop {
                let (batch, next) = Batch::read(&mut reader, cursor).map_err(failed(&path))?;
                last = last.max(batch.last);
                if batch.foreign > 0 {
                    tracing::error!(
                        target: "mcp_rbac", lines = batch.foreign, file = %path.display(),
                        "lines are none of an audit trail, and are not shipped"
                    );
                }
                if let Some((from, to)) = batch.missing {
                    tracing::error!(target: "mcp_rbac", from, to, "lines of the audit trail are missing, and are not shipped");
                }
                if batch.events.is_empty() {
                    break;
                }
                let sent = batch.events.len() as u64;
                let rejected = self.send(batch.events).await?;
                if rejected > 0 {
                    tracing::error!(
                        target: "mcp_rbac", rejected, sent, group = self.group, stream = self.stream,
                        "CloudWatch Logs rejects lines of the audit trail; they are in the file alone"
                    );
                }
                shipped.rejected += rejected;
                shipped.taken += sent.saturating_sub(rejected);
                cursor = next;
                cursor.write(&mark).map_err(failed(&mark))?;
            }
        }
        match last {
            Some(last) if last.saturating_add(1) < cursor.next => {
                Err(CloudWatchError::OtherTrail { last, next: cursor.next, mark })
            }
            Some(_) | None => Ok(shipped),
        }
    }

    /// Sends a batch; how many of its events were rejected.
    async fn send(&self, events: Vec<InputLogEvent>) -> Result<u64, CloudWatchError> {
        let count = events.len();
        let request = self.client().await.put_log_events();
        let request = request.log_group_name(&self.group).log_stream_name(&self.stream);
        let answer = request.set_log_events(Some(events)).send().await;
        match answer {
            Ok(answer) => {
                if let Some(entity) = answer.rejected_entity_info() {
                    tracing::warn!(target: "mcp_rbac", ?entity, "CloudWatch Logs rejects what is said about the lines");
                }
                Ok(answer.rejected_log_events_info().map_or(0, |info| rejected(info, count)))
            }
            Err(error) => Err(CloudWatchError::Refused(explain(&error))),
        }
    }

    async fn client(&self) -> &Client {
        let load =
            || async { Client::new(&configuration(self.region.as_deref(), self.endpoint.as_deref()).await) };
        self.client.get_or_init(load).await
    }
}

impl fmt::Debug for CloudWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CloudWatch")
            .field("group", &self.group)
            .field("stream", &self.stream)
            .finish_non_exhaustive()
    }
}

/// What goes into one request.
#[derive(Default)]
struct Batch {
    events: Vec<InputLogEvent>,
    /// The number of the last line that was looked at.
    last: Option<u64>,
    /// How many lines were none of a trail.
    foreign: u64,
    /// The numbers of the first and the last line that should have come, and did not.
    missing: Option<(u64, u64)>,
}

impl Batch {
    /// The next lines from here on, as many as one request may hold; and where the next batch goes on.
    fn read(reader: &mut (impl BufRead + Seek), cursor: Cursor) -> io::Result<(Self, Cursor)> {
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

impl Cursor {
    fn read(path: &Path) -> io::Result<Self> {
        match fs::read_to_string(path) {
            Ok(text) => text.trim().parse().map(|next| Self { next }).map_err(io::Error::other),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    /// In whole or not at all.
    fn write(self, path: &Path) -> io::Result<()> {
        let new = path.with_extension("cloudwatch-new");
        let mut file = fs::File::create(&new)?;
        writeln!(file, "{}", self.next)?;
        file.sync_all()?;
        fs::rename(new, path)
    }
}

/// Where it stands how far a trail has come.
fn mark_of(trail: &Path) -> PathBuf {
    let name = trail.file_name().unwrap_or_default().to_string_lossy();
    trail.with_file_name(format!("{name}.cloudwatch"))
}

/// How many of so many events were rejected: those before two places (exclusive), and those from one on. That there is word of
/// it means one at least.
fn rejected(info: &RejectedLogEventsInfo, count: usize) -> u64 {
    let place = |index: Option<i32>| index.and_then(|index| usize::try_from(index).ok());
    let old = place(info.too_old_log_event_end_index()).max(place(info.expired_log_event_end_index()));
    let new = place(info.too_new_log_event_start_index()).map_or(0, |index| count.saturating_sub(index));
    (old.unwrap_or(0).min(count) + new).clamp(1, count.max(1)) as u64
}

fn explain(error: &SdkError<PutLogEventsError>) -> String {
    DisplayErrorContext(error).to_string()
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> CloudWatchError {
    let path = path.to_owned();
    |source| CloudWatchError::Io { path, source }
}

fn with_causes(error: &CloudWatchError) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor as Bytes;

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

    #[tokio::test]
    async fn a_trail_that_was_made_anew_is_said_to_be() {
        let folder = tempfile::tempdir().unwrap();
        let trail = folder.path().join("audit.jsonl");
        fs::write(&trail, line(0, "2026-11-27T12:00:00Z", 1)).unwrap();
        Cursor { next: 7 }.write(&mark_of(&trail)).unwrap();
        let error = CloudWatch::new("group", "stream").ship_once(&trail).await.unwrap_err();
        assert!(matches!(error, CloudWatchError::OtherTrail { last: 0, next: 7, .. }), "{error}");
        assert!(error.to_string().contains("audit.jsonl.cloudwatch"), "{error}");
    }

    #[test]
    fn what_is_rejected_is_counted() {
        let info = |old, expired, new| {
            RejectedLogEventsInfo::builder()
                .set_too_old_log_event_end_index(old)
                .set_expired_log_event_end_index(expired)
                .set_too_new_log_event_start_index(new)
                .build()
        };
        assert_eq!(rejected(&info(Some(0), None, None), 10), 1);
        assert_eq!(rejected(&info(Some(3), Some(2), None), 10), 3);
        assert_eq!(rejected(&info(Some(1), None, Some(8)), 10), 3);
        assert_eq!(rejected(&info(Some(100), None, None), 10), 10);
    }

    #[test]
    fn how_far_it_has_come_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mark = mark_of(&folder.path().join("audit.jsonl"));
        assert_eq!(Cursor::read(&mark).unwrap(), Cursor::default());
        Cursor { next: 7 }.write(&mark).unwrap();
        assert_eq!(Cursor::read(&mark).unwrap(), Cursor { next: 7 });
        fs::write(&mark, "seven").unwrap();
        assert!(Cursor::read(&mark).is_err());
    }
}
