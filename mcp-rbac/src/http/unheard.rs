//! Requests that rmcp answers without asking the guard: what it cannot parse, what its headers contradict, methods that it
//! refuses by itself, notifications. They are refused on record like all others.

use bytes::Bytes;
use http::{
    StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use http_body_util::{BodyExt, Full};
use rmcp::{ErrorData, model::ErrorCode};
use serde_json::{Value, json};

use super::{
    body::Glimpse,
    respond::{McpResponse, name_record, refusal},
};
use crate::audit::{Event, RecordId, Verdict};

/// How much of a text that says what is wrong is passed on.
const LONGEST: usize = 256;

/// The same for an answer that goes out on the stream of a session, whose head is gone: its error names the record.
pub(super) fn unheard_in_session(error: &mut ErrorData, event: impl FnOnce(RecordId) -> Event) {
    let record = RecordId::new();
    event(record).verdict(verdict(error.code.0.into(), &error.message)).emit();
    if let Value::Object(data) = error.data.get_or_insert_with(|| json!({})) {
        data.insert("record".to_owned(), json!(record));
    }
}

/// The answer with its record, where it refuses something; what rmcp says in plain text becomes a JSON-RPC error.
pub(super) async fn unheard(
    response: McpResponse,
    glimpse: Glimpse,
    event: impl Fn(RecordId, &Glimpse) -> Event,
) -> McpResponse {
    let status = response.status();
    let refuse = |verdict| {
        let record = RecordId::new();
        event(record, &glimpse).verdict(verdict).emit();
        record
    };
    if status == StatusCode::ACCEPTED {
        if !glimpse.method.is_empty() && !glimpse.method.starts_with("notifications/") {
            refuse(Verdict::TurnedAway("a notification calls nothing".into()));
        }
        return response;
    }
    let is_error = status.is_client_error() || status.is_server_error();
    let is_json = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if !is_error && !is_json {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let bytes = match body.collect().await {
        Ok(body) => body.to_bytes(),
        Err(never) => match never {},
    };
    let message = if is_json { serde_json::from_slice(&bytes).ok() } else { None };
    let bytes = match message {
        Some(Value::Object(mut message)) => match message.get_mut("error") {
            None => bytes,
            Some(error) => {
                let code = error.get("code").and_then(Value::as_i64).unwrap_or_default();
                let said = error.get("message").and_then(Value::as_str).unwrap_or_default();
                let record = refuse(verdict(code, said));
                if let Some(Value::Object(data)) =
                    error.as_object_mut().map(|error| error.entry("data").or_insert_with(|| json!({})))
                {
                    data.insert("record".to_owned(), json!(record));
                }
                name_record(&mut parts.headers, record);
                message.entry("id").or_insert(Value::Null);
                Bytes::from(Value::Object(message).to_string())
            }
        },
        _ if is_error => {
            let text = text(std::str::from_utf8(&bytes).unwrap_or_default());
            let record = refuse(Verdict::TurnedAway(text.clone().into()));
            return refusal(status, glimpse.id, text.into(), Some(record));
        }
        _ => bytes,
    };
    parts.headers.remove(CONTENT_LENGTH);
    McpResponse::from_parts(parts, Full::new(bytes).boxed())
}

fn verdict(code: i64, said: &str) -> Verdict {
    if code == i64::from(ErrorCode::METHOD_NOT_FOUND.0) {
        return Verdict::UnknownMethod;
    }
    Verdict::TurnedAway(text(said).into())
}

fn text(said: &str) -> String {
    let said = if said.is_empty() { "the request is malformed" } else { said };
    said.chars().take(LONGEST).collect()
}
