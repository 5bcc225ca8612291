use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::{
    Row, StartReport,
    setup::{Admission, Tls, Transport},
};
use crate::registry::Primitive;

impl Serialize for StartReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_json().serialize(serializer)
    }
}

impl StartReport {
    fn as_json(&self) -> Value {
        let mut callers = self.setup.callers.clone();
        let (transport, url, tls) = match &self.setup.transport {
            Transport::Unsaid => (None, None, None),
            Transport::Stdio(caller) => {
                callers = vec![caller.clone()];
                (Some("stdio"), None, None)
            }
            Transport::Nested { .. } => (Some("nested"), None, None),
            Transport::Http { url, tls, .. } => {
                let tls = match tls {
                    Tls::Own => "own",
                    Tls::Proxy => "proxy",
                    Tls::Off => "off",
                };
                (Some("http"), Some(url.as_str()), Some(tls))
            }
        };
        let (admitted, role) = match self.setup.anonymous {
            Admission::Refused => (false, None),
            Admission::Admitted(role) => (true, role.map(|role| role.name())),
        };
        let named = |name: &str, tools: Vec<&str>| json!({ "name": name, "tools": tools });
        let rows = |primitive| self.rows(primitive).map(as_json).collect::<Vec<_>>();
        json!({
            "name": self.setup.name,
            "version": self.setup.version,
            "transport": transport,
            "url": url,
            "tls": tls,
            "callers": callers,
            "anonymous": { "admitted": admitted, "role": role },
            "off": self.setup.off().map(|off| off.key).collect::<Vec<_>>(),
            "roles": self
                .roles
                .iter()
                .map(|role| named(role.name(), self.of(Primitive::Tool, *role)))
                .collect::<Vec<_>>(),
            "crates": self
                .crates()
                .iter()
                .map(|(name, tools)| named(name, tools.iter().map(|tool| &*tool.name).collect()))
                .collect::<Vec<_>>(),
            "tools": rows(Primitive::Tool),
            "prompts": rows(Primitive::Prompt),
            "resources": rows(Primitive::Resource),
            "policy": self.fingerprint(),
            "notes": self.notes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })
    }
}

fn as_json(row: &Row) -> Value {
    json!({
        "name": row.name,
        "crate": row.from,
        "requires": row.requires,
        "roles": row.roles.iter().map(|role| role.name()).collect::<Vec<_>>(),
    })
}
