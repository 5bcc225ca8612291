use serde::Serialize;
use serde_json::Value;

/// What a record says of a result.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Returned {
    /// How large it is, in bytes of JSON.
    pub(super) bytes: usize,
    /// Its HMAC-SHA-256 under the secret of the trail, where that has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hmac: Option<String>,
    /// The result itself, where that is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) content: Option<Value>,
}
