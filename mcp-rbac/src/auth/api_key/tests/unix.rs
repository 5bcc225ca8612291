use std::{
    fs,
    os::unix::fs::{MetadataExt, symlink},
};

use super::support::{World, answer, poll, started};
use crate::KeyFileMode::{GroupReadable, Private};

#[test]
fn who_may_read_the_file() {
    let world = World::new();
    let _key = world.issue("alice");
    assert_eq!(fs::metadata(world.path()).unwrap().mode() & 0o7777, 0o600);
    for mode in 0..0o1000_u32 {
        // root reads everything, and others cannot run this test with every mode
        let owner_reads = mode & 0o400 != 0;
        world.mode(mode);
        for (allowed, kind) in [(0o700, Private), (0o740, GroupReadable)] {
            let started = world.keys().key_file_mode(kind).load(&super::support::rbac::POLICY).map(|_| ());
            let expected = mode & !allowed == 0;
            if owner_reads || !expected {
                assert_eq!(started.is_ok(), expected, "{mode:04o} {kind:?}: {started:?}");
            }
        }
    }
}

#[test]
fn the_refusal_says_what_to_do() {
    let world = World::new();
    let _key = world.issue("alice");
    world.mode(0o644);
    let refusal = world.refusal();
    assert!(refusal.contains("others may read the key file (its mode is 0644)"), "{refusal}");
    assert!(refusal.contains("`chmod 600 "), "{refusal}");
    world.mode(0o620);
    assert!(world.refusal().contains("others may change the key file"), "{}", world.refusal());
    world.mode(0o640);
    assert!(world.refusal().contains("KeyFileMode::GroupReadable"), "{}", world.refusal());
}

#[test]
fn only_regular_files() {
    let world = World::new();
    fs::create_dir(world.path()).unwrap();
    assert!(world.refusal().contains("a directory"), "{}", world.refusal());
    fs::remove_dir(world.path()).unwrap();
    // opening it must not wait for a writer
    rustix::fs::mknodat(rustix::fs::CWD, world.path(), rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    assert!(world.refusal().contains("a FIFO"), "{}", world.refusal());
    fs::remove_file(world.path()).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(world.path()).unwrap();
    world.refusal();
    fs::remove_file(world.path()).unwrap();
    symlink("/dev/zero", world.path()).unwrap();
    let error = world
        .keys()
        .key_file_mode(GroupReadable)
        .load(&super::support::rbac::POLICY)
        .map(|_| ())
        .unwrap_err();
    assert!(error.contains("a device"), "{error}");
}

#[test]
fn a_link_is_followed_only_where_it_is_expected() {
    let world = World::new();
    let key = world.issue("alice");
    fs::rename(world.path(), world.folder.path().join("elsewhere")).unwrap();
    symlink("elsewhere", world.path()).unwrap();
    assert!(world.refusal().contains("symbolic link"), "{}", world.refusal());
    let keys = started(world.keys().key_file_mode(GroupReadable));
    assert_eq!(answer(&keys, key.expose()), "alice");
    // what it points to is checked like any other
    fs::set_permissions(
        world.folder.path().join("elsewhere"),
        std::os::unix::fs::PermissionsExt::from_mode(0o644),
    )
    .unwrap();
    assert!(world.keys().key_file_mode(GroupReadable).load(&super::support::rbac::POLICY).is_err());
    // and a change does not put a file in the place of a link
    let error = world.file().revoke(key.stored().id()).unwrap_err();
    assert!(error.to_string().contains("symbolic link"), "{error}");
    assert!(fs::symlink_metadata(world.path()).unwrap().is_symlink());
}

/// As Kubernetes mounts a secret: `keys.toml -> ..data/keys.toml`, `..data -> ..2030_01`, and the middle link is swapped.
#[test]
fn a_swapped_link_is_seen() {
    let world = World::new();
    let (one, two) = (World::new(), World::new());
    let (old, new) = (one.issue("alice"), two.issue("alice"));
    let root = world.folder.path();
    for (from, name) in [(&one, "..2030_01"), (&two, "..2030_02")] {
        fs::create_dir(root.join(name)).unwrap();
        fs::copy(from.path(), root.join(name).join("keys.toml")).unwrap();
    }
    symlink("..2030_01", root.join("..data")).unwrap();
    symlink("..data/keys.toml", world.path()).unwrap();
    let keys = started(world.keys().key_file_mode(GroupReadable));
    assert_eq!(answer(&keys, old.expose()), "alice");
    symlink("..2030_02", root.join("..data_tmp")).unwrap();
    fs::rename(root.join("..data_tmp"), root.join("..data")).unwrap();
    poll(&keys);
    assert_eq!(answer(&keys, old.expose()), "no api key has the presented id");
    assert_eq!(answer(&keys, new.expose()), "alice");
}

/// A change within one tick of the clock of the file system, of the same length, in the same file.
#[test]
fn a_change_in_place_is_seen() {
    let world = World::new();
    let key = world.issue("alice");
    let keys = started(world.keys());
    for round in 0..20 {
        let owner = if round % 2 == 0 { ("alice", "bobby") } else { ("bobby", "alice") };
        fs::write(world.path(), world.text().replace(owner.0, owner.1)).unwrap();
        poll(&keys);
        assert_eq!(answer(&keys, key.expose()), owner.1, "round {round}");
    }
}

/// A server that reads the file by its group goes on reading it.
#[test]
fn a_change_keeps_who_may_read_the_file() {
    let world = World::new();
    let key = world.issue("alice");
    world.mode(0o640);
    let before = fs::metadata(world.path()).unwrap();
    world.file().revoke(key.stored().id()).unwrap();
    let after = fs::metadata(world.path()).unwrap();
    assert_eq!(after.mode() & 0o7777, 0o640);
    assert_eq!((after.uid(), after.gid()), (before.uid(), before.gid()));
    assert_ne!(after.ino(), before.ino());
}

#[test]
fn what_a_killed_process_left_behind_is_no_obstacle() {
    let world = World::new();
    fs::write(world.folder.path().join(".keys.toml.new"), "half a fi").unwrap();
    let key = world.issue("alice");
    assert_eq!(answer(&started(world.keys()), key.expose()), "alice");
    assert!(!world.folder.path().join(".keys.toml.new").exists());
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let world = World::new();
    world.write(&format!("version = 1\n#{}", "x".repeat(8 * 1024 * 1024)));
    assert!(world.refusal().contains("larger than 8 MiB"), "{}", world.refusal());
}
