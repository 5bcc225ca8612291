//! `kill -9` in the middle of a change.

use std::{
    collections::HashSet,
    fs,
    process::Stdio,
    time::{Duration, Instant},
};

use rbac_runtime::api_key::{KeyFile, KeyState};

use crate::{
    policy::rbac,
    support::{Folder, is_accepted},
};

/// There is the old file or the new one, whenever the process was killed: a server can start with it, and no other key
/// has changed. The moments are spread over the whole life of the process.
#[test]
fn a_killed_revocation_leaves_the_old_file_or_the_new_one() {
    const ROUNDS: u32 = 200;

    let folder = Folder::new();
    let keys: Vec<(String, String)> =
        (0..8).map(|number| folder.new_key(&format!("owner-{number}"))).collect();
    let file = KeyFile::new(folder.path(), &rbac::POLICY);
    let original = fs::read(folder.path()).unwrap();
    let (key, id) = &keys[0];
    let life = life_of_a_revocation(&folder, id, &original);
    let (mut old, mut new) = (0, 0);
    for round in 0..ROUNDS {
        fs::write(folder.path(), &original).unwrap();
        let mut child = folder
            .command()
            .args(["revoke", id])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(life * round / ROUNDS);
        child.kill().unwrap();
        child.wait().unwrap();
        let stored = file.keys().unwrap();
        assert_eq!(stored.len(), keys.len());
        let revoked =
            stored.iter().filter(|key| key.revoked().is_some()).map(|key| key.id()).collect::<Vec<_>>();
        if revoked.is_empty() {
            assert_eq!(fs::read(folder.path()).unwrap(), original);
            old += 1;
        } else {
            assert_eq!(revoked, [id]);
            new += 1;
        }
        let server = folder.keys();
        assert_eq!(is_accepted(&server, key), revoked.is_empty());
        assert!(keys[1..].iter().all(|(key, _)| is_accepted(&server, key)));
    }
    assert!(
        old > 0 && new > 0,
        "{old} killed before the change and {new} after it: the moments are not spread"
    );
    // a lock does not outlive who held it
    assert!(folder.run(["revoke", id]).status.success());
}

fn life_of_a_revocation(folder: &Folder, id: &str, original: &[u8]) -> Duration {
    let mut longest = Duration::ZERO;
    for _ in 0..10 {
        fs::write(folder.path(), original).unwrap();
        let begun = Instant::now();
        assert!(folder.run(["revoke", id]).status.success());
        longest = longest.max(begun.elapsed());
    }
    longest
}

/// Whoever is killed while making keys loses at most the key that was not shown.
#[test]
fn keys_that_were_shown_survive_those_that_were_not() {
    let folder = Folder::new();
    let (first, _) = folder.new_key("alice");
    let mut shown = HashSet::from([first]);
    for round in 0..60_u64 {
        let mut child = folder
            .command()
            .args(["new", "--role", "analyst", "--owner", "bob"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_micros(round * 150));
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        shown.extend(crate::support::text(&output.stdout).lines().map(str::to_owned));
    }
    let keys = folder.keys();
    assert!(shown.iter().all(|key| is_accepted(&keys, key)), "{} keys were shown", shown.len());
    let file = KeyFile::new(folder.path(), &rbac::POLICY).keys().unwrap();
    assert!(file.iter().all(|key| key.state_at(std::time::SystemTime::now()) == KeyState::Active));
}
