//! Reading a trail: its files in order, its lines as far as they can be read.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Write},
    path::Path,
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

/// Gives every line of the trail to `each`, of the files that were put aside as well, and says of which there is nothing to be
/// read.
pub(super) fn read(path: &Path, mut each: impl FnMut(Line)) -> Result<Opened, Failure> {
    let opened = crate::audit::opened(path).map_err(|error| {
        let failure = Failure::new(format!("cannot read {}: {error}", path.display()));
        if error.kind() == io::ErrorKind::NotFound {
            return failure.hint("name the file that the server has in `serve --audit FILE`");
        }
        if error.kind() == io::ErrorKind::PermissionDenied {
            return failure.hint("its folder is read as well, for files that were put aside");
        }
        failure
    })?;
    let count = opened.len();
    let mut last = None;
    for (path, file) in opened {
        let mut reader = BufReader::new(file);
        let (mut number, mut foreign) = (0_u64, Vec::new());
        rest(&mut reader, |line| {
            number += 1;
            match line {
                Some(line) => each(line),
                None => foreign.push(number),
            }
        })
        .map_err(|error| Failure::new(format!("cannot read {}: {error}", path.display())))?;
        if number > 0 && foreign.len() as u64 == number {
            return Err(Failure::new(format!(
                "{} is no audit trail: none of its lines is one",
                path.display()
            )));
        }
        if let Some(first) = foreign.first() {
            aside(&format!(
                "warning: lines of {} that are none of a trail: {}, the first of them is line {first}",
                path.display(),
                foreign.len()
            ));
        }
        last = Some(reader);
    }
    Ok(Opened { last, count })
}

/// The file that grows, read to its end, and how many files there are.
pub(super) struct Opened {
    pub(super) last: Option<BufReader<File>>,
    pub(super) count: usize,
}

/// Gives the whole lines that are left to `each`; `None` for one that is none of a trail.
pub(super) fn rest(reader: &mut BufReader<File>, mut each: impl FnMut(Option<Line>)) -> io::Result<()> {
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let read = reader.read_until(b'\n', &mut bytes)?;
        let Some(text) = bytes.strip_suffix(b"\n") else {
            // one that is not whole is in the making
            let back = i64::try_from(read).map_err(io::Error::other)?;
            return reader.seek_relative(-back);
        };
        each(std::str::from_utf8(text).ok().and_then(Line::parse));
    }
}

/// Says something beside the output.
pub(super) fn aside(text: &str) {
    // where standard error is closed, there is nobody to tell
    let _written = writeln!(io::stderr(), "{text}");
}
