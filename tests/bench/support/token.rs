//! An access token as an authorization server makes them, and the key set that it is checked with.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeySize,
    signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
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
    let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let public = key.public_key();
    let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let jwks = json!({ "keys": [{
        "kty": "RSA", "use": "sig", "alg": "RS256", "kid": "bench",
        "n": encode(public.modulus().big_endian_without_leading_zero()),
        "e": encode(public.exponent().big_endian_without_leading_zero()),
    }] });
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let header = json!({ "typ": "at+jwt", "alg": "RS256", "kid": "bench" });
    let claims = json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "9b1f0c52-7f2f-4c51-9a80-4a2e3b7f6a11", "client_id": "inspector",
        "scope": "openid read", "groups": ["staff", "readers"], "jti": "5f0f7f1e-53a6-4b7c-8b57-3d0c9f6c2a10",
        "iat": now, "exp": now + 3600,
    });
    let message =
        format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.to_string().as_bytes()));
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    let tokens = OAuth::issuer(ISSUER)
        .unwrap()
        .audience(AUDIENCE)
        .jwks(jwks.to_string())
        .scopes(Scopes::Limit)
        .roles(claim("groups").map("readers", crate::rbac::Role::Reader));
    (tokens, format!("{message}.{}", encode(&signature)))
}
