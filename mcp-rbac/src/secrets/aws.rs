//! AWS Secrets Manager, asked by AWS's own client.
//!
//! AWS's own cache, `aws_secretsmanager_caching` 2.1, is not used: every request that misses it asks, and what it serves
//! in an outage has no end.

use std::{error::Error, fmt};

use aws_config::{SdkConfig, retry::RetryConfig};
use aws_sdk_secretsmanager::{
    Client,
    config::Builder,
    error::{ProvideErrorMetadata, SdkError},
    operation::get_secret_value::{GetSecretValueError, GetSecretValueOutput},
};
use futures::future::{BoxFuture, FutureExt};
use secrecy::SecretString;
use tokio::sync::OnceCell;
use zeroize::Zeroizing;

use super::{SecretError, SecretSource, SecretVersions};
use crate::aws::configuration;

/// A secret of AWS Secrets Manager: its versions `AWSCURRENT` and `AWSPREVIOUS`, which may be missing. `AWSPENDING` is never
/// asked for.
///
/// It is asked as the AWS command line would ask: region and credentials come from the environment, a profile, or the
/// machine that this runs on. All that it needs is the permission `secretsmanager:GetSecretValue` for this one secret, and
/// `kms:Decrypt` where it is encrypted with a key of your own.
///
/// ```
/// # mcp_rbac::roles! { permissions { read_data } roles { reader { read_data } } }
/// # fn main() {
/// use mcp_rbac::{ApiKeys, secrets::AwsSecret};
///
/// let arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:records/keys-AbCdEf";
/// let keys = ApiKeys::secret(AwsSecret::new(arn).region("eu-west-1"));
/// # let _ = keys;
/// # }
/// ```
pub struct AwsSecret {
    id: String,
    region: Option<String>,
    endpoint: Option<String>,
    client: OnceCell<Client>,
}

impl AwsSecret {
    /// The secret with this ARN, or this name in the account whose credentials are used.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), region: None, endpoint: None, client: OnceCell::new() }
    }

    /// The region it is in; unless set, the one of the environment.
    #[must_use]
    pub fn region(self, region: impl Into<String>) -> Self {
        Self { region: Some(region.into()), ..self }
    }

    /// Where it is asked for, instead of at the endpoint of its region: at the endpoint of a VPC, say.
    #[must_use]
    pub fn endpoint_url(self, url: impl Into<String>) -> Self {
        Self { endpoint: Some(url.into()), ..self }
    }

    /// It is asked for with the credentials and the region of this configuration. [`region`](Self::region) and
    /// [`endpoint_url`](Self::endpoint_url) concern only what is not configured in this way.
    #[must_use]
    pub fn config(self, config: &SdkConfig) -> Self {
        Self { client: OnceCell::new_with(Some(client(config))), ..self }
    }

    async fn client(&self) -> &Client {
        let load =
            || async { client(&configuration(self.region.as_deref(), self.endpoint.as_deref()).await) };
        self.client.get_or_init(load).await
    }

    async fn read(&self) -> Result<SecretVersions, SecretError> {
        let current = text(self.version("AWSCURRENT").await?)?;
        let secret = SecretVersions::new(current);
        // in this order: what becomes the previous one in between has been had already
        match self.version("AWSPREVIOUS").await.and_then(text) {
            Ok(previous) => Ok(secret.with_previous(previous)),
            Err(SecretError::Missing) => Ok(secret),
            // what was wrong once must not keep out what has been put right
            Err(SecretError::Binary) => {
                tracing::warn!(target: "mcp_rbac", "{}: its previous version is binary, and left out", self.describe());
                Ok(secret)
            }
            Err(error) => Err(error),
        }
    }

    async fn version(&self, stage: &str) -> Result<GetSecretValueOutput, SecretError> {
        let request = self.client().await.get_secret_value().secret_id(&self.id).version_stage(stage);
        request.send().await.map_err(|error| explain(&error))
    }
}

impl SecretSource for AwsSecret {
    fn describe(&self) -> String {
        format!("AWS secret `{}`", self.id)
    }

    fn fetch(&self) -> BoxFuture<'_, Result<SecretVersions, SecretError>> {
        self.read().boxed()
    }
}

impl fmt::Debug for AwsSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsSecret")
            .field("id", &self.id)
            .field("region", &self.region)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

/// One request is one request: when to ask again is for the cache to say.
fn client(config: &SdkConfig) -> Client {
    Client::from_conf(Builder::from(config).retry_config(RetryConfig::disabled()).build())
}

fn text(version: GetSecretValueOutput) -> Result<SecretString, SecretError> {
    let text = Zeroizing::new(version.secret_string.ok_or(SecretError::Binary)?);
    Ok(SecretString::from(text.as_str()))
}

/// The kind of an error, and its code at AWS. What an answer says is not repeated.
fn explain(error: &SdkError<GetSecretValueError>) -> SecretError {
    match error {
        SdkError::ServiceError(answer) => match (answer.err(), answer.err().code()) {
            (GetSecretValueError::ResourceNotFoundException(_), _) => SecretError::Missing,
            // for this operation: it waits for its deletion
            (GetSecretValueError::InvalidRequestException(_), _) => SecretError::Deleted,
            (GetSecretValueError::DecryptionFailure(_), _) => {
                SecretError::Denied("the key that it is encrypted with cannot be used".to_owned())
            }
            (_, Some(code)) if is_denial(code) => SecretError::Denied(code.to_owned()),
            (_, code) => SecretError::Unavailable(code.unwrap_or("an error without a code").to_owned()),
        },
        SdkError::TimeoutError(_) => SecretError::Unavailable("there was no answer in time".to_owned()),
        SdkError::ResponseError(_) => SecretError::Unavailable("the answer cannot be read".to_owned()),
        SdkError::DispatchFailure(failure) => SecretError::Unavailable(
            failure
                .as_connector_error()
                .map_or_else(|| "nobody answers".to_owned(), |error| with_causes(error)),
        ),
        // no region, no credentials
        error @ (SdkError::ConstructionFailure(_) | _) => SecretError::Unavailable(with_causes(error)),
    }
}

fn is_denial(code: &str) -> bool {
    matches!(
        code,
        "AccessDeniedException"
            | "ExpiredTokenException"
            | "IncompleteSignature"
            | "InvalidClientTokenId"
            | "InvalidSignatureException"
            | "MissingAuthenticationTokenException"
            | "NotAuthorized"
            | "OptInRequired"
            | "UnrecognizedClientException"
    )
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
