//! What the trail does when it cannot be written: nothing is executed unrecorded, and it goes on by itself.

use std::{
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use serde_json::Value;

use super::{
    super::{
        chain::Link,
        file::Storage,
        strangers::{IN_ALL, OF_ONE, QUOTA, WINDOW},
    },
    *,
};
use crate::{
    audit::{Open, Outcome, RecordId, Verdict, verify},
    auth::Principal,
    policy::properties::role_with,
};

/// A file in memory, on a disk that takes so many bytes.
#[derive(Clone)]
struct Disk {
    bytes: Arc<std::sync::Mutex<Vec<u8>>>,
    room: Arc<AtomicUsize>,
    /// Whether what has been written can be taken back.
    truncates: bool,
    /// How often it was asked to keep what it has, and whether it does.
    syncs: Arc<AtomicUsize>,
    fails: Arc<AtomicBool>,
    /// Whoever has it holds up what is asked of the disk.
    busy: Arc<std::sync::Mutex<()>>,
}

impl Disk {
    fn new() -> Self {
        Self {
            bytes: Arc::default(),
            room: Arc::new(AtomicUsize::new(usize::MAX)),
            truncates: true,
            syncs: Arc::default(),
            fails: Arc::default(),
            busy: Arc::default(),
        }
    }

    fn trail(&self) -> Arc<Trail> {
        let state = State::new(Box::new(self.clone()), Link::FIRST, 0);
        Arc::new(Trail::of(state))
    }

    fn sync(&self) -> io::Result<()> {
        self.syncs.fetch_add(1, Ordering::SeqCst);
        drop(self.busy.lock().unwrap());
        if self.fails.load(Ordering::SeqCst) { Err(io::Error::other("it fails")) } else { Ok(()) }
    }

    fn room(&self, bytes: usize) {
        self.room.store(bytes, Ordering::SeqCst);
    }

    fn lines(&self) -> Vec<Value> {
        let bytes = self.bytes.lock().unwrap().clone();
        verify(&bytes[..]).unwrap().unwrap_or_else(|broken| panic!("{broken}"));
        bytes
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect()
    }

    fn kinds(&self) -> Vec<String> {
        self.lines().iter().map(|line| line["kind"].as_str().unwrap().to_owned()).collect()
    }
}

impl Storage for Disk {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let room = self.room.load(Ordering::SeqCst);
        let part = bytes.get(..room.min(bytes.len())).unwrap();
        // as a disk does that becomes full: a part of it is there
        self.bytes.lock().unwrap().write_all(part)?;
        if part.len() < bytes.len() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(())
    }

    fn truncate(&mut self, len: u64) -> io::Result<()> {
        if !self.truncates && self.room.load(Ordering::SeqCst) != usize::MAX {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.bytes.lock().unwrap().truncate(len as usize);
        Ok(())
    }

    fn is_in_place(&self) -> bool {
        true
    }

    fn rotate(&mut self) -> io::Result<String> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn syncer(&self) -> io::Result<Box<dyn FnOnce() -> io::Result<()> + Send>> {
        let disk = self.clone();
        Ok(Box::new(move || disk.sync()))
    }
}

fn event(trail: &Arc<Trail>) -> Event {
    let role = role_with(1, &[0].into());
    let principal = Principal::system("somebody", role);
    Event::new(&principal, RecordId::new(), "tools/call", Some("greet".into()))
        .for_trail(Some(trail))
        .verdict(Verdict::Allow)
}

#[test]
fn a_call_that_cannot_be_recorded_does_not_begin_and_the_next_one_can() {
    for truncates in [true, false] {
        let disk = Disk { truncates, ..Disk::new() };
        let trail = disk.trail();
        Open::start(event(&trail)).unwrap().finish(Outcome::Completed);
        for room in [0, 1, 17, 100] {
            disk.room(room);
            assert!(Open::start(event(&trail)).is_err(), "{room}");
        }
        disk.room(usize::MAX);
        Open::start(event(&trail)).unwrap().finish(Outcome::Completed);
        assert_eq!(disk.kinds(), ["started", "finished", "gap", "started", "finished"]);
        assert_eq!(disk.lines()[2]["lost"], 4);
    }
}

#[test]
fn a_call_whose_end_cannot_be_recorded_is_named_later() {
    let disk = Disk::new();
    let trail = disk.trail();
    let open = Open::start(event(&trail)).unwrap();
    disk.room(10);
    open.finish(Outcome::Completed);
    assert!(Open::start(event(&trail)).is_err());
    disk.room(usize::MAX);
    drop(Open::start(event(&trail)).unwrap());
    let lines = disk.lines();
    assert_eq!(disk.kinds(), ["started", "gap", "started", "finished"]);
    assert_eq!((&lines[1]["lost"], &lines[1]["ended"][0]), (&2.into(), &lines[0]["record"]));
    assert_eq!(lines[3]["outcome"], "cancelled");
}

#[test]
fn who_wants_that_goes_on_and_what_was_lost_is_counted() {
    let disk = Disk::new();
    let state = State::new(Box::new(disk.clone()), Link::FIRST, 0);
    let mut trail = Trail::of(state);
    trail.continue_without();
    let trail = Arc::new(trail);
    disk.room(0);
    Open::start(event(&trail)).unwrap().finish(Outcome::Completed);
    disk.room(usize::MAX);
    Open::start(event(&trail)).unwrap().finish(Outcome::Completed);
    assert_eq!(disk.kinds(), ["gap", "started", "finished"]);
    assert_eq!(disk.lines()[0]["lost"], 2);
}

fn refused(trail: &Arc<Trail>, last: u8) {
    let remote = std::net::IpAddr::from([192, 0, 2, last]);
    let event = Event::of_stranger(RecordId::new(), Some(remote)).for_trail(Some(trail));
    event.verdict(Verdict::Unrecognised("bad".to_owned())).emit();
}

/// Strangers do not fill the disk, and keep nobody from being recorded.
#[test]
fn refusals_of_strangers_are_counted_when_there_are_many() {
    let disk = Disk::new();
    let trail = disk.trail();
    (0..50_000).for_each(|_| refused(&trail, 1));
    assert_eq!(disk.kinds().len() as u64, OF_ONE);
    // one of them does not take the place of the others
    refused(&trail, 2);
    assert_eq!(disk.kinds().len() as u64, OF_ONE + 1);
    (0..50_000_u32).for_each(|at| refused(&trail, (at % 250) as u8));
    let before = disk.bytes.lock().unwrap().len();
    assert_eq!(disk.kinds().len() as u64, IN_ALL);
    Open::start(event(&trail)).unwrap().finish(Outcome::Completed);
    assert_eq!(disk.kinds().len() as u64, IN_ALL + 2);
    assert!(before < 400 * IN_ALL as usize, "{before}");
    // a window later
    trail.state.lock().strangers.until -= WINDOW;
    refused(&trail, 1);
    let lines = disk.lines();
    assert_eq!(lines[IN_ALL as usize + 2]["kind"], "refusals");
    assert_eq!(lines[IN_ALL as usize + 2]["count"], 100_001 - IN_ALL);
    assert_eq!(lines.len() as u64, IN_ALL + 4);
}

/// However long they go on: what they take in a day is bounded.
#[test]
fn refusals_of_strangers_have_a_quota() {
    let disk = Disk::new();
    let trail = disk.trail();
    trail.state.lock().strangers.took(QUOTA);
    refused(&trail, 1);
    assert!(disk.bytes.lock().unwrap().is_empty());
    trail.state.lock().strangers.until -= WINDOW;
    refused(&trail, 1);
    assert_eq!(disk.kinds(), ["refusals"]);
    Open::start(event(&trail)).unwrap().finish(Outcome::Completed);
    // the next day
    let day = Duration::from_secs(24 * 60 * 60);
    {
        let mut state = trail.state.lock();
        state.strangers.day_until -= day;
        state.strangers.until -= WINDOW;
    }
    refused(&trail, 1);
    assert_eq!(disk.kinds(), ["refusals", "started", "finished", "refusals", "refused"]);
}

/// What nobody asks for is written as well.
#[test]
fn what_was_only_counted_is_written_although_nothing_happens() {
    let disk = Disk::new();
    let trail = disk.trail();
    (0..=OF_ONE).for_each(|_| refused(&trail, 1));
    trail.state.lock().strangers.until -= WINDOW;
    trail.look_after();
    assert_eq!(disk.kinds().last().unwrap(), "refusals");
}

/// Whoever waits for a line that is never written is told so, and from then on nobody waits.
#[test]
fn a_disk_that_hangs_holds_nobody_up_for_long() {
    let disk = Disk::new();
    let trail = disk.trail();
    let hangs = trail.state.lock();
    let began = Instant::now();
    for _ in 0..50 {
        assert!(Open::start(event(&trail)).is_err());
    }
    assert!(began.elapsed() < 2 * PATIENCE, "{:?}", began.elapsed());
    drop(hangs);
    Open::start(event(&trail)).unwrap().finish(Outcome::Completed);
    assert_eq!(disk.kinds(), ["gap", "started", "finished"]);
    assert_eq!(disk.lines()[0]["lost"], 50);
}

mod durable;
mod sinks;

#[test]
fn many_at_once_are_one_sequence() {
    let disk = Disk::new();
    let trail = disk.trail();
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                (0..2_000).for_each(|_| Open::start(event(&trail)).unwrap().finish(Outcome::Completed))
            });
        }
    });
    let lines = disk.lines();
    let records: std::collections::HashSet<&str> = lines
        .iter()
        .filter(|line| line["kind"] == "started")
        .map(|line| line["record"].as_str().unwrap())
        .collect();
    assert_eq!((lines.len(), records.len()), (64_000, 32_000));
    assert!(lines.iter().zip(0_u64..).all(|(line, seq)| line["seq"] == seq));
}

#[cfg(feature = "http")]
impl Trail {
    /// One on a full disk.
    pub(crate) fn on_a_full_disk() -> Arc<Self> {
        let disk = Disk::new();
        disk.room(0);
        disk.trail()
    }
}
