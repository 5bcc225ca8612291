use std::{
    collections::BTreeMap,
    fmt,
    io::{self, BufRead},
};

use super::{
    chain::{Chained, Link},
    checkpoint::Checkpoint,
};

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
    /// The number of the last line that a checkpoint vouches for.
    pub anchored: Option<u64>,
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
    verify_against(trail, &[])
}

/// The same, and whether it is the trail that these checkpoints were made of, whose signatures are good
/// ([`Checkpoint::is_signed_by`]): then neither was its end cut off nor all of it made anew, as far as the last of them.
/// Checkpoints of lines before the first one here say nothing.
///
/// # Errors
///
/// When it cannot be read.
pub fn verify_against(
    trail: impl BufRead,
    checkpoints: &[Checkpoint],
) -> io::Result<Result<Verified, Broken>> {
    verify_with(trail, checkpoints, |_| {})
}

/// The same, with the digest of each line.
pub(crate) fn verify_with(
    mut trail: impl BufRead,
    checkpoints: &[Checkpoint],
    mut head: impl FnMut(&str),
) -> io::Result<Result<Verified, Broken>> {
    // two of one line that disagree tell that the trail was cut and went on from there
    let mut heads: BTreeMap<u64, Option<&str>> = BTreeMap::new();
    for Checkpoint { seq, head, .. } in checkpoints {
        let head = Some(head.as_str());
        heads.entry(*seq).and_modify(|known| *known = known.filter(|_| *known == head)).or_insert(head);
    }
    let mut anchored = None;
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
        let digest = next.previous.to_string();
        head(&digest);
        match heads.get(&chained.seq) {
            Some(None) => return broken("two checkpoints of it disagree: it was replaced after the first"),
            Some(Some(expected)) if **expected == *digest => anchored = Some(chained.seq),
            Some(Some(_)) => return broken("it is not the line that a checkpoint was made of"),
            None => {}
        }
        expected = Some(next);
    }
    let last = expected.map(|next| next.sequence.saturating_sub(1));
    if heads.last_key_value().is_some_and(|(seq, _)| last.is_some_and(|last| last < *seq)) {
        return Ok(Err(Broken {
            line: place + 1,
            why: "it is missing: a checkpoint was made of it or of a later one",
        }));
    }
    Ok(match expected {
        None => Err(Broken { line: 1, why: "there is no line" }),
        Some(next) => Ok(Verified {
            lines: place,
            first,
            last: next.sequence.saturating_sub(1),
            head: next.previous.to_string(),
            torn,
            anchored,
        }),
    })
}
