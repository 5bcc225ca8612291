//! An audit trail in Amazon CloudWatch Logs, fed from the file: no call waits for it, and what it has not taken yet is still
//! there.

mod batch;
mod cursor;

use std::{
    error::Error,
    fmt,
    io::{self, BufReader},
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
use tokio::sync::OnceCell;

use self::{
    batch::Batch,
    cursor::{Cursor, mark_of},
};
use super::trail::opened;
use crate::aws::configuration;

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
    use std::fs;

    use super::*;

    #[tokio::test]
    async fn a_trail_that_was_made_anew_is_said_to_be() {
        let folder = tempfile::tempdir().unwrap();
        let trail = folder.path().join("audit.jsonl");
        fs::write(&trail, "{\"seq\":0,\"time\":\"2026-11-27T12:00:00Z\"}\n").unwrap();
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
}
