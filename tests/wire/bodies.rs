//! Bodies that are no JSON, or too much of it.

use crate::support::{Request, Running, Table, Want, call, shared};

/// `text` under gzip, stored and not compressed (RFC 1952, RFC 1951 section 3.2.4).
fn gzip(text: &[u8]) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap();
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1];
    bytes.extend(length.to_le_bytes());
    bytes.extend((!length).to_le_bytes());
    bytes.extend(text);
    bytes.extend(crc32fast::hash(text).to_le_bytes());
    bytes.extend(u32::from(length).to_le_bytes());
    bytes
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

#[test]
fn what_is_no_json() {
    let server = shared();
    let alice = &server.keys.reader;
    let text = call("delete_all").to_string();
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    let arguments = |value: &str| {
        format!(
            r#"{{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{{"name":"delete_all","arguments":{{"id":{value}}}}}}}"#
        )
    };
    let bodies: Vec<(&str, Vec<u8>)> = vec![
        ("empty", Vec::new()),
        ("a space", b" ".to_vec()),
        ("truncated", text[..text.len() - 1].into()),
        ("half", text[..text.len() / 2].into()),
        ("an opening brace", b"{".to_vec()),
        ("trailing data", format!("{text}x").into()),
        ("two requests", format!("{text}{text}").into()),
        ("two lines", format!("{text}\n{text}").into()),
        ("a trailing NUL", format!("{text}\0").into()),
        ("a byte order mark", format!("\u{feff}{text}").into()),
        ("UTF-16 LE", utf16(&text, false)),
        ("UTF-16 BE", utf16(&text, true)),
        ("bytes that are no UTF-8", [text.as_bytes(), b"\xff"].concat()),
        (
            "no UTF-8 in a text",
            text.replace("delete_all", "delete_all\u{1}")
                .into_bytes()
                .iter()
                .map(|byte| if *byte == 1 { 0xff } else { *byte })
                .collect(),
        ),
        (
            "an overlong letter",
            text.replace("delete_all", "\u{1}\u{2}elete_all")
                .into_bytes()
                .iter()
                .map(|byte| match byte {
                    1 => 0xc1,
                    2 => 0xa4,
                    byte => *byte,
                })
                .collect(),
        ),
        ("gzip", gzip(text.as_bytes())),
        ("single quotes", text.replace('"', "'").into()),
        ("a comment", format!("/* */{text}").into()),
        ("a trailing comma", text.replace('}', ",}").into()),
        ("NaN", arguments("NaN").into()),
        ("text", b"\"tools/call\"".to_vec()),
        ("a number", b"7".to_vec()),
        ("null", b"null".to_vec()),
        ("100,000 lists deep", deep("[", "]").into()),
        ("100,000 objects deep", deep("{\"a\":", "}").into()),
        ("100,000 lists deep in the arguments", arguments(&deep("[", "]")).into()),
        ("100,000 lists opened", "[".repeat(100_000).into()),
        ("a form", b"method=tools/call&name=delete_all".to_vec()),
        (
            "XML",
            b"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>"
                .to_vec(),
        ),
        ("an event stream", format!("data: {text}\n\n").into()),
    ];
    let mut table = Table::of(server);
    for (name, body) in bodies {
        table.case(name, &Request::post(body.clone()).bearer(alice), &Want::AnyError);
        table.case(
            &format!("{name}, newest protocol"),
            &Request::modern_call("delete_all").bearer(alice).body(body.clone()),
            &Want::AnyError,
        );
        table.case(&format!("{name}, of nobody"), &Request::post(body), &Want::Status(401));
    }
    table
        .case(
            "gzip that says so",
            &Request::post(gzip(text.as_bytes())).bearer(alice).header("Content-Encoding", "gzip"),
            &Want::AnyError,
        )
        .case(
            "plain that says gzip",
            &Request::call("delete_all").bearer(alice).header("Content-Encoding", "gzip"),
            &Want::AnyError,
        );
    table.finish("bodies");
}

#[test]
fn content_types() {
    let server = shared();
    let alice = &server.keys.reader;
    let call = || Request::call("delete_all").bearer(alice);
    let mut table = Table::of(server);
    for kind in [
        "text/plain",
        "text/html",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "application/jsonp",
        "text/json",
        "application/octet-stream",
        "",
        "json",
        "application/json-seq",
    ] {
        table.case(&format!("{kind:?}"), &call().with("Content-Type", kind), &Want::Error(415, 415));
    }
    table
        .case("none", &call().without("Content-Type"), &Want::Error(415, 415))
        .case(
            "with a charset",
            &call().with("Content-Type", "application/json; charset=utf-8"),
            &Want::Forbidden,
        )
        .case("accept nothing", &call().without("Accept"), &Want::Error(406, 406))
        .case("accept HTML", &call().with("Accept", "text/html"), &Want::Error(406, 406))
        .case("accept images", &call().with("Accept", "image/*"), &Want::Error(406, 406))
        .case(
            "nobody, of the wrong kind",
            &Request::call("about").with("Content-Type", "text/plain"),
            &Want::NoCredential,
        );
    table.finish("content types");
}

#[test]
fn more_than_the_limit() {
    let server = Running::start(|server| server.max_body_bytes(10_000));
    let alice = &server.keys.reader;
    let padded = |tool: &str, length: usize| {
        let text = call(tool).to_string();
        let pad = length - text.len();
        format!("{}{}", text, " ".repeat(pad))
    };
    let chunked = |request: Request, body: &str| {
        request
            .body(format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len()))
            .header("Transfer-Encoding", "chunked")
            .uncounted()
    };
    let post = || Request::post("").bearer(alice);
    let mut table = Table::of(&server);
    table
        .case("as much as is allowed", &post().body(padded("whoami", 10_000)), &Want::Said("alice"))
        .case("one byte more", &post().body(padded("whoami", 10_001)), &Want::Turned(413))
        .case(
            "in chunks, as much as is allowed",
            &chunked(post(), &padded("whoami", 10_000)),
            &Want::Said("alice"),
        )
        .case("in chunks, one byte more", &chunked(post(), &padded("whoami", 10_001)), &Want::Turned(413))
        .case("a megabyte", &post().body(padded("whoami", 1_000_000)), &Want::Turned(413))
        .case(
            "a megabyte of nobody",
            &Request::post(padded("whoami", 1_000_000)),
            &Want::ErrorWithoutId(401, 401),
        )
        .bytes(
            "a hundred gigabytes promised",
            &post().uncounted().header("Content-Length", "100000000000").bytes(),
            &Want::Turned(413),
        );
    table.finish("large bodies");
}
