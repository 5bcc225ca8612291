//! What the bytes of a token can be.

use serde_json::json;

use super::{KEYS, honest, server};
use crate::support::{
    Table,
    Want::{In, Out},
    base64, call, sign_parts, sign_texts,
};

#[test]
fn tokens_of_every_form() {
    let rsa = &KEYS.rsa;
    let good = honest().sign(rsa);
    let parts: Vec<&str> = good.split('.').collect();
    let [header, claims, signature] = parts[..] else { panic!("{good}") };
    let mut table = Table::of(server());
    let t = &mut table;

    t.case("honest", &good, In);
    for (name, token, reason) in [
        ("one part", header.to_owned(), "not_a_jwt"),
        ("two parts", format!("{header}.{claims}"), "not_a_jwt"),
        ("four parts", format!("{good}.{signature}"), "not_a_jwt"),
        ("an empty fourth part", format!("{good}."), "not_a_jwt"),
        ("five parts", format!("{good}.{signature}.{signature}"), "encrypted"),
        ("six parts", format!("{good}.a.b.c"), "not_a_jwt"),
        ("a thousand dots", ".".repeat(1000), "not_a_jwt"),
        ("two dots", "..".to_owned(), "bad_header"),
        ("an empty header", format!(".{claims}.{signature}"), "bad_header"),
        ("empty claims", format!("{header}..{signature}"), "bad_claims"),
        ("an empty signature", format!("{header}.{claims}."), "bad_signature"),
        ("no text at all", "x".to_owned(), "not_a_jwt"),
        ("header padded", format!("{header}=.{claims}.{signature}"), "bad_encoding"),
        ("claims padded", format!("{header}.{claims}==.{signature}"), "bad_encoding"),
        ("signature padded", format!("{good}=="), "bad_encoding"),
        ("a space within", format!("{header}. {claims}.{signature}"), "bad_encoding"),
        ("another alphabet", format!("{header}.{claims}+.{signature}"), "bad_encoding"),
        (
            "another alphabet in the signature",
            format!("{header}.{claims}.{}", signature.replace(['-', '_'], "/")),
            "bad_encoding",
        ),
        ("a percent sign", format!("{header}%2e{claims}.{signature}"), "not_a_jwt"),
        (
            "a length that no bytes have",
            format!("{header}.{}.{signature}", &claims[..claims.len() / 4 * 4 - 3]),
            "bad_encoding",
        ),
        ("text of the claims as it is", format!("{header}.{{}}.{signature}"), "bad_encoding"),
        ("longer than any token", honest().claim("more", "x".repeat(13_000)).sign(rsa), "too_large"),
        ("twenty thousand bytes without a dot", "x".repeat(20_000), "too_large"),
    ] {
        t.case(name, &token, Out(reason));
    }
    t.case("long", &honest().claim("more", "x".repeat(10_000)).sign(rsa), In);
    // the last character of each part has bits that say nothing: they must be zero
    for (name, at) in [("header", 0), ("claims", 1), ("signature", 2)] {
        let mut texts = [honest().header.to_string(), honest().claims.to_string()];
        let mut parts = [String::new(), String::new(), signature.to_owned()];
        for (part, text) in texts.iter_mut().enumerate() {
            while text.len() % 3 != 1 {
                text.push(' ');
            }
            parts[part] = base64(text);
        }
        let last = parts[at].pop().unwrap();
        parts[at].push(next(last));
        t.case(&format!("{name} with left-over bits"), &parts.join("."), Out("bad_encoding"));
    }
    for (name, text, reason) in [
        ("an array", "[]", "bad_header"),
        ("a text", "\"x\"", "bad_header"),
        ("a number", "1", "bad_header"),
        ("null", "null", "bad_header"),
        ("no JSON", "{alg:RS256}", "bad_header"),
        ("two objects", "{\"alg\":\"RS256\"}{}", "bad_header"),
        ("a comment", "{\"alg\":\"RS256\"}//", "bad_header"),
        ("a mark of byte order", "\u{feff}{\"alg\":\"RS256\"}", "bad_header"),
        ("alg twice", "{\"alg\":\"RS256\",\"alg\":\"RS256\",\"kid\":\"rsa\"}", "duplicate_member"),
        (
            "alg twice, once escaped",
            "{\"alg\":\"RS256\",\"\\u0061lg\":\"none\",\"kid\":\"rsa\"}",
            "duplicate_member",
        ),
        ("kid twice", "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"kid\":\"p256\"}", "duplicate_member"),
    ] {
        t.case(
            &format!("header is {name}"),
            &sign_texts(text, honest().claims.to_string(), rsa),
            Out(reason),
        );
    }
    let header = json!({ "alg": "RS256", "kid": "rsa" }).to_string();
    let honest_claims = honest().claims.to_string();
    let twice = |more: &str| format!("{{{more},{}", &honest_claims[1..]);
    for (name, text, reason) in [
        ("an array", "[]".to_owned(), "bad_claims"),
        ("a text", "\"x\"".to_owned(), "bad_claims"),
        ("null", "null".to_owned(), "bad_claims"),
        ("no JSON", honest_claims.replace('"', "'"), "bad_claims"),
        ("followed by more", format!("{honest_claims}{honest_claims}"), "bad_claims"),
        ("as deep as it gets", twice(&format!("\"x\":{}{}", "[".repeat(900), "]".repeat(900))), "bad_claims"),
        ("aud twice", twice("\"aud\":\"https://other.example\""), "duplicate_member"),
        ("iss twice", twice("\"iss\":\"https://login.example/realm\""), "duplicate_member"),
        ("sub twice", twice("\"sub\":\"bob\""), "duplicate_member"),
        ("exp twice", twice("\"exp\":1"), "duplicate_member"),
        ("sub twice, once escaped", twice("\"\\u0073ub\":\"bob\""), "duplicate_member"),
        ("a repetition within", twice("\"a\":{\"b\":1,\"b\":1}"), "duplicate_member"),
    ] {
        t.case(&format!("claims are {name}"), &sign_texts(&header, text, rsa), Out(reason));
    }
    t.case("claims are empty", &sign_texts(&header, "{}", rsa), Out("wrong_issuer"));
    t.case("claims begin with white space", &sign_texts(&header, format!(" \n{honest_claims}\t"), rsa), In);
    t.case(
        "claims are not UTF-8",
        &sign_parts(&base64(&header), &base64(b"{\"iss\":\"\xff\"}"), rsa),
        Out("bad_claims"),
    );
    t.case("the parts exchanged", &sign_texts(&honest_claims, &header, rsa), Out("bad_header"));
    table.finish("form");
}

/// A megabyte does not even get as far as the token.
#[test]
fn a_token_of_a_megabyte_is_refused() {
    let answer = call(server().address, "whoami", &format!("Bearer {}", "x".repeat(1024 * 1024)));
    assert!(answer.status == 431 || answer.status == 0, "{answer:?}");
}

/// A scheme that is not `Bearer`, and tokens outside of the header.
#[test]
fn a_token_counts_where_it_belongs_and_nowhere_else() {
    let good = honest().sign(&KEYS.rsa);
    for scheme in ["Bearer", "bearer", "BEARER"] {
        assert_eq!(call(server().address, "whoami", &format!("{scheme} {good}")).status, 200, "{scheme}");
    }
    for authorization in
        [format!("Basic {good}"), format!("DPoP {good}"), format!("JWT {good}"), format!("Token {good}")]
    {
        assert_eq!(call(server().address, "whoami", &authorization).status, 401, "{authorization:.10}");
    }
    for authorization in
        [good.clone(), format!("Bearer\t{good}"), format!("Bearer {good}\r\nAuthorization: Bearer {good}")]
    {
        assert_eq!(call(server().address, "whoami", &authorization).status, 400, "{authorization:.10}");
    }
    let body = json!({ "name": "whoami", "arguments": {}, "access_token": good, "_meta": { "authorization": good } });
    let head = |line: &str| {
        format!(
            "{line} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream",
            server().address
        )
    };
    let body = json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": body }).to_string();
    for line in [format!("POST /mcp?access_token={good}"), "POST /mcp".to_owned()] {
        assert_eq!(crate::support::send(server().address, &head(&line), &body).status, 401);
    }
}

fn next(character: char) -> char {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let place = ALPHABET.find(character).unwrap();
    ALPHABET[place + 1..].chars().next().unwrap()
}
