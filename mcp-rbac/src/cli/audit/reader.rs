//! Reading a trail: its files in order, its lines as far as they can be read.

use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::Deserialize;

use crate::cli::Failure;

/// What a line says, as far as somebody asks for it. What is not there is `None`, and what nobody knows is left out.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Line {
    #[serde(default)]
    pub(super) seq: u64,
    pub(super) time: Option<Timestamp>,
    pub(super) kind: String,
    pub(super) record: Option<String>,
    pub(super) principal: Option<Principal>,
    pub(super) remote: Option<String>,
    pub(super) method: Option<String>,
    pub(super) name: Option<String>,
    pub(super) tool: Option<String>,
    pub(super) subject: Option<String>,
    pub(super) decision: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) missing: Option<String>,
    pub(super) outcome: Option<String>,
    pub(super) duration_us: Option<u64>,
    pub(super) lost: Option<u64>,
    pub(super) count: Option<u64>,
    /// The line as it is.
    #[serde(skip)]
    pub(super) text: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Principal {
    #[serde(default)]
    pub(super) subject: String,
    #[serde(default)]
    pub(super) roles: Vec<String>,
}

impl Line {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let line: Self = serde_json::from_str(text).ok()?;
        Some(Self { text: text.to_owned(), ..line })
    }

    /// Who asked: their name, or where they came from.
    pub(super) fn who(&self) -> &str {
        let principal = self.principal.as_ref().map(|principal| principal.subject.as_str());
        principal.or(self.subject.as_deref()).or(self.remote.as_deref()).unwrap_or("-")
    }

    pub(super) fn roles(&self) -> &[String] {
        self.principal.as_ref().map_or(&[], |principal| &principal.roles)
    }

    /// Whether it is about something that was asked for.
    pub(super) fn is_event(&self) -> bool {
        self.method.is_some()
    }

    pub(super) fn is_denied(&self) -> bool {
        self.decision.as_deref() == Some("deny")
    }

    /// What became of it: how it ended, why it was refused, or what kind of line it is.
    pub(super) fn result(&self) -> &str {
        self.outcome.as_deref().or(self.reason.as_deref()).unwrap_or(&self.kind)
    }
}

/// The files of a trail, the oldest first.
pub(super) fn files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    crate::audit::files(path)
        .map_err(|error| Failure::new(format!("cannot read {}: {error}", path.display())))
}

/// Gives every line of these files to `each`, and says of which there is nothing to be read.
pub(super) fn read(files: &[PathBuf], mut each: impl FnMut(Line)) -> Result<(), Failure> {
    for path in files {
        let unread = |error: std::io::Error| Failure::new(format!("cannot read {}: {error}", path.display()));
        let mut reader = BufReader::new(File::open(path).map_err(unread)?);
        let (mut bytes, mut number, mut foreign) = (Vec::new(), 0_u64, Vec::new());
        loop {
            bytes.clear();
            if reader.read_until(b'\n', &mut bytes).map_err(unread)? == 0 {
                break;
            }
            number += 1;
            // the last one may be in the making
            let Some(text) = bytes.strip_suffix(b"\n") else { break };
            match std::str::from_utf8(text).ok().and_then(Line::parse) {
                Some(line) => each(line),
                None => foreign.push(number),
            }
        }
        if let Some(first) = foreign.first() {
            aside(&format!(
                "warning: {} lines of {} are none of a trail, the first of them is line {first}",
                foreign.len(),
                path.display()
            ));
        }
    }
    Ok(())
}

/// Says something beside the output.
pub(super) fn aside(text: &str) {
    // where standard error is closed, there is nobody to tell
    let _written = writeln!(std::io::stderr(), "{text}");
}
