//! When checkpoints are made: on a thread of its own, so that no call waits for the place that they go to.

use std::{
    sync::{
        OnceLock, Weak,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use parking_lot::Mutex;

use super::{chain::Link, checkpoint::Checkpoints, writer::Trail};

/// How often it is looked whether it is time for one.
const LOOK: Duration = Duration::from_secs(1);

/// How long the end of a server waits for a checkpoint that is being made.
const PATIENCE: Duration = Duration::from_secs(1);

/// What has the checkpoints of a trail made.
pub(super) struct Checkpointer {
    checkpoints: Mutex<Checkpoints>,
    /// The number of the line with which there are enough for the next one.
    due: AtomicU64,
    wake: OnceLock<SyncSender<()>>,
}

impl Checkpointer {
    pub(super) fn new(checkpoints: Checkpoints) -> Self {
        let due = AtomicU64::new(checkpoints.due());
        Self { checkpoints: Mutex::new(checkpoints), due, wake: OnceLock::new() }
    }

    /// Begins to look whether it is time, until the trail is dropped.
    pub(super) fn start(&self, trail: Weak<Trail>) -> std::io::Result<()> {
        let (wake, woken) = sync_channel(1);
        thread::Builder::new().name("audit-checkpoint".to_owned()).spawn(move || keep(&trail, &woken))?;
        let _once = self.wake.set(wake);
        Ok(())
    }

    /// A line with this number is written.
    pub(super) fn written(&self, line: u64) {
        if line >= self.due.load(Ordering::Relaxed)
            && let Some(wake) = self.wake.get()
        {
            // if it is awake already, it looks again or has seen this line
            let _full = wake.try_send(());
        }
    }

    /// Makes one of the trail that goes on where `link` says, if it is time.
    fn look(&self, link: impl FnOnce() -> Option<Link>) {
        let mut checkpoints = self.checkpoints.lock();
        if let Some(link) = link() {
            checkpoints.make(link, Instant::now(), false);
        }
        self.due.store(checkpoints.due(), Ordering::Relaxed);
    }

    /// Makes the last one, of what is new since the one before it.
    pub(super) fn end(&self, link: Link) {
        match self.checkpoints.try_lock_for(PATIENCE) {
            Some(mut checkpoints) => checkpoints.make(link, Instant::now(), true),
            None => tracing::error!(
                target: "mcp_rbac",
                "the last checkpoint of the audit trail is not made: what takes them has not taken the one before it"
            ),
        }
    }
}

fn keep(trail: &Weak<Trail>, woken: &Receiver<()>) {
    loop {
        match woken.recv_timeout(LOOK) {
            Ok(()) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        let Some(trail) = trail.upgrade() else { return };
        if let Some(checkpointer) = trail.checkpointer() {
            checkpointer.look(|| trail.link());
        }
    }
}
