use std::{
    fmt,
    io::{self, BufRead},
};

use super::chain::{Chained, Link};

/// A chain without a break.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// How many lines there are.
    pub lines: u64,
    /// The number of the first line.
    pub first: u64,
    /// The number of the last one.
    pub last: u64,
    /// The SHA-256 of the last line: kept somewhere else, it tells later whether the trail still begins with these lines.
    pub head: String,
    /// Whether the last line is cut off, as a process that is killed leaves it.
    pub torn: bool,
}

/// The first line that does not follow from the one before it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Broken {
    /// Its place in what was read, counted from 1.
    pub line: u64,
    /// What is wrong with it.
    pub why: &'static str,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}

/// Whether each line follows from the one before it. Several files of one trail are read one after the other, the oldest
/// first.
///
/// A trail that begins later than with line 0 is taken as it is, and so is one that was cut off at a line, or made anew as a
/// whole: a chain cannot tell.
///
/// ```
/// let trail = br#"{"seq":0,"prev":"0000000000000000000000000000000000000000000000000000000000000000","kind":"opened"}
/// {"seq":1,"prev":"0000000000000000000000000000000000000000000000000000000000000000","kind":"started"}
/// "#;
/// let broken = mcp_rbac::audit::verify(&trail[..])?.unwrap_err();
/// assert_eq!(broken.to_string(), "line 2: it does not follow from the line before it");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// When it cannot be read.
pub fn verify(trail: impl BufRead) -> io::Result<Result<Verified, Broken>> {
    verify_with(trail, |_| {})
}

/// The same, with the digest of each line.
pub(crate) fn verify_with(
    mut trail: impl BufRead,
    mut head: impl FnMut(&str),
) -> io::Result<Result<Verified, Broken>> {
    let (mut line, mut place, mut expected, mut first, mut torn) = (Vec::new(), 0, None, 0, false);
    loop {
        line.clear();
        if trail.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        place += 1;
        let broken = |why| Ok(Err(Broken { line: place, why }));
        let Some((b'\n', text)) = line.split_last() else {
            torn = true;
            place -= 1;
            break;
        };
        let Some(chained) = Chained::parse(text) else { return broken("it is no line of a trail") };
        let link = Link { sequence: chained.seq, previous: chained.prev };
        match expected {
            None if link.sequence == 0 && link != Link::FIRST => {
                return broken("it is the first of all, and says that there is one before it");
            }
            None => first = link.sequence,
            Some(Link { sequence, .. }) if sequence != link.sequence => {
                return broken("its number is not the next one");
            }
            Some(expected) if expected != link => {
                return broken("it does not follow from the line before it");
            }
            Some(_) => {}
        }
        let next = Link::after(chained.seq, text);
        head(&next.previous.to_string());
        expected = Some(next);
    }
    Ok(match expected {
        None => Err(Broken { line: 1, why: "there is no line" }),
        Some(next) => Ok(Verified {
            lines: place,
            first,
            last: next.sequence.saturating_sub(1),
            head: next.previous.to_string(),
            torn,
        }),
    })
}
