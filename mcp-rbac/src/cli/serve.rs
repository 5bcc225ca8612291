use std::{
    net::IpAddr,
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret, SecretString};

use super::{Failure, Program, check, first_keys::FirstKeys, welcome};
use crate::{
    api_key::{ApiKeys, KeyFile, KeyFileMode, read_secret},
    audit::Audit,
    http::HttpError,
    policy::{Policy, RoleRef},
    server::{ServerBuilder, StdioServer},
};

/// Where HTTP is served when nothing else is said.
const ADDRESS: &str = "127.0.0.1:8080";

/// The namespace of metrics.
const METRICS: &str = "mcp-rbac";

/// Serve MCP, over HTTP unless told otherwise
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "\
Examples:
  serve                                        HTTP on 127.0.0.1:8080; callers show API keys
  serve --http 127.0.0.1:9000                  another port
  serve --stdio --as analyst                   the client that started this program, as an analyst
  serve --stdio --key-env RECORDS_KEY          the same, as the owner of an API key
  serve --audit audit.jsonl                    every call on record, and none without
  serve --check                                who could call what, and what is off; serves nobody")]
pub struct Serve {
    /// Speak HTTP on this address
    #[arg(long, value_name = "ADDR", default_value = ADDRESS, conflicts_with = "stdio")]
    http: String,
    /// Speak MCP over standard input and output, to the program that started this one
    #[arg(long)]
    stdio: bool,
    /// With --stdio: the role of the client at the other end
    #[arg(long = "as", value_name = "ROLE", conflicts_with_all = ["key_env", "key_path"])]
    role: Option<String>,
    /// With --stdio: an environment variable that holds the client's API key
    #[arg(long, value_name = "NAME", requires = "stdio", conflicts_with = "key_path")]
    key_env: Option<String>,
    /// With --stdio: a file that holds the client's API key (/dev/fd/3 reads an open file descriptor)
    #[arg(long = "key-file", id = "key_path", value_name = "FILE", requires = "stdio")]
    key_file: Option<PathBuf>,
    /// The file with the digests of the API keys
    #[arg(long, value_name = "FILE", default_value = "keys.toml")]
    keys: PathBuf,
    /// With --http: the URL that clients know this server by
    #[arg(long, value_name = "URL", conflicts_with = "stdio")]
    public_url: Option<String>,
    /// With --http: a proxy in front speaks TLS with the clients
    #[arg(long, conflicts_with = "stdio")]
    behind_tls_proxy: bool,
    /// With --http: the address of a proxy whose X-Forwarded-For is believed; may be repeated
    #[arg(long = "trusted-proxy", value_name = "IP", conflicts_with = "stdio")]
    trusted_proxies: Vec<IpAddr>,
    /// With --http: speak TLS with this certificate chain, a PEM file
    #[cfg(feature = "tls")]
    #[arg(long, value_name = "FILE", requires = "tls_key", conflicts_with = "stdio")]
    tls_cert: Option<PathBuf>,
    /// With --tls-cert: its private key, a PEM file that others cannot read
    #[cfg(feature = "tls")]
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Record every call and every refusal in this file, or refuse the call
    #[arg(long, value_name = "FILE")]
    audit: Option<PathBuf>,
    /// With --audit: an environment variable with the secret for digests, of 32 bytes at least
    #[arg(long, value_name = "NAME", requires = "audit")]
    audit_secret_env: Option<String>,
    /// With --audit: let no body begin before its line is on the disk
    #[arg(long, requires = "audit")]
    audit_fsync: bool,
    /// With --audit: sign what the trail is, every now and then, in this file: keep it where nobody can write the trail
    #[arg(long, value_name = "FILE", requires_all = ["audit", "audit_checkpoint_key"])]
    audit_checkpoints: Option<PathBuf>,
    /// With --audit-checkpoints: a private key of Ed25519, a PEM file (`openssl genpkey -algorithm ed25519`)
    #[arg(long, value_name = "FILE", requires = "audit_checkpoints")]
    audit_checkpoint_key: Option<PathBuf>,
    /// Append a metric for each alert to this file, in the embedded metric format of Amazon CloudWatch
    #[arg(long, value_name = "FILE")]
    metrics: Option<PathBuf>,
    /// Check all that a start checks, print what it would serve, and end: takes no port and makes no keys
    #[arg(long)]
    check: bool,
    /// With --check: print JSON
    #[arg(long, requires = "check")]
    json: bool,
}

/// What `serve` without options means.
impl Default for Serve {
    fn default() -> Self {
        Self {
            http: ADDRESS.to_owned(),
            stdio: false,
            role: None,
            key_env: None,
            key_file: None,
            keys: PathBuf::from("keys.toml"),
            public_url: None,
            behind_tls_proxy: false,
            trusted_proxies: Vec::new(),
            #[cfg(feature = "tls")]
            tls_cert: None,
            #[cfg(feature = "tls")]
            tls_key: None,
            audit: None,
            audit_secret_env: None,
            audit_fsync: false,
            audit_checkpoints: None,
            audit_checkpoint_key: None,
            metrics: None,
            check: false,
            json: false,
        }
    }
}

impl Serve {
    pub(super) fn run(self, program: Program) -> Result<(), Failure> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let done =
            if self.stdio { self.over_stdio(program, &runtime) } else { self.over_http(program, &runtime) };
        // a read from standard input cannot be cancelled: do not wait for it
        runtime.shutdown_background();
        done
    }

    fn over_stdio(self, program: Program, runtime: &tokio::runtime::Runtime) -> Result<(), Failure> {
        let policy = program.app.policy();
        if let Some(secret) = self.secret()? {
            KeyFile::new(&self.keys, policy).check().map_err(super::keys::explain)?;
            let app = self.audited(program.prepared()?.0)?;
            let keys = ApiKeys::file(&self.keys);
            let server = app.authenticate(keys).stdio_bearer(secret.expose_secret());
            drop(secret);
            return self.run_stdio(server, runtime);
        }
        let role = self.role(policy)?;
        let app = self.audited(program.prepared()?.0)?;
        self.run_stdio(app.stdio_as(role), runtime)
    }

    fn run_stdio(&self, server: StdioServer, runtime: &tokio::runtime::Runtime) -> Result<(), Failure> {
        if self.check {
            return check::print(&runtime.block_on(server.check())?, self.json);
        }
        Ok(runtime.block_on(server.serve())?)
    }

    fn over_http(self, program: Program, runtime: &tokio::runtime::Runtime) -> Result<(), Failure> {
        if self.role.is_some() {
            return Err(Failure::usage("`--as` is for `--stdio`: over HTTP each caller shows a key")
                .hint("make one with `keys new --role ROLE --owner NAME`"));
        }
        let policy = program.app.policy();
        let (app, wants_keys) = program.prepared()?;
        if self.check {
            let app = check::authenticate(self.audited(app)?, &self.keys, wants_keys)?;
            return check::print(&self.http_server(app).check().map_err(explain)?, self.json);
        }
        let app = self.audited(app)?;
        let first = FirstKeys::make(&self.keys, policy, wants_keys)?;
        let server = self.http_server(app.authenticate(ApiKeys::file(&self.keys)));
        runtime.block_on(async {
            let listening = match server.listen().await {
                Ok(listening) => listening,
                Err(error) => {
                    first.take_back();
                    return Err(explain(error));
                }
            };
            welcome::print(&listening, &self.keys, first.keys())?;
            drop(first);
            listening.run_until_asked().await;
            Ok(())
        })
    }

    /// The server with its trail, if it is to have one. A check writes none.
    fn audited(&self, app: ServerBuilder) -> Result<ServerBuilder, Failure> {
        let app = match &self.audit {
            Some(path) if self.check => app.audit_at(path.clone()),
            Some(path) => app.audit(self.trail(path)?),
            None => app,
        };
        let Some(path) = self.metrics.as_ref().filter(|_| !self.check) else { return Ok(app) };
        let file =
            std::fs::OpenOptions::new().create(true).append(true).open(path).map_err(|error| {
                Failure::new(format!("cannot write metrics to {}: {error}", path.display()))
            })?;
        Ok(app.alert_metrics(METRICS, file))
    }

    /// The secrets come first: a start that they make fail leaves no line.
    fn trail(&self, path: &Path) -> Result<Audit, Failure> {
        let key = self.audit_checkpoint_key.as_deref().map(checkpoint_key).transpose()?;
        let secret = self.audit_secret()?;
        let mut audit = Audit::file(path)?;
        if let Some(secret) = &secret {
            audit = audit.secret(secret)?;
        }
        if self.audit_fsync {
            audit = audit.fsync();
        }
        if let (Some(checkpoints), Some(key)) = (&self.audit_checkpoints, &key) {
            audit = audit.checkpoints(checkpoints, key)?;
        }
        Ok(audit)
    }

    fn audit_secret(&self) -> Result<Option<SecretString>, Failure> {
        let Some(name) = &self.audit_secret_env else { return Ok(None) };
        let secret = std::env::var(name).map(SecretString::from).map_err(|_| {
            Failure::new(format!("there is no secret in the environment variable `{name}`"))
                .hint(format!("`export {name}=$(openssl rand -hex 32)`, and keep it: digests change with it"))
        })?;
        Ok(Some(secret))
    }

    fn http_server(&self, app: ServerBuilder) -> crate::http::HttpServer {
        let mut server = app.http(&self.http).trusted_proxies(self.trusted_proxies.iter().copied());
        if let Some(url) = &self.public_url {
            server = server.public_url(url);
        }
        if self.behind_tls_proxy {
            server = server.behind_tls_proxy();
        }
        #[cfg(feature = "tls")]
        if let (Some(certificates), Some(key)) = (&self.tls_cert, &self.tls_key) {
            server = server.tls(certificates, key);
        }
        server
    }

    /// The API key for standard input, from where the command line says it is.
    fn secret(&self) -> Result<Option<SecretString>, Failure> {
        let text = match (&self.key_env, &self.key_file) {
            (Some(name), _) => std::env::var(name).map_err(|_| {
                Failure::new(format!("there is no API key in the environment variable `{name}`"))
                    .hint(format!("set it before the program starts: `{name}=mcprbac_… …`"))
            })?,
            (None, Some(path)) => std::fs::read_to_string(path).map_err(|error| {
                Failure::new(format!("cannot read an API key from {}: {error}", path.display()))
                    .hint(format!("make one with `keys new --role ROLE --owner NAME > {}`", path.display()))
            })?,
            (None, None) => return Ok(None),
        };
        Ok(Some(SecretString::from(text.trim_end_matches(['\r', '\n']).to_owned())))
    }

    fn role(&self, policy: &'static Policy) -> Result<RoleRef, Failure> {
        let roles: Vec<&str> = policy.roles().map(RoleRef::name).collect();
        match &self.role {
            Some(name) => policy.role(name).map_err(|unknown| Failure::usage(unknown.to_string())),
            None => Err(Failure::usage("over standard input nobody says who is calling").hint(format!(
                "say it with `--as ROLE`, where ROLE is one of: {}; or with `--key-env` or `--key-file`",
                roles.join(", ")
            ))),
        }
    }
}

/// Says it in the words of the command line.
fn explain(error: HttpError) -> Failure {
    if let HttpError::NoPublicUrl(address) = &error {
        return Failure::new(format!(
            "others can reach {address}, and the server does not know under which name"
        ))
        .hint("say it with `--public-url https://…/mcp`, or listen on 127.0.0.1");
    }
    if let HttpError::NoTls(address) = &error {
        let own = if cfg!(feature = "tls") { "`--tls-cert FILE --tls-key FILE` encrypts it; " } else { "" };
        return Failure::new(format!("others can reach {address}, and nothing encrypts what they send")).hint(
            format!(
                "{own}where a proxy in front speaks TLS, say so with `--behind-tls-proxy`; or listen on 127.0.0.1"
            ),
        );
    }
    if let HttpError::Listen { source, .. } = &error
        && source.kind() == std::io::ErrorKind::AddrInUse
    {
        // its text has the cause already
        return Failure::new(error.to_string()).hint("take another port: `serve --http 127.0.0.1:9000`");
    }
    Failure::from(error)
}

/// The private key that checkpoints are signed with.
fn checkpoint_key(path: &Path) -> Result<SecretString, Failure> {
    let failed = |error: &dyn std::fmt::Display| {
        Failure::new(format!("cannot read the key of checkpoints: {error}")).hint(format!(
            "make one with `openssl genpkey -algorithm ed25519 -out {0} && chmod 600 {0}`",
            path.display()
        ))
    };
    let pem = read_secret(path, KeyFileMode::Private).map_err(|error| failed(&error))?;
    std::str::from_utf8(&pem).map(SecretString::from).map_err(|error| failed(&error))
}
