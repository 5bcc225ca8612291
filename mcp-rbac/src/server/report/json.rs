use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::{
    StartReport, crate_of, requires,
    setup::{Admission, Tls, Transport},
};
use crate::registry::ToolInfo;

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
            Transport::Nested => (Some("nested"), None, None),
            Transport::Http { url, tls } => {
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
        let names = |tools: &[ToolInfo]| tools.iter().map(|tool| tool.name()).collect();
        json!({
            "name": self.setup.name,
            "version": self.setup.version,
            "transport": transport,
            "url": url,
            "tls": tls,
            "callers": callers,
            "anonymous": { "admitted": admitted, "role": role },
            "off": self.setup.off().map(|off| off.key).collect::<Vec<_>>(),
            "roles": self.per_role.iter().map(|(role, tools)| named(role.name(), tools.clone())).collect::<Vec<_>>(),
            "crates": self.crates().iter().map(|(name, tools)| named(name, names(tools))).collect::<Vec<_>>(),
            "tools": self.tools.iter().map(|tool| self.tool(*tool)).collect::<Vec<_>>(),
            "notes": self.notes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })
    }

    fn tool(&self, tool: ToolInfo) -> Value {
        let roles = self.per_role.iter().filter(|(_, names)| names.binary_search(&tool.name()).is_ok());
        json!({
            "name": tool.name(),
            "crate": crate_of(tool),
            "requires": requires(tool),
            "roles": roles.map(|(role, _)| role.name()).collect::<Vec<_>>(),
        })
    }
}
