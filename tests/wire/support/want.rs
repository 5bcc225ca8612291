//! What an answer has to be.

use serde_json::{Value, json};

use super::{Response, audited};

/// What is expected. Each refusal of somebody or of something is one JSON-RPC error, with the id of the request, and
/// the record that it names is in the audit.
#[derive(Debug, Clone)]
pub enum Want {
    /// The tool ran and said this.
    Said(&'static str),
    /// 403, without a challenge: no login helps.
    Forbidden,
    /// 401 with a bare challenge: there was no credential.
    NoCredential,
    /// 401 with `error="invalid_token"`.
    BadCredential,
    /// 400 with `error="invalid_request"`.
    Malformed,
    /// This status and this code, and the id of the request.
    Error(u16, i64),
    /// The same, as a refusal: it names its record.
    Refused(u16, i64),
    /// 504: nobody waited for the call any longer. It names the record of the call, which is cancelled.
    TooLate,
    /// This status, whatever the body.
    Status(u16),
    /// This status and a record of the refusal, before anybody has looked who it is.
    Turned(u16),
    /// Some error: of HTTP, of JSON-RPC, or the end of the connection.
    AnyError,
    /// The same as another answer would be: id `null`.
    ErrorWithoutId(u16, i64),
}

impl Want {
    /// What is wrong with the answer.
    pub fn objection(&self, response: Option<&Response>) -> Option<String> {
        let Some(response) = response else {
            return (!matches!(self, Self::AnyError)).then(|| format!("no answer instead of {self:?}"));
        };
        let body = response.json();
        let right = match self {
            Self::Said(text) => response.status == 200 && response.tool_text().contains(text),
            Self::Forbidden => {
                is_refusal(response, &body, 403, 403, &json!(7)) && challenge(response).is_none()
            }
            Self::NoCredential => {
                is_refusal(response, &body, 401, 401, &json!(7)) && challenge(response) == Some("Bearer")
            }
            Self::BadCredential => {
                is_refusal(response, &body, 401, 401, &json!(7))
                    && challenge(response) == Some("Bearer error=\"invalid_token\"")
            }
            Self::Malformed => {
                is_refusal(response, &body, 400, 400, &json!(7))
                    && challenge(response) == Some("Bearer error=\"invalid_request\"")
            }
            Self::Error(status, code) => {
                is_error(response, &body, *status, *code, &json!(7)) && challenge(response).is_none()
            }
            Self::Refused(status, code) => {
                is_refusal(response, &body, *status, *code, &json!(7)) && challenge(response).is_none()
            }
            Self::TooLate => {
                is_error(response, &body, 504, 504, &json!(7))
                    && record(response, &body)
                        .is_some_and(|record| becomes(record, "started ;finished cancelled;"))
            }
            Self::ErrorWithoutId(status, code) => is_error(response, &body, *status, *code, &Value::Null),
            Self::Status(status) => response.status == *status,
            Self::Turned(status) => {
                let id = &body["id"];
                (id.is_null() || *id == json!(7))
                    && is_refusal(response, &body, *status, i64::from(*status), id)
                    && challenge(response).is_none()
            }
            Self::AnyError => response.status >= 400 || body["error"]["code"].is_i64(),
        };
        (!right).then(|| format!("{} instead of {self:?}", response.everything()))
    }
}

fn challenge(response: &Response) -> Option<&str> {
    response.header("www-authenticate")
}

fn is_error(response: &Response, body: &Value, status: u16, code: i64, id: &Value) -> bool {
    response.status == status
        && response.header("content-type") == Some("application/json")
        && body["jsonrpc"] == "2.0"
        && body["error"]["code"] == code
        && body["error"]["message"].is_string()
        && body["id"] == *id
        && body.get("result").is_none()
}

/// An error that names its record, in the header and in the body, and the record is there.
fn is_refusal(response: &Response, body: &Value, status: u16, code: i64, id: &Value) -> bool {
    is_error(response, body, status, code, id)
        && record(response, body).is_some_and(|record| audited(record).starts_with("refused "))
}

/// The record that the answer names, in the header and in the body.
fn record<'a>(response: &Response, body: &'a Value) -> Option<&'a str> {
    let record = body["error"]["data"]["record"].as_str();
    record.filter(|_| response.header("mcp-rbac-record") == record)
}

/// Whether that is what the audit says about a record, at once or soon: a call is cancelled when its caller has the
/// answer already.
fn becomes(record: &str, events: &str) -> bool {
    (0..100).any(|_| {
        audited(record) == events || {
            std::thread::sleep(std::time::Duration::from_millis(50));
            false
        }
    })
}
