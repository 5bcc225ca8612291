//! Reading a request body within its limits.

use std::time::Duration;

use bytes::Bytes;
use http_body::Body;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::Value;

/// Why there is no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    TooLarge,
    TooSlow,
    Broken,
}

/// The whole body, of at most `limit` bytes, within `deadline`.
pub(super) async fn read<B>(body: B, limit: usize, deadline: Duration) -> Result<Bytes, Unread>
where
    B: Body<Data = Bytes>,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    match tokio::time::timeout(deadline, Limited::new(body, limit).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Unread::TooLarge),
        Ok(Err(_)) => Err(Unread::Broken),
        Err(_elapsed) => Err(Unread::TooSlow),
    }
}

/// The id of the JSON-RPC request in `body`, for the answer that refuses it. Nothing is decided by it; whatever is no
/// request has no id.
pub(super) fn request_id(body: &[u8]) -> Value {
    #[derive(Deserialize)]
    struct Request {
        id: Value,
        #[serde(rename = "method")]
        _method: IgnoredAny,
    }
    match serde_json::from_slice(body) {
        Ok(Request { id: id @ (Value::String(_) | Value::Number(_)), .. }) => id,
        Ok(_) | Err(_) => Value::Null,
    }
}
