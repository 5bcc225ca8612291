//! What a line is in the Open Cybersecurity Schema Framework: API Activity (class 6003) of version 1.6.0,
//! <https://schema.ocsf.io/1.6.0/classes/api_activity>. `docs/guide/audit.md` has the table.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

const VERSION: &str = "1.6.0";

/// A field of a line, and the attribute that it becomes. What is in no attribute is in `unmapped`.
const COPIED: [(&str, &str); 13] = [
    ("/record", "metadata.uid"),
    ("/seq", "metadata.sequence"),
    ("/parent", "metadata.correlation_uid"),
    ("/principal/subject", "actor.user.uid"),
    ("/principal/issuer", "actor.idp.name"),
    ("/principal/client", "actor.app_uid"),
    ("/principal/authenticated_by", "actor.session.issuer"),
    ("/principal/jti", "actor.session.uid"),
    ("/remote", "src_endpoint.ip"),
    ("/method", "api.operation"),
    ("/request", "api.request.uid"),
    ("/protocol", "api.version"),
    ("/reason", "status_detail"),
];

/// What else of a line is in attributes, made into something else.
const MADE: [&str; 9] = [
    "/kind",
    "/time",
    "/name",
    "/decision",
    "/outcome",
    "/duration_us",
    "/server",
    "/principal/roles",
    "/trace",
];

/// What calls said when they began, until they end: that line is no event of its own.
#[derive(Default)]
pub(super) struct Begun(HashMap<String, Value>);

impl Begun {
    /// The event of a line, with the arguments of the call that it is about.
    pub(super) fn event(&mut self, line: &str) -> Option<Value> {
        let arguments = self.sees(line);
        let mut event = event(line)?;
        if let Some(arguments) = arguments {
            set(&mut event, "unmapped.arguments", arguments);
        }
        Some(event)
    }

    /// Keeps the arguments of a call that begins, and gives those of one that ends.
    pub(super) fn sees(&mut self, line: &str) -> Option<Value> {
        let line: Value = serde_json::from_str(line).ok()?;
        let record = line.get("record")?.as_str()?;
        match line.get("kind")?.as_str()? {
            "started" => {
                self.0.insert(record.to_owned(), line.get("arguments")?.clone());
                None
            }
            "finished" => self.0.remove(record),
            _ => None,
        }
    }
}

/// The event of a line; `None` where the line is about no request, or only says that one begins.
fn event(line: &str) -> Option<Value> {
    let line: Value = serde_json::from_str(line).ok()?;
    let text = |name: &str| line.pointer(name).and_then(Value::as_str);
    let method = text("/method")?;
    if text("/kind")? == "started" {
        return None;
    }
    let activity = activity(method);
    let time: Timestamp = text("/time")?.parse().ok()?;
    let failed = text("/decision") == Some("deny")
        || text("/outcome").is_some_and(|outcome| !["completed", "listed"].contains(&outcome));
    let mut event = json!({
        "class_uid": 6003,
        "class_name": "API Activity",
        "category_uid": 6,
        "category_name": "Application Activity",
        "activity_id": activity,
        "type_uid": 600_300 + activity,
        // Informational, or Medium where somebody was refused
        "severity_id": if text("/decision") == Some("deny") { 3 } else { 1 },
        "status_id": if failed { 2 } else { 1 },
        "time": time.as_millisecond(),
        "metadata": {
            "version": VERSION,
            "product": { "name": "mcp-rbac", "vendor_name": "mcp-rbac", "version": env!("CARGO_PKG_VERSION") },
        },
        "actor": {},
        "api": { "service": { "name": text("/server").unwrap_or("mcp-rbac") } },
        "src_endpoint": {},
    });
    for (from, to) in COPIED {
        if let Some(value) = line.pointer(from) {
            set(&mut event, to, text_of(to, value));
        }
    }
    if let Some(name) = text("/name") {
        set(&mut event, "resources", json!([{ "name": name, "type": kind(method) }]));
    }
    if let Some(Value::Array(roles)) = line.pointer("/principal/roles") {
        let groups = roles.iter().map(|role| json!({ "name": role })).collect();
        set(&mut event, "actor.user.groups", Value::Array(groups));
    }
    if let Some(us) = line.pointer("/duration_us").and_then(Value::as_u64) {
        set(&mut event, "duration", json!(us / 1000));
    }
    if let Some(parent) = text("/trace/traceparent") {
        // version - trace - span - flags (W3C Trace Context, section 3.2.2)
        let mut parts = parent.split('-').skip(1);
        if let (Some(trace), Some(span)) = (parts.next(), parts.next()) {
            set(&mut event, "metadata.profiles", json!(["trace"]));
            set(&mut event, "trace", json!({ "uid": trace, "span": { "uid": span } }));
        }
    }
    let unmapped = unmapped(&line);
    if !unmapped.is_empty() {
        set(&mut event, "unmapped", Value::Object(unmapped));
    }
    Some(event)
}

/// Create, Read, Update, Delete are 1 to 4. What a tool does nobody knows but the tool: 99, Other.
fn activity(method: &str) -> u64 {
    match method {
        "prompts/get" | "resources/read" | "completion/complete" | "resources/directory/read" => 2,
        method if method.ends_with("/list") || method.ends_with("/get") => 2,
        "resources/subscribe" | "subscriptions/listen" => 1,
        "tasks/update" | "logging/setLevel" => 3,
        "tasks/cancel" | "resources/unsubscribe" => 4,
        _ => 99,
    }
}

fn kind(method: &str) -> &'static str {
    match method.split('/').next() {
        Some("tools") => "tool",
        Some("prompts") => "prompt",
        Some("resources" | "skills") => "resource",
        Some("tasks") => "task",
        _ => "method",
    }
}

/// Numbers that are ids are text there.
fn text_of(attribute: &str, value: &Value) -> Value {
    let number = value.as_number().filter(|_| attribute.ends_with("uid"));
    number.map_or_else(|| value.clone(), |number| Value::String(number.to_string()))
}

/// Sets an attribute by its path.
fn set(event: &mut Value, path: &str, value: Value) {
    let mut place = event;
    for name in path.split('.') {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        let Value::Object(object) = place else { return };
        place = object.entry(name).or_insert(Value::Null);
    }
    *place = value;
}

/// What no attribute has, under the names of the line.
fn unmapped(line: &Value) -> Map<String, Value> {
    let is_mapped =
        |pointer: &str| COPIED.iter().any(|(from, _)| *from == pointer) || MADE.contains(&pointer);
    let mut rest = Map::new();
    for (name, value) in line.as_object().into_iter().flatten() {
        if name != "principal" && !is_mapped(&format!("/{name}")) {
            rest.insert(name.clone(), value.clone());
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> String {
        json!({
            "seq": 8, "prev": "00", "time": "2026-11-27T09:15:00.250000Z", "mono_us": 1, "kind": "finished", "record": "r",
            "parent": "p", "principal": { "subject": "ada", "issuer": "https://idp", "client": "c", "jti": "j",
                "authenticated_by": "oauth", "roles": ["analyst"] },
            "remote": "192.0.2.1", "method": "tools/call", "name": "look", "decision": "allow", "outcome": "completed",
            "duration_us": 2500, "request": 7, "protocol": "2026-07-28", "server": "records/1", "policy": "ab",
            "result": { "bytes": 3 }, "trace": { "traceparent": "00-aa-bb-01" },
        })
        .to_string()
    }

    #[test]
    fn what_the_class_requires_is_there() {
        let event = event(&line()).unwrap();
        for required in [
            "activity_id",
            "category_uid",
            "class_uid",
            "severity_id",
            "time",
            "type_uid",
            "metadata",
            "actor",
            "api",
            "src_endpoint",
        ] {
            assert!(!event[required].is_null(), "{required}: {event:#}");
        }
        assert_eq!(event["type_uid"], json!(6003 * 100 + event["activity_id"].as_u64().unwrap()));
        assert!(
            event["metadata"]["product"]["name"].is_string() && event["api"]["operation"] == "tools/call"
        );
        assert_eq!((&event["time"], &event["duration"]), (&json!(1_795_770_900_250_u64), &json!(2)));
        assert_eq!(
            (&event["api"]["request"]["uid"], &event["actor"]["user"]["uid"]),
            (&json!("7"), &json!("ada"))
        );
        assert_eq!((&event["trace"]["uid"], &event["trace"]["span"]["uid"]), (&json!("aa"), &json!("bb")));
        assert_eq!(event["resources"], json!([{ "name": "look", "type": "tool" }]));
        assert_eq!(event["status_id"], 1);
        // nothing is lost
        assert_eq!(event["unmapped"]["policy"], "ab");
        assert_eq!(event["unmapped"]["result"]["bytes"], 3);
    }

    #[test]
    fn what_a_call_was_given_is_in_the_event_of_its_end() {
        let mut begun = Begun::default();
        let started = line().replace("finished", "started").replacen('{', r#"{"arguments":{"id":7},"#, 1);
        assert!(begun.event(&started).is_none());
        assert_eq!(begun.event(&line()).unwrap()["unmapped"]["arguments"], json!({ "id": 7 }));
        // it is forgotten
        assert!(begun.event(&line()).unwrap()["unmapped"].get("arguments").is_none());
    }

    #[test]
    fn a_refusal_is_a_failure_and_a_beginning_is_no_event() {
        let refused = r#"{"seq":1,"time":"2026-11-27T09:15:00Z","kind":"refused","record":"r","method":"tools/call","name":"burn","decision":"deny","reason":"forbidden"}"#;
        let event = event(refused).unwrap();
        assert_eq!(
            (&event["status_id"], &event["severity_id"], &event["status_detail"]),
            (&json!(2), &json!(3), &json!("forbidden"))
        );
        assert!(super::event(&refused.replace("refused", "started")).is_none());
        assert!(super::event(r#"{"seq":1,"time":"2026-11-27T09:15:00Z","kind":"opened"}"#).is_none());
        assert!(super::event("no line").is_none());
    }

    /// The page shows what is done here, and all of it.
    #[test]
    fn the_table_in_the_guide_is_this_mapping() {
        let guide = include_str!("../../../../../docs/guide/audit.md");
        let rows: Vec<(String, String)> = guide
            .lines()
            .skip_while(|line| !line.starts_with("| field | OCSF |"))
            .skip(2)
            .take_while(|line| line.starts_with('|'))
            .map(|line| {
                let cells: Vec<&str> = line.split('|').map(str::trim).collect();
                (cells[1].replace('`', ""), cells[2].replace('`', ""))
            })
            .collect();
        for (from, to) in COPIED {
            let field = from.trim_start_matches('/').replace('/', ".");
            assert!(rows.contains(&(field.clone(), to.to_owned())), "{field} → {to} is not in the table");
        }
        for made in MADE {
            let field = made.trim_start_matches('/').replace('/', ".");
            assert!(rows.iter().any(|(from, _)| *from == field), "{field} is not in the table");
        }
        assert_eq!(rows.len(), COPIED.len() + MADE.len());
    }
}
