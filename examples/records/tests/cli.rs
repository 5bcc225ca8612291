//! The command line as a person meets it: what it prints, what it says about mistakes, and that it harms nothing.
#![expect(clippy::unwrap_used, reason = "a test that fails may panic")]

use std::{
    fs,
    io::{Write, pipe},
    path::Path,
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;

/// An empty directory in which the program runs.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_records"));
        command.args(arguments.split_whitespace()).current_dir(self.path()).stdin(Stdio::null());
        command.env_remove("RUST_LOG").env_remove("CLICOLOR_FORCE");
        command
    }

    fn run(&self, arguments: &str) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// A run that must end with `code`, print nothing to standard output and leave nothing behind: what it said.
    fn refusal(&self, arguments: &str, code: i32) -> String {
        let before = self.content();
        let output = self.run(arguments);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(code), "{arguments}: {said}");
        assert_eq!(stdout(&output), "", "{arguments}");
        assert_eq!(self.content(), before, "{arguments}");
        said
    }

    /// The files in it, with what is in them.
    fn content(&self) -> Vec<(String, Vec<u8>)> {
        let mut files: Vec<_> = fs::read_dir(self.path())
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| {
                let content =
                    if entry.path().is_file() { fs::read(entry.path()).unwrap() } else { Vec::new() };
                (entry.file_name().into_string().unwrap(), content)
            })
            .collect();
        files.sort();
        files
    }
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn tools_are_listed_for_a_role() {
    let desk = Desk::new();
    let output = desk.run("tools --role analyst");
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(
        stdout(&output),
        "\
role analyst can call 5 tools:
  get_record           Get one customer record: the customer, order totals, the latest orders and support notes.
                       requires: read_data
  query_customer_data  Query customers by segment, country, spending and date, sorted and in pages.
                       requires: read_data
  run_report           Run an aggregate report: revenue by month or segment, top customers, orders by status.
                       requires: run_reports
  search_records       Search customers by a part of their name, e-mail address or city.
                       requires: read_data
  whoami               Say who is calling, as the server sees it.
                       requires: authenticated
"
    );
    assert_eq!(desk.content(), [], "to look at the policy opens no database");
}

#[test]
fn tools_are_listed_as_json() {
    let desk = Desk::new();
    for (role, names) in [
        ("readonly", &["get_record", "query_customer_data", "search_records", "whoami"][..]),
        ("analyst", &["get_record", "query_customer_data", "run_report", "search_records", "whoami"]),
    ] {
        let printed: serde_json::Value =
            serde_json::from_slice(&desk.run(&format!("tools --json --role {role}")).stdout).unwrap();
        assert_eq!(printed["role"], role);
        let tools = printed["tools"].as_array().unwrap();
        assert_eq!(tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect::<Vec<_>>(), names);
        assert!(tools.iter().all(|tool| tool["inputSchema"]["type"] == "object"));
    }
}

#[test]
fn an_unknown_role_is_answered_with_the_near_one() {
    let desk = Desk::new();
    let said = desk.refusal("tools --role analist", 2);
    assert_eq!(said, "error: there is no role `analist`; did you mean `analyst`?\n");
    let said = desk.refusal("serve --stdio --as Admin", 2);
    assert_eq!(said, "error: there is no role `Admin`; did you mean `admin`?\n");
    let said = desk.refusal("serve --stdio --as root", 2);
    assert_eq!(said, "error: there is no role `root`; declared are `readonly`, `analyst`, `admin`\n");
}

#[test]
fn serve_without_a_role_says_how() {
    assert_eq!(
        Desk::new().refusal("serve --stdio", 2),
        "error: over standard input nobody says who is calling\n\
         help: say it with `--as ROLE`, where ROLE is one of: readonly, analyst, admin; or with `--key-env` or \
         `--key-file`\n"
    );
}

#[test]
fn what_the_command_line_does_not_know_is_answered_with_what_it_knows() {
    let desk = Desk::new();
    for (arguments, help) in [
        ("tols --role analyst", "a similar subcommand exists: 'tools'"),
        ("tools --roles analyst", "a similar argument exists: '--role'"),
        ("tools --role analyst --jsn", "a similar argument exists: '--json'"),
        ("tools", "--role <ROLE>"),
        ("serve --as analyst", "--stdio"),
        ("serve --stdio --as", "--as <ROLE>"),
        ("serve --stdio --as analyst extra", "unexpected argument 'extra'"),
        ("tools --role analyst --data", "--data <FILE>"),
    ] {
        let said = desk.refusal(arguments, 2);
        assert!(said.starts_with("error: ") && said.contains(help), "{arguments}: {said}");
    }
}

#[test]
fn help_shows_how_to_begin() {
    let desk = Desk::new();
    let output = desk.run("--help");
    let asked = stdout(&output);
    assert!(output.status.success() && asked.contains("records serve --stdio --as analyst"), "{asked}");
    let unasked = desk.refusal("", 2);
    assert!(unasked.contains("records serve --stdio --as analyst"), "{unasked}");
}

#[test]
fn a_database_that_is_not_ours_is_left_as_it_is() {
    let desk = Desk::new();
    let at = |name: &str| desk.path().join(name);
    fs::write(at("letter.txt"), "my only copy".repeat(50)).unwrap();
    fs::create_dir(at("folder")).unwrap();
    foreign_database(&at("foreign.db"));
    // a first start, then damage
    desk.run("--data ours.db serve --stdio --as readonly");
    let mut bytes = fs::read(at("ours.db")).unwrap();
    bytes[4096 * 40..4096 * 60].fill(0xA5);
    fs::write(at("damaged.db"), bytes).unwrap();

    for (file, message, help) in [
        ("letter.txt", "is not a SQLite database", "choose another path"),
        ("foreign.db", "is another application's SQLite database", "choose another path"),
        ("damaged.db", "is damaged", "put a backup in its place"),
        ("folder", "is not a regular file", "give the path of a file inside it"),
        ("no/such/folder/records.db", "does not exist", "correct the path"),
        ("letter.txt/records.db", "cannot be read", "choose another path"),
    ] {
        let said = desk.refusal(&format!("--data {file} serve --stdio --as analyst"), 1);
        let [error, hint] = said.lines().collect::<Vec<_>>()[..] else { panic!("{file}: {said}") };
        assert!(error.starts_with("error: ") && error.contains(message), "{file}: {said}");
        assert!(hint.starts_with("help: ") && hint.contains(help), "{file}: {said}");
    }
}

/// A database of another application.
fn foreign_database(path: &Path) {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.execute_batch("CREATE TABLE customers (x); INSERT INTO customers VALUES (1)").unwrap();
}

#[test]
#[cfg(unix)]
fn a_database_that_cannot_be_read_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    let path = desk.path().join("records.db");
    fs::write(&path, "secret").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    // root reads everything, so there is nothing to see then
    if fs::read(&path).is_err() {
        let output = desk.run("serve --stdio --as analyst");
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(1));
        assert!(said.contains("cannot be read") && said.contains("help: "), "{said}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let desk = Desk::new();
    for arguments in ["tools --role admin", "tools --role admin --json"] {
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        let output = desk.command(arguments).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""), "{arguments}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output =
        Desk::new().command("tools --role admin").stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).starts_with("error: No space left on device"), "{}", stderr(&output));
}

#[test]
fn a_client_that_goes_away_ends_the_server() {
    let desk = Desk::new();
    let mut server = desk
        .command("serve --stdio --as analyst")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let hello = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"0"}}}"#;
    let mut input = server.stdin.take().unwrap();
    let ready = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
    writeln!(input, "{hello}\n{ready}").unwrap();
    drop(input);
    let output = server.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).starts_with(r#"{"jsonrpc":"2.0","id":1,"result""#), "{}", stdout(&output));
}
