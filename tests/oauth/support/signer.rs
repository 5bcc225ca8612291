//! Keys made here, and what signs with them: raw, so that anything at all can be signed.

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
        KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384,
        RSA_PSS_SHA512, RsaEncoding, RsaKeyPair,
    },
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

pub fn base64(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// A private key with an id.
pub struct Signer {
    pub id: &'static str,
    key: Private,
}

enum Private {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Signer {
    pub fn rsa(id: &'static str) -> Self {
        Self { id, key: Private::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap()) }
    }

    pub fn p256(id: &'static str) -> Self {
        Self { id, key: Private::P256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()) }
    }

    pub fn p384(id: &'static str) -> Self {
        Self { id, key: Private::P384(EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap()) }
    }

    pub fn ed25519(id: &'static str) -> Self {
        Self { id, key: Private::Ed25519(Ed25519KeyPair::generate().unwrap()) }
    }

    /// The algorithm that such keys are mostly used with.
    pub fn algorithm(&self) -> &'static str {
        match self.key {
            Private::Rsa(_) => "RS256",
            Private::P256(_) => "ES256",
            Private::P384(_) => "ES384",
            Private::Ed25519(_) => "EdDSA",
        }
    }

    pub fn sign(&self, algorithm: &str, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        let rsa: &'static dyn RsaEncoding = match algorithm {
            "RS384" => &RSA_PKCS1_SHA384,
            "RS512" => &RSA_PKCS1_SHA512,
            "PS256" => &RSA_PSS_SHA256,
            "PS384" => &RSA_PSS_SHA384,
            "PS512" => &RSA_PSS_SHA512,
            _ => &RSA_PKCS1_SHA256,
        };
        match &self.key {
            Private::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(rsa, &random, message, &mut signature).unwrap();
                signature
            }
            Private::P256(key) | Private::P384(key) => key.sign(&random, message).unwrap().as_ref().to_vec(),
            Private::Ed25519(key) => key.sign(message).as_ref().to_vec(),
        }
    }

    /// The public key in a key set, with nothing said that need not be.
    pub fn jwk(&self) -> Value {
        match &self.key {
            Private::Rsa(key) => {
                let (n, e) = (key.public_key().modulus(), key.public_key().exponent());
                json!({
                    "kty": "RSA", "kid": self.id,
                    "n": base64(n.big_endian_without_leading_zero()),
                    "e": base64(e.big_endian_without_leading_zero()),
                })
            }
            Private::P256(key) => self.elliptic("P-256", key),
            Private::P384(key) => self.elliptic("P-384", key),
            Private::Ed25519(key) => {
                json!({ "kty": "OKP", "kid": self.id, "crv": "Ed25519", "x": base64(key.public_key()) })
            }
        }
    }

    fn elliptic(&self, curve: &str, key: &EcdsaKeyPair) -> Value {
        let point = &key.public_key().as_ref()[1..];
        let (x, y) = point.split_at(point.len() / 2);
        json!({ "kty": "EC", "kid": self.id, "crv": curve, "x": base64(x), "y": base64(y) })
    }

    /// The public key as forgers use it for a secret.
    pub fn public_der(&self) -> Vec<u8> {
        match &self.key {
            Private::Rsa(key) => {
                let der: aws_lc_rs::encoding::PublicKeyX509Der<'_> =
                    aws_lc_rs::encoding::AsDer::as_der(key.public_key()).unwrap();
                der.as_ref().to_vec()
            }
            Private::P256(key) | Private::P384(key) => key.public_key().as_ref().to_vec(),
            Private::Ed25519(key) => key.public_key().as_ref().to_vec(),
        }
    }

    /// The public key with another id.
    pub fn jwk_as(&self, id: &str) -> Value {
        let mut jwk = self.jwk();
        jwk["kid"] = json!(id);
        jwk
    }

    /// The public key with members added.
    pub fn jwk_with(&self, id: &str, more: Value) -> Value {
        let mut jwk = self.jwk_as(id);
        for (name, value) in more.as_object().unwrap() {
            jwk[name] = value.clone();
        }
        jwk
    }
}
