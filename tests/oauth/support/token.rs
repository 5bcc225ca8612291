//! A token in the making. It begins as an honest one; a case takes away and adds what it likes.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::{Signer, base64};

/// Seconds since 1970.
pub fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

#[derive(Clone)]
pub struct Token {
    pub header: Value,
    pub claims: Value,
}

impl Token {
    /// An honest token of this issuer for this audience.
    pub fn of(issuer: &str, audience: &str) -> Self {
        Self {
            header: json!({ "typ": "at+jwt" }),
            claims: json!({
                "iss": issuer, "aud": audience, "sub": "alice", "client_id": "inspector", "jti": "1",
                "iat": now(), "exp": now() + 300,
            }),
        }
    }

    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims[name] = value.into();
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.claims.as_object_mut().unwrap().remove(name);
        self
    }

    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header[name] = value.into();
        self
    }

    pub fn without_header(mut self, name: &str) -> Self {
        self.header.as_object_mut().unwrap().remove(name);
        self
    }

    /// Signed with this key, which the header names unless it says something else.
    pub fn sign(mut self, signer: &Signer) -> String {
        let header = self.header.as_object_mut().unwrap();
        header.entry("alg").or_insert_with(|| json!(signer.algorithm()));
        header.entry("kid").or_insert_with(|| json!(signer.id));
        self.sign_as_is(signer)
    }

    /// Signed with this key, whatever the header says.
    pub fn sign_as_is(&self, signer: &Signer) -> String {
        sign_texts(self.header.to_string(), self.claims.to_string(), signer)
    }
}

/// A token of exactly these two texts, signed with the algorithm that the header names.
pub fn sign_texts(header: impl AsRef<[u8]>, claims: impl AsRef<[u8]>, signer: &Signer) -> String {
    sign_parts(&base64(header), &base64(claims), signer)
}

/// A token of exactly these two parts.
pub fn sign_parts(header: &str, claims: &str, signer: &Signer) -> String {
    use ::base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let said: Value = BASE64_URL_SAFE_NO_PAD
        .decode(header)
        .ok()
        .and_then(|text| serde_json::from_slice(&text).ok())
        .unwrap_or_default();
    let message = format!("{header}.{claims}");
    let signature = signer.sign(said["alg"].as_str().unwrap_or_default(), message.as_bytes());
    format!("{message}.{}", base64(signature))
}
