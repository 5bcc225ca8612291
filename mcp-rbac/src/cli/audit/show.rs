use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::PathBuf,
};

use serde_json::Value;

use crate::cli::{Failure, output::listing};

/// Print the lines of one record
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Show {
    /// Its id, as an answer has it in `Mcp-Rbac-Record`
    #[arg(value_name = "RECORD")]
    record: String,
    /// The trail
    #[arg(long, value_name = "FILE", default_value = "audit.jsonl")]
    file: PathBuf,
    /// Print the lines as they are
    #[arg(long)]
    json: bool,
}

impl Show {
    pub(super) fn run(self) -> Result<(), Failure> {
        let path = self.file.display();
        let file =
            File::open(&self.file).map_err(|error| Failure::new(format!("cannot read {path}: {error}")))?;
        let mut found = Vec::new();
        for line in BufReader::new(file).split(b'\n') {
            let line = line?;
            let Ok(value) = serde_json::from_slice::<Value>(&line) else { continue };
            let is = |name: &str| value.get(name).and_then(Value::as_str) == Some(&self.record);
            if is("record") || is("parent") {
                found.push(if self.json { value.to_string() } else { serde_json::to_string_pretty(&value)? });
            }
        }
        if found.is_empty() {
            return Err(Failure::new(format!("{path} has no record {}", self.record)).hint(format!(
                "`audit query` prints the ids of records; a file that was put aside has the number of its first line behind its \
                 name: `--file {path}.…`"
            )));
        }
        listing(&found.join("\n"))
    }
}
