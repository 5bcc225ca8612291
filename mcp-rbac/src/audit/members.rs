use std::{fmt::Display, io::Write};

use serde::Serialize;
use serde_json::{Value, value::RawValue};

/// Members of a JSON object, each with a comma before it.
///
/// What a line says is put together of them. Texts that need no escape, which is nearly all of them, are copied as they are;
/// the others are left to `serde_json`.
#[derive(Debug, Clone, Default)]
pub(super) struct Members(Vec<u8>);

/// How a member with this name begins.
macro_rules! member {
    ($name:literal) => {
        $crate::audit::members::Begin(concat!(",\"", $name, "\":"))
    };
}
pub(super) use member;

/// The beginning of a member, as [`member!`] makes it.
#[derive(Clone, Copy)]
pub(super) struct Begin(pub(super) &'static str);

/// How long the members of a line are usually, in bytes, and some more.
const LENGTH: usize = 512;

impl Members {
    /// None yet, with room for those of a line.
    pub(super) fn new() -> Self {
        Self(Vec::with_capacity(LENGTH))
    }

    /// The members of what is written as an object.
    pub(super) fn of(object: &impl Serialize) -> serde_json::Result<Self> {
        let mut text = serde_json::to_vec(object)?;
        text.pop();
        if let Some(first) = text.first_mut() {
            *first = b',';
        }
        Ok(Self(text))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// How long they are, in bytes.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Takes away what stands behind so many bytes.
    pub(super) fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }

    /// These as well.
    pub(super) fn all(&mut self, members: &Self) {
        self.0.extend_from_slice(&members.0);
    }

    pub(super) fn text(&mut self, begin: Begin, text: &str) {
        match is_plain(text) {
            true => self.plain(begin, text),
            false => self.escaped(begin, text),
        }
    }

    fn escaped(&mut self, Begin(begin): Begin, text: &str) {
        self.0.extend_from_slice(begin.as_bytes());
        self.0.extend_from_slice(Value::from(text).to_string().as_bytes());
    }

    /// A text that needs no escape: a word of ours, digits.
    pub(super) fn plain(&mut self, Begin(begin): Begin, text: &str) {
        self.0.reserve(begin.len() + text.len() + 2);
        self.0.extend_from_slice(begin.as_bytes());
        self.0.push(b'"');
        self.0.extend_from_slice(text.as_bytes());
        self.0.push(b'"');
    }

    /// The same of what is shown as such a text.
    pub(super) fn shown(&mut self, Begin(begin): Begin, shown: &impl Display) {
        self.0.extend_from_slice(begin.as_bytes());
        // nothing fails that writes into memory
        let _written = write!(self.0, "\"{shown}\"");
    }

    /// Texts that need no escape.
    pub(super) fn plains(&mut self, Begin(begin): Begin, texts: impl Iterator<Item = &'static str>) {
        self.0.extend_from_slice(begin.as_bytes());
        let begin = self.0.len();
        texts.for_each(|text| self.plain(Begin(","), text));
        self.close(begin, *b"[]");
    }

    pub(super) fn number(&mut self, Begin(begin): Begin, number: impl itoa::Integer) {
        self.0.extend_from_slice(begin.as_bytes());
        self.0.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
    }

    /// What is JSON already.
    pub(super) fn raw(&mut self, Begin(begin): Begin, value: &RawValue) {
        self.0.extend_from_slice(begin.as_bytes());
        self.0.extend_from_slice(value.get().as_bytes());
    }

    /// An object, of which `members` writes the members.
    pub(super) fn object(&mut self, Begin(begin): Begin, members: impl FnOnce(&mut Self)) {
        self.0.extend_from_slice(begin.as_bytes());
        let begin = self.0.len();
        members(self);
        self.close(begin, *b"{}");
    }

    /// Puts what was written from `begin` on, each with a comma before it, between these.
    fn close(&mut self, begin: usize, [opened, closed]: [u8; 2]) {
        match self.0.get_mut(begin) {
            Some(comma) => *comma = opened,
            None => self.0.push(opened),
        }
        self.0.push(closed);
    }
}

/// Whether it is shown as it is, within a text of JSON as on a terminal: ASCII that can be seen, without `"` and `\`.
pub(super) fn is_plain(text: &str) -> bool {
    let is_plain = |byte: u8| (b' '..=b'~').contains(&byte) & (byte != b'"') & (byte != b'\\');
    // all of them are looked at, without a way out, so that many are looked at at once
    text.bytes().fold(true, |all, byte| all & is_plain(byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(members: &Members) -> Value {
        let mut text = b"{\"seq\":0".to_vec();
        text.extend_from_slice(members.as_bytes());
        text.push(b'}');
        serde_json::from_slice(&text).unwrap()
    }

    proptest! {
        #[test]
        fn every_text_is_read_as_it_was_written(text in "\\PC{0,40}|[ -~]{0,40}|.{0,40}|[\u{0}-\u{9f}]{0,40}") {
            let mut members = Members::new();
            members.text(member!("first"), &text);
            members.object(member!("inner"), |inner| inner.text(member!("second"), &text));
            prop_assert_eq!(read(&members), json!({ "seq": 0, "first": text, "inner": { "second": text } }));
        }
    }

    #[test]
    fn everything_is_read_as_it_was_written() {
        let mut members = Members::new();
        members.plain(member!("plain"), "a word");
        members.shown(member!("shown"), &std::net::Ipv6Addr::LOCALHOST);
        members.plains(member!("none"), [].into_iter());
        members.plains(member!("some"), ["a", "b"].into_iter());
        members.object(member!("nothing"), |_| {});
        members.object(member!("numbers"), |inner| {
            inner.number(member!("least"), i64::MIN);
            inner.number(member!("most"), u64::MAX);
        });
        members.raw(member!("raw"), &serde_json::value::to_raw_value(&[1, 2]).unwrap());
        let all = json!({
            "seq": 0, "plain": "a word", "shown": "::1", "none": [], "some": ["a", "b"], "nothing": {},
            "numbers": { "least": i64::MIN, "most": u64::MAX }, "raw": [1, 2]
        });
        assert_eq!(read(&members), all);
    }

    #[test]
    fn an_object_is_taken_apart() {
        let mut members = Members::of(&json!({ "a": 1, "b": { "c": [] } })).unwrap();
        assert_eq!(read(&members), json!({ "seq": 0, "a": 1, "b": { "c": [] } }));
        let length = members.len();
        members.all(&Members::of(&json!({ "d": null })).unwrap());
        assert_eq!(read(&members), json!({ "seq": 0, "a": 1, "b": { "c": [] }, "d": null }));
        members.truncate(length);
        assert_eq!(read(&members), json!({ "seq": 0, "a": 1, "b": { "c": [] } }));
    }
}
