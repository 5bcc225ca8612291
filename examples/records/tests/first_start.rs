//! The first ten minutes: `records` over HTTP in an empty folder, what it prints, what it refuses, and its keys.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that fails may panic"
)]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, ChildStdout, Command, Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

const ROLES: [&str; 3] = ["readonly", "analyst", "admin"];

/// An empty folder in which the program runs.
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
        command.env_remove("RUST_LOG").env_remove("CLICOLOR_FORCE").env("NO_COLOR", "1");
        command
    }

    fn run(&self, arguments: &str) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What a command that succeeds prints.
    fn prints(&self, arguments: &str) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments}: {}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// A run that must end with `code` and print nothing to standard output: what it said.
    fn refusal(&self, arguments: &str, code: i32) -> String {
        let output = self.run(arguments);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(code), "{arguments}: {said}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{arguments}");
        said
    }

    /// Serves over HTTP until it is dropped.
    fn serve(&self, arguments: &str) -> Serving {
        let mut process =
            self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut said = String::new();
        while !said.ends_with("\n}\n") {
            let read = output.read_line(&mut said).unwrap();
            assert_ne!(read, 0, "{arguments}: it does not serve; it said: {said}");
        }
        Serving { process, _output: output, said }
    }

    fn first_start(&self) -> Serving {
        self.serve("serve --http 127.0.0.1:0")
    }

    fn key_file(&self) -> Vec<u8> {
        fs::read(self.path().join("keys.toml")).unwrap()
    }

    fn has(&self, file: &str) -> bool {
        self.path().join(file).exists()
    }
}

/// A server on HTTP, and what it said when it began.
struct Serving {
    process: Child,
    _output: BufReader<ChildStdout>,
    said: String,
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Serving {
    fn address(&self) -> &str {
        let from = self.said.find("http://").unwrap() + "http://".len();
        self.said[from..].split_once("/mcp").unwrap().0
    }

    /// The key that it shows for a role.
    fn key(&self, role: &str) -> &str {
        self.said
            .lines()
            .find_map(|line| match line.split_whitespace().collect::<Vec<_>>()[..] {
                [first, key] if first == role && key.starts_with("mcprbac_") => Some(key),
                _ => None,
            })
            .unwrap_or_else(|| panic!("no key for {role}: {}", self.said))
    }

    /// The commands that it prints, each as a shell takes it.
    fn curl_lines(&self) -> Vec<String> {
        let mut commands: Vec<String> = Vec::new();
        let mut goes_on = false;
        for line in self.said.lines() {
            if goes_on {
                let command = commands.last_mut().unwrap();
                command.push('\n');
                command.push_str(line);
            } else if line.trim_start().starts_with("curl ") {
                commands.push(line.to_owned());
            } else {
                continue;
            }
            goes_on = line.ends_with('\\');
        }
        commands
    }

    fn configuration(&self) -> Value {
        serde_json::from_str(&self.said[self.said.find("\n{\n").unwrap()..]).unwrap()
    }

    /// One request: the status of the answer, and its body.
    fn ask(&self, key: &str, method: &str, params: &Value) -> (u16, Value) {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
        let mut stream = TcpStream::connect(self.address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        write!(
            stream,
            "POST /mcp HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {key}\r\ncontent-type: application/json\r\n\
             accept: application/json, text/event-stream\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            self.address(),
            body.len(),
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap_or(Value::Null))
    }

    fn whoami(&self, key: &str) -> (u16, Value) {
        let (status, answer) = self.ask(key, "tools/call", &json!({ "name": "whoami", "arguments": {} }));
        (status, answer["result"]["structuredContent"].clone())
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The sentence and the suggestion, each on its line.
fn two_lines(said: &str) -> (&str, &str) {
    match said.lines().collect::<Vec<_>>()[..] {
        [error, help] if error.starts_with("error: ") && help.starts_with("help: ") => (error, help),
        _ => panic!("no sentence with a suggestion: {said}"),
    }
}

#[test]
fn the_first_start_makes_data_and_one_key_per_role_and_shows_them_once() {
    let desk = Desk::new();
    let first = desk.first_start();
    assert!(desk.has("records.db") && desk.has("keys.toml"));
    let stored = String::from_utf8(desk.key_file()).unwrap();
    assert_eq!(stored.matches("[[key]]").count(), 3, "{stored}");
    for role in ROLES {
        let key = first.key(role);
        assert_eq!(key.len(), 69, "{key}");
        assert!(!stored.contains(&key[20..]), "the secret is in the file");
        let (status, identity) = first.whoami(key);
        assert_eq!((status, &identity["roles"]), (200, &json!([role])));
    }

    // on the same folder, while the first still runs
    let second = desk.first_start();
    assert!(!second.said.contains("mcprbac_"), "{}", second.said);
    assert!(second.said.contains("Keys are in keys.toml; `keys list` shows whose"), "{}", second.said);
    assert_eq!(String::from_utf8(desk.key_file()).unwrap(), stored);
    assert_eq!(second.whoami(first.key("analyst")).0, 200);
}

#[test]
#[cfg(unix)]
fn nobody_else_may_read_what_the_first_start_makes() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    let _serving = desk.first_start();
    for file in ["keys.toml", "records.db"] {
        let mode = fs::metadata(desk.path().join(file)).unwrap().permissions().mode();
        assert_eq!(format!("{:o}", mode & 0o777), "600", "{file}");
    }
}

#[test]
fn without_a_command_it_serves_where_the_readme_says() {
    // somebody else may have that port: then the sentence names it
    let desk = Desk::new();
    let mut process = desk.command("").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut output = BufReader::new(process.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    process.kill().unwrap();
    let mut said = String::new();
    process.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    process.wait().unwrap();
    assert!(
        line == "records serves MCP at http://127.0.0.1:8080/mcp (Ctrl-C stops it)\n"
            || said.contains("cannot listen on 127.0.0.1:8080: another program does"),
        "{line}{said}"
    );
}

#[test]
fn the_table_says_who_can_call_what() {
    let desk = Desk::new();
    let serving = desk.first_start();
    let table = "\
Who can call what:
                       readonly  analyst  admin  requires
  delete_record           -         -      yes   delete_data
  get_record             yes       yes     yes   read_data
  query_customer_data    yes       yes     yes   read_data
  run_report              -        yes     yes   run_reports
  search_records         yes       yes     yes   read_data
  whoami                 yes       yes     yes   authenticated
  write_record            -         -      yes   write_data
";
    assert!(serving.said.contains(table), "{}", serving.said);
    assert!(serving.said.contains("Anonymous callers: refused."), "{}", serving.said);
    // and the server agrees with its table
    for (column, role) in ROLES.into_iter().enumerate() {
        let (_, listed) = serving.ask(serving.key(role), "tools/list", &json!({}));
        let listed: Vec<&str> = listed["result"]["tools"]
            .as_array()
            .unwrap()
            .iter()
            .map(|tool| tool["name"].as_str().unwrap())
            .collect();
        let said: Vec<&str> = table
            .lines()
            .skip(2)
            .map(|line| line.split_whitespace().collect::<Vec<_>>())
            .filter(|cells| cells[column + 1] == "yes")
            .map(|cells| cells[0])
            .collect();
        assert_eq!(listed, said, "{role}");
    }
}

#[test]
#[cfg(unix)]
fn the_printed_curl_lines_work_as_they_are() {
    let desk = Desk::new();
    let serving = desk.first_start();
    let commands = serving.curl_lines();
    let [list, refused] = &commands[..] else { panic!("{commands:#?}") };
    let shell = |command: &str| {
        let output = Command::new("sh").args(["-c", command]).env("NO_PROXY", "*").output().unwrap();
        assert!(output.status.success(), "{command}: {}", stderr(&output));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let tools = shell(list)["result"]["tools"].as_array().unwrap().len();
    assert_eq!(tools, 4, "as readonly");
    assert_eq!(
        shell(refused)["error"]["message"],
        "tool `delete_record` needs permission `delete_data`, which role `readonly` does not have"
    );
}

#[test]
fn the_printed_configuration_gives_the_least_of_the_keys() {
    let desk = Desk::new();
    let serving = desk.first_start();
    let server = &serving.configuration()["mcpServers"]["records"];
    assert_eq!(server["type"], "http");
    assert_eq!(server["url"], format!("http://{}/mcp", serving.address()));
    assert_eq!(server["headers"]["Authorization"], format!("Bearer {}", serving.key("readonly")));
    assert!(serving.said.contains("For the configuration of an MCP client as readonly:"));
}

#[test]
fn a_role_on_the_command_line_is_not_for_http() {
    let desk = Desk::new();
    for arguments in ["serve --as analyst", "serve --http 127.0.0.1:0 --as admin"] {
        let said = desk.refusal(arguments, 2);
        let (error, help) = two_lines(&said);
        assert_eq!(error, "error: `--as` is for `--stdio`: over HTTP each caller shows a key");
        assert!(help.contains("keys new --role ROLE --owner NAME"), "{help}");
    }
    assert!(!desk.has("keys.toml") && !desk.has("records.db"));
}

#[test]
fn a_port_in_use_is_a_sentence_and_the_first_start_is_still_to_come() {
    let desk = Desk::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let said = desk.refusal(&format!("serve --http {address}"), 1);
    let (error, help) = two_lines(&said);
    assert_eq!(error, format!("error: cannot listen on {address}: another program does"));
    assert!(help.contains("serve --http 127.0.0.1:9000"), "{help}");
    assert!(!desk.has("keys.toml"), "keys that nobody has seen");

    let serving = desk.first_start();
    for role in ROLES {
        assert_eq!(serving.whoami(serving.key(role)).0, 200);
    }
    let before = desk.key_file();
    desk.refusal(&format!("serve --http {address}"), 1);
    assert_eq!(desk.key_file(), before, "keys that somebody has seen stay");
}

#[test]
fn what_others_can_reach_needs_a_name_and_tls() {
    let desk = Desk::new();
    for (arguments, sentence, suggestion) in [
        ("", "the server does not know under which name", "--public-url https://"),
        ("--behind-tls-proxy", "the server does not know under which name", "--public-url https://"),
        ("--public-url https://records.example/mcp", "nothing encrypts what they send", "--behind-tls-proxy"),
    ] {
        for address in ["0.0.0.0:0", "[::]:0"] {
            let said = desk.refusal(&format!("serve --http {address} {arguments}"), 1);
            let (error, help) = two_lines(&said);
            assert!(error.starts_with(&format!("error: others can reach {address}")), "{error}");
            assert!(error.contains(sentence) && help.contains(suggestion), "{said}");
        }
    }
    for url in ["nonsense", "http://records.example/mcp", "ftp://records.example"] {
        let said = desk.refusal(&format!("serve --http 127.0.0.1:0 --public-url {url}"), 1);
        assert!(said.contains(&format!("`{url}` is not a public URL")), "{said}");
    }
    assert!(!desk.has("keys.toml"));
}

#[test]
fn an_address_that_is_none_is_a_sentence() {
    let desk = Desk::new();
    for address in ["nonsense", "127.0.0.1", "127.0.0.1:99999", ":8080"] {
        let said = desk.refusal(&format!("serve --http {address}"), 1);
        assert!(said.contains(&format!("`{address}` is not an address to listen on")), "{said}");
    }
    assert!(!desk.has("keys.toml"));
}

#[test]
#[cfg(unix)]
fn a_key_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    desk.prints("keys new --role analyst --owner alice");
    let file = desk.path().join("keys.toml");
    let key = desk.path().join("alice.key");
    fs::write(&key, "mcprbac_whatever").unwrap();
    for mode in [0o644, 0o640, 0o604, 0o666] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let before = desk.key_file();
        for arguments in ["serve --http 127.0.0.1:0", "serve --stdio --key-file alice.key"] {
            let said = desk.refusal(arguments, 1);
            assert!(said.starts_with("error: keys.toml: others may "), "{said}");
            assert!(said.contains(&format!("0{mode:o}")) && said.contains("`chmod 600 keys.toml`"), "{said}");
        }
        assert_eq!(desk.key_file(), before);
    }
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    drop(desk.first_start());
}

#[test]
fn a_corrupt_key_file_is_refused_and_left_as_it_is() {
    let desk = Desk::new();
    desk.prints("keys new --role analyst --owner alice");
    let good = desk.key_file();
    let text = String::from_utf8(good.clone()).unwrap();
    for (bad, sentence) in [
        (format!("{text}garbage\n"), "line 11: it is not valid TOML"),
        (text.replace("analyst", "analist"), "analist"),
        (text.replace("sha256 = \"", "sha256 = \"00"), "sha256"),
        (text.replace("version = 1", "version = 2"), "version"),
        (
            format!("{text}{}", text.split_once("[[key]]").map(|(_, key)| format!("[[key]]{key}")).unwrap()),
            "id",
        ),
        (text.replace("owner = \"alice\"\n", ""), "owner"),
        ("\0\0\0\0".to_owned(), "TOML"),
    ] {
        fs::write(desk.path().join("keys.toml"), &bad).unwrap();
        for arguments in ["serve --http 127.0.0.1:0", "keys new --role admin --owner bob"] {
            let said = desk.refusal(arguments, 1);
            assert!(said.starts_with("error: keys.toml: ") && said.contains(sentence), "{sentence}: {said}");
            assert_eq!(desk.key_file(), bad.as_bytes(), "{arguments}");
        }
    }
    fs::write(desk.path().join("keys.toml"), good).unwrap();
    drop(desk.first_start());
}

#[test]
fn a_key_is_made_listed_rotated_and_revoked_while_the_server_runs() {
    let desk = Desk::new();
    let serving = desk.first_start();

    let made = desk.run("keys new --role analyst --owner alice --expires 90d");
    let key = String::from_utf8(made.stdout.clone()).unwrap();
    let key = key.trim_end();
    assert_eq!(key.lines().count(), 1, "the key alone, for scripts");
    assert!(stderr(&made).contains("alice") && !stderr(&made).contains(key), "{}", stderr(&made));
    let id = &key["mcprbac_".len()..][..12];
    eventually("the new key works", || serving.whoami(key).0 == 200);

    let list = desk.prints("keys list");
    let line = list.lines().find(|line| line.starts_with(id)).unwrap();
    assert!(line.contains("alice") && line.contains("analyst") && line.contains("active"), "{line}");
    assert!(!list.contains(&key[20..]), "{list}");
    let described: Value = serde_json::from_str(&desk.prints("keys list --json")).unwrap();
    assert_eq!(described["keys"].as_array().unwrap().len(), 4);

    let next = desk.prints(&format!("keys rotate {id} --overlap 1h"));
    let next = next.trim_end();
    eventually("the key in its place works", || serving.whoami(next).1["subject"] == "alice");
    assert_eq!(serving.whoami(key).0, 200, "and so does the old one, for an hour");

    desk.prints(&format!("keys revoke {id}"));
    eventually("the old key is refused", || serving.whoami(key).0 == 401);
    assert_eq!(serving.whoami(next).0, 200);
    let list = desk.prints("keys list");
    assert!(list.lines().any(|line| line.starts_with(id) && line.contains("revoked")), "{list}");
}

/// The promise is a second; a busy machine gets two more.
fn eventually(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(3), "{what}: not yet");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_key_from_elsewhere_is_taken_from_standard_input_alone() {
    let desk = Desk::new();
    let serving = desk.first_start();
    let secret = "Zq7-vK2pX9_mB4tR8wN1cD6hJ3fL5gS0yA";
    let mut import = desk
        .command("keys import --role analyst --owner carol")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(import.stdin.take().unwrap(), "{secret}").unwrap();
    let output = import.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(!String::from_utf8(desk.key_file()).unwrap().contains(secret));
    eventually("it works", || serving.whoami(secret).1["subject"] == "carol");

    let said = desk.refusal(&format!("keys import --role analyst --owner carol {secret}"), 2);
    assert!(said.contains("a key is never taken from the command line") && !said.contains(secret), "{said}");
}

#[test]
fn mistakes_with_keys_are_sentences() {
    let desk = Desk::new();
    assert!(desk.refusal("keys list", 1).contains("keys new --role ROLE --owner NAME"));
    let key = desk.prints("keys new --role analyst --owner alice");
    let before = desk.key_file();
    for (arguments, code, sentence) in [
        ("keys new --role analist --owner bob", 2, "did you mean `analyst`?"),
        ("keys new --role analyst", 2, "--owner <NAME>"),
        ("keys new --owner bob", 2, "--role <ROLE>"),
        ("keys new --role analyst --owner bob --expires soon", 2, "`--expires soon` is not understood"),
        ("keys revoke nobody", 2, "`keys list` shows the keys and their ids"),
        ("keys rotate nobody --overlap 1h", 2, "`keys list` shows the keys and their ids"),
        ("keys revok x", 2, "a similar subcommand exists: 'revoke'"),
    ] {
        let said = desk.refusal(arguments, code);
        assert!(said.starts_with("error: ") && said.contains(sentence), "{arguments}: {said}");
    }
    let said = desk.refusal(&format!("keys revoke {}", key.trim_end()), 2);
    assert!(said.contains("its id is") && !said.contains(&key.trim_end()[20..]), "{said}");
    assert_eq!(desk.key_file(), before);
}

#[test]
fn over_stdio_a_key_that_is_not_there_is_a_sentence() {
    let desk = Desk::new();
    let said = desk.refusal("serve --stdio --key-env RECORDS_KEY_THAT_NOBODY_SET", 1);
    let (error, _) = two_lines(&said);
    assert!(error.contains("`RECORDS_KEY_THAT_NOBODY_SET`"), "{error}");
    let said = desk.refusal("serve --stdio --key-file alice.key", 1);
    let (error, help) = two_lines(&said);
    assert!(error.contains("cannot read an API key from alice.key"), "{error}");
    assert!(help.contains("keys new"), "{help}");
    for arguments in [
        "serve --stdio --as analyst --key-env K",
        "serve --key-env K",
        "serve --key-file K",
        "serve --stdio --http 127.0.0.1:0 --as analyst",
    ] {
        desk.refusal(arguments, 2);
    }
}
