//! What tampering leaves behind.

use std::fs;

use mcp_rbac::audit::{Broken, verify};

use crate::{Desk, call, joined};

async fn trail() -> String {
    let desk = Desk::new();
    let server = desk.server();
    for _ in 0..5 {
        call(&server, "log_in").await;
    }
    fs::read_to_string(desk.path()).unwrap()
}

fn broken(text: &str) -> Option<u64> {
    verify(text.as_bytes()).unwrap().err().map(|Broken { line, .. }| line)
}

fn with<'l>(all: &[&'l str], change: impl FnOnce(&mut Vec<&'l str>)) -> String {
    let mut lines = all.to_vec();
    change(&mut lines);
    joined(&lines)
}

#[tokio::test]
async fn tampering_is_found_at_the_right_line() {
    let (text, other) = (trail().await, trail().await);
    let all: Vec<&str> = text.lines().collect();
    let theirs: Vec<&str> = other.lines().collect();
    assert!(all.len() > 8);
    let edited = all[4].replacen("\"name\":\"log_in\"", "\"name\":\"log_on\"", 1);
    assert_ne!(edited, all[4]);
    for (what, text, line) in [
        // a line is vouched for by the next one
        ("edited", with(&all, |lines| lines[4] = edited.as_str()), Some(6)),
        (
            "deleted",
            with(&all, |lines| {
                lines.remove(3);
            }),
            Some(4),
        ),
        ("inserted", with(&all, |lines| lines.insert(3, theirs[3])), Some(4)),
        ("swapped", with(&all, |lines| lines.swap(3, 4)), Some(4)),
        ("duplicated", with(&all, |lines| lines.insert(4, all[3])), Some(5)),
        ("spliced", joined(&[&all[..4], &theirs[4..]].concat()), Some(5)),
        (
            "the first one removed, and the chain begun anew",
            with(&all, |lines| lines[0] = theirs[0]),
            Some(2),
        ),
        ("no line", with(&all, |lines| lines[2] = "notes"), Some(3)),
        ("other white space", with(&all, |lines| lines[2] = "{ }"), Some(3)),
        ("nothing", String::new(), Some(1)),
        // what a chain cannot tell, and its page says so
        ("cut off at a line", joined(&all[..6]), None),
        ("cut off within the last line", text[..text.len() - 10].to_owned(), None),
        ("made anew", other.clone(), None),
    ] {
        assert_eq!(broken(&text), line, "{what}");
    }
    let cut = verify(&text.as_bytes()[..text.len() - 10]).unwrap().unwrap();
    assert!(cut.torn && cut.lines + 1 == all.len() as u64);
}

/// A line that vouches for another text of itself does not help: each is compared with the text before it.
#[tokio::test]
async fn every_single_byte_counts() {
    let text = trail().await;
    let first: usize = text.lines().take(3).map(|line| line.len() + 1).sum();
    for at in 0..first {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 0x01;
        let found = verify(&bytes[..]).unwrap();
        assert!(
            found.is_err(),
            "byte {at} can be changed: {}",
            String::from_utf8_lossy(&bytes[at.saturating_sub(10)..at + 10])
        );
    }
}
