use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

use jiff::Timestamp;
use serde::Deserialize;
use toml::value::Datetime;

use crate::auth::oauth::cache::Mark;

/// The largest file that is read.
const MAX_LEN: u64 = 1024 * 1024;
/// The format that is read.
const VERSION: u32 = 1;

/// What is denied: tokens that all of this is true of.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    subject: Option<String>,
    client: Option<String>,
    jti: Option<String>,
    /// In seconds since 1970.
    issued_before: Option<f64>,
}

impl Entry {
    pub(super) fn is_about(&self, mark: &Mark) -> bool {
        let is = |wanted: &Option<String>, said: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| Some(wanted) == said)
        };
        is(&self.subject, Some(mark.principal.subject()))
            && is(&self.client, mark.principal.client())
            && is(&self.jti, mark.jti.as_deref())
            // a token that does not say when it was made may be as old as any
            && self.issued_before.is_none_or(|time| mark.issued.is_none_or(|issued| issued < time))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u32,
    #[serde(default)]
    deny: Vec<Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    subject: Option<String>,
    client: Option<String>,
    jti: Option<String>,
    issued_before: Option<Datetime>,
    /// For people.
    #[serde(rename = "note")]
    _note: Option<String>,
}

/// Reads the file; the error is for the log.
pub(super) fn read(path: &Path) -> Result<Vec<Entry>, String> {
    // before it is opened: opening a pipe waits for whoever writes into it
    let metadata = fs::metadata(path).map_err(|error| said(&error))?;
    if !metadata.is_file() {
        return Err("it is no regular file".to_owned());
    }
    let file = File::open(path).map_err(|error| said(&error))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = metadata.permissions().mode() & 0o7777;
        if mode & 0o022 != 0 {
            return Err(format!("others may change it (its mode is {mode:04o}); `chmod 644` it"));
        }
    }
    let mut text = String::new();
    file.take(MAX_LEN + 1).read_to_string(&mut text).map_err(|error| said(&error))?;
    if text.len() as u64 > MAX_LEN {
        return Err(format!("it is larger than {} KiB", MAX_LEN / 1024));
    }
    parse(&text)
}

fn said(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::NotFound {
        "there is no such file".to_owned()
    } else {
        error.to_string()
    }
}

fn parse(text: &str) -> Result<Vec<Entry>, String> {
    let document: Document = toml::from_str(text).map_err(|error| {
        let line =
            error.span().map(|span| text.get(..span.start).unwrap_or_default().matches('\n').count() + 1);
        let line = line.map(|line| format!("line {line}: ")).unwrap_or_default();
        format!("{line}{}", error.message())
    })?;
    if document.version != VERSION {
        return Err(format!("the `version` of the format is not {VERSION}, the one this program reads"));
    }
    document.deny.into_iter().enumerate().map(|(place, table)| entry(table, place + 1)).collect()
}

fn entry(table: Table, place: usize) -> Result<Entry, String> {
    let Table { subject, client, jti, issued_before, .. } = table;
    let of = |what: &str| format!("entry {place}: {what}");
    if [&subject, &client, &jti].iter().any(|text| text.as_ref().is_some_and(String::is_empty)) {
        return Err(of("a name in it is empty"));
    }
    let issued_before = match issued_before {
        None => None,
        Some(time) => {
            let time: Timestamp = time.to_string().parse().map_err(|_| {
                of("`issued_before` is no time with its offset, such as 2030-01-31T12:00:00Z")
            })?;
            Some(time.as_duration().as_secs_f64())
        }
    };
    let entry = Entry { subject, client, jti, issued_before };
    if entry == (Entry { subject: None, client: None, jti: None, issued_before: None }) {
        return Err(of("it says of nobody; to deny every token, say `issued_before`"));
    }
    Ok(entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_who_is_denied() {
        let text = "version = 1\n[[deny]]\nsubject = \"alice\"\nnote = \"laptop stolen\"\n\
                    [[deny]]\nclient = \"inspector\"\nissued_before = 1970-01-01T00:01:00+00:00\n";
        let entries = parse(text).unwrap();
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[1].issued_before, Some(60.0));
        assert_eq!(parse("version = 1"), Ok(Vec::new()));
        for (text, expected) in [
            ("", "missing field `version`"),
            ("version = 2", "not 1"),
            ("version = \"1\"", "line 1"),
            ("version = 1\n[[deny]]", "entry 1: it says of nobody"),
            ("version = 1\n[[deny]]\nnote = \"x\"", "entry 1: it says of nobody"),
            ("version = 1\n[[deny]]\nsubject = \"\"", "entry 1: a name in it is empty"),
            ("version = 1\n[[deny]]\nsubjekt = \"alice\"", "line 3: unknown field"),
            ("version = 1\n[[deny]]\nsubject = [\"alice\"]", "line 3"),
            ("version = 1\n[[deny]]\nissued_before = \"2030-01-31T12:00:00Z\"", "line 3"),
            ("version = 1\n[[deny]]\nissued_before = 2030-01-31", "entry 1: `issued_before` is no time"),
            (
                "version = 1\n[[deny]]\nissued_before = 2030-01-31T12:00:00",
                "entry 1: `issued_before` is no time",
            ),
            ("version = 1\n[deny]\nsubject = \"a\"", "line"),
            ("version = 1\nversion = 1", "line 2"),
            ("{", "line 1"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
