//! What a refusal looks like: a status, and one JSON-RPC error. Clients show the error's text to people only when it
//! carries the id of their request.

use std::{borrow::Cow, time::Duration};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Response, StatusCode,
    header::{CONTENT_TYPE, RETRY_AFTER},
};
use http_body_util::{BodyExt, Full, combinators::BoxBody};
use rmcp::{ErrorData, model::ErrorCode};
use serde_json::{Value, json};

use super::challenge::Challenges;
use crate::{
    audit::RecordId,
    auth::Principal,
    guard::{Denial, whole_seconds},
};

pub(super) type McpResponse = Response<BoxBody<Bytes, std::convert::Infallible>>;

/// Names the audit record of a refusal.
const RECORD: HeaderName = HeaderName::from_static("mcp-rbac-record");

/// An answer that says why there is no other; its code is the status.
pub(super) fn refusal(
    status: StatusCode,
    id: Value,
    text: Cow<'static, str>,
    record: Option<RecordId>,
) -> McpResponse {
    let code = ErrorCode(i32::from(status.as_u16()));
    let error = ErrorData::new(code, text, record.map(|record| json!({ "record": record })));
    let body = json!({ "jsonrpc": "2.0", "id": id, "error": error });
    let mut response = Response::new(Full::new(Bytes::from(body.to_string())).boxed());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(record) = record {
        name_record(response.headers_mut(), record);
    }
    response
}

/// The answer that carries the guard's denial gets the status that goes with it; its body is the guard's own.
pub(super) fn render(
    mut response: McpResponse,
    denial: &Denial,
    record: RecordId,
    principal: &Principal,
    challenges: &Challenges,
) -> McpResponse {
    *response.status_mut() = match denial {
        Denial::Unauthenticated => {
            challenges.unrecognised(response.headers_mut(), None);
            StatusCode::UNAUTHORIZED
        }
        Denial::NeedsScopes { scopes } => {
            challenges.insufficient_scope(response.headers_mut(), &principal.scope_names(scopes));
            StatusCode::FORBIDDEN
        }
        // no challenge: a login cannot cure it
        Denial::Forbidden { .. } => StatusCode::FORBIDDEN,
        Denial::Limited { retry_after: after } => {
            retry_after(response.headers_mut(), *after);
            StatusCode::TOO_MANY_REQUESTS
        }
        // no challenge: a login cannot cure it, and clients would throw good tokens away
        Denial::Unavailable { retry_after: after } => {
            retry_after(response.headers_mut(), *after);
            StatusCode::SERVICE_UNAVAILABLE
        }
    };
    name_record(response.headers_mut(), record);
    response
}

/// `Retry-After`, in whole seconds.
pub(super) fn retry_after(headers: &mut HeaderMap, after: Duration) {
    headers.insert(RETRY_AFTER, HeaderValue::from(whole_seconds(after)));
}

/// Says which record is about this answer.
pub(super) fn name_record(headers: &mut HeaderMap, record: RecordId) {
    if let Ok(value) = HeaderValue::try_from(record.to_string()) {
        headers.insert(RECORD, value);
    }
}
