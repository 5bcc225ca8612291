use serde::Serialize;
use serde_json::value::RawValue;

/// Members of a JSON object, each with a comma before it.
///
/// What a line says is put together of them. Texts that need no escape, which is nearly all of them, are copied as they are;
/// the others, and everything else, are left to `serde_json`.
#[derive(Debug, Clone, Default)]
pub(super) struct Members(Vec<u8>);

/// How long the members of a line are usually, in bytes, and some more.
const LENGTH: usize = 512;

impl Members {
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

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    fn name(&mut self, name: &'static str) {
        if !self.0.ends_with(b"{") {
            self.0.push(b',');
        }
        self.0.push(b'"');
        self.0.extend_from_slice(name.as_bytes());
        self.0.extend_from_slice(b"\":");
    }

    pub(super) fn text(&mut self, name: &'static str, text: &str) -> serde_json::Result<()> {
        self.name(name);
        string(&mut self.0, text)
    }

    /// Any other value.
    pub(super) fn value(&mut self, name: &'static str, value: &impl Serialize) -> serde_json::Result<()> {
        self.name(name);
        serde_json::to_writer(&mut self.0, value)
    }

    /// What is JSON already.
    pub(super) fn raw(&mut self, name: &'static str, value: &RawValue) {
        self.name(name);
        self.0.extend_from_slice(value.get().as_bytes());
    }

    pub(super) fn texts<'t>(
        &mut self,
        name: &'static str,
        texts: impl Iterator<Item = &'t str>,
    ) -> serde_json::Result<()> {
        self.name(name);
        self.0.push(b'[');
        for (at, text) in texts.enumerate() {
            if at > 0 {
                self.0.push(b',');
            }
            string(&mut self.0, text)?;
        }
        self.0.push(b']');
        Ok(())
    }

    /// An object, of which `members` writes the members.
    pub(super) fn object(
        &mut self,
        name: &'static str,
        members: impl FnOnce(&mut Self) -> serde_json::Result<()>,
    ) -> serde_json::Result<()> {
        self.name(name);
        self.0.push(b'{');
        members(self)?;
        self.0.push(b'}');
        Ok(())
    }
}

fn string(json: &mut Vec<u8>, text: &str) -> serde_json::Result<()> {
    // all of them are looked at, without a way out, so that many are looked at at once
    let is_plain = |byte: u8| (b' '..=b'~').contains(&byte) & (byte != b'"') & (byte != b'\\');
    if text.bytes().fold(true, |all, byte| all & is_plain(byte)) {
        json.push(b'"');
        json.extend_from_slice(text.as_bytes());
        json.push(b'"');
        return Ok(());
    }
    serde_json::to_writer(json, text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

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
            members.text("first", &text).unwrap();
            members.object("inner", |inner| inner.texts("all", [&*text, "b"].into_iter())).unwrap();
            prop_assert_eq!(read(&members), json!({ "seq": 0, "first": text, "inner": { "all": [text, "b"] } }));
        }
    }

    #[test]
    fn an_object_is_taken_apart() {
        let members = Members::of(&json!({ "a": 1, "b": { "c": [] } })).unwrap();
        assert_eq!(read(&members), json!({ "seq": 0, "a": 1, "b": { "c": [] } }));
        let mut members = Members::new();
        members.object("none", |_| Ok(())).unwrap();
        members.raw("raw", &serde_json::value::to_raw_value(&[1, 2]).unwrap());
        assert_eq!(read(&members), json!({ "seq": 0, "none": {}, "raw": [1, 2] }));
    }
}
