//! Where the program runs, and what it says when it does not go on.

use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::serving::Serving;

/// An empty folder in which the program runs.
pub(crate) struct Desk(TempDir);

impl Desk {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_records"));
        command.args(arguments.split_whitespace()).current_dir(self.path()).stdin(Stdio::null());
        command.env_remove("RUST_LOG").env_remove("CLICOLOR_FORCE").env("NO_COLOR", "1");
        command
    }

    pub(crate) fn run(&self, arguments: &str) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What a command that succeeds prints.
    pub(crate) fn prints(&self, arguments: &str) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments}: {}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// A run that must end with `code` and print nothing to standard output: what it said.
    pub(crate) fn refusal(&self, arguments: &str, code: i32) -> String {
        let output = self.run(arguments);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(code), "{arguments}: {said}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{arguments}");
        said
    }

    /// Serves over HTTP until it is dropped.
    pub(crate) fn serve(&self, arguments: &str) -> Serving {
        let log = fs::File::create(self.path().join("log")).unwrap();
        Serving::begin(self.command(arguments).stderr(log))
    }

    /// The same, with these variables in its environment.
    pub(crate) fn serve_with(&self, arguments: &str, environment: &[(&str, &str)]) -> Serving {
        let log = fs::File::create(self.path().join("log")).unwrap();
        Serving::begin(self.command(arguments).envs(environment.iter().copied()).stderr(log))
    }

    /// The same, for a process that a limit to the size of files does not end.
    pub(crate) fn serve_ignoring_file_size(&self, arguments: &str) -> Serving {
        let log = fs::File::create(self.path().join("log")).unwrap();
        let script = format!("trap '' XFSZ; exec \"{}\" {arguments}", env!("CARGO_BIN_EXE_records"));
        let mut command = Command::new("sh");
        command.args(["-c", &script]).current_dir(self.path()).stdin(Stdio::null()).stderr(log);
        command.env_remove("RUST_LOG").env("NO_COLOR", "1");
        Serving::begin(&mut command)
    }

    pub(crate) fn first_start(&self) -> Serving {
        self.serve("serve --http 127.0.0.1:0")
    }

    /// What the server that runs has logged so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.path().join("log")).unwrap()
    }

    pub(crate) fn key_file(&self) -> Vec<u8> {
        fs::read(self.path().join("keys.toml")).unwrap()
    }

    /// The names in the database that begin like this.
    pub(crate) fn customers(&self, beginning: &str) -> std::collections::BTreeSet<String> {
        let database = rusqlite::Connection::open(self.path().join("records.db")).unwrap();
        let mut query = database.prepare("SELECT name FROM customers WHERE name LIKE ?1 || '%'").unwrap();
        let names = query.query_map([beginning], |row| row.get(0)).unwrap();
        names.map(Result::unwrap).collect()
    }

    pub(crate) fn has(&self, file: &str) -> bool {
        self.path().join(file).exists()
    }
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The sentence and the suggestion, each on its line.
pub(crate) fn two_lines(said: &str) -> (&str, &str) {
    match said.lines().collect::<Vec<_>>()[..] {
        [error, help] if error.starts_with("error: ") && help.starts_with("help: ") => (error, help),
        _ => panic!("no sentence with a suggestion: {said}"),
    }
}

/// The promise is a second; a busy machine gets two more.
pub(crate) fn eventually(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(3), "{what}: not yet");
        std::thread::sleep(Duration::from_millis(20));
    }
}
