//! Reading a request body within its limits.

use std::{pin::pin, time::Duration};

use bytes::{Bytes, BytesMut};
use futures::FutureExt;
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use rmcp::model::RequestId;
use serde::Deserialize;
use serde_json::Value;

/// Why there is no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    TooLarge,
    TooSlow,
    Broken,
}

/// How much of a body beyond its limit is read and thrown away. A client that is still writing would otherwise find its
/// connection reset, and not see the answer.
const LINGER: usize = 1024 * 1024;

/// The whole body, of at most `limit` bytes, within `deadline`. One that says that it is larger is not read.
pub(super) async fn read<B>(body: B, limit: usize, deadline: Duration) -> Result<Bytes, Unread>
where
    B: Body<Data = Bytes>,
{
    let promised = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if promised > limit.saturating_add(LINGER) {
        return Err(Unread::TooLarge);
    }
    let mut body = pin!(body);
    // most bodies are one frame that came with the head: it is taken as it is, and no clock is set
    let first = match body.frame().now_or_never() {
        Some(Some(frame)) => data_of(frame)?,
        Some(None) => return Ok(Bytes::new()),
        None => None,
    };
    let first = first.unwrap_or_default();
    if body.is_end_stream() && first.len() <= limit {
        return Ok(first);
    }
    let mut length = first.len();
    let mut read = if length <= limit { BytesMut::from(first) } else { BytesMut::new() };
    let rest = async {
        while length <= limit.saturating_add(LINGER)
            && let Some(frame) = body.frame().await
        {
            let Some(data) = data_of(frame)? else { continue };
            length = length.saturating_add(data.len());
            if length <= limit {
                read.extend_from_slice(&data);
            }
        }
        Ok(())
    };
    let ended = tokio::time::timeout(deadline, rest).await;
    match ended {
        _ if length > limit => Err(Unread::TooLarge),
        Ok(Ok(())) => Ok(read.freeze()),
        Ok(Err(unread)) => Err(unread),
        Err(_elapsed) => Err(Unread::TooSlow),
    }
}

/// What a frame brings; trailers say nothing here.
fn data_of<E>(frame: Result<Frame<Bytes>, E>) -> Result<Option<Bytes>, Unread> {
    frame.map(|frame| frame.into_data().ok()).map_err(|_| Unread::Broken)
}

/// What a body says that it is, for the answer that refuses it and for the record. Nothing is decided by it.
#[derive(Debug, Default)]
pub(super) struct Glimpse {
    /// The id of the request; `null` for whatever is none.
    pub(super) id: Value,
    pub(super) method: String,
}

impl Glimpse {
    /// The id, where it is one.
    pub(super) fn id(&self) -> Option<RequestId> {
        match &self.id {
            Value::String(text) => Some(RequestId::String(text.as_str().into())),
            Value::Number(number) => number.as_i64().map(RequestId::Number),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }

    pub(super) fn of(body: &[u8]) -> Self {
        #[derive(Deserialize)]
        struct Message {
            #[serde(default)]
            id: Value,
            method: String,
        }
        match serde_json::from_slice(body) {
            Ok(Message { id: id @ (Value::String(_) | Value::Number(_)), method }) => Self { id, method },
            Ok(Message { method, .. }) => Self { id: Value::Null, method },
            Err(_) => Self::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::{StreamExt, stream};
    use http_body::Frame;
    use http_body_util::{Full, StreamBody};
    use serde_json::json;

    use super::*;

    const SOON: Duration = Duration::from_millis(50);

    #[tokio::test]
    async fn a_body_is_read_up_to_its_limit() {
        let body = |length: usize| Full::new(Bytes::from(vec![b'x'; length]));
        assert_eq!(read(body(10), 10, SOON).await.map(|body| body.len()), Ok(10));
        assert_eq!(read(body(0), 0, SOON).await.map(|body| body.len()), Ok(0));
        assert_eq!(read(body(11), 10, SOON).await, Err(Unread::TooLarge));
        assert_eq!(read(body(10 + LINGER + 1), 10, SOON).await, Err(Unread::TooLarge));
    }

    fn frames(data: Vec<&'static [u8]>) -> Vec<Result<Frame<Bytes>, std::io::Error>> {
        data.into_iter().map(|data| Ok(Frame::data(Bytes::from_static(data)))).collect()
    }

    #[tokio::test]
    async fn a_body_of_several_frames_is_put_together() {
        let of = |data| StreamBody::new(stream::iter(frames(data)));
        assert_eq!(read(of(vec![b"{", b"", b"}"]), 2, SOON).await, Ok(Bytes::from_static(b"{}")));
        assert_eq!(read(of(vec![]), 2, SOON).await, Ok(Bytes::new()));
        assert_eq!(read(of(vec![b"{ ", b"}"]), 2, SOON).await, Err(Unread::TooLarge));
        // nothing is there yet when it is asked for the first time
        let later = stream::once(async { tokio::task::yield_now().await })
            .flat_map(|()| stream::iter(frames(vec![b"{}"])));
        assert_eq!(read(StreamBody::new(later), 2, SOON).await, Ok(Bytes::from_static(b"{}")));
        let trailers =
            [Ok(Frame::data(Bytes::from_static(b"{}"))), Ok(Frame::trailers(http::HeaderMap::new()))];
        let with_trailers = stream::iter(trailers.map(|frame: Result<_, std::io::Error>| frame));
        assert_eq!(read(StreamBody::new(with_trailers), 2, SOON).await, Ok(Bytes::from_static(b"{}")));
        let broken =
            stream::iter(frames(vec![b"{"])).chain(stream::iter([Err(std::io::Error::other("gone"))]));
        assert_eq!(read(StreamBody::new(broken), 2, SOON).await, Err(Unread::Broken));
    }

    #[tokio::test]
    async fn a_body_of_one_frame_is_taken_as_it_is() {
        let sent = Bytes::from(vec![b'x'; 10]);
        let received = read(Full::new(sent.clone()), 10, SOON).await.unwrap();
        assert_eq!(received.as_ptr(), sent.as_ptr());
    }

    #[tokio::test]
    async fn who_goes_on_writing_is_cut_off() {
        static MANY: [u8; 64 * 1024] = [b'x'; 64 * 1024];
        let endless = stream::repeat_with(|| Ok::<_, std::io::Error>(Frame::data(Bytes::from_static(&MANY))));
        assert_eq!(read(StreamBody::new(endless), 10, Duration::from_secs(60)).await, Err(Unread::TooLarge));
    }

    #[tokio::test]
    async fn who_stops_writing_is_not_waited_for() {
        let then_nothing = |data| StreamBody::new(stream::iter(frames(data)).chain(stream::pending()));
        assert_eq!(read(then_nothing(vec![b"{"]), 10, SOON).await, Err(Unread::TooSlow));
        // one that is too large already is told so
        assert_eq!(read(then_nothing(vec![b"{ ", b"}"]), 2, SOON).await, Err(Unread::TooLarge));
        let gone = stream::iter([Err::<Frame<Bytes>, _>(std::io::Error::other("gone"))]);
        assert_eq!(read(StreamBody::new(gone), 10, SOON).await, Err(Unread::Broken));
    }

    #[test]
    fn an_answer_has_the_id_of_a_request_and_of_nothing_else() {
        let id = |body: &str| Glimpse::of(body.as_bytes()).id;
        assert_eq!(id(r#"{"id":7,"method":"x"}"#), json!(7));
        assert_eq!(id(r#"{"id":"a","method":"x"}"#), json!("a"));
        for body in
            ["", "7", "[]", r#"{"id":7}"#, r#"{"id":7,"id":8,"method":"x"}"#, r#"{"id":[1],"method":"x"}"#]
        {
            assert_eq!(id(body), Value::Null, "{body}");
        }
        for body in
            [r#"[{"id":7,"method":"x"}]"#, r#"{"id":null,"method":"x"}"#, r#"{"id":7,"method":"x"} x"#]
        {
            assert_eq!(id(body), Value::Null, "{body}");
        }
        assert_eq!(Glimpse::of(br#"{"method":"x"}"#).method, "x");
    }
}
