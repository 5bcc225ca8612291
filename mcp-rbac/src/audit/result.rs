use serde_json::value::RawValue;

/// What a record says of a result.
#[derive(Debug, Clone)]
pub(super) struct Returned {
    /// How large it is, in bytes of JSON.
    pub(super) bytes: usize,
    /// Its HMAC-SHA-256 under the secret of the trail, where that has one.
    pub(super) hmac: Option<String>,
    /// The result itself, where that is wanted.
    pub(super) content: Option<Box<RawValue>>,
}
