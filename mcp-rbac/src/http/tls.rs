use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        self, ServerConfig,
        crypto::ring,
        pki_types::{
            CertificateDer, PrivateKeyDer,
            pem::{self, PemObject},
        },
    },
};

use super::config::{HttpError, HttpServer};
use crate::auth::api_key::{KeyFileMode, read_secret};

/// Where certificate and key are.
#[derive(Debug, Clone)]
pub(super) struct TlsFiles {
    certificates: PathBuf,
    key: PathBuf,
}

impl HttpServer {
    /// Speaks TLS (1.2 and 1.3) with this certificate chain, the server's own certificate first, and its private key.
    /// Both are PEM files.
    ///
    /// The key file is the owner's, and its group's to read; a server whose key others can read, or that anybody else
    /// can change, does not start. A symbolic link is followed. There have to be permissions that can be looked at, so
    /// this needs a Unix system.
    ///
    /// The files are read when the server starts and not again: to use a certificate that was renewed, start the server
    /// anew.
    ///
    /// ```no_run
    /// # mcp_rbac::roles! { permissions { read_data } roles { reader { read_data } } }
    /// # use mcp_rbac::{ApiKeys, Server};
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// Server::new(&rbac::POLICY)
    ///     .authenticate(ApiKeys::file("keys.toml"))
    ///     .http("0.0.0.0:8443")
    ///     .public_url("https://records.example:8443/mcp")
    ///     .tls("fullchain.pem", "privkey.pem")
    ///     .serve()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn tls(mut self, certificates: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.tls = Some(TlsFiles { certificates: certificates.into(), key: key.into() });
        self
    }
}

impl TlsFiles {
    /// Reads the files.
    pub(super) fn acceptor(&self) -> Result<TlsAcceptor, HttpError> {
        let refuse = |path: &Path, why: String| HttpError::Tls { path: path.to_owned(), why };
        let chain = chain(&self.certificates).map_err(|why| refuse(&self.certificates, why))?;
        let key = key(&self.key).map_err(|why| refuse(&self.key, why))?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|config| config.with_no_client_auth().with_single_cert(chain, key))
            .map_err(|error| {
                if matches!(error, rustls::Error::InvalidCertificate(_)) {
                    refuse(&self.certificates, "what it contains is no certificate".to_owned())
                } else if matches!(error, rustls::Error::InconsistentKeys(_)) {
                    let first = self.certificates.display();
                    refuse(&self.key, format!("it is not the key of the first certificate in {first}"))
                } else {
                    refuse(&self.key, format!("its private key cannot be read as one ({error})"))
                }
            })?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let text = fs::read(path).map_err(|error| {
        let missing = error.kind() == ErrorKind::NotFound;
        if missing { "there is no such file".to_owned() } else { format!("it cannot be read: {error}") }
    })?;
    let chain = CertificateDer::pem_slice_iter(&text).collect::<Result<Vec<_>, _>>().map_err(no_pem)?;
    if chain.is_empty() { Err("it contains no certificate in PEM form".to_owned()) } else { Ok(chain) }
}

fn key(path: &Path) -> Result<PrivateKeyDer<'static>, String> {
    let text = read_secret(path, KeyFileMode::GroupReadable).map_err(|error| error.reason())?;
    PrivateKeyDer::from_pem_slice(&text).map_err(|error| {
        if matches!(error, pem::Error::NoItemsFound) {
            "it contains no private key in PEM form (an encrypted one cannot be used)".to_owned()
        } else {
            no_pem(error)
        }
    })
}

/// Without what the parser says: it quotes the file.
fn no_pem(_: pem::Error) -> String {
    "it is not valid PEM".to_owned()
}
