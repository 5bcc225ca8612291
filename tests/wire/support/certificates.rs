//! Certificates for `localhost`: a root, which clients trust, and beneath it a chain of two.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tempfile::TempDir;
use tokio_rustls::rustls::{
    ClientConfig, RootCertStore, SupportedProtocolVersion,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};

pub struct Certificates {
    folder: TempDir,
    root: CertificateDer<'static>,
}

impl Certificates {
    pub fn new() -> Self {
        let authority = || {
            let mut params = CertificateParams::default();
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            (params, KeyPair::generate().unwrap())
        };
        let (params, key) = authority();
        let root = params.self_signed(&key).unwrap();
        let issuer = Issuer::new(params, key);
        let (params, key) = authority();
        let between = params.signed_by(&key, &issuer).unwrap();
        let issuer = Issuer::new(params, key);
        let key = KeyPair::generate().unwrap();
        let leaf =
            CertificateParams::new(["localhost".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();

        let made = Self {
            folder: tempfile::tempdir().unwrap(),
            root: CertificateDer::from_pem_slice(root.pem().as_bytes()).unwrap(),
        };
        made.write("chain.pem", &format!("{}{}", leaf.pem(), between.pem()));
        made.write("reversed.pem", &format!("{}{}", between.pem(), leaf.pem()));
        made.write("key.pem", &key.serialize_pem());
        made.write("other-key.pem", &KeyPair::generate().unwrap().serialize_pem());
        made
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn chain(&self) -> PathBuf {
        self.path("chain.pem")
    }

    pub fn key(&self) -> PathBuf {
        self.path("key.pem")
    }

    /// A file that its owner alone may read.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        set_mode(&path, 0o600);
        path
    }

    /// A client that trusts the root.
    pub fn client(
        &self,
        versions: &[&'static SupportedProtocolVersion],
        protocols: &[&str],
    ) -> Arc<ClientConfig> {
        let mut roots = RootCertStore::empty();
        roots.add(self.root.clone()).unwrap();
        let mut client = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        client.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        Arc::new(client)
    }
}

#[cfg(unix)]
pub fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
pub fn set_mode(_: &Path, _: u32) {}
