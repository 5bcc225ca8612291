//! What a chain alone cannot tell, and checkpoints in a second place do: a cut at a line, a file that is gone, all of it made
//! anew.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use mcp_rbac::{
    Audit, AuditError,
    audit::{Checkpoint, CheckpointKey, verify_against},
};

use crate::{Desk, call, serving};

/// Made with `openssl genpkey -algorithm ed25519`, for these tests alone.
const PRIVATE: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEICkQpV+LGgeQSfAocvEWqvIbW5n5wUmiMbj4BUVc9fj4
-----END PRIVATE KEY-----
";

/// Its other half, as `openssl pkey -pubout` prints it.
const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAtCdO4Di0zXFCZzpyBDb9IidQW/O11rYgXcgsuw/DkNM=
-----END PUBLIC KEY-----
";

/// A trail of some files, with its checkpoints.
async fn trail(desk: &Desk) -> (Vec<Vec<u8>>, Vec<Checkpoint>) {
    let second = desk.folder().join("second");
    fs::create_dir(&second).unwrap();
    let checkpoints = second.join("checkpoints.jsonl");
    let made = |path: &Path| fs::read_to_string(path).unwrap_or_default().lines().count();
    for _ in 0..3 {
        let before = made(&checkpoints);
        let audit = Audit::file(desk.path()).unwrap().rotate_at(3_000);
        let server = serving(audit.checkpoints(&checkpoints, &PRIVATE.into()).unwrap());
        for _ in 0..3 {
            call(&server, "log_in").await;
        }
        drop(server);
        // connections end in their own time, and with the last one the trail
        for _ in 0..250 {
            if made(&checkpoints) > before && Audit::file(desk.path()).is_ok() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
    let mut files: Vec<PathBuf> =
        fs::read_dir(desk.folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.is_file() && *path != desk.path());
    files.sort();
    files.push(desk.path());
    assert!(files.len() >= 3, "{files:?}");
    let text = fs::read_to_string(&checkpoints).unwrap();
    let made: Vec<Checkpoint> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let key = CheckpointKey::from_pem(PUBLIC).unwrap();
    assert!(made.len() >= 3 && made.iter().all(|one| one.is_signed_by(&key)), "{made:#?}");
    (files.iter().map(|path| fs::read(path).unwrap()).collect(), made)
}

fn broken(bytes: &[u8], checkpoints: &[Checkpoint]) -> Option<(u64, &'static str)> {
    verify_against(bytes, checkpoints).unwrap().err().map(|broken| (broken.line, broken.why))
}

fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n').collect()
}

const MISSING: &str = "it is missing: a checkpoint was made of it or of a later one";

#[tokio::test(flavor = "multi_thread")]
async fn what_a_chain_cannot_tell_a_checkpoint_does() {
    let desk = Desk::new();
    let (files, checkpoints) = trail(&desk).await;
    let whole = files.concat();
    let all = lines(&whole);
    let vouched = checkpoints.iter().map(|one| one.seq).max().unwrap();
    let verified = verify_against(&whole[..], &checkpoints).unwrap().unwrap();
    assert_eq!(verified.anchored, Some(vouched));
    // cut at a line
    let cut = all[..vouched as usize].concat();
    assert_eq!(broken(&cut, &checkpoints), Some((vouched + 1, MISSING)));
    assert_eq!(broken(&cut, &[]), None);
    // cut inside the line that a checkpoint was made of
    let inside = [&cut[..], &all[vouched as usize][..20]].concat();
    assert_eq!(broken(&inside, &checkpoints), Some((vouched + 1, MISSING)));
    // the newest files are gone
    let older = files[0].clone();
    assert_eq!(broken(&older, &checkpoints), Some((lines(&older).len() as u64 + 1, MISSING)));
    assert_eq!(broken(&older, &[]), None);
    // all of it made anew: the first checkpoint tells
    let other = Desk::new();
    let anew = trail(&other).await.0.concat();
    let first = checkpoints.iter().map(|one| one.seq).min().unwrap();
    assert_eq!(broken(&anew, &[]), None);
    assert_eq!(
        broken(&anew, &checkpoints),
        Some((first + 1, "it is not the line that a checkpoint was made of"))
    );
    // what was put aside long ago needs not be there, and says nothing about the rest
    let newest = files.last().unwrap();
    assert!(broken(newest, &checkpoints).is_none());
}

/// Who cuts the trail off has the server itself sign what it goes on with: the first checkpoint of that line tells.
#[tokio::test(flavor = "multi_thread")]
async fn a_later_checkpoint_of_a_line_does_not_take_the_place_of_the_first() {
    let (one, other) = (Desk::new(), Desk::new());
    let ((_, first), (files, second)) = (trail(&one).await, trail(&other).await);
    let at = second[0].seq;
    let mut both: Vec<Checkpoint> = first.into_iter().filter(|one| one.seq == at).collect();
    assert_eq!(both.len(), 1);
    both.extend(second);
    let why = "two checkpoints of it disagree: it was replaced after the first";
    assert_eq!(broken(&files.concat(), &both), Some((at + 1, why)));
    // whatever their order
    both.reverse();
    assert_eq!(broken(&files.concat(), &both), Some((at + 1, why)));
}

/// Whatever takes checkpoints is somebody else's code.
#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_panics_is_asked_again_and_keeps_no_call_from_its_answer() {
    let (sent, desk) = (Arc::new(Mutex::new((0, Vec::new()))), Desk::new());
    let place = Arc::clone(&sent);
    let audit = Audit::file(desk.path()).unwrap().checkpoints_to(&PRIVATE.into(), move |checkpoint| {
        let (asked, taken) = &mut *place.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *asked += 1;
        assert!(*asked > 1, "it falls over");
        taken.push(checkpoint.seq);
        Ok(())
    });
    let server = serving(audit.unwrap());
    let client = crate::Client::as_role(&server, crate::rbac::Role::Reader).await;
    let log_in = serde_json::json!({ "user": "ada", "password": "canary" });
    let taken = || sent.lock().unwrap_or_else(std::sync::PoisonError::into_inner).1.len();
    // a thousand lines, and a second after the first try
    for _ in 0..510 {
        client.call("log_in", log_in.clone()).await.unwrap();
    }
    assert_eq!(taken(), 0);
    for _ in 0..250 {
        if taken() > 0 {
            return;
        }
        client.call("log_in", log_in.clone()).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("it is not asked again");
}

/// Nor does a call wait for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_hangs_holds_no_call_up() {
    let desk = Desk::new();
    let (asked, heard) = std::sync::mpsc::channel();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let audit = Audit::file(desk.path()).unwrap().checkpoints_to(&PRIVATE.into(), move |checkpoint| {
        asked.send(checkpoint.seq).unwrap();
        let _at_last = released.recv();
        Ok(())
    });
    let server = serving(audit.unwrap());
    let client = crate::Client::as_role(&server, crate::rbac::Role::Reader).await;
    let log_in = serde_json::json!({ "user": "ada", "password": "canary" });
    for _ in 0..600 {
        client.call("log_in", log_in.clone()).await.unwrap();
    }
    let first = heard.recv_timeout(std::time::Duration::from_secs(5)).unwrap();
    for _ in 0..600 {
        client.call("log_in", log_in.clone()).await.unwrap();
    }
    // all of them were answered, and what hangs has been asked once
    assert!(heard.try_recv().is_err());
    drop(release);
    let second = heard.recv_timeout(std::time::Duration::from_secs(5)).unwrap();
    assert!(first >= 999 && second > first, "{first} {second}");
}

/// A disk that was full leaves a part of one.
#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_that_was_cut_off_spoils_none_after_it() {
    let desk = Desk::new();
    let checkpoints = desk.folder().join("checkpoints.jsonl");
    let run = async || {
        let audit = Audit::file(desk.path()).unwrap().checkpoints(&checkpoints, &PRIVATE.into()).unwrap();
        let before = fs::metadata(&checkpoints).unwrap().len();
        let server = serving(audit);
        call(&server, "log_in").await;
        drop(server);
        for _ in 0..250 {
            if fs::metadata(&checkpoints).unwrap().len() > before && Audit::file(desk.path()).is_ok() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("no checkpoint was made");
    };
    run().await;
    let text = fs::read_to_string(&checkpoints).unwrap();
    fs::write(&checkpoints, text.clone() + &text[..text.len() / 2]).unwrap();
    run().await;
    let after = fs::read_to_string(&checkpoints).unwrap();
    assert!(after.starts_with(&text) && after.len() > text.len());
    let made: Vec<Checkpoint> = after.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(broken(&fs::read(desk.path()).unwrap(), &made), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_signs_a_checkpoint() {
    let (sent, desk) = (Arc::new(Mutex::new(Vec::new())), Desk::new());
    let place = Arc::clone(&sent);
    let audit = Audit::file(desk.path()).unwrap();
    let audit = audit.checkpoints_to(&PRIVATE.into(), move |checkpoint| {
        place.lock().unwrap().push(checkpoint.clone());
        Ok(())
    });
    let server = serving(audit.unwrap());
    for _ in 0..600 {
        call(&server, "log_in").await;
    }
    for _ in 0..250 {
        if !sent.lock().unwrap().is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let made = sent.lock().unwrap().clone();
    // each thousand lines
    assert_eq!(made.len(), 1, "{made:#?}");
    let key = CheckpointKey::from_pem(PUBLIC).unwrap();
    let [good] = &made[..] else { unreachable!() };
    assert!(good.is_signed_by(&key));
    let change = |change: fn(&mut Checkpoint)| {
        let mut other = good.clone();
        change(&mut other);
        other
    };
    for other in [
        change(|one| one.seq += 1),
        change(|one| one.head.replace_range(..1, if one.head.starts_with('0') { "1" } else { "0" })),
        change(|one| one.time.push('Z')),
        change(|one| one.signature = one.signature.replace(char::is_alphanumeric, "A")),
        change(|one| one.signature.clear()),
    ] {
        assert!(!other.is_signed_by(&key), "{other:?}");
    }
    let trail = fs::read(desk.path()).unwrap();
    assert_eq!(verify_against(&trail[..], &made).unwrap().unwrap().anchored, Some(good.seq));
}

#[test]
fn a_key_that_is_none_is_refused() {
    let desk = Desk::new();
    let audit = Audit::file(desk.path()).unwrap();
    assert!(matches!(audit.checkpoints_to(&PUBLIC.into(), |_| Ok(())), Err(AuditError::BadKey { .. })));
    assert!(matches!(CheckpointKey::from_pem(PRIVATE), Err(AuditError::BadKey { .. })));
}
