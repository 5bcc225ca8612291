//! The store as a whole, through its public API, on real files.
#![expect(clippy::unwrap_used, reason = "a test that fails may panic")]

mod content;
mod opening;
mod reading;
mod schemas;
mod writing;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use std::{fs, thread};

use records::store::{
    Cell, CustomerStatus, OrderStatus, QueryCustomerData, ReportKind, RunReport, SearchRecords, Segment,
    Sort, Store, StoreError, WriteRecord,
};
use rusqlite::Connection;
use rusqlite::types::Value;
use tempfile::TempDir;

fn fresh() -> (TempDir, PathBuf, Store) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("records.db");
    let store = Store::open(&path).unwrap();
    (directory, path, store)
}

/// Every row of every table, and the schema, as text.
fn dump(path: &Path) -> String {
    let connection = Connection::open(path).unwrap();
    let mut text = String::new();
    for table in ["sqlite_schema", "customers", "orders", "notes", "sqlite_sequence"] {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table} ORDER BY rowid")).unwrap();
        let width = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..width {
                text.push_str(&format!("{:?}|", row.get::<_, Value>(column).unwrap()));
            }
            text.push('\n');
        }
    }
    text
}

fn count(path: &Path, sql: &str) -> u32 {
    Connection::open(path).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
}

fn new_customer(email: &str) -> WriteRecord {
    WriteRecord {
        name: Some("Ada Lopez".into()),
        email: Some(email.into()),
        city: Some("Berlin".into()),
        country: Some("de".into()),
        segment: Some(Segment::Consumer),
        ..WriteRecord::default()
    }
}
