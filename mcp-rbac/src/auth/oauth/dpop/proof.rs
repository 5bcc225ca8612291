use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::auth::oauth::{
    Algorithm,
    keys::Key,
    token::{Apart, Claims},
};

/// How long a proof may be.
const MAX_PROOF: usize = 8 * 1024;
/// How long the id of a proof may be.
const MAX_ID: usize = 256;

/// A proof whose signature is good, by the key that it brings along.
pub(super) struct Proof {
    /// The thumbprint of that key (RFC 7638).
    pub(super) thumbprint: String,
    pub(super) id: String,
    pub(super) method: String,
    pub(super) url: String,
    pub(super) issued: f64,
    pub(super) token_hash: String,
}

impl Proof {
    /// The error names what is wrong with it.
    pub(super) fn parse(text: &[u8], allowed: &[Algorithm]) -> Result<Self, &'static str> {
        if text.len() > MAX_PROOF {
            return Err("too_large");
        }
        let Apart { message, signature, header, claims } = Apart::of(text).map_err(|_| "form")?;
        let said = |name: &str| header.get(name).and_then(Value::as_str);
        if !said("typ").is_some_and(|kind| kind.eq_ignore_ascii_case("dpop+jwt")) {
            return Err("typ");
        }
        if ["crit", "b64", "zip", "enc", "cty"].iter().any(|name| header.contains_key(*name)) {
            return Err("header");
        }
        let algorithm =
            said("alg").and_then(Algorithm::named).filter(|algorithm| allowed.contains(algorithm));
        let algorithm = algorithm.ok_or("alg")?;
        let member = header.get("jwk").ok_or("key")?;
        let key = Key::parse(member).map_err(|_| "key")?;
        if !key.fits(algorithm) {
            return Err("alg");
        }
        if !key.verifies(algorithm, message, &signature) {
            return Err("signature");
        }
        let thumbprint = member.as_object().and_then(thumbprint).ok_or("key")?;
        let claims = Claims::new(claims);
        let text = |name: &'static str| match claims.text(name) {
            Ok(Some(text)) if !text.is_empty() => Ok(text.to_owned()),
            Ok(_) | Err(_) => Err(name),
        };
        let id = text("jti")?;
        if id.len() > MAX_ID {
            return Err("jti");
        }
        Ok(Self {
            thumbprint,
            id,
            method: text("htm")?,
            url: text("htu")?,
            issued: claims.seconds("iat").ok().flatten().ok_or("iat")?,
            token_hash: text("ath")?,
        })
    }
}

/// What a proof calls a token (RFC 9449, section 4.2).
pub(super) fn hash(text: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(text))
}

/// The SHA-256 thumbprint of a public key (RFC 7638, section 3): over the members that make it, in the order of their
/// names. serde_json writes an object in that order, or in the one given here: they are the same.
fn thumbprint(key: &Map<String, Value>) -> Option<String> {
    let text = |name: &str| key.get(name).and_then(Value::as_str);
    let members = match text("kty")? {
        "EC" => json!({ "crv": text("crv")?, "kty": "EC", "x": text("x")?, "y": text("y")? }),
        "RSA" => json!({ "e": text("e")?, "kty": "RSA", "n": text("n")? }),
        "OKP" => json!({ "crv": text("crv")?, "kty": "OKP", "x": text("x")? }),
        _ => return None,
    };
    Some(hash(members.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7638, section 3.1.
    #[test]
    fn a_thumbprint_is_that_of_the_standard() {
        let key = json!({
            "kty": "RSA",
            "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
            "e": "AQAB", "alg": "RS256", "kid": "2011-04-29",
        });
        let found = thumbprint(key.as_object().unwrap());
        assert_eq!(found.as_deref(), Some("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"));
    }
}
