//! The program `keytool` in a folder of its own.

use std::{
    ffi::OsStr,
    io::Write,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use rbac_runtime::{ApiKeys, Authenticate, Authentication};

use crate::policy::rbac;

/// A folder with a key file, or without one yet.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> PathBuf {
        self.0.path().join("keys.toml")
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keytool"));
        command.arg("keys").current_dir(self.0.path()).stdin(Stdio::null());
        command
    }

    /// `keys …`.
    pub fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Output {
        self.command().args(arguments).output().unwrap()
    }

    /// `keys …` with something on standard input.
    pub fn feed(&self, arguments: &[&str], input: &str) -> Output {
        let mut command = self.command();
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // a program that refuses its command line does not read
        let _written = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// A new key, and its id.
    pub fn new_key(&self, owner: &str) -> (String, String) {
        let output = self.run(["new", "--role", "analyst", "--owner", owner]);
        assert!(output.status.success(), "{output:?}");
        let key = text(&output.stdout).trim_end().to_owned();
        let id = key[8..20].to_owned();
        (key, id)
    }

    /// A server's way in.
    pub fn keys(&self) -> ApiKeys {
        let keys = ApiKeys::file(self.path());
        keys.start(&rbac::POLICY).unwrap();
        keys
    }
}

pub fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

pub fn present(keys: &impl Authenticate, key: &str) -> Authentication {
    let request = http::Request::builder().header("authorization", format!("Bearer {key}")).body(()).unwrap();
    futures::executor::block_on(keys.authenticate(&request.into_parts().0, &rbac::POLICY))
}

pub fn is_accepted(keys: &impl Authenticate, key: &str) -> bool {
    matches!(present(keys, key), Authentication::Principal(_))
}
