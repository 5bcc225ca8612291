use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};

use super::config::{HttpError, HttpServer};

/// Where certificate and key are.
#[derive(Debug, Clone)]
pub(super) struct TlsFiles {
    certificates: PathBuf,
    key: PathBuf,
}

impl HttpServer {
    /// Speaks TLS (1.2 and 1.3) with this certificate chain and private key, both PEM files. They are read when the
    /// server starts.
    pub fn tls(mut self, certificates: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.tls = Some(TlsFiles { certificates: certificates.into(), key: key.into() });
        self
    }
}

impl TlsFiles {
    /// Reads the files.
    pub(super) fn acceptor(&self) -> Result<TlsAcceptor, HttpError> {
        let refuse = |path: &Path, why: String| HttpError::Tls { path: path.to_owned(), why };
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&self.certificates)
            .and_then(Iterator::collect)
            .map_err(|error| refuse(&self.certificates, error.to_string()))?;
        if chain.is_empty() {
            return Err(refuse(&self.certificates, "it contains no certificate".to_owned()));
        }
        let key =
            PrivateKeyDer::from_pem_file(&self.key).map_err(|error| refuse(&self.key, error.to_string()))?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|config| config.with_no_client_auth().with_single_cert(chain, key))
            .map_err(|error| refuse(&self.key, error.to_string()))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}
