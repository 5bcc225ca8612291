//! What callers present as their credential.

use crate::support::{Request, Running, Table, Want, shared};

fn with_authorization(value: impl Into<Vec<u8>>) -> Request {
    Request::call("whoami").header("Authorization", value)
}

/// `key` with another letter in the place of the one at `at`.
fn altered(key: &str, at: usize) -> String {
    let mut bytes = key.as_bytes().to_vec();
    bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
    String::from_utf8(bytes).unwrap()
}

#[test]
fn one_authorization_header_of_the_right_form() {
    let server = shared();
    let (alice, bob) = (&server.keys.reader, &server.keys.bob);
    let mut table = Table::of(server);
    table
        .case("a key", &with_authorization(format!("Bearer {alice}")), &Want::Said("alice"))
        .case("a key, newest protocol", &Request::modern_call("whoami").bearer(alice), &Want::Said("alice"))
        .case("none", &Request::call("whoami"), &Want::NoCredential)
        .case("none, newest protocol", &Request::modern_call("whoami"), &Want::NoCredential)
        .case("none, public tool", &Request::call("about"), &Want::NoCredential)
        .case("none, no such tool", &Request::call("nothing"), &Want::NoCredential)
        .case("scheme in lower case", &with_authorization(format!("bearer {alice}")), &Want::Said("alice"))
        .case("scheme in upper case", &with_authorization(format!("BEARER {alice}")), &Want::Said("alice"))
        .case("scheme in mixed case", &with_authorization(format!("bEaReR {alice}")), &Want::Said("alice"))
        .case("two spaces", &with_authorization(format!("Bearer  {alice}")), &Want::Said("alice"))
        .case(
            "the same twice",
            &with_authorization(format!("Bearer {alice}")).bearer(alice),
            &Want::Malformed,
        )
        .case("two different", &with_authorization(format!("Bearer {alice}")).bearer(bob), &Want::Malformed)
        .case("a good and a bad one", &Request::call("whoami").bearer(alice).bearer("x"), &Want::Malformed)
        .case("a bad and a good one", &Request::call("whoami").bearer("x").bearer(alice), &Want::Malformed)
        .case(
            "two names in different case",
            &Request::call("whoami").bearer(alice).header("authorization", format!("Bearer {bob}")),
            &Want::Malformed,
        )
        .case(
            "two names in different case, the second empty",
            &Request::call("whoami").bearer(alice).header("AUTHORIZATION", ""),
            &Want::Malformed,
        )
        .case("no space", &with_authorization(format!("Bearer{alice}")), &Want::Malformed)
        .case("a tab", &with_authorization(format!("Bearer\t{alice}")), &Want::Malformed)
        .case("space and tab", &with_authorization(format!("Bearer \t{alice}")), &Want::Malformed)
        .case("a colon", &with_authorization(format!("Bearer:{alice}")), &Want::Malformed)
        .case("a colon and a space", &with_authorization(format!("Bearer: {alice}")), &Want::Malformed)
        .case("an equals sign", &with_authorization(format!("Bearer={alice}")), &Want::Malformed)
        .case("a trailing comma", &with_authorization(format!("Bearer {alice},")), &Want::BadCredential)
        .case(
            "two in one",
            &with_authorization(format!("Bearer {alice}, Bearer {bob}")),
            &Want::BadCredential,
        )
        .case("empty", &with_authorization(""), &Want::Malformed)
        .case("spaces alone", &with_authorization("   "), &Want::Malformed)
        .case("scheme alone", &with_authorization("Bearer"), &Want::Malformed)
        .case("scheme and spaces", &with_authorization("Bearer   "), &Want::Malformed)
        .case("key alone", &with_authorization(alice.as_bytes()), &Want::Malformed)
        .case("bytes that are no text", &with_authorization(b"Bearer \xff\xfe".to_vec()), &Want::Malformed)
        .case("not ASCII", &with_authorization("Bearer schlüssel"), &Want::Malformed)
        .case("a full-width letter", &with_authorization(format!("Ｂearer {alice}")), &Want::Malformed)
        .case("a no-break space", &with_authorization(format!("Bearer\u{a0}{alice}")), &Want::Malformed)
        .case("Basic", &with_authorization("Basic YWxpY2U6eA=="), &Want::BadCredential)
        .case("Basic with a key", &with_authorization(format!("Basic {alice}")), &Want::BadCredential)
        .case("Digest", &with_authorization("Digest username=\"alice\""), &Want::BadCredential)
        .case("Negotiate", &with_authorization("Negotiate YII="), &Want::BadCredential)
        .case("DPoP", &with_authorization(format!("DPoP {alice}")), &Want::BadCredential)
        .case("Token", &with_authorization(format!("Token {alice}")), &Want::BadCredential)
        .case("ApiKey", &with_authorization(format!("ApiKey {alice}")), &Want::BadCredential)
        .case("BearerX", &with_authorization(format!("BearerX {alice}")), &Want::BadCredential)
        .case("Bearer twice", &with_authorization(format!("Bearer Bearer {alice}")), &Want::BadCredential);
    table.finish("the Authorization header");
}

#[test]
fn a_key_that_is_almost_one() {
    let server = shared();
    let keys = &server.keys;
    let key = &keys.reader;
    assert_eq!(key.len(), 8 + 12 + 43 + 6);
    let mut table = Table::of(server);
    let mut bad = |name: &str, presented: String| {
        table.case(name, &with_authorization(format!("Bearer {presented}")), &Want::BadCredential);
    };
    bad("prefix altered", altered(key, 2));
    bad("separator altered", altered(key, 7));
    bad("first letter of the id altered", altered(key, 8));
    bad("last letter of the id altered", altered(key, 19));
    bad("first letter of the secret altered", altered(key, 20));
    bad("last letter of the secret altered", altered(key, 62));
    bad("checksum altered", altered(key, 66));
    bad("last letter altered", altered(key, 68));
    bad("truncated by one", key[..68].to_owned());
    bad("without checksum", key[..63].to_owned());
    bad("without secret", key[..20].to_owned());
    bad("prefix alone", key[..8].to_owned());
    bad("without prefix", key[8..].to_owned());
    bad("extended by a letter", format!("{key}A"));
    bad("extended by an equals sign", format!("{key}="));
    bad("twice", format!("{key}{key}"));
    bad("quoted", format!("\"{key}\""));
    bad("single-quoted", format!("'{key}'"));
    bad("angle brackets", format!("<{key}>"));
    bad("trailing space inside quotes", format!("\"{key} \""));
    bad("word after it", format!("{key} x"));
    bad("word before it", format!("x {key}"));
    bad("lower case", key.to_ascii_lowercase());
    bad("upper case", key.to_ascii_uppercase());
    bad("percent-encoded", format!("%6d{}", &key[1..]));
    bad("id of another key", format!("{}{}{}", &key[..8], &keys.bob[8..20], &key[20..]));
    bad("secret of another key", format!("{}{}{}", &key[..20], &keys.bob[20..63], &key[63..]));
    bad("revoked", keys.revoked.clone());
    bad("expired", keys.expired.clone());
    bad("not yet valid", keys.early.clone());
    bad("its own digest", "0".repeat(64));
    bad("a word", "admin".to_owned());
    bad("undefined", "undefined".to_owned());
    bad("null", "null".to_owned());
    bad("20,000 letters", "a".repeat(20_000));
    bad("a JWT without a signature", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb290In0.".to_owned());
    table.case(
        "spaces around it",
        &with_authorization(format!("  Bearer {key}  ")),
        // white space around a header's value is no part of it (RFC 9110 section 5.5)
        &Want::Said("alice"),
    );
    table.finish("keys");
}

#[test]
fn a_credential_anywhere_else_is_none() {
    let server = shared();
    let key = &server.keys.admin;
    let call = || Request::call("whoami");
    let mut table = Table::of(server);
    for name in
        ["access_token", "api_key", "apikey", "token", "key", "authorization", "Authorization", "bearer"]
    {
        let line = format!("POST /mcp?{name}={key} HTTP/1.1");
        table.case(&format!("query {name}"), &call().line(line), &Want::NoCredential);
    }
    table.case(
        "query with a whole header",
        &call().line(format!("POST /mcp?Authorization=Bearer%20{key} HTTP/1.1")),
        &Want::NoCredential,
    );
    for name in [
        "X-Api-Key",
        "Api-Key",
        "ApiKey",
        "X-Auth-Token",
        "X-Access-Token",
        "X-Authorization",
        "Proxy-Authorization",
        "X-Forwarded-Authorization",
        "X-Original-Authorization",
        "Authentication",
        "Token",
        "Bearer",
        "Authorization-Bearer",
        "Authorization_",
        "X-Amz-Security-Token",
        "X-Goog-Api-Key",
        "Sec-WebSocket-Protocol",
        "Mcp-Session-Id",
        "X-Mcp-Authorization",
        "Mcp-Param-Authorization",
    ] {
        table.case(
            &format!("header {name}"),
            &call().header(name, format!("Bearer {key}")),
            &Want::NoCredential,
        );
        table.case(
            &format!("header {name}, bare"),
            &call().header(name, key.as_bytes()),
            &Want::NoCredential,
        );
    }
    for name in ["access_token", "Authorization", "token", "session"] {
        let cookie = format!("{name}={key}");
        table.case(&format!("cookie {name}"), &call().header("Cookie", cookie), &Want::NoCredential);
    }
    table.case(
        "form body",
        &Request::post(format!("access_token={key}"))
            .with("Content-Type", "application/x-www-form-urlencoded"),
        &Want::ErrorWithoutId(401, 401),
    );
    let in_body = serde_json::json!({
        "jsonrpc": "2.0", "id": 7, "method": "tools/call", "access_token": key, "authorization": format!("Bearer {key}"),
        "params": { "name": "whoami", "access_token": key, "_meta": { "authorization": format!("Bearer {key}") } },
    });
    table.case("JSON body", &Request::json(&in_body), &Want::NoCredential);
    table.case(
        "trailer of a chunked body",
        &call()
            .body(format!("2\r\n{{}}\r\n0\r\nAuthorization: Bearer {key}\r\n\r\n"))
            .header("Transfer-Encoding", "chunked")
            .header("Trailer", "Authorization")
            .uncounted(),
        &Want::ErrorWithoutId(401, 401),
    );
    table.case(
        "userinfo of the target",
        &call().line(format!("POST http://{key}@127.0.0.1/mcp HTTP/1.1")),
        &Want::Turned(403),
    );
    table.finish("credentials elsewhere");
}

#[test]
fn who_presents_a_bad_credential_is_not_anonymous() {
    let server = Running::open();
    let mut table = Table::of(&server);
    table
        .case("nothing", &Request::call("about"), &Want::Said("about"))
        .case("nothing, newest protocol", &Request::modern_call("about"), &Want::Said("about"))
        .case("nothing, a tool for those who are known", &Request::call("whoami"), &Want::NoCredential)
        .case("nothing, a tool that requires more", &Request::modern_call("delete_all"), &Want::NoCredential)
        .case("nothing, an unknown tool", &Request::call("nothing"), &Want::Error(200, -32602))
        .case("a good key", &Request::call("whoami").bearer(&server.keys.reader), &Want::Said("alice"))
        .case(
            "an almost good key",
            &Request::call("about").bearer(&altered(&server.keys.reader, 40)),
            &Want::BadCredential,
        )
        .case(
            "an almost good key, newest",
            &Request::modern_call("about").bearer(&altered(&server.keys.reader, 40)),
            &Want::BadCredential,
        )
        .case("a revoked key", &Request::call("about").bearer(&server.keys.revoked), &Want::BadCredential)
        .case("an expired key", &Request::call("about").bearer(&server.keys.expired), &Want::BadCredential)
        .case("a key to come", &Request::call("about").bearer(&server.keys.early), &Want::BadCredential)
        .case("a word", &Request::call("about").bearer("x"), &Want::BadCredential)
        .case("anonymous", &Request::call("about").bearer("anonymous"), &Want::BadCredential)
        .case(
            "another scheme",
            &with_authorization("Basic YTpi").body(crate::support::call("about").to_string()),
            &Want::BadCredential,
        )
        .case("an empty header", &Request::call("about").header("Authorization", ""), &Want::Malformed)
        .case("a scheme alone", &Request::call("about").header("Authorization", "Bearer"), &Want::Malformed)
        .case(
            "two headers",
            &Request::call("about").bearer(&server.keys.reader).bearer("x"),
            &Want::Malformed,
        );
    table.finish("never anonymous");
}
