//! The records of the example server: customers, their orders and support notes, in one real SQLite file.
//!
//! [`Store::open`] creates and fills the file when it is missing and checks it when it is there; the other
//! methods are the tools' work, one method per tool. All of them block, take `&self` and may be called from
//! many threads at once.
//!
//! Invariants:
//! * A tool that reads runs on a connection that SQLite itself opened read-only, inside one transaction, so
//!   it sees one state and cannot change it.
//! * A tool that writes runs inside one immediate transaction: all of it is stored, or nothing.
//! * Every SQL text is a constant of this module. What a caller sends reaches SQLite as a bound parameter
//!   only.
//! * A file that [`Store::open`] refuses is not changed by a single byte.

mod date;
mod error;
mod input;
mod open;
mod output;
mod query;
mod record;
mod report;
mod rng;
mod schema;
mod search;
mod seed;
mod types;
mod validate;
mod words;
mod write;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, TransactionBehavior};

pub use date::{Date, NotADate};
pub use error::StoreError;
pub use input::{
    DEFAULT_LIMIT, MAX_LIMIT, QueryCustomerData, RecordKey, RunReport, SearchRecords, WriteRecord,
};
pub use output::{
    Cell, Customer, CustomerPage, CustomerRow, Deleted, Note, Order, OrderTotals, Record, Report, SearchHits,
    Written,
};
pub use types::{Category, CustomerStatus, OrderStatus, ReportKind, Segment, Sort};

/// The tables, the view and the indexes, as SQL.
pub const SCHEMA: &str = schema::SQL;

/// How many reads run side by side; one more waits for a free connection.
const READERS: usize = 4;

/// The open database. Put it behind an `Arc` and call it from blocking threads.
#[derive(Debug)]
pub struct Store {
    // Before `writer`, so that the writer closes last: only it can fold the write-ahead log back into the
    // file.
    readers: [Mutex<Connection>; READERS],
    writer: Mutex<Connection>,
    turn: AtomicUsize,
}

impl Store {
    /// Opens the database at `path`, or creates it there with the example data, deterministically the same
    /// every time.
    ///
    /// A missing file is created, and so is its directory when only the last level is missing. An empty file
    /// counts as missing. The data set is filled in by one transaction: a process killed on its first start
    /// leaves an empty database, which the next start fills.
    ///
    /// # Errors
    ///
    /// The path cannot be used ([`StoreError::BadPath`], [`NotAFile`](StoreError::NotAFile),
    /// [`NoParent`](StoreError::NoParent), [`CannotCreate`](StoreError::CannotCreate),
    /// [`CannotRead`](StoreError::CannotRead), [`NotWritable`](StoreError::NotWritable)); or the file is not
    /// ours to use ([`NotSqlite`](StoreError::NotSqlite), [`OtherApplication`](StoreError::OtherApplication),
    /// [`NewerSchema`](StoreError::NewerSchema), [`Damaged`](StoreError::Damaged)), and then it is left
    /// exactly as it was; or [`Busy`](StoreError::Busy), [`DiskFull`](StoreError::DiskFull),
    /// [`Database`](StoreError::Database).
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = open::resolve(path.as_ref())?;
        let writer = open::writer(&path)?;
        let reader = || open::reader(&path).map(Mutex::new);
        Ok(Self {
            readers: [reader()?, reader()?, reader()?, reader()?],
            writer: Mutex::new(writer),
            turn: AtomicUsize::new(0),
        })
    }

    /// Runs `work` on a read-only connection, inside one transaction.
    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut connection = self.free_reader();
        let transaction = connection.transaction()?;
        let found = work(&transaction)?;
        transaction.commit()?;
        Ok(found)
    }

    /// Runs `work` on the writing connection, inside one transaction that is rolled back when `work` fails.
    fn write<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut connection = lock(&self.writer);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }

    /// An idle reader, or the next one in turn when all are at work.
    fn free_reader(&self) -> MutexGuard<'_, Connection> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % READERS;
        let in_turn = || self.readers.iter().cycle().skip(turn).take(READERS);
        let idle = in_turn().find_map(|reader| reader.try_lock().ok());
        idle.unwrap_or_else(|| lock(in_turn().next().unwrap_or(&self.writer)))
    }
}

/// Locks; a panic of an earlier holder is no obstacle, because its transaction was rolled back when it was
/// dropped.
fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}
