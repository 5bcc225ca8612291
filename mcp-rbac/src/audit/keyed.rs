use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use sha2::Sha256;

/// Digests that only who has the secret can make: a plain one of an e-mail address is found out by trying addresses.
#[derive(Clone)]
pub(super) struct Keyed(Hmac<Sha256>);

/// The least length of a secret, in bytes.
pub(super) const LEAST_SECRET: usize = 32;

impl Keyed {
    /// `None` for a secret that is too short.
    pub(super) fn new(secret: &SecretString) -> Option<Self> {
        let secret = secret.expose_secret().as_bytes();
        if secret.len() < LEAST_SECRET {
            return None;
        }
        Hmac::new_from_slice(secret).ok().map(Self)
    }

    /// The HMAC-SHA-256 (RFC 2104) of these bytes, in hexadecimal digits.
    pub(super) fn bytes(&self, bytes: &[u8]) -> String {
        let mut mac = self.0.clone();
        mac.update(bytes);
        mac.finalize().into_bytes().iter().fold(String::with_capacity(64), |mut text, byte| {
            for digit in [byte >> 4, byte & 15] {
                text.extend(char::from_digit(digit.into(), 16));
            }
            text
        })
    }

    /// What stands in the place of a value: the HMAC of its JSON text.
    pub(super) fn value(&self, value: &Value) -> String {
        format!("hmac:{}", self.bytes(value.to_string().as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// RFC 4231 has no test whose key is long enough and whose digest is of a JSON text; this one was made with
    /// `printf '"ada@example.org"' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef`.
    #[test]
    fn it_is_what_openssl_says() {
        let keyed = Keyed::new(&"0123456789abcdef0123456789abcdef".into()).unwrap();
        assert_eq!(
            keyed.value(&json!("ada@example.org")),
            "hmac:80b2c7fbc09cd2f96fc67e1602ad6ed65ad067c89ceae10ab50211f5c1e7fc2b"
        );
    }

    #[test]
    fn a_short_secret_is_none() {
        assert!(Keyed::new(&"0123456789abcdef0123456789abcde".into()).is_none());
    }
}
