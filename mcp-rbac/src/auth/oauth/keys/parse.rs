//! Reads a JWK Set (RFC 7517), key by key: one that cannot be used does not take the others with it.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::DecodingKey;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{Ignored, Key, KeySet};
use crate::auth::oauth::{Algorithm, algorithm::KeyKind, token::object};

/// How many keys a set may have.
const MAX_KEYS: usize = 128;
/// How long the modulus of an RSA key is: below, it can be factored (NIST SP 800-131A); above, checking one signature
/// costs more than a request is worth.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

impl KeySet {
    /// The keys of the document that can be used, and why the others cannot. The error is for the log.
    pub(in crate::auth::oauth) fn parse(document: &[u8]) -> Result<Self, String> {
        let digest = Sha256::digest(document).into();
        let document =
            object(document).map_err(|_| "it is no JSON object, or says something twice".to_owned())?;
        let Some(Value::Array(members)) = document.get("keys") else {
            return Err("it has no array `keys`".to_owned());
        };
        if members.len() > MAX_KEYS {
            return Err(format!("it has more than {MAX_KEYS} keys"));
        }
        let mut set = Self { keys: Vec::new(), ignored: Vec::new(), digest };
        for (place, member) in members.iter().enumerate() {
            match key(member) {
                Ok(key) => set.keys.push(key),
                Err(why) => {
                    let name = match member.get("kid") {
                        Some(Value::String(id)) => id.chars().take(64).flat_map(char::escape_debug).collect(),
                        Some(_) | None => format!("no. {}", place + 1),
                    };
                    set.ignored.push(Ignored { name, why });
                }
            }
        }
        Ok(set)
    }
}

impl Key {
    /// A single public key, or why it is none that is used.
    pub(in crate::auth::oauth) fn parse(member: &Value) -> Result<Self, &'static str> {
        key(member)
    }
}

/// One key, or why it is not used.
fn key(member: &Value) -> Result<Key, &'static str> {
    let Value::Object(member) = member else { return Err("it is no JSON object") };
    let text = |name: &str, wrong: &'static str| match member.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(wrong),
    };
    // what is said in `d` and its like is known to whoever can read the set
    if ["d", "p", "q", "dp", "dq", "qi", "oth"].iter().any(|name| member.contains_key(*name)) {
        return Err("it is a private key");
    }
    if member.contains_key("k") {
        return Err("it is a symmetric key");
    }
    match text("use", "its `use` is no text")? {
        None | Some("sig") => {}
        Some(_) => return Err("it is not for signatures"),
    }
    match member.get("key_ops") {
        None => {}
        Some(Value::Array(operations)) if operations.iter().any(|operation| operation == "verify") => {}
        Some(_) => return Err("it is not for checking signatures"),
    }
    let (kind, public) = match text("kty", "its `kty` is no text")? {
        Some("RSA") => (KeyKind::Rsa, rsa(member)?),
        Some("EC") => match text("crv", "its `crv` is no text")? {
            Some("P-256") => (KeyKind::P256, elliptic(member, 32)?),
            Some("P-384") => (KeyKind::P384, elliptic(member, 48)?),
            Some(_) | None => return Err("its curve is not known"),
        },
        Some("OKP") => match text("crv", "its `crv` is no text")? {
            Some("Ed25519") => (KeyKind::Ed25519, edwards(member)?),
            Some(_) | None => return Err("its curve is not known"),
        },
        Some("oct") => return Err("it is a symmetric key"),
        Some(_) | None => return Err("its `kty` is not known"),
    };
    let algorithm = match text("alg", "its `alg` is no text")? {
        None => None,
        Some(name) => Some(Algorithm::named(name).ok_or("its `alg` is not known")?),
    };
    if algorithm.is_some_and(|algorithm| algorithm.key_kind() != kind) {
        return Err("its `alg` is for another kind of key");
    }
    Ok(Key { id: text("kid", "its `kid` is no text")?.map(str::to_owned), kind, algorithm, public })
}

fn rsa(member: &Map<String, Value>) -> Result<DecodingKey, &'static str> {
    let (modulus, exponent) = (number(member, "n")?, number(member, "e")?);
    let (Some(first), Some(last)) = (modulus.first(), modulus.last()) else {
        return Err("it has no modulus");
    };
    let bits = modulus.len() * 8 - first.leading_zeros() as usize;
    if *first == 0 {
        return Err("its modulus begins with a zero");
    }
    if bits < *RSA_BITS.start() {
        return Err("it is weak: an RSA key has at least 2048 bits");
    }
    if bits > *RSA_BITS.end() {
        return Err("it is too long: an RSA key has at most 8192 bits");
    }
    if last % 2 == 0 {
        return Err("its modulus is even");
    }
    // odd, above 2^16 (FIPS 186-5, section 5.1), and short enough that a check stays cheap
    let is_good = exponent.len() <= 4
        && exponent.first().is_some_and(|byte| *byte != 0)
        && exponent.last().is_some_and(|byte| byte % 2 == 1)
        && exponent.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte)) > 0xffff;
    if !is_good {
        return Err("it is weak: its exponent is none of those in use");
    }
    Ok(DecodingKey::from_rsa_raw_components(&modulus, &exponent))
}

fn elliptic(member: &Map<String, Value>, width: usize) -> Result<DecodingKey, &'static str> {
    let (x, y) = (number(member, "x")?, number(member, "y")?);
    if x.len() != width || y.len() != width {
        return Err("its point has another length than its curve");
    }
    let mut point = vec![4];
    point.extend(x);
    point.extend(y);
    Ok(DecodingKey::from_ec_der(&point))
}

fn edwards(member: &Map<String, Value>) -> Result<DecodingKey, &'static str> {
    let x = number(member, "x")?;
    if x.len() != 32 {
        return Err("its point has another length than its curve");
    }
    Ok(DecodingKey::from_ed_der(&x))
}

fn number(member: &Map<String, Value>, name: &str) -> Result<Vec<u8>, &'static str> {
    let Some(Value::String(text)) = member.get(name) else { return Err("a part of it is missing") };
    BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| "a part of it is not base64url")
}
