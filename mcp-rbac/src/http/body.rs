//! Reading a request body within its limits.

use std::{pin::pin, time::Duration};

use bytes::{Bytes, BytesMut};
use http_body::Body;
use http_body_util::BodyExt;
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
    let mut read = BytesMut::new();
    let mut length: usize = 0;
    let all = async {
        let mut body = pin!(body);
        while let Some(frame) = body.frame().await {
            // trailers say nothing here
            let Ok(data) = frame.map_err(|_| Unread::Broken)?.into_data() else { continue };
            length = length.saturating_add(data.len());
            if length <= limit {
                read.extend_from_slice(&data);
            } else if length > limit.saturating_add(LINGER) {
                break;
            }
        }
        Ok(())
    };
    let ended = tokio::time::timeout(deadline, all).await;
    match ended {
        _ if length > limit => Err(Unread::TooLarge),
        Ok(Ok(())) => Ok(read.freeze()),
        Ok(Err(unread)) => Err(unread),
        Err(_elapsed) => Err(Unread::TooSlow),
    }
}

/// What a body says that it is, for the answer that refuses it and for the record. Nothing is decided by it.
#[derive(Debug, Default)]
pub(super) struct Glimpse {
    /// The id of the request; `null` for whatever is none.
    pub(super) id: Value,
    pub(super) method: String,
}

impl Glimpse {
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
