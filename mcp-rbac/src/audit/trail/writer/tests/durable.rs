//! Lines that are on the disk before anything begins.

use super::*;

fn on(disk: &Disk) -> Arc<Trail> {
    let mut trail = Trail::of(State::new(Box::new(disk.clone()), Link::FIRST, 0));
    trail.fsync();
    trail.kept()
}

#[tokio::test]
async fn calls_that_come_at_once_wait_for_the_disk_together() {
    let disk = Disk::new();
    let trail = on(&disk);
    let busy = disk.busy.lock().unwrap();
    let calls: Vec<Open> = (0..100).map(|_| Open::start(event(&trail)).unwrap()).collect();
    drop(busy);
    for call in &calls {
        assert!(call.durable().is_later());
        call.durable().clone().wait().await.unwrap();
    }
    let syncs = disk.syncs.load(Ordering::SeqCst);
    // one that had begun before, and one for all that came meanwhile
    assert!((1..=2).contains(&syncs), "{syncs}");
}

#[tokio::test]
async fn a_disk_that_does_not_keep_it_lets_nothing_begin_until_it_does() {
    let disk = Disk::new();
    let trail = on(&disk);
    disk.fails.store(true, Ordering::SeqCst);
    for _ in 0..3 {
        let call = Open::start(event(&trail)).unwrap();
        assert!(call.durable().clone().wait().await.is_err());
    }
    disk.fails.store(false, Ordering::SeqCst);
    Open::start(event(&trail)).unwrap().durable().clone().wait().await.unwrap();
}

#[tokio::test]
async fn without_fsync_nothing_waits() {
    let disk = Disk::new();
    let trail = disk.trail();
    let call = Open::start(event(&trail)).unwrap();
    assert!(!call.durable().is_later());
    call.durable().clone().wait().await.unwrap();
    assert_eq!(disk.syncs.load(Ordering::SeqCst), 0);
}
