//! Opening: look at the file without SQLite, refuse what is not ours, then create, fill, check.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::error::StoreError;
use super::{schema, seed};

/// How long a call waits for another process that holds the database.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The path made absolute, so that SQLite takes it for a file whatever it looks like (`:memory:`, `file:…`).
pub(super) fn resolve(path: &Path) -> Result<PathBuf, StoreError> {
    std::path::absolute(path).map_err(|reason| StoreError::BadPath { path: path.to_path_buf(), reason })
}

/// The one connection that writes, to a database that is complete and sound.
pub(super) fn writer(path: &Path) -> Result<Connection, StoreError> {
    if !exists_and_may_be_ours(path)? {
        create_empty(path)?;
    }
    let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // SQLite falls back to read-only when it must; and closing a connection may fold a log that somebody else
    // left into the file.
    let in_words = |error| StoreError::while_opening(path, error);
    if connection.is_readonly("main").map_err(in_words)? {
        return Err(StoreError::NotWritable { path: path.to_path_buf() });
    }
    let keep_log = has_content(&beside(path, "-wal"));
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep_log).map_err(in_words)?;
    fill_if_empty(&mut connection).map_err(in_words)?;
    check(&connection, path)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false).map_err(in_words)?;
    use_write_ahead_log(&connection).map_err(in_words)?;
    Ok(connection)
}

/// One of the connections that read; SQLite refuses every change on it.
pub(super) fn reader(path: &Path) -> Result<Connection, StoreError> {
    connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

/// Reads the header as plain bytes, so that a file that is not ours never meets SQLite, which might tidy it
/// up. `false`: missing or empty.
fn exists_and_may_be_ours(path: &Path) -> Result<bool, StoreError> {
    let owned = || path.to_path_buf();
    let about = match fs::metadata(path) {
        Ok(about) => about,
        Err(missing) if missing.kind() == ErrorKind::NotFound => return Ok(false),
        Err(reason) => return Err(StoreError::CannotRead { path: owned(), reason }),
    };
    if !about.is_file() {
        return Err(StoreError::NotAFile { path: owned() });
    }
    let mut header = Vec::new();
    let read = File::open(path).and_then(|file| file.take(100).read_to_end(&mut header));
    read.map_err(|reason| StoreError::CannotRead { path: owned(), reason })?;
    if header.is_empty() {
        return Ok(false);
    }
    if header.iter().all(|byte| *byte == 0) && first_transaction_was_cut_off(path) {
        return Ok(true);
    }
    // https://www.sqlite.org/fileformat2.html#the_database_header
    let number = |at: usize| {
        header.get(at..at.saturating_add(4)).and_then(|bytes| bytes.try_into().ok()).map(i32::from_be_bytes)
    };
    match (header.starts_with(b"SQLite format 3\0"), number(60), number(68)) {
        (true, Some(version), Some(application)) if header.len() == 100 => {
            is_ours(path, application, version).map(|()| true)
        }
        _ => Err(StoreError::NotSqlite { path: owned() }),
    }
}

/// After a power failure in the first commit, page 1 may still be blank. The journal beside the file then
/// says that there were no pages before: SQLite makes the file empty again when it opens it, as nothing in it
/// was ever committed.
fn first_transaction_was_cut_off(path: &Path) -> bool {
    // https://www.sqlite.org/fileformat2.html#the_rollback_journal
    let mut journal = Vec::new();
    let read = File::open(beside(path, "-journal")).and_then(|file| file.take(20).read_to_end(&mut journal));
    read.is_ok()
        && journal.starts_with(&[0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7])
        && journal.get(16..20) == Some(&[0; 4])
}

fn is_ours(path: &Path, application: i32, version: i32) -> Result<(), StoreError> {
    let path = path.to_path_buf();
    if application != schema::APPLICATION_ID {
        return Err(StoreError::OtherApplication { path, found: application });
    }
    if version > schema::VERSION {
        return Err(StoreError::NewerSchema { path, found: version, known: schema::VERSION });
    }
    if version < schema::VERSION {
        return Err(StoreError::Damaged { path, detail: format!("schema version {version} never existed") });
    }
    Ok(())
}

/// Creates the file, and the last directory of its path, for the server's user only: it will hold customers'
/// data.
fn create_empty(path: &Path) -> Result<(), StoreError> {
    let failed = |reason| StoreError::CannotCreate { path: path.to_path_buf(), reason };
    if let Some(directory) = path.parent() {
        match fs::create_dir(directory) {
            Err(reason) if reason.kind() == ErrorKind::NotFound => {
                return Err(StoreError::NoParent {
                    path: directory.parent().unwrap_or(directory).to_path_buf(),
                });
            }
            Err(reason) if !directory.is_dir() => return Err(failed(reason)),
            _ => {}
        }
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(failed)
}

fn connect(path: &Path, access: OpenFlags) -> Result<Connection, StoreError> {
    let open = || {
        let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true)?;
        Ok(connection)
    };
    open().map_err(|error| StoreError::while_opening(path, error))
}

/// Schema, marks and data in one transaction. What a killed process left of an earlier attempt, SQLite has
/// rolled back before the first read.
fn fill_if_empty(connection: &mut Connection) -> rusqlite::Result<()> {
    if !is_empty(connection)? {
        return Ok(());
    }
    // Nothing of the new content reaches the file before the commit.
    connection.pragma_update(None, "cache_spill", false)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have filled it while this one waited for the lock.
    if is_empty(&transaction)? {
        transaction.execute_batch(schema::SQL)?;
        seed::fill(&transaction)?;
    }
    transaction.commit()
}

fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    let objects: u32 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(objects == 0 && pragma(connection, "application_id")? == 0 && pragma(connection, "user_version")? == 0)
}

fn check(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let in_words = |error| StoreError::while_opening(path, error);
    let damaged = |detail: String| StoreError::Damaged { path: path.to_path_buf(), detail };
    let application = pragma(connection, "application_id").map_err(in_words)?;
    is_ours(path, application, pragma(connection, "user_version").map_err(in_words)?)?;
    let verdict: String =
        connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(in_words)?;
    if verdict != "ok" {
        return Err(damaged(verdict.lines().last().unwrap_or_default().to_owned()));
    }
    let tables: u32 =
        connection.query_row(schema::COUNT_OF_OUR_TABLES, [], |row| row.get(0)).map_err(in_words)?;
    if tables != schema::TABLES {
        return Err(damaged("one of its tables is missing".to_owned()));
    }
    Ok(())
}

fn pragma(connection: &Connection, name: &str) -> rusqlite::Result<i32> {
    connection.pragma_query_value(None, name, |row| row.get(0))
}

/// Readers and the writer no longer wait for each other. The switch needs the file for itself for a moment,
/// and SQLite does not wait for that, so we do.
fn use_write_ahead_log(connection: &Connection) -> rusqlite::Result<()> {
    let deadline = Instant::now() + BUSY_TIMEOUT;
    loop {
        let switched: rusqlite::Result<String> =
            connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0));
        let code = switched.as_ref().err().and_then(rusqlite::Error::sqlite_error_code);
        let busy = code == Some(ErrorCode::DatabaseBusy);
        if !busy || Instant::now() >= deadline {
            // Where the file system has no shared memory SQLite keeps the old journal, which is as safe and
            // only slower.
            return switched.map(drop);
        }
        thread::sleep(Duration::from_millis(10));
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf()).into();
    name.push(ending);
    name.into()
}

fn has_content(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|about| about.len() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The files a process leaves that is killed after `work`, in the worst moment: part of the content is in
    /// the file, the journal is still there.
    fn killed_after(work: impl FnOnce(&Connection), page_1: bool, stage: &Path, left: &Path) {
        let mut connection = Connection::open(stage).unwrap();
        let transaction = connection.transaction().unwrap();
        work(&transaction);
        // Flushes all pages but page 1, which the open transaction holds.
        transaction.cache_flush().unwrap();
        fs::copy(stage, left).unwrap();
        fs::copy(beside(stage, "-journal"), beside(left, "-journal")).unwrap();
        if page_1 {
            transaction.commit().unwrap();
            let page = fs::read(stage).unwrap();
            let mut file = OpenOptions::new().write(true).open(left).unwrap();
            std::io::Write::write_all(&mut file, &page[..4096]).unwrap();
        }
        assert!(has_content(left) && has_content(&beside(left, "-journal")));
    }

    fn customers(path: &Path) -> u32 {
        writer(path).unwrap().query_row("SELECT count(*) FROM customers", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_first_fill_that_was_killed_is_done_again_in_full() {
        let directory = tempfile::tempdir().unwrap();
        for (seeded, page_1) in [(false, false), (false, true), (true, false), (true, true)] {
            let left = directory.path().join(format!("{seeded}-{page_1}.db"));
            let work = |open: &Connection| {
                open.execute_batch(schema::SQL).unwrap();
                if seeded {
                    seed::fill(open).unwrap();
                }
            };
            killed_after(work, page_1, &directory.path().join(format!("{seeded}-{page_1}.stage")), &left);
            assert_eq!(customers(&left), seed::CUSTOMERS, "{seeded} {page_1}");
        }
    }

    #[test]
    fn an_error_in_the_middle_of_the_fill_leaves_nothing_behind() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("records.db");
        create_empty(&path).unwrap();
        let mut connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
        // A page limit stands in for a disk that runs full half-way.
        connection.pragma_update(None, "max_page_count", 60).unwrap();
        let error = fill_if_empty(&mut connection).unwrap_err();
        assert_eq!(error.sqlite_error_code(), Some(ErrorCode::DiskFull));
        assert!(is_empty(&connection).unwrap());
        drop(connection);
        assert_eq!(fs::metadata(&path).unwrap().len(), 0);
        assert_eq!(customers(&path), seed::CUSTOMERS);
    }

    #[test]
    fn the_marks_in_the_schema_are_the_ones_we_look_for() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(schema::SQL).unwrap();
        assert_eq!(pragma(&connection, "application_id").unwrap(), schema::APPLICATION_ID);
        assert_eq!(pragma(&connection, "user_version").unwrap(), schema::VERSION);
    }
}
