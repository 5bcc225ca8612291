//! A client in the same process, on the same thread.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use tower::{Service, ServiceExt};

use super::time;

pub type Body = Full<Bytes>;

/// What a client sends: one request for each version of the protocol that makes a difference.
pub struct Message {
    pub version: &'static str,
    pub headers: &'static [(&'static str, &'static str)],
    pub body: &'static str,
}

/// All servers get the same request, the bare one a key as well.
fn request(message: &Message, authorization: &str) -> Request<Body> {
    let mut request = Request::post("/mcp")
        .header("host", "127.0.0.1")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .header("authorization", authorization);
    for (name, value) in message.headers {
        request = request.header(*name, *value);
    }
    request.body(Full::new(Bytes::from_static(message.body.as_bytes()))).unwrap()
}

/// Sends it that many times, and returns the nanoseconds that this took the processor. A fast error is not a fast answer:
/// each has to end like this.
pub async fn send<S, B>(mut service: S, message: &Message, key: &str, count: usize, end: &str) -> u64
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible>,
    B: http_body::Body<Data = Bytes, Error = Infallible>,
{
    let authorization = format!("Bearer {key}");
    let begun = time::of_this_thread();
    for _ in 0..count {
        let Ok(response) = service.ready().await.unwrap().call(request(message, &authorization)).await;
        assert_eq!(response.status(), 200);
        let mut body = std::pin::pin!(response.into_body());
        let (mut length, mut last) = (0, Bytes::new());
        while let Some(Ok(frame)) = body.frame().await {
            let data = frame.into_data().unwrap_or_default();
            length += data.len();
            last = data;
        }
        assert!(length > 0 && last.ends_with(end.as_bytes()), "{length} {last:?}");
    }
    time::of_this_thread() - begun
}

/// A server that does nothing but answer with this.
pub async fn send_to_nobody(answer: String, message: &Message, key: &str, count: usize, end: &str) -> u64 {
    let answer = Bytes::from(answer);
    let service = tower::service_fn(|_| std::future::ready(Ok(Response::new(Full::new(answer.clone())))));
    send(service, message, key, count, end).await
}
