use std::time::SystemTime;

use serde_json::{Value, json};

use super::{explain, show};
use crate::{
    api_key::KeyFile,
    cli::{Failure, output::listing},
};

#[derive(Debug, Clone, clap::Args)]
pub(super) struct List {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

const TITLES: [&str; 8] = ["ID", "OWNER", "ROLES", "STATE", "CREATED", "EXPIRES", "LAST USED", "LABEL"];

impl List {
    pub(super) fn run(self, file: &KeyFile) -> Result<(), Failure> {
        let keys = file.keys().map_err(explain)?;
        let last_used = file.last_used();
        if let Err(error) = file.check() {
            show::aside(&format!("warning: no server can start with this file\n{error}"));
        }
        if self.json {
            let keys: Vec<Value> =
                keys.iter().map(|key| show::describe(key, last_used.get(key.id()).copied())).collect();
            return listing(&serde_json::to_string_pretty(&json!({ "keys": keys }))?);
        }
        if keys.is_empty() {
            return listing(&format!("{} has no key", file.path().display()));
        }
        let now = SystemTime::now();
        let time = |time: Option<SystemTime>| time.map_or_else(|| "-".to_owned(), show::time);
        let mut rows = vec![TITLES.map(str::to_owned)];
        rows.extend(keys.iter().map(|key| {
            [
                key.id().to_owned(),
                key.owner().to_owned(),
                key.roles().join(","),
                key.state_at(now).to_string(),
                show::time(key.created()),
                time(key.expires()),
                time(last_used.get(key.id()).copied()),
                key.label().unwrap_or("-").to_owned(),
            ]
        }));
        listing(&table(&rows))
    }
}

/// Columns as wide as what is in them.
fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let line = |row: &[String; N]| {
        let cells: Vec<String> =
            row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}
