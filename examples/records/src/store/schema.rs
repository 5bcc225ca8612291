//! What marks a SQLite file as ours.

/// `PRAGMA application_id` of our databases: the letters `REC1`.
pub(super) const APPLICATION_ID: i32 = 0x5245_4331;

/// `PRAGMA user_version` of the schema this build reads and writes.
pub(super) const VERSION: i32 = 1;

/// Pragmas, tables, view and indexes, to be run inside the filling transaction.
pub(super) const SQL: &str = include_str!("schema.sql");

/// The tables without which a database that carries our mark is damaged.
pub(super) const COUNT_OF_OUR_TABLES: &str =
    "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('customers', 'orders', 'notes')";

/// How many [`COUNT_OF_OUR_TABLES`] finds in a sound database.
pub(super) const TABLES: u32 = 3;
