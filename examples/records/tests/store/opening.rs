//! What `Store::open` refuses, and what it leaves alone.

use crate::*;

/// Opens, expects a refusal, and checks that not a byte changed and nothing appeared beside the file.
fn refusal(path: &Path) -> StoreError {
    let names = || {
        let mut names: Vec<_> =
            fs::read_dir(path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let (before, beside) = (fs::read(path).unwrap(), names());
    let error = Store::open(path).unwrap_err();
    assert!(fs::read(path).unwrap() == before, "changed: {error}");
    assert_eq!(names(), beside, "{error}");
    let (sentence, hint) = (error.to_string(), error.hint().unwrap());
    assert!(
        sentence.contains(path.to_str().unwrap()) && !sentence.ends_with('.') && !hint.is_empty(),
        "{sentence}"
    );
    error
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    for (name, bytes) in [
        ("a.txt", b"my only copy".repeat(50)),
        ("short", vec![0]),
        ("zeros", vec![0; 8192]),
        ("header", b"SQLite format 3\0".to_vec()),
    ] {
        let path = directory.path().join(name);
        fs::write(&path, bytes).unwrap();
        assert!(matches!(refusal(&path), StoreError::NotSqlite { .. }), "{name}");
    }
}

#[test]
fn another_applications_database_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    for (name, sql, id) in [
        ("plain", "CREATE TABLE t (x); INSERT INTO t VALUES (1)", 0),
        ("marked", "PRAGMA application_id = 77; CREATE TABLE t (x)", 77),
        ("log", "PRAGMA journal_mode = WAL; CREATE TABLE customers (x)", 0),
        ("hollow", "PRAGMA user_version = 1", 0),
    ] {
        let path = directory.path().join(name);
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        assert!(
            matches!(refusal(&path), StoreError::OtherApplication { found, .. } if found == id),
            "{name}"
        );
    }
}

#[test]
fn a_newer_or_impossible_schema_is_refused() {
    for version in [2, 900, 0, -1] {
        let (_directory, path, store) = fresh();
        drop(store);
        Connection::open(&path).unwrap().pragma_update(None, "user_version", version).unwrap();
        let error = refusal(&path);
        assert_eq!(
            matches!(error, StoreError::NewerSchema { found, known: 1, .. } if found == version),
            version > 1,
            "{error}"
        );
        assert_eq!(matches!(error, StoreError::Damaged { .. }), version < 1, "{error}");
    }
}

#[test]
fn a_newer_schema_that_is_still_in_the_log_is_refused() {
    let (directory, path, store) = fresh();
    drop(store);
    let writer = Connection::open(&path).unwrap();
    writer.pragma_update(None, "user_version", 2).unwrap();
    // What a killed process leaves: the file as it was, the change in the log only.
    let left = directory.path().join("left");
    fs::create_dir(&left).unwrap();
    let left = left.join("records.db");
    fs::copy(&path, &left).unwrap();
    fs::copy(path.with_extension("db-wal"), left.with_extension("db-wal")).unwrap();
    let (file, log) = (fs::read(&left).unwrap(), fs::read(left.with_extension("db-wal")).unwrap());
    assert!(matches!(Store::open(&left).unwrap_err(), StoreError::NewerSchema { found: 2, .. }));
    assert!(fs::read(&left).unwrap() == file && fs::read(left.with_extension("db-wal")).unwrap() == log);
}

#[test]
fn a_damaged_database_is_refused() {
    let (_directory, path, store) = fresh();
    drop(store);
    let sound = fs::read(&path).unwrap();
    let mut scribbled = sound.clone();
    scribbled[4096 * 40..4096 * 60].fill(0xA5);
    let mut scribbled_root = sound.clone();
    scribbled_root[100..4096].fill(0xFF);
    for (name, bytes) in [
        ("scribbled", &scribbled[..]),
        ("root", &scribbled_root),
        ("cut", &sound[..sound.len() / 2 + 100]),
        ("header only", &sound[..100]),
    ] {
        fs::write(&path, bytes).unwrap();
        let error = refusal(&path);
        assert!(matches!(error, StoreError::Damaged { .. }), "{name}: {error:?}");
    }
}

#[test]
fn a_database_without_one_of_our_tables_is_refused() {
    let (_directory, path, store) = fresh();
    drop(store);
    Connection::open(&path).unwrap().execute_batch("DROP TABLE notes").unwrap();
    assert!(matches!(refusal(&path), StoreError::Damaged { .. }));
}

#[test]
fn paths_that_cannot_be_used_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let below = |name: &str| directory.path().join(name);
    fs::write(below("file"), "text").unwrap();
    let name = |path: &Path| {
        let debug = format!("{:?}", Store::open(path).unwrap_err());
        debug.split_whitespace().next().unwrap().to_owned()
    };
    assert_eq!(name(directory.path()), "NotAFile");
    assert_eq!(name(&below("no/such/records.db")), "NoParent");
    assert_eq!(name(&below("file/records.db")), "CannotRead");
    assert_eq!(name(Path::new("")), "BadPath");
    assert!(!below("no").exists());
    #[cfg(unix)]
    {
        let _socket = std::os::unix::net::UnixListener::bind(below("socket")).unwrap();
        assert_eq!(name(&below("socket")), "NotAFile");
    }
    #[cfg(target_os = "linux")]
    assert_eq!(name(Path::new("/proc/records.db")), "CannotCreate");
}

#[test]
#[cfg(unix)]
fn a_read_only_file_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let (_directory, path, store) = fresh();
    drop(store);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    // Root may write to anything, so there is nothing to see then.
    if fs::OpenOptions::new().write(true).open(&path).is_err() {
        assert!(matches!(refusal(&path), StoreError::NotWritable { .. }));
    }
}

#[test]
fn the_last_directory_is_created_and_the_file_is_private() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("data/:memory:");
    drop(Store::open(&path).unwrap());
    assert_eq!(count(&path, "SELECT count(*) FROM customers"), 2_000);
    #[cfg(unix)]
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions()) & 0o777,
        0o600
    );
}

#[test]
fn an_existing_database_is_kept_and_an_empty_file_is_filled() {
    let (directory, path, store) = fresh();
    store.delete_record(1).unwrap().unwrap();
    drop(store);
    assert_eq!(Store::open(&path).unwrap().get_record(1).unwrap(), None);
    assert!(!path.with_extension("db-wal").exists());

    let empty = directory.path().join("empty.db");
    fs::write(&empty, "").unwrap();
    assert!(Store::open(&empty).unwrap().get_record(1).unwrap().is_some());
}
