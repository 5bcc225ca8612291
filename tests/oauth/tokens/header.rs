//! What a header can say.

use aws_lc_rs::hmac;
use serde_json::{Value, json};

use super::{KEYS, honest, server};
use crate::support::{
    Table,
    Want::{In, Out},
    base64,
};

#[test]
fn headers_of_every_kind() {
    let keys = &*KEYS;
    let rsa = &keys.rsa;
    let mut table = Table::of(server());
    let t = &mut table;

    for algorithm in ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"] {
        t.case(algorithm, &honest().header("alg", algorithm).sign(rsa), In);
    }
    t.case("ES256", &honest().sign(&keys.p256), In);
    t.case("ES384", &honest().sign(&keys.p384), In);
    t.case("EdDSA", &honest().sign(&keys.ed25519), In);
    // no signature at all, in every spelling
    for none in ["none", "None", "NONE", "nOnE", "none ", " none", "", "nоne", "none\0"] {
        let unsigned = honest().header("alg", none).header("kid", "rsa");
        let text =
            format!("{}.{}.", base64(unsigned.header.to_string()), base64(unsigned.claims.to_string()));
        t.case(&format!("alg `{}`, unsigned", none.escape_debug()), &text, Out("algorithm_not_allowed"));
        let signed = honest().header("alg", none).sign(rsa);
        t.case(&format!("alg `{}`, signed", none.escape_debug()), &signed, Out("algorithm_not_allowed"));
    }
    // the public key as the secret that it is not
    for (name, secret) in [
        ("DER", rsa.public_der()),
        ("PEM", pem(&rsa.public_der(), "PUBLIC KEY").into_bytes()),
        ("PEM without its last line", pem(&rsa.public_der(), "PUBLIC KEY").trim_end().as_bytes().to_vec()),
        ("JWK", rsa.jwk().to_string().into_bytes()),
        ("modulus", rsa.jwk()["n"].as_str().unwrap().as_bytes().to_vec()),
        ("nothing", Vec::new()),
    ] {
        for (algorithm, hash) in
            [("HS256", hmac::HMAC_SHA256), ("HS384", hmac::HMAC_SHA384), ("HS512", hmac::HMAC_SHA512)]
        {
            let token = honest().header("alg", algorithm).header("kid", "rsa");
            let message =
                format!("{}.{}", base64(token.header.to_string()), base64(token.claims.to_string()));
            let signature = hmac::sign(&hmac::Key::new(hash, &secret), message.as_bytes());
            let forged = format!("{message}.{}", base64(signature));
            t.case(
                &format!("{algorithm} with the public key as {name}"),
                &forged,
                Out("algorithm_not_allowed"),
            );
        }
    }
    let shared = hmac::Key::new(hmac::HMAC_SHA256, b"secret-secret-secret-secret-secret");
    let token = honest().header("alg", "HS256").header("kid", "secret");
    let message = format!("{}.{}", base64(token.header.to_string()), base64(token.claims.to_string()));
    let forged = format!("{message}.{}", base64(hmac::sign(&shared, message.as_bytes())));
    t.case("HS256 with the secret of the key set", &forged, Out("algorithm_not_allowed"));
    // names that are none, or that are not spelt so
    for name in [
        "rs256", "RS256 ", "RSA256", "ES512", "ES521", "ES256K", "Ed25519", "RS1", "RSA-OAEP", "dir",
        "A128KW", "*",
    ] {
        t.case(
            &format!("alg `{name}`"),
            &honest().header("alg", name).sign(rsa),
            Out("algorithm_not_allowed"),
        );
    }
    for (name, value) in [
        ("number", json!(256)),
        ("array", json!(["RS256"])),
        ("null", Value::Null),
        ("object", json!({ "RS256": 1 })),
    ] {
        t.case(
            &format!("alg is a {name}"),
            &honest().header("alg", value.clone()).sign(rsa),
            Out("bad_header"),
        );
        t.case(
            &format!("kid is a {name}"),
            &honest().header("kid", value.clone()).sign(rsa),
            Out("bad_header"),
        );
        t.case(&format!("typ is a {name}"), &honest().header("typ", value).sign(rsa), Out("bad_header"));
    }
    t.case("no alg", &honest().header("kid", "rsa").sign_as_is(rsa), Out("bad_header"));
    // headers that have to be understood
    for (name, value, said) in [
        ("crit", json!(["exp"]), "crit"),
        ("crit", json!([]), "crit"),
        ("crit", json!(["http://example.com/UNDEFINED"]), "crit"),
        ("crit", Value::Null, "crit"),
        ("b64", json!(false), "b64"),
        ("b64", json!(true), "b64"),
        ("zip", json!("DEF"), "zip"),
        ("enc", json!("A128GCM"), "enc"),
    ] {
        let reason: &'static str = match said {
            "crit" => "unsupported_header crit",
            "b64" => "unsupported_header b64",
            "zip" => "unsupported_header zip",
            _ => "unsupported_header enc",
        };
        t.case(&format!("{name}: {value}"), &honest().header(name, value).sign(rsa), Out(reason));
    }
    // what a token is
    for (kind, want) in [
        ("at+jwt", In),
        ("AT+JWT", In),
        ("application/at+jwt", In),
        ("JWT", In),
        ("jwt", In),
        ("application/jwt", In),
        ("id_token+jwt", Out("wrong_type")),
        ("logout+jwt", Out("wrong_type")),
        ("secevent+jwt", Out("wrong_type")),
        ("dpop+jwt", Out("wrong_type")),
        ("kb+jwt", Out("wrong_type")),
        ("oauth-authz-req+jwt", Out("wrong_type")),
        ("JOSE", Out("wrong_type")),
        ("at+jwt ", Out("wrong_type")),
        ("at jwt", Out("wrong_type")),
        ("", Out("wrong_type")),
    ] {
        t.case(&format!("typ `{kind}`"), &honest().header("typ", kind).sign(rsa), want);
    }
    t.case("no typ", &honest().without_header("typ").sign(rsa), In);
    t.case("a token within", &honest().header("cty", "JWT").sign(rsa), Out("wrong_type"));
    // keys that the token brings along are not looked at
    for (name, value) in [
        ("jwk", keys.stranger.jwk()),
        ("jku", json!("https://evil.example/keys")),
        ("x5u", json!("https://evil.example/certificate")),
        ("x5c", json!(["MIIB"])),
        ("x5t", json!("AQAB")),
        ("url", json!("https://evil.example")),
        ("epk", json!({})),
        ("something", json!(1)),
    ] {
        t.case(&format!("{name} besides"), &honest().header(name, value.clone()).sign(rsa), In);
        let forged = honest().header(name, value).sign(&keys.stranger);
        t.case(&format!("{name} of the forger"), &forged, Out("bad_signature"));
    }
    // names of keys that somebody may look up
    for id in [
        "../../../../dev/null",
        "/dev/null",
        "keys/rsa.pem",
        "rsa'--",
        "' OR '1'='1",
        "rsa\0",
        "rsa ",
        " rsa",
        "RSA",
        "https://evil.example/key",
        "file:///etc/passwd",
        "|id",
        "$(id)",
        "%72sa",
        "rsа",
        "rsa\n",
        "",
    ] {
        t.case(
            &format!("kid `{}`", id.escape_debug()),
            &honest().header("kid", id).sign(rsa),
            Out("unknown_key"),
        );
    }
    t.case(
        "kid of a thousand letters",
        &honest().header("kid", "k".repeat(1000)).sign(rsa),
        Out("bad_header"),
    );
    table.finish("header");
}

fn pem(der: &[u8], label: &str) -> String {
    use ::base64::{Engine, prelude::BASE64_STANDARD};
    let text = BASE64_STANDARD.encode(der);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}
