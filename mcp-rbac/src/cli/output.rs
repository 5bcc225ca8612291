//! Standard output.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use super::Failure;

/// What somebody has to see.
pub(super) fn lines(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}", printable(text))?;
    out.flush()
}

/// Whether a letter shows nothing, and moves what others show.
pub(super) fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        )
}

/// What others wrote moves no cursor and turns no text around: it is escaped, as in a string of JSON.
fn printable(text: &str) -> Cow<'_, str> {
    let is_escaped = |letter: char| is_unseen(letter) && !matches!(letter, '\n' | '\t');
    if !text.contains(is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match is_escaped(letter) {
            true => shown.push_str(&format!("\\u{:04x}", u32::from(letter))),
            false => shown.push(letter),
        }
    }
    Cow::Owned(shown)
}

/// What nobody needs to see to the end.
pub(super) fn listing(text: &str) -> Result<(), Failure> {
    match lines(text) {
        // whoever reads has seen enough
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_moves_no_cursor() {
        let json = serde_json::json!({ "a": "\u{9b}31m\u{202e}x\u{7f}ü\u{feff}" }).to_string();
        let shown = printable(&json);
        assert_eq!(shown, r#"{"a":"\u009b31m\u202ex\u007fü\ufeff"}"#);
        // it is the same JSON
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(&shown), read(&json));
        assert!(matches!(printable("two\n\tlines"), Cow::Borrowed(_)));
    }
}
