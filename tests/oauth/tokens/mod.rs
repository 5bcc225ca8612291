//! The campaign: tokens as an attacker makes them, each with what becomes of it and why.

mod audience;
mod claims;
mod form;
mod header;
mod keys;
mod profile;
mod signature;
mod time;

use std::sync::LazyLock;

use mcp_rbac::{OAuth, oauth::Scopes};
use serde_json::{Value, json};

use crate::support::{Running, Signer, Token};

pub const ISSUER: &str = "https://login.example/realm";
pub const AUDIENCE: &str = "https://records.example/mcp";

/// The keys of the issuer, and one that is somebody else's.
pub struct Keys {
    pub rsa: Signer,
    pub p256: Signer,
    pub p384: Signer,
    pub ed25519: Signer,
    /// In the key set for PS256 alone.
    pub pss: Signer,
    /// Two keys with one id.
    pub twins: [Signer; 2],
    /// In the key set, but not usable.
    pub unusable: Signer,
    pub stranger: Signer,
}

pub static KEYS: LazyLock<Keys> = LazyLock::new(|| Keys {
    rsa: Signer::rsa("rsa"),
    p256: Signer::p256("p256"),
    p384: Signer::p384("p384"),
    ed25519: Signer::ed25519("ed25519"),
    pss: Signer::rsa("pss"),
    twins: [Signer::rsa("twin"), Signer::p256("twin")],
    unusable: Signer::rsa("unusable"),
    stranger: Signer::rsa("rsa"),
});

pub fn key_set() -> Value {
    let keys = &*KEYS;
    json!({ "keys": [
        keys.rsa.jwk(), keys.p256.jwk(), keys.p384.jwk(), keys.ed25519.jwk(),
        keys.pss.jwk_with("pss", json!({ "alg": "PS256", "use": "sig", "key_ops": ["verify"] })),
        keys.twins[0].jwk(), keys.twins[1].jwk(),
        keys.unusable.jwk_with("for encryption", json!({ "use": "enc" })),
        keys.unusable.jwk_with("to sign with", json!({ "key_ops": ["sign"] })),
        keys.unusable.jwk_with("for key exchange", json!({ "alg": "RSA-OAEP" })),
        keys.unusable.jwk_with("for secrets", json!({ "alg": "HS256" })),
        keys.unusable.jwk_with("for curves", json!({ "alg": "ES256" })),
        keys.unusable.jwk_with("private", json!({ "d": "AQAB" })),
        keys.unusable.jwk_with("half private", json!({ "p": "AQAB" })),
        keys.unusable.jwk_with("small exponent", json!({ "e": "Aw" })),
        keys.unusable.jwk_with("even exponent", json!({ "e": "AQAA" })),
        keys.unusable.jwk_with("short", json!({ "n": "wQ" })),
        keys.unusable.jwk_with("unknown kind", json!({ "kty": "PQC" })),
        { "kty": "oct", "kid": "secret", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA" },
        { "kty": "EC", "kid": "other curve", "crv": "secp256k1", "x": "AQ", "y": "AQ" },
        "no key at all",
    ] })
}

pub fn tokens() -> OAuth {
    OAuth::issuer(ISSUER).unwrap().audience(AUDIENCE).scopes(Scopes::Ignore).jwks(key_set().to_string())
}

/// The server of most cases.
pub fn server() -> &'static Running {
    static SERVER: LazyLock<Running> = LazyLock::new(|| Running::taking(tokens()));
    &SERVER
}

pub fn honest() -> Token {
    Token::of(ISSUER, AUDIENCE)
}
