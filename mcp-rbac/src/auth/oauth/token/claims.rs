use serde_json::{Map, Value};

use crate::auth::oauth::{Reason, reason::ClaimName};

/// The latest time that a token may speak of: the end of the year 9999, as RFC 3339 counts years.
const LAST_SECOND: i64 = 253_402_300_799;
/// How long a name of somebody may be.
const MAX_NAME: usize = 256;

/// What a token says.
pub(in crate::auth::oauth) struct Claims(Map<String, Value>);

impl Claims {
    pub(in crate::auth::oauth) fn new(members: Map<String, Value>) -> Self {
        Self(members)
    }

    /// A claim, whatever it is.
    pub(in crate::auth::oauth) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    pub(in crate::auth::oauth) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A claim that is a text, if it is there.
    pub(in crate::auth::oauth) fn text(&self, name: impl Into<ClaimName>) -> Result<Option<&str>, Reason> {
        let name = name.into();
        match self.0.get(&*name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Reason::BadClaim(name)),
        }
    }

    /// The name of somebody, if it is there: some text that can be shown and compared.
    pub(in crate::auth::oauth) fn name(&self, name: &'static str) -> Result<Option<&str>, Reason> {
        let found = self.text(name)?;
        let is_name =
            |text: &str| !text.is_empty() && text.len() <= MAX_NAME && !text.chars().any(char::is_control);
        if found.is_some_and(|text| !is_name(text)) {
            return Err(Reason::BadClaim(name.into()));
        }
        Ok(found)
    }

    /// A `NumericDate` (RFC 7519, section 2) in seconds, if it is there. It is a number and nothing else: what one
    /// reader takes `"1"` for, another leaves out.
    pub(in crate::auth::oauth) fn seconds(&self, name: &'static str) -> Result<Option<f64>, Reason> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        match value {
            // a whole number of seconds within the range is exact in an f64
            Value::Number(number) => number
                .as_f64()
                .filter(|seconds| (0.0..=LAST_SECOND as f64).contains(seconds))
                .map(Some)
                .ok_or(Reason::BadClaim(name.into())),
            Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
                Err(Reason::BadClaim(name.into()))
            }
        }
    }

    /// `aud`: a text or an array of them (RFC 7519, section 4.1.3). `None` where it is missing.
    pub(in crate::auth::oauth) fn audiences(&self) -> Result<Option<Vec<&str>>, Reason> {
        let bad = || Reason::BadClaim("aud".into());
        match self.0.get("aud") {
            None => Ok(None),
            Some(Value::String(one)) => Ok(Some(vec![one])),
            Some(Value::Array(several)) => {
                several.iter().map(|one| one.as_str().ok_or_else(bad)).collect::<Result<_, _>>().map(Some)
            }
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) => Err(bad()),
        }
    }
}
