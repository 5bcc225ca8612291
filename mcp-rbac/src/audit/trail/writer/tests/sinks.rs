//! Other places that lines go to.

use super::{super::super::sink::Sink, *};

/// Takes lines, or does not, or panics.
#[derive(Clone, Default)]
struct Collector {
    lines: Arc<std::sync::Mutex<Vec<String>>>,
    fails: Arc<AtomicBool>,
    panics: Arc<AtomicBool>,
    hangs: Arc<AtomicBool>,
}

impl Sink for Collector {
    fn take(&mut self, line: &str) -> io::Result<()> {
        assert!(!self.panics.load(Ordering::SeqCst), "the sink falls over");
        while self.hangs.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(5));
        }
        if self.fails.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.lines.lock().unwrap().push(line.to_owned());
        Ok(())
    }
}

impl Collector {
    fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }
}

fn on(disk: &Disk, add: impl FnOnce(&mut State)) -> Arc<Trail> {
    let mut state = State::new(Box::new(disk.clone()), Link::FIRST, 0);
    add(&mut state);
    Arc::new(Trail::of(state))
}

#[test]
fn a_required_sink_that_does_not_take_a_line_keeps_the_call_from_beginning() {
    for panics in [false, true] {
        let (disk, sink) = (Disk::new(), Collector::default());
        let trail = on(&disk, |state| state.sinks.required(sink.clone()));
        Open::start(event(&trail)).unwrap().finish(Outcome::Completed);
        let (fails, falls_over) = (&sink.fails, &sink.panics);
        if panics { falls_over } else { fails }.store(true, Ordering::SeqCst);
        assert!(Open::start(event(&trail)).is_err());
        if panics { falls_over } else { fails }.store(false, Ordering::SeqCst);
        Open::start(event(&trail)).unwrap().finish(Outcome::Completed);
        let kinds = ["started", "finished", "started", "finished", "started", "finished"];
        assert_eq!(disk.kinds(), kinds);
        // what did not begin has an end in the file, which says so
        assert_eq!(disk.lines()[3]["outcome"], "cancelled");
        let file = String::from_utf8(disk.bytes.lock().unwrap().clone()).unwrap();
        let taken = sink.lines();
        assert!(taken.len() == 4 || taken.len() == 5, "{taken:#?}");
        assert!(taken.iter().all(|line| file.contains(line)), "{taken:#?}");
    }
}

#[test]
fn nothing_waits_for_a_sink_that_is_best_effort() {
    let (disk, sink) = (Disk::new(), Collector::default());
    sink.hangs.store(true, Ordering::SeqCst);
    let trail = on(&disk, |state| state.sinks.best_effort(sink.clone()).unwrap());
    (0..6_000).for_each(|_| Open::start(event(&trail)).unwrap().finish(Outcome::Completed));
    assert_eq!(disk.kinds().len(), 12_000);
    sink.hangs.store(false, Ordering::SeqCst);
    for _ in 0..500 {
        if sink.lines().len() >= 10_000 {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    // what it could not take in time is lost for it, and for nobody else
    let taken = sink.lines().len();
    assert!((10_000..=10_001).contains(&taken), "{taken}");
    sink.panics.store(true, Ordering::SeqCst);
    Open::start(event(&trail)).unwrap().finish(Outcome::Completed);
    assert_eq!(disk.kinds().len(), 12_002);
}
