//! The authorization server: a program of its own, on Node.js.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::steps::Steps;

/// How long it may take to start.
const START: Duration = Duration::from_secs(60);

/// A running one. It ends with this value.
pub(crate) struct AuthorizationServer {
    pub issuer: String,
    _child: Child,
}

#[derive(serde::Deserialize)]
struct Ready {
    issuer: String,
}

impl AuthorizationServer {
    /// Starts one that makes tokens for this resource, with these scopes.
    pub(crate) async fn start(resource: &str, scopes: &str, steps: &Steps) -> Result<Self, Box<dyn Error>> {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("authorization-server");
        install(&folder, steps).await?;
        let mut child = Command::new("node")
            .arg("server.js")
            .current_dir(&folder)
            .env("RESOURCE", resource)
            .env("SCOPES", scopes)
            // it ends when this does
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("`node` cannot be started ({error}); https://nodejs.org installs it"))?;
        let stdout = child.stdout.take().ok_or("the authorization server has no output")?;
        let first = timeout(START, BufReader::new(stdout).lines().next_line()).await??;
        let first =
            first.ok_or("the authorization server ended before it was ready; does `node server.js` run?")?;
        let Ready { issuer } = serde_json::from_str(&first)?;
        Ok(Self { issuer, _child: child })
    }
}

/// Brings the packages that `package-lock.json` names, unless they are there.
async fn install(folder: &Path, steps: &Steps) -> Result<(), Box<dyn Error>> {
    let (lock, installed) = (folder.join("package-lock.json"), folder.join("node_modules/.installed.json"));
    let wanted = fs::read(lock)?;
    if fs::read(&installed).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    steps.doing("bringing the authorization server with npm");
    let status = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .await
        .map_err(|error| format!("`npm` cannot be started ({error}); https://nodejs.org installs it"))?;
    if !status.success() {
        return Err(format!("`npm ci` failed in {}", folder.display()).into());
    }
    fs::write(installed, wanted)?;
    Ok(())
}
