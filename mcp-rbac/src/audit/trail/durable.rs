//! Waiting until a line is on the disk. Many wait for one `fsync`.

use std::{
    sync::{
        Arc, Weak,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use tokio::{sync::watch, time::timeout};

use super::writer::{Trail, Unrecorded};

/// How often the trail is looked after, where nothing happens.
const LOOK: Duration = Duration::from_secs(1);

/// How long a call waits for the disk, at the most.
const PATIENCE: Duration = Duration::from_secs(5);

/// As far as lines are on the disk: the number of the first that is not, and whether the last try failed.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Synced {
    next: u64,
    failed: u64,
}

/// What looks after a trail: it brings lines to the disk, and writes what was only counted.
pub(super) struct Keeper {
    wake: SyncSender<()>,
    synced: watch::Receiver<Synced>,
    syncs: bool,
}

/// That a line is on the disk, sooner or later.
#[derive(Debug, Clone)]
pub(crate) struct Durable(Option<Wait>);

#[derive(Debug, Clone)]
struct Wait {
    synced: watch::Receiver<Synced>,
    /// The number of the line.
    line: u64,
    /// How often it had failed before the line was written: what fails after that may have been about it.
    failed: u64,
}

impl Durable {
    /// Nothing waits for the disk.
    pub(in crate::audit) const NOW: Self = Self(None);

    /// Whether there is something to wait for.
    pub(crate) fn is_later(&self) -> bool {
        self.0.is_some()
    }

    /// Returns once it is there.
    pub(crate) async fn wait(self) -> Result<(), Unrecorded> {
        let Some(Wait { mut synced, line, failed }) = self.0 else { return Ok(()) };
        // a later success says nothing about what failed: the system may have dropped it
        let there = synced.wait_for(|synced| synced.failed > failed || synced.next > line);
        match timeout(PATIENCE, there).await {
            Ok(Ok(synced)) if synced.failed == failed => Ok(()),
            Ok(Ok(_) | Err(_)) | Err(_) => Err(Unrecorded),
        }
    }
}

impl Keeper {
    /// Begins to look after the trail, until it is dropped.
    pub(super) fn start(trail: Weak<Trail>, syncs: bool) -> std::io::Result<Self> {
        let (wake, woken) = sync_channel(1);
        let (say, synced) = watch::channel(Synced::default());
        thread::Builder::new().name("audit".to_owned()).spawn(move || keep(&trail, &woken, &say, syncs))?;
        Ok(Self { wake, synced, syncs })
    }

    /// How often it has failed.
    pub(super) fn failed(&self) -> u64 {
        self.synced.borrow().failed
    }

    /// That a line with this number is written, before which it had failed so often.
    pub(super) fn written(&self, line: u64, failed: u64) -> Durable {
        if !self.syncs {
            return Durable::NOW;
        }
        // if one is on its way already, it takes this line along or another one follows
        let _full = self.wake.try_send(());
        Durable(Some(Wait { synced: self.synced.clone(), line, failed }))
    }
}

fn keep(trail: &Weak<Trail>, woken: &Receiver<()>, say: &watch::Sender<Synced>, syncs: bool) {
    let mut looked = Instant::now();
    loop {
        match woken.recv_timeout(LOOK) {
            Ok(()) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        let Some(trail) = trail.upgrade() else { return };
        if syncs {
            sync(&trail, say);
        }
        if looked.elapsed() >= LOOK {
            looked = Instant::now();
            trail.look_after();
        }
        // where it was the last one, the trail ends here
        drop::<Arc<Trail>>(trail);
    }
}

fn sync(trail: &Trail, say: &watch::Sender<Synced>) {
    let Some((next, syncer)) = trail.syncer() else { return };
    if next == say.borrow().next {
        return;
    }
    match syncer.and_then(|sync| sync()) {
        Ok(()) => say.send_modify(|synced| synced.next = next),
        Err(error) => {
            tracing::error!(target: "mcp_rbac", %error, "the audit trail cannot be brought to the disk");
            say.send_modify(|synced| synced.failed += 1);
        }
    }
}
