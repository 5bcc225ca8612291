//! An access token as long as those that authorization servers make, and the key set that it is checked with.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use mcp_rbac::{
    OAuth,
    oauth::{Scopes, claim},
};
use serde_json::json;

const ISSUER: &str = "https://login.example/realm";
const AUDIENCE: &str = "https://records.example/mcp";

/// What takes the tokens, and one of them.
pub fn issued() -> (OAuth, String) {
    // the same in every run, so that making it costs the same
    let key = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let public = encode(key.public_key().as_ref());
    let jwks =
        json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": "bench", "x": public }] });
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let header = json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": "bench" });
    let claims = json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "9b1f0c52-7f2f-4c51-9a80-4a2e3b7f6a11", "client_id": "inspector",
        "scope": "openid read", "groups": ["staff", "readers"], "jti": "5f0f7f1e-53a6-4b7c-8b57-3d0c9f6c2a10",
        "iat": now, "exp": now + 3600, "auth_time": now, "acr": "urn:mace:incommon:iap:silver",
        "name": "Ada Lovelace", "preferred_username": "ada", "email": "ada@records.example", "email_verified": true,
        "entitlements": ["customer-records", "quarterly-reports", "support-desk-second-level", "on-call-rotation-emea"],
    });
    let message =
        format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.to_string().as_bytes()));
    let tokens = OAuth::issuer(ISSUER)
        .unwrap()
        .audience(AUDIENCE)
        .jwks(jwks.to_string())
        .scopes(Scopes::Limit)
        .roles(claim("groups").map("readers", crate::rbac::Role::Reader));
    (tokens, format!("{message}.{}", encode(key.sign(message.as_bytes()).as_ref())))
}
