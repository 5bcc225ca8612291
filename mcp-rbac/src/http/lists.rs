//! Putting the items of a prepared page into the list that rmcp answered without them.
//!
//! So rmcp checks the request and writes the answer as always, the guard decides about the list and records it, and only
//! the items, which are most of the bytes, come ready-made.

use std::{
    collections::VecDeque,
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::StatusCode;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;

use super::respond::McpResponse;
use crate::view::{List, Page};

/// The answer with the items of the page. An answer that is no list (an error) stays as it is; one that cannot be told
/// apart from an empty list that should not be empty is none: `None`.
pub(super) async fn fill(response: McpResponse, list: List, page: &Arc<Page>) -> Option<McpResponse> {
    if response.status() != StatusCode::OK {
        return Some(response);
    }
    let (parts, body) = response.into_parts();
    // a stream has messages of its own around the list
    body.size_hint().exact()?;
    let answer = match body.collect().await {
        Ok(body) => body.to_bytes(),
        Err(never) => match never {},
    };
    let pieces = match place(&answer, list) {
        Some((before, after)) => {
            vec![
                answer.slice_ref(before),
                Bytes::from_owner(Items(Arc::clone(page))),
                answer.slice_ref(after),
            ]
        }
        None if is_error(&answer) => vec![answer],
        None => return None,
    };
    Some(McpResponse::from_parts(parts, Pieces(pieces.into()).boxed()))
}

/// What stands before the items of the list and what after them: the list is the last field of the result, and the
/// result the last of the message.
fn place(answer: &[u8], list: List) -> Option<(&[u8], &[u8])> {
    const END: &[u8] = b"]}}";
    let before = answer.strip_suffix(END)?;
    let field = before.strip_suffix(b"\":[")?.strip_suffix(list.field().as_bytes())?;
    field.ends_with(b"\"").then(|| answer.split_at(before.len()))
}

fn is_error(answer: &[u8]) -> bool {
    serde_json::from_slice(answer).is_ok_and(|answer: serde_json::Value| answer.get("error").is_some())
}

/// A page as the owner of its bytes.
struct Items(Arc<Page>);

impl AsRef<[u8]> for Items {
    fn as_ref(&self) -> &[u8] {
        &self.0.json
    }
}

/// A body in pieces, of known length.
struct Pieces(VecDeque<Bytes>);

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.pop_front().map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.iter().map(|piece| piece.len() as u64).sum())
    }
}

#[cfg(test)]
mod tests {
    use http::Response;
    use http_body_util::Full;

    use super::*;

    fn page(json: &str) -> Arc<Page> {
        Arc::new(Page { json: json.as_bytes().into(), len: 1, last: None })
    }

    async fn filled(status: u16, answer: &str) -> Option<String> {
        let body = Full::new(Bytes::from(answer.to_owned())).boxed();
        let response = Response::builder().status(status).body(body).unwrap();
        let response = fill(response, List::Tools, &page(r#"{"name":"a"},{"name":"b"}"#)).await?;
        let length = response.body().size_hint().exact();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(length, Some(body.len() as u64));
        Some(String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn the_items_are_put_where_the_list_is_empty() {
        for before in
            [r#"{"jsonrpc":"2.0","id":1,"result":{"#, r#"{"id":"\"tools\":[]}}","result":{"ttlMs":0,"#]
        {
            let expected = format!(r#"{before}"tools":[{{"name":"a"}},{{"name":"b"}}]}}}}"#);
            assert_eq!(filled(200, &format!(r#"{before}"tools":[]}}}}"#)).await, Some(expected));
        }
    }

    #[tokio::test]
    async fn what_is_no_list_stays_as_it_is() {
        let error = r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"tools\":[]}}"}}"#;
        assert_eq!(filled(200, error).await.as_deref(), Some(error));
        let refused = r#"{"result":{"tools":[]}}"#;
        assert_eq!(filled(404, refused).await.as_deref(), Some(refused));
    }

    /// Rather no answer than a list with less in it than the guard allowed.
    #[tokio::test]
    async fn a_list_that_cannot_be_filled_is_no_answer() {
        for answer in [
            r#"{"result":{"tools":[{"name":"c"}]}}"#,
            r#"{"result":{"prompts":[]}}"#,
            r#"{"result":{"atools":[]}}"#,
            r#"{"result":{"tools":[],"more":1}}"#,
            r#"{"result":{"tools":[]}} "#,
            "[]}}",
            "",
        ] {
            assert_eq!(filled(200, answer).await, None, "{answer}");
        }
    }
}
