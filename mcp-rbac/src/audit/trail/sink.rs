//! Other places that lines go to, beside the file.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{SyncSender, TrySendError, sync_channel},
    },
    thread,
};

/// A place that lines of the trail go to, each after it is in the file: a stream, a socket, a collector.
///
/// Whatever writes bytes is one: standard error, a file.
///
/// ```
/// use mcp_rbac::Audit;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("audit.jsonl");
/// let audit = Audit::file(path)?.best_effort(std::io::stderr());
/// # let _ = audit;
/// # Ok(())
/// # }
/// ```
pub trait Sink: Send + 'static {
    /// Takes one line, without its end.
    ///
    /// # Errors
    ///
    /// When it is not there, or may not be.
    fn take(&mut self, line: &str) -> io::Result<()>;
}

impl<W: io::Write + Send + 'static> Sink for W {
    fn take(&mut self, line: &str) -> io::Result<()> {
        // in one piece, so that nothing comes between
        self.write_all(format!("{line}\n").as_bytes())?;
        self.flush()
    }
}

/// How many lines wait for a sink that takes its time, before lines are lost for it.
const WAITING: usize = 10_000;

/// The sinks of one trail.
#[derive(Default)]
pub(super) struct Sinks {
    required: Vec<Box<dyn Sink>>,
    best_effort: Vec<Beside>,
}

/// A sink that nothing waits for.
struct Beside {
    lines: SyncSender<Arc<str>>,
    lost: Arc<AtomicU64>,
}

impl Sinks {
    pub(super) fn required(&mut self, sink: impl Sink) {
        self.required.push(Box::new(sink));
    }

    /// Gives it a thread of its own.
    pub(super) fn best_effort(&mut self, mut sink: impl Sink) -> io::Result<()> {
        let (lines, waiting) = sync_channel::<Arc<str>>(WAITING);
        let lost = Arc::new(AtomicU64::new(0));
        let missed = Arc::clone(&lost);
        thread::Builder::new().name("audit-sink".to_owned()).spawn(move || {
            while let Ok(line) = waiting.recv() {
                if let Err(error) = taken(&mut sink, &line) {
                    let lost = missed.fetch_add(1, Ordering::Relaxed).saturating_add(1);
                    tracing::error!(target: "mcp_rbac", %error, lost, "a sink does not take a line of the audit trail");
                }
            }
        })?;
        self.best_effort.push(Beside { lines, lost });
        Ok(())
    }

    /// Hands on a line; an error where one that is required does not take it.
    pub(super) fn take(&mut self, line: &[u8]) -> io::Result<()> {
        if self.required.is_empty() && self.best_effort.is_empty() {
            return Ok(());
        }
        let line = std::str::from_utf8(line).map_err(io::Error::other)?;
        let mut all = Ok(());
        for sink in &mut self.required {
            all = all.and(taken(&mut **sink, line));
        }
        if !self.best_effort.is_empty() {
            let line: Arc<str> = line.into();
            for Beside { lines, lost } in &self.best_effort {
                match lines.try_send(Arc::clone(&line)) {
                    Ok(()) => {}
                    Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {
                        let lost = lost.fetch_add(1, Ordering::Relaxed).saturating_add(1);
                        // the first one, and then as many again
                        if lost.is_power_of_two() {
                            tracing::error!(target: "mcp_rbac", lost, "a sink of the audit trail is too slow, and loses lines");
                        }
                    }
                }
            }
        }
        all
    }
}

/// A sink that panics has not taken the line.
fn taken<S: Sink + ?Sized>(sink: &mut S, line: &str) -> io::Result<()> {
    catch_unwind(AssertUnwindSafe(|| sink.take(line)))
        .unwrap_or_else(|_| Err(io::Error::other("the sink panicked")))
}
