//! HTTP/2 in the clear, which the endpoint's own listener does not speak and an application's may (CVE-2026-32136: an
//! upgrade that leads around authentication).

use bytes::Bytes;
use http::{Request as HttpRequest, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::Value;

use super::{AT, App, app::Nested};
use crate::support::{Connection, Request, Table, Want, audited, call, shared};

async fn connect(address: std::net::SocketAddr) -> SendRequest<Full<Bytes>> {
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let (sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender
}

fn request(host: &str, keys: &[&str], tool: &str) -> HttpRequest<Full<Bytes>> {
    let mut request = HttpRequest::post(format!("http://{host}{AT}"))
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream");
    for key in keys {
        request = request.header("authorization", format!("Bearer {key}"));
    }
    request.body(Full::new(call(tool).to_string().into())).unwrap()
}

async fn ask(
    sender: &mut SendRequest<Full<Bytes>>,
    request: HttpRequest<Full<Bytes>>,
) -> (StatusCode, Option<String>, Value) {
    let response = sender.send_request(request).await.unwrap();
    assert_eq!(response.version(), http::Version::HTTP_2);
    let status = response.status();
    let record = response.headers().get("mcp-rbac-record").map(|record| record.to_str().unwrap().to_owned());
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, record, serde_json::from_slice(&body).unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn with_prior_knowledge_everybody_is_asked_who_they_are() {
    let app = tokio::task::spawn_blocking(|| App::start(|server| server)).await.unwrap();
    let keys = &app.server.keys;
    let here = "127.0.0.1";
    let mut sender = connect(app.server.address()).await;
    for (name, request, status, code) in [
        ("nobody", request(here, &[], "whoami"), 401, 401),
        ("nobody, public tool", request(here, &[], "about"), 401, 401),
        ("bad key", request(here, &["x"], "whoami"), 401, 401),
        ("revoked", request(here, &[&keys.revoked], "whoami"), 401, 401),
        ("two keys", request(here, &[&keys.reader, &keys.admin], "whoami"), 400, 400),
        ("denied", request(here, &[&keys.reader], "delete_all"), 403, 403),
        ("foreign host", request("evil.example", &[&keys.reader], "whoami"), 403, 403),
        ("foreign host, nobody", request("evil.example", &[], "whoami"), 403, 403),
    ] {
        let (answered, record, body) = ask(&mut sender, request).await;
        assert_eq!(
            (answered.as_u16(), &body["error"]["code"]),
            (status, &Value::from(code)),
            "{name}: {body}"
        );
        assert_eq!(body["error"]["data"]["record"].as_str(), record.as_deref(), "{name}");
        assert!(audited(&record.unwrap()).starts_with("refused "), "{name}");
    }
    let mut lies = request(here, &[&keys.reader], "whoami");
    lies.headers_mut().insert("host", "evil.example".parse().unwrap());
    assert_eq!(ask(&mut sender, lies).await.0, StatusCode::FORBIDDEN, "a Host header beside the authority");
    let (status, _, body) = ask(&mut sender, request(here, &[&keys.reader], "whoami")).await;
    assert_eq!((status, body["result"]["content"][0]["text"].as_str()), (StatusCode::OK, Some("alice")));
    assert_eq!(
        app.seen().iter().filter(|seen| seen.ends_with(" alice")).count(),
        2,
        "the denial, and the call"
    );
    tokio::task::spawn_blocking(|| drop(app)).await.unwrap();
}

/// Streams of one connection are requests of their own.
#[tokio::test(flavor = "multi_thread")]
async fn streams_of_one_connection_are_their_senders() {
    let app = tokio::task::spawn_blocking(|| App::start(|server| server)).await.unwrap();
    let keys = &app.server.keys;
    let sender = connect(app.server.address()).await;
    let callers =
        [(Some(&keys.reader), "alice"), (Some(&keys.bob), "bob"), (Some(&keys.admin), "root"), (None, "")];
    let streams = (0..400).map(|number| {
        let (key, name) = callers[number % callers.len()];
        let key: Vec<&str> = key.map(String::as_str).into_iter().collect();
        let request = request("localhost:1", &key, "whoami");
        let mut sender = sender.clone();
        async move {
            let (status, _, body) = ask(&mut sender, request).await;
            let said = body["result"]["content"][0]["text"].as_str().unwrap_or_default();
            assert_eq!((said, status == 200), (name, !name.is_empty()), "{body}");
        }
    });
    futures::future::join_all(streams).await;
    tokio::task::spawn_blocking(|| drop(app)).await.unwrap();
}

#[test]
fn nobody_is_upgraded() {
    let app = App::start(|server| server);
    let upgrade = |request: Request, to: &str| {
        request
            .header("Connection", "Upgrade, HTTP2-Settings")
            .header("Upgrade", to)
            .header("HTTP2-Settings", "AAMAAABkAAQCAAAAAAIAAAAA")
            .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
            .header("Sec-WebSocket-Version", "13")
            .nested()
    };
    let alice = &app.server.keys.reader;
    let mut table = Table::of(&app.server);
    for to in ["h2c", "websocket", "TLS/1.3"] {
        for (name, request, want) in [
            ("nobody", Request::call("about"), Want::NoCredential),
            ("a reader", Request::call("delete_all").bearer(alice), Want::Forbidden),
            ("allowed", Request::call("whoami").bearer(alice), Want::Said("alice")),
        ] {
            let mut connection = Connection::open(app.server.address());
            connection.write(&upgrade(request, to).bytes());
            // what follows is of the protocol that was asked for: nobody may take it for that
            connection.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0");
            let first = connection.response();
            table.check(&format!("{to}: {name}"), want.objection(first.as_ref()));
            connection.finish_writing();
            let rest = connection.rest();
            let settings = rest.windows(4).any(|window| window == [4, 0, 0, 0]);
            table.check(&format!("{to}: {name}, then"), settings.then(|| format!("{rest:?}")));
        }
    }
    table.finish("nested, upgrades");
}

/// The endpoint's own listener does not speak it at all.
#[tokio::test(flavor = "multi_thread")]
async fn the_own_listener_speaks_no_http_2() {
    let address = tokio::task::spawn_blocking(|| shared().address()).await.unwrap();
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let (mut sender, connection) =
        handshake::<_, _, Full<Bytes>>(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    let ended = tokio::spawn(connection);
    let answer = sender.send_request(request("127.0.0.1", &[], "about")).await;
    assert!(answer.is_err(), "{answer:?}");
    assert!(ended.await.unwrap().is_err());
}
