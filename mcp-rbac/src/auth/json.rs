//! JSON as a security decision needs it: every member of an object once, whoever else reads the text (RFC 8259,
//! section 4, leaves open which of two counts; RFC 7515, section 4, and RFC 7519, section 4, ask for a rejection).

use std::{cell::Cell, fmt};

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Why a text is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::auth) enum NotStrict {
    /// It is no JSON object, or something follows it.
    Syntax,
    /// An object in it says something twice.
    Duplicate,
}

/// The object that `text` is.
pub(in crate::auth) fn object(text: &[u8]) -> Result<Map<String, Value>, NotStrict> {
    let repeated = Cell::new(false);
    let mut reader = serde_json::Deserializer::from_slice(text);
    let value = Strict(&repeated).deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    match value {
        Ok(Value::Object(members)) => Ok(members),
        Err(_) if repeated.get() => Err(NotStrict::Duplicate),
        Ok(_) | Err(_) => Err(NotStrict::Syntax),
    }
}

/// What serde_json calls the one member of the object that it shows a visitor instead of a number, where some crate of
/// the program has switched on its feature `arbitrary_precision`.
const NUMBER: &str = "$serde_json::private::Number";

/// A value without repetitions; the cell says whether that is why there is none.
#[derive(Clone, Copy)]
struct Strict<'a>(&'a Cell<bool>);

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("no finite number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(self)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(self)?;
            if let (NUMBER, true, Value::String(digits)) = (name.as_str(), object.is_empty(), &value) {
                return digits.parse().map(Value::Number).map_err(|_| de::Error::custom("no number"));
            }
            if object.insert(name, value).is_some() {
                self.0.set(true);
                return Err(de::Error::custom("a member twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_object_is_read_as_it_is() {
        let text = r#" {"a": [1, -2, 0.5, "x", null, true, {"b": {}}], "c": "\u0061\ud83d\ude00"} "#;
        let expected = json!({ "a": [1, -2, 0.5, "x", null, true, { "b": {} }], "c": "a😀" });
        assert_eq!(object(text.as_bytes()).map(Value::Object), Ok(expected));
    }

    #[test]
    fn repetitions_are_found_at_every_depth_and_through_escapes() {
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":{"b":1,"b":2}}"#,
            r#"{"a":[{"b":1,"b":2}]}"#,
            r#"{"a":1,"\u0061":2}"#,
        ] {
            assert_eq!(object(text.as_bytes()), Err(NotStrict::Duplicate), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let deep = format!("{}{}", r#"{"a":"#.repeat(5000), "}".repeat(5000));
        for text in [
            "",
            "{",
            "[]",
            "1",
            "null",
            "\"a\"",
            "{} {}",
            "{}x",
            "{\"a\":1,}",
            "{a:1}",
            "{'a':1}",
            "\u{feff}{}",
            "{\"a\":NaN}",
            "{\"a\":1e999}",
            "{\"a\":01}",
            "{\"a\":\"\n\"}",
            "{\"a\":\"\\ud800\"}",
            "// x\n{}",
            &deep,
        ] {
            assert_eq!(object(text.as_bytes()), Err(NotStrict::Syntax), "{text:.40}");
        }
        assert_eq!(object(b"{\"a\":\"\xff\"}"), Err(NotStrict::Syntax));
    }

    /// What `arbitrary_precision` makes of `12` reads as 12.
    #[test]
    fn numbers_survive_a_feature_of_serde_json() {
        let text = format!(r#"{{"a":{{"{NUMBER}":"12"}},"b":{{"{NUMBER}":"0.5"}}}}"#);
        let members = object(text.as_bytes()).unwrap();
        assert_eq!((members["a"].as_i64(), members["b"].as_f64()), (Some(12), Some(0.5)));
        assert_eq!(object(format!(r#"{{"a":{{"{NUMBER}":"x"}}}}"#).as_bytes()), Err(NotStrict::Syntax));
    }
}
