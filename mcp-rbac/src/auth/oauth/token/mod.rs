//! A token, taken apart. There is one place that does this, and what it finds is what everything else works on.

mod claims;

pub(super) use claims::Claims;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use super::Reason;
pub(super) use crate::auth::json::{NotStrict, object};

/// How long a token may be, in bytes. The longest that are seen in practice list some two hundred groups and have about
/// half of that.
pub(super) const MAX_TOKEN: usize = 16 * 1024;
/// How long the id of a key may be.
const MAX_KEY_ID: usize = 512;

/// A token of which nothing has been believed yet.
pub(super) struct Unverified<'t> {
    /// What is signed.
    pub(super) message: &'t [u8],
    pub(super) signature: Vec<u8>,
    pub(super) header: Header,
    pub(super) claims: Claims,
}

/// What counts of a header. Keys and certificates in it, and places where to get some (`jwk`, `jku`, `x5c`, `x5u`), do
/// not: a token cannot say what it is to be checked with (RFC 8725, section 3.10).
pub(super) struct Header {
    pub(super) algorithm: String,
    pub(super) key_id: Option<String>,
    pub(super) kind: Option<String>,
}

/// The three parts of anything signed in this way, of which the header alone is decoded.
pub(super) struct Signed<'t> {
    /// What is signed.
    pub(super) message: &'t [u8],
    pub(super) header: Map<String, Value>,
    payload: &'t [u8],
    signature: &'t [u8],
}

impl<'t> Signed<'t> {
    /// RFC 7515, section 5.2.
    pub(super) fn of(token: &'t [u8]) -> Result<Self, Reason> {
        if token.len() > MAX_TOKEN {
            return Err(Reason::TooLarge);
        }
        let parts: Vec<&[u8]> = token.split(|byte| *byte == b'.').take(6).collect();
        let [header, payload, signature] = parts.as_slice() else {
            return Err(if parts.len() == 5 { Reason::Encrypted } else { Reason::NotAJwt });
        };
        let message = token.get(..header.len() + 1 + payload.len()).ok_or(Reason::NotAJwt)?;
        Ok(Self { message, header: json_part(header, Reason::BadHeader)?, payload, signature })
    }

    #[cfg(test)]
    pub(super) fn payload(&self) -> Result<Vec<u8>, Reason> {
        decode(self.payload)
    }

    pub(super) fn signature(&self) -> Result<Vec<u8>, Reason> {
        decode(self.signature)
    }
}

/// The parts of a token, decoded: the first step, which says nothing about what they mean.
pub(super) struct Apart<'t> {
    /// What is signed.
    pub(super) message: &'t [u8],
    pub(super) signature: Vec<u8>,
    pub(super) header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
}

impl<'t> Apart<'t> {
    /// RFC 7519, section 7.2.
    pub(super) fn of(token: &'t [u8]) -> Result<Self, Reason> {
        let signed = Signed::of(token)?;
        let claims = json_part(signed.payload, Reason::BadClaims)?;
        Ok(Self { message: signed.message, signature: signed.signature()?, header: signed.header, claims })
    }
}

impl<'t> Unverified<'t> {
    /// Takes an access token apart.
    pub(super) fn parse(token: &'t [u8]) -> Result<Self, Reason> {
        let Apart { message, signature, header, claims } = Apart::of(token)?;
        Ok(Self { message, signature, header: Header::of(&header)?, claims: Claims::new(claims) })
    }
}

impl Header {
    pub(super) fn of(members: &Map<String, Value>) -> Result<Self, Reason> {
        // one that demands to be understood (RFC 7515, section 4.1.11), or changes what the rest means (RFC 7797, RFC 7516)
        for name in ["crit", "b64", "zip", "enc"] {
            if members.contains_key(name) {
                return Err(Reason::UnsupportedHeader(name));
            }
        }
        // a token within a token; `cty` serves for nothing else here (RFC 7519, section 5.2)
        if members.contains_key("cty") {
            return Err(Reason::WrongType);
        }
        let text = |name: &str| match members.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(Reason::BadHeader),
        };
        let key_id = text("kid")?;
        if key_id.as_ref().is_some_and(|id| id.len() > MAX_KEY_ID) {
            return Err(Reason::BadHeader);
        }
        Ok(Self { algorithm: text("alg")?.ok_or(Reason::BadHeader)?, key_id, kind: text("typ")? })
    }
}

fn json_part(part: &[u8], bad: Reason) -> Result<Map<String, Value>, Reason> {
    object(&decode(part)?).map_err(|error| match error {
        NotStrict::Syntax => bad,
        NotStrict::Duplicate => Reason::DuplicateMember,
    })
}

/// One token, one text: the decoder takes no padding, no white space and no left-over bits.
fn decode(part: &[u8]) -> Result<Vec<u8>, Reason> {
    BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| Reason::BadEncoding)
}
