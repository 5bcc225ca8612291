//! What a signature can be.

use super::{KEYS, honest, server};
use crate::support::{
    Signer, Table,
    Want::{In, Out},
    base64,
};

#[test]
fn signatures_of_every_kind() {
    let keys = &*KEYS;
    let mut table = Table::of(server());
    let t = &mut table;
    for (signer, width) in [(&keys.rsa, 256), (&keys.p256, 64), (&keys.p384, 96), (&keys.ed25519, 64)] {
        let good = honest().sign(signer);
        let (message, _) = good.rsplit_once('.').unwrap();
        let signature = signer.sign(signer.algorithm(), message.as_bytes());
        assert_eq!(signature.len(), width);
        let mut with = |name: &str, bytes: Vec<u8>| {
            t.case(
                &format!("{}, {name}", signer.algorithm()),
                &format!("{message}.{}", base64(bytes)),
                Out("bad_signature"),
            );
        };
        with("empty", Vec::new());
        with("one byte", vec![1]);
        with("half of it", signature[..width / 2].to_vec());
        with("one byte less", signature[..width - 1].to_vec());
        with("one byte more", [signature.as_slice(), &[0]].concat());
        with("a zero before", [&[0], signature.as_slice()].concat());
        with("twice", [signature.as_slice(), &signature].concat());
        with("zeros", vec![0; width]);
        with("ones", vec![0xff; width]);
        with("one bit changed", {
            let mut changed = signature.clone();
            changed[width / 2] ^= 1;
            changed
        });
        with("backwards", signature.iter().rev().copied().collect());
        with("of other claims", signer.sign(signer.algorithm(), b"e30.e30"));
        with("of the message as bytes", signer.sign(signer.algorithm(), message.replace('.', "").as_bytes()));
        // the claims of another holder under this signature
        let other = honest().claim("sub", "root").sign(signer);
        let (other_message, _) = other.rsplit_once('.').unwrap();
        t.case(
            &format!("{}, of another token", signer.algorithm()),
            &format!("{other_message}.{}", base64(&signature)),
            Out("bad_signature"),
        );
    }
    // ECDSA: the form of X.509 instead of that of JOSE
    let good = honest().sign(&keys.p256);
    let (message, _) = good.rsplit_once('.').unwrap();
    let signature = keys.p256.sign("ES256", message.as_bytes());
    let integer = |bytes: &[u8]| {
        let positive = [&[0], bytes].concat();
        [&[2, u8::try_from(positive.len()).unwrap()], positive.as_slice()].concat()
    };
    let both = [integer(&signature[..32]), integer(&signature[32..])].concat();
    let der = [&[0x30, u8::try_from(both.len()).unwrap()], both.as_slice()].concat();
    t.case("ES256 in DER", &format!("{message}.{}", base64(der)), Out("bad_signature"));

    // keys
    t.case("another key with the same id", &honest().sign(&keys.stranger), Out("bad_signature"));
    t.case(
        "the key of another id",
        &honest().header("kid", "pss").header("alg", "PS256").sign(&keys.rsa),
        Out("bad_signature"),
    );
    let crossed = |kid: &str, algorithm: &str| honest().header("kid", kid).header("alg", algorithm);
    for (kid, algorithm) in [
        ("rsa", "ES256"),
        ("rsa", "EdDSA"),
        ("p256", "RS256"),
        ("p256", "EdDSA"),
        ("p256", "ES384"),
        ("p384", "ES256"),
        ("ed25519", "RS256"),
        ("ed25519", "ES256"),
        ("pss", "RS256"),
        ("pss", "PS384"),
    ] {
        t.case(
            &format!("key `{kid}` for {algorithm}"),
            &crossed(kid, algorithm).sign(&keys.rsa),
            Out("key_mismatch"),
        );
    }
    t.case("the key that is for PS256", &crossed("pss", "PS256").sign(&keys.pss), In);
    let claimed = honest().header("alg", "RS256").header("kid", "rsa");
    let message = format!("{}.{}", base64(claimed.header.to_string()), base64(claimed.claims.to_string()));
    let pss = base64(keys.rsa.sign("PS256", message.as_bytes()));
    t.case("PS256 said to be RS256", &format!("{message}.{pss}"), Out("bad_signature"));
    let sha512 = base64(keys.rsa.sign("RS512", message.as_bytes()));
    t.case("RS512 said to be RS256", &format!("{message}.{sha512}"), Out("bad_signature"));
    t.case("one of two keys of a name", &honest().sign(&keys.twins[0]), In);
    t.case("the other one", &honest().sign(&keys.twins[1]), In);
    // no key named
    let nobody = Signer::p384("nobody");
    let unnamed = honest().without_header("kid");
    let nameless = |algorithm: &str, signer| unnamed.clone().header("alg", algorithm).sign_as_is(signer);
    t.case("no key named, one fits", &nameless("ES384", &keys.p384), In);
    t.case("no key named, one fits, a stranger signed", &nameless("ES384", &nobody), Out("bad_signature"));
    t.case("no key named, several fit", &nameless("RS256", &keys.rsa), Out("no_key_id"));
    table.finish("signature");
}
