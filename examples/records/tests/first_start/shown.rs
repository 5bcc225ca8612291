//! What the first start makes and prints.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use crate::{
    ROLES,
    desk::{Desk, eventually, stderr},
};

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
Who can use what (7 tools, 2 prompts, 3 resources):
                                          readonly  analyst  admin  requires
  records                                    4         5       7
    delete_record                            -         -      yes   delete_data
    get_record                              yes       yes     yes   read_data
    query_customer_data                     yes       yes     yes   read_data
    run_report                               -        yes     yes   run_reports
    search_records                          yes       yes     yes   read_data
    whoami                                  yes       yes     yes   authenticated
    write_record                             -         -      yes   write_data
  prompts                                    1         2       2
    review_revenue                           -        yes     yes   run_reports
    summarize_customer                      yes       yes     yes   read_data
  resources                                  2         3       3
    records://reports/revenue_by_segment     -        yes     yes   run_reports
    records://schema                        yes       yes     yes   authenticated
    records://customers/{id}                yes       yes     yes   read_data
";
    assert!(serving.said.contains(table), "{}", serving.said);
    let settings = format!(
        "\
  transport    HTTP at http://{}/mcp
  TLS          off (only this machine can connect)
  callers      api keys of keys.toml
  anonymous    refused
  OAuth        off
  sessions     off
  concealment  off
  audit trail  off (events in the log alone)
",
        serving.address()
    );
    assert!(serving.said.contains(&settings), "{}", serving.said);
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
            .skip(3)
            .take(7)
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
fn the_log_has_one_line_for_each_denial() {
    let desk = Desk::new();
    let serving = desk.first_start();
    let call = json!({ "name": "delete_record", "arguments": {} });
    assert_eq!(serving.ask(serving.key("analyst"), "tools/call", &call).0, 403);
    // the next request is logged after it
    assert_eq!(serving.whoami(serving.key("admin")).0, 200);
    eventually("all is logged", || desk.log().contains("whoami"));
    let log = desk.log();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("delete_record")).collect();
    assert!(
        matches!(lines[..], [line] if line.contains("mcp_rbac::audit") && line.contains("refused")),
        "{log}"
    );
    assert!(!log.contains("rmcp"), "{log}");
}
