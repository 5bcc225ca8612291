//! Getting a small document from an authorization server, under limits.

use std::{error::Error, fmt, time::Duration};

use http::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Client, RequestBuilder, Url, redirect};

/// How large a document may be. Key sets with a certificate chain per key have some tens of kilobytes.
const MAX_BYTES: usize = 512 * 1024;

/// A client that goes where it is sent and nowhere else.
pub(super) struct Http(Client);

/// Who asks.
#[derive(Clone, Copy)]
pub(super) struct Credentials<'a> {
    pub(super) client: &'a str,
    pub(super) secret: &'a str,
    /// Whether the secret is sent in the form, and not in a header (RFC 6749, section 2.3.1).
    pub(super) in_body: bool,
}

/// Why there is no document. It is for the log.
#[derive(Debug)]
pub(super) enum FetchError {
    /// There was an answer, and it is not 200.
    Status(u16),
    /// Anything else.
    Failed(String),
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status @ 300..400) => {
                write!(f, "it answers {status}, and redirections are not followed")
            }
            Self::Status(status) => write!(f, "it answers {status}"),
            Self::Failed(why) => f.write_str(why),
        }
    }
}

impl Http {
    /// A client for URLs like this one. Each answer has to be there after `deadline`.
    pub(super) fn for_url(url: &Url, deadline: Duration) -> Result<Self, String> {
        let builder = Client::builder()
            .user_agent(concat!("mcp-rbac/", env!("CARGO_PKG_VERSION")))
            // whom keys come from is said by the configuration, and not by who answers
            .redirect(redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .timeout(deadline)
            .pool_max_idle_per_host(1);
        let builder = if url.scheme() == "https" {
            builder.https_only(true)
        } else {
            // plain http is for this machine: no proxy, and no certificates to be read
            builder.no_proxy().tls_certs_only([])
        };
        builder.build().map(Self).map_err(|error| format!("there is no HTTP client: {}", with_causes(&error)))
    }

    /// The document at `url`.
    pub(super) async fn get(&self, url: &Url) -> Result<Vec<u8>, FetchError> {
        self.document(self.0.get(url.clone())).await
    }

    /// What `url` answers to this form (RFC 6749, appendix B).
    pub(super) async fn post(
        &self,
        url: &Url,
        form: &[(&str, &str)],
        credentials: &Credentials<'_>,
    ) -> Result<Vec<u8>, FetchError> {
        let Credentials { client, secret, in_body } = *credentials;
        let request = self.0.post(url.clone()).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let request = if in_body {
            let ours = [("client_id", client), ("client_secret", secret)];
            request.body(encoded(form.iter().copied().chain(ours)))
        } else {
            let [client, secret] = [client, secret].map(|text| {
                // of `=text`
                encoded([("", text)]).split_off(1)
            });
            request.basic_auth(client, Some(secret)).body(encoded(form.iter().copied()))
        };
        self.document(request).await
    }

    async fn document(&self, request: RequestBuilder) -> Result<Vec<u8>, FetchError> {
        let failed = |error: reqwest::Error| FetchError::Failed(explain(error));
        let request = request.header(ACCEPT, "application/json");
        let mut answer = request.send().await.map_err(failed)?;
        if answer.status() != http::StatusCode::OK {
            return Err(FetchError::Status(answer.status().as_u16()));
        }
        let mut document = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            if document.len() + chunk.len() > MAX_BYTES {
                return Err(FetchError::Failed(format!("it is larger than {} KiB", MAX_BYTES / 1024)));
            }
            document.extend_from_slice(&chunk);
        }
        Ok(document)
    }
}

/// `application/x-www-form-urlencoded`.
fn encoded<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let Ok(mut url) = Url::parse("data:") else { return String::new() };
    url.query_pairs_mut().extend_pairs(pairs);
    url.query().unwrap_or_default().to_owned()
}

fn explain(error: reqwest::Error) -> String {
    if error.is_timeout() {
        return "there was no answer in time".to_owned();
    }
    with_causes(&error.without_url())
}

fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
