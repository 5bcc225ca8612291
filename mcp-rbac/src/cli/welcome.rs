//! What `serve` prints once it listens: all that a person needs for the first call.

use std::{fmt::Write as _, io::Write as _, path::Path};

use serde_json::json;

use super::Failure;
use crate::{api_key::IssuedKey, http::Listening, policy::RoleRef, server::Server};

/// Prints it. The keys are those made just now; they are shown this once.
pub(super) fn print(
    listening: &Listening,
    key_file: &Path,
    keys: &[(RoleRef, IssuedKey)],
) -> Result<(), Failure> {
    let mut text = String::new();
    let url = listening.url();
    let server = listening.server();
    let name = &server.info().server_info.name;
    writeln!(text, "{name} serves MCP at {url} (Ctrl-C stops it)\n")?;
    writeln!(text, "{}\n", server.report())?;
    if keys.is_empty() {
        writeln!(
            text,
            "Keys are in {}; `keys list` shows whose, `keys new` makes another.\n",
            key_file.display()
        )?;
    } else {
        writeln!(
            text,
            "Keys, made just now and shown this once ({} has their digests):",
            key_file.display()
        )?;
        for (role, key) in keys {
            writeln!(text, "  {:width$}  {}", role.name(), key.expose(), width = role_width(server))?;
        }
        writeln!(text)?;
    }
    // the examples get what does the least harm
    let modest = keys.iter().min_by_key(|(role, _)| server.report().tools_of(*role).len());
    let key = modest.map_or("KEY", |(_, key)| key.expose());
    let whose = modest.map(|(role, _)| format!(" as {role}")).unwrap_or_default();
    writeln!(text, "Try it{whose}:\n{}\n", curl(url, key, LIST))?;
    if let Some((role, tool)) = modest.and_then(|(role, _)| Some((role, refused_to(*role, server)?))) {
        // the names of tools are plain: nothing in them ends a string
        let call = format!(
            r#"{{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{{"name":"{tool}","arguments":{{}}}}}}"#
        );
        writeln!(text, "And what {role} is refused:\n{}\n", curl(url, key, &call))?;
    }
    writeln!(text, "For the configuration of an MCP client{whose}:\n{}", configuration(name, url, key)?)?;
    let written = std::io::stdout().write_all(text.as_bytes());
    // the server runs whether or not somebody reads this
    if written.is_err() && !keys.is_empty() {
        let _written = writeln!(
            std::io::stderr(),
            "warning: the new keys could not be shown; `keys new` makes another, `keys revoke` takes these back"
        );
    }
    Ok(())
}

const LIST: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;

/// A tool that the role cannot call.
fn refused_to(role: RoleRef, server: &Server) -> Option<&str> {
    let can = server.report().tools_of(role);
    server.report().tools().iter().map(|tool| tool.name()).find(|name| !can.contains(name))
}

fn role_width(server: &Server) -> usize {
    server.policy().roles().map(|role| role.name().len()).max().unwrap_or_default()
}

fn curl(url: &str, key: &str, body: &str) -> String {
    format!(
        "  curl -s {url} -H 'authorization: Bearer {key}' -H 'content-type: application/json' \\\n    \
         -H 'accept: application/json, text/event-stream' \\\n    -d '{body}'"
    )
}

fn configuration(name: &str, url: &str, key: &str) -> Result<String, serde_json::Error> {
    let client = json!({
        "mcpServers": {
            name: { "type": "http", "url": url, "headers": { "Authorization": format!("Bearer {key}") } }
        }
    });
    serde_json::to_string_pretty(&client)
}
