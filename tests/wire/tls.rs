//! TLS of the server's own: who is let in, and what else comes to that port.

use std::{
    fs,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use mcp_rbac::{HttpServer, Server};
use tokio_rustls::rustls::{
    ClientConfig, ClientConnection, ProtocolVersion, SupportedProtocolVersion,
    version::{TLS12, TLS13},
};

use crate::{
    app::rbac::POLICY,
    support::{Certificates, Connection, Request, Running, Table, Want, message, set_mode},
};

const SHORT: Duration = Duration::from_millis(300);
const BOTH: [&SupportedProtocolVersion; 2] = [&TLS12, &TLS13];

fn serve(certificates: &Certificates, change: impl FnOnce(HttpServer) -> HttpServer) -> Running {
    Running::start(|server| change(server.tls(certificates.chain(), certificates.key())))
}

#[test]
fn each_caller_is_served_over_tls_as_without() {
    let certificates = Certificates::new();
    let server = serve(&certificates, |server| server);
    let keys = &server.keys;
    let mut table = Table::of(&server);
    for (version, spoken) in [(&TLS12, ProtocolVersion::TLSv1_2), (&TLS13, ProtocolVersion::TLSv1_3)] {
        let client = certificates.client(&[version], &["http/1.1"]);
        for (name, request, want) in [
            ("reader", Request::call("whoami").bearer(&keys.reader), Want::Said("alice")),
            (
                "reader, newest protocol",
                Request::modern_call("whoami").bearer(&keys.reader),
                Want::Said("alice"),
            ),
            ("reader, denied", Request::call("delete_all").bearer(&keys.reader), Want::Forbidden),
            ("admin", Request::call("whoami").bearer(&keys.admin), Want::Said("root")),
            ("nobody", Request::call("whoami"), Want::NoCredential),
            ("revoked", Request::call("whoami").bearer(&keys.revoked), Want::BadCredential),
            (
                "two headers",
                Request::call("whoami").bearer(&keys.reader).bearer(&keys.admin),
                Want::Malformed,
            ),
            (
                "foreign host",
                Request::call("whoami").bearer(&keys.reader).with("Host", "evil.example"),
                Want::Turned(403),
            ),
            (
                "another path",
                Request::call("whoami").bearer(&keys.admin).line("POST / HTTP/1.1"),
                Want::Turned(404),
            ),
        ] {
            let (mut connection, agreed) = Connection::tls(server.address(), Arc::clone(&client)).unwrap();
            assert_eq!(
                (agreed.version, agreed.protocol.as_deref()),
                (Some(spoken), Some(b"http/1.1".as_slice()))
            );
            let answer = connection.ask(&request);
            table.check(&format!("{name}, {spoken:?}"), want.objection(Some(&answer)));
            // and the connection is kept
            let answer = connection.ask(&Request::call("whoami").bearer(&keys.bob));
            table.check(&format!("bob after {name}, {spoken:?}"), Want::Said("bob").objection(Some(&answer)));
        }
        for (role, key, sees) in [("reader", &keys.reader, false), ("admin", &keys.admin, true)] {
            let (mut connection, _) = Connection::tls(server.address(), Arc::clone(&client)).unwrap();
            let list =
                connection.ask(&Request::json(&message("tools/list", serde_json::json!({}))).bearer(key));
            let right = list.status == 200 && list.text().contains("\"delete_all\"") == sees;
            table.check(&format!("list of {role}, {spoken:?}"), (!right).then(|| list.everything()));
        }
    }
    table.finish("over TLS");
}

#[test]
fn http_1_is_all_that_is_spoken_inside() {
    let certificates = Certificates::new();
    let server = serve(&certificates, |server| server);
    let alice = Request::call("whoami").bearer(&server.keys.reader);
    let mut table = Table::of(&server);
    for version in BOTH {
        let ask = |protocols: &[&str]| {
            Connection::tls(server.address(), certificates.client(&[version], protocols))
        };
        for protocols in [&[][..], &["http/1.1"], &["h2", "http/1.1"]] {
            let (mut connection, agreed) = ask(protocols).unwrap();
            let wanted = protocols.last().map(|name| name.as_bytes().to_vec());
            let objection = (agreed.protocol != wanted).then(|| format!("{:?}", agreed.protocol));
            let answer = connection.ask(&alice);
            table.check(
                &format!("{protocols:?} {version:?}"),
                objection.or(Want::Said("alice").objection(Some(&answer))),
            );
        }
        for protocols in [&["h2"][..], &["http/1.0", "spdy/3"]] {
            let agreed = ask(protocols).ok().map(|_| "agreed".to_owned());
            table.check(&format!("{protocols:?} {version:?}"), agreed);
        }
        // the preface of HTTP/2, for those who do not ask
        let (mut connection, _) = ask(&[]).unwrap();
        connection.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0");
        let answer = connection.response();
        table.check(&format!("preface {version:?}"), Want::AnyError.objection(answer.as_ref()));
    }
    table.finish("protocols inside TLS");
}

#[test]
fn what_is_no_tls_gets_no_answer() {
    let certificates = Certificates::new();
    let server = serve(&certificates, |server| server.head_deadline(SHORT));
    let mut old_hello = hello(certificates.client(&[&TLS12], &[]));
    // the version that its sender speaks at most (RFC 5246 section 7.4.1.2), and the extension `supported_versions`
    let listed = [0, 0x2b, 0, 3, 2, 3];
    let at = old_hello.windows(listed.len()).position(|window| window == listed).unwrap();
    old_hello[10] = 2;
    old_hello[at + listed.len()] = 2;
    let mut table = Table::of(&server);
    for (name, bytes) in [
        ("a call", Request::call("whoami").bearer(&server.keys.admin).bytes()),
        ("a call of nobody", Request::call("about").bytes()),
        ("GET", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec()),
        ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".to_vec()),
        ("SSL 2", b"\x80\x2e\x01\0\x02\0\x15\0\0\0\x10\x01\0\x80".to_vec()),
        ("TLS 1.1", old_hello),
        ("a proxy's preface", b"PROXY TCP4 10.0.0.1 127.0.0.1 1 2\r\n".to_vec()),
        ("zeros", vec![0; 4096]),
    ] {
        let mut connection = Connection::open(server.address());
        let began = Instant::now();
        connection.write(&bytes);
        let said = connection.rest();
        // an alert of TLS (RFC 8446 section 6) is no answer
        let silent = said.is_empty() || (said[0] == 21 && said.len() == 7);
        let version_refused = name != "TLS 1.1" || said.last() == Some(&70);
        let cut = began.elapsed() < Duration::from_secs(5);
        table.check(
            name,
            (!silent || !cut || !version_refused).then(|| format!("{said:?} after {:?}", began.elapsed())),
        );
    }
    table.finish("no TLS");
}

#[test]
fn a_handshake_that_stalls_is_cut() {
    let certificates = Certificates::new();
    let server = serve(&certificates, |server| server.head_deadline(SHORT).max_connections(4));
    let mut table = Table::of(&server);
    for version in BOTH {
        let client = certificates.client(&[version], &[]);
        let hello = hello(Arc::clone(&client));
        for (name, length) in
            [("nothing", 0), ("one byte", 1), ("half a hello", hello.len() / 2), ("a hello", hello.len())]
        {
            // more than there are places
            let began = Instant::now();
            let stalled: Vec<Connection> = (0..6)
                .map(|_| {
                    let mut connection = Connection::open(server.address());
                    connection.write(&hello[..length]);
                    connection
                })
                .collect();
            let (mut connection, _) = Connection::tls(server.address(), Arc::clone(&client)).unwrap();
            let answer = connection.ask(&Request::call("whoami").bearer(&server.keys.reader));
            let name = format!("{name}, {version:?}");
            table.check(&name, Want::Said("alice").objection(Some(&answer)));
            for mut connection in stalled {
                connection.rest();
            }
            let took = began.elapsed();
            table.check(
                &format!("{name}: cut"),
                (took > Duration::from_secs(10)).then(|| format!("{took:?}")),
            );
        }
        // and whoever says nothing after it waits no longer than without TLS
        let began = Instant::now();
        let (mut connection, _) = Connection::tls(server.address(), client).unwrap();
        let answer = String::from_utf8_lossy(&connection.rest()).into_owned();
        let cut =
            began.elapsed() < Duration::from_secs(10) && (answer.is_empty() || answer.contains(" 408 "));
        table.check(&format!("no request, {version:?}"), (!cut).then_some(answer));
    }
    table.finish("stalled handshakes");
}

/// The first message of a client.
fn hello(client: Arc<ClientConfig>) -> Vec<u8> {
    let mut session = ClientConnection::new(client, "localhost".try_into().unwrap()).unwrap();
    let mut hello = Vec::new();
    session.write_tls(&mut hello).unwrap();
    hello
}

/// Why a server with these files does not start.
fn refusal(certificates: &Path, key: &Path) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let server = Server::new(&POLICY).allow_anonymous().http("127.0.0.1:0").tls(certificates, key);
    match runtime.block_on(server.listen()) {
        Ok(_) => "it started".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn files_that_cannot_be_used_are_refused_at_the_start() {
    let made = Certificates::new();
    let (chain, key) = (made.chain(), made.key());
    assert_eq!(refusal(&chain, &key), "it started");
    let text = |path: &Path| fs::read_to_string(path).unwrap();
    let canary = "c4n4ry/pr1v4te";
    let empty = made.write("empty.pem", "");
    let prose = made.write("prose.pem", canary);
    let open_ended = made.write("open.pem", text(&key).split_once("-----END").unwrap().0);
    let no_base64 = made
        .write("base64.pem", &format!("-----BEGIN PRIVATE KEY-----\n{canary}!\n-----END PRIVATE KEY-----\n"));
    let no_marker = made.write("marker.pem", &format!("-----BEGIN {canary}\n"));
    let no_key = made.write("der.pem", "-----BEGIN PRIVATE KEY-----\nYzRuNHJ5\n-----END PRIVATE KEY-----\n");
    let locked = made.write(
        "locked.pem",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nYzRuNHJ5\n-----END ENCRYPTED PRIVATE KEY-----\n",
    );
    let no_certificate =
        made.write("nocert.pem", "-----BEGIN CERTIFICATE-----\nYzRuNHJ5\n-----END CERTIFICATE-----\n");
    let broken_chain = made.write(
        "broken.pem",
        &format!("{}-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n", text(&chain)),
    );
    let cases = [
        ("no certificate file", made.path("no.pem"), key.clone(), "no.pem", "there is no such file"),
        ("no key file", chain.clone(), made.path("no.pem"), "no.pem", "there is no such key file"),
        ("empty certificate file", empty.clone(), key.clone(), "empty.pem", "it contains no certificate"),
        ("empty key file", chain.clone(), empty, "empty.pem", "it contains no private key"),
        ("prose for certificates", prose.clone(), key.clone(), "prose.pem", "it contains no certificate"),
        ("prose for a key", chain.clone(), prose, "prose.pem", "it contains no private key"),
        ("the key as certificate", key.clone(), key.clone(), "key.pem", "it contains no certificate"),
        ("the certificate as key", chain.clone(), chain.clone(), "chain.pem", "it contains no private key"),
        ("an open key", chain.clone(), open_ended, "open.pem", "it is not valid PEM"),
        ("a key that is no base64", chain.clone(), no_base64, "base64.pem", "it is not valid PEM"),
        ("a marker that is none", chain.clone(), no_marker, "marker.pem", "it is not valid PEM"),
        ("a key that is none", chain.clone(), no_key, "der.pem", "cannot be read as one"),
        ("an encrypted key", chain.clone(), locked, "locked.pem", "an encrypted one"),
        (
            "a certificate that is none",
            no_certificate,
            key.clone(),
            "nocert.pem",
            "what it contains is no certificate",
        ),
        ("a certificate that is no base64", broken_chain, key.clone(), "broken.pem", "it is not valid PEM"),
        (
            "a key of another certificate",
            chain.clone(),
            made.path("other-key.pem"),
            "other-key.pem",
            "chain.pem",
        ),
        (
            "a chain that begins at the wrong end",
            made.path("reversed.pem"),
            key.clone(),
            "key.pem",
            "reversed.pem",
        ),
        ("a folder for certificates", made.path(""), key.clone(), "", "cannot be read"),
        ("a folder for a key", chain.clone(), made.path(""), "", "a directory"),
    ];
    for (name, certificates, key, file, part) in cases {
        let said = refusal(&certificates, &key);
        assert!(
            said.starts_with("cannot use ") && said.contains(file) && said.contains(part),
            "{name}: {said}"
        );
        assert!(
            !said.contains(['\n', '[']) && !said.contains("c4n4ry") && !said.contains("YzRuNHJ5"),
            "{name}: {said}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_private_key_that_others_can_read_is_not_used() {
    let made = Certificates::new();
    for mode in [0o644, 0o604, 0o642, 0o606, 0o666, 0o660, 0o620, 0o650] {
        set_mode(&made.key(), mode);
        let said = refusal(&made.chain(), &made.key());
        let what = if mode & 0o022 == 0 { "read" } else { "change" };
        assert!(said.contains(&format!("others may {what} the key file (its mode is 0{mode:o})")), "{said}");
        assert!(said.contains("key.pem") && said.contains("`chmod 640 "), "{said}");
    }
    for mode in [0o600, 0o400, 0o640, 0o440] {
        set_mode(&made.key(), mode);
        assert_eq!(refusal(&made.chain(), &made.key()), "it started", "{mode:o}");
    }
    // a certificate is everybody's to read
    set_mode(&made.chain(), 0o644);
    // those who renew certificates swap a link; what it points to counts
    let link = made.path("live.pem");
    std::os::unix::fs::symlink(made.key(), &link).unwrap();
    assert_eq!(refusal(&made.chain(), &link), "it started");
    set_mode(&made.key(), 0o644);
    assert!(refusal(&made.chain(), &link).contains("others may read"));
    fs::remove_file(made.key()).unwrap();
    assert!(refusal(&made.chain(), &link).contains("there is no such key file"));
}
