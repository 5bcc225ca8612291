use std::{fmt, path::PathBuf};

use crate::policy::RoleRef;

/// How a server is reached, and who is let in.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) transport: Transport,
    /// The ways of recognising callers, described.
    pub(crate) callers: Vec<String>,
    pub(crate) anonymous: Admission,
    /// Whether clients can log in with an authorization server.
    pub(crate) oauth: bool,
    /// Whether what a caller may not use looks like what does not exist.
    pub(crate) conceals: bool,
    /// Where the audit trail is.
    pub(crate) audit: Option<PathBuf>,
}

/// What a server is reached by.
#[derive(Debug, Clone)]
pub(crate) enum Transport {
    /// Nobody has said yet.
    Unsaid,
    /// Standard input and output, on behalf of this caller.
    Stdio(String),
    /// A listener of its own.
    #[cfg_attr(not(feature = "http"), expect(dead_code, reason = "switched off"))]
    Http { url: String, tls: Tls, sessions: bool },
    /// The listener of an application around it.
    #[cfg_attr(not(feature = "http"), expect(dead_code, reason = "switched off"))]
    Nested { sessions: bool },
}

/// Who encrypts what callers send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "http"), expect(dead_code, reason = "only HTTP is encrypted"))]
pub(crate) enum Tls {
    /// The server.
    Own,
    /// A proxy in front of it.
    Proxy,
    /// Nobody: others cannot connect.
    Off,
}

/// Whether requests without a credential are admitted, and as what.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Admission {
    Refused,
    Admitted(Option<RoleRef>),
}

/// What an operator may look for, and what is said where this server does not have it.
const OFF: [Off; 4] = [
    Off { key: "oauth", name: "OAuth", state: "off", of_http: true },
    Off { key: "sessions", name: "sessions", state: "off", of_http: true },
    Off { key: "concealment", name: "concealment", state: "off", of_http: false },
    Off { key: "audit_trail", name: "audit trail", state: "off (events in the log alone)", of_http: false },
];

#[derive(Debug, Clone, Copy)]
pub(super) struct Off {
    /// For programs.
    pub(super) key: &'static str,
    name: &'static str,
    state: &'static str,
    of_http: bool,
}

impl Setup {
    /// What there is to say, by name.
    fn lines(&self) -> Vec<(&'static str, String)> {
        let mut lines = Vec::new();
        let callers = || match &*self.callers {
            [] => "nobody is recognised".to_owned(),
            ways => ways.join(", "),
        };
        let anonymous = || match self.anonymous {
            Admission::Refused => "refused".to_owned(),
            Admission::Admitted(None) => "admitted, for public tools alone".to_owned(),
            Admission::Admitted(Some(role)) => format!("admitted, as {role}"),
        };
        match &self.transport {
            Transport::Unsaid => {}
            Transport::Stdio(caller) => {
                lines.push(("transport", "standard input and output".to_owned()));
                lines.push(("caller", caller.clone()));
            }
            Transport::Http { url, tls, .. } => {
                lines.push(("transport", format!("HTTP at {url}")));
                lines.push(("TLS", tls.to_string()));
                lines.push(("callers", callers()));
                lines.push(("anonymous", anonymous()));
            }
            Transport::Nested { .. } => {
                lines.push(("transport", "HTTP, within another application".to_owned()));
                lines.push(("TLS", "as that application has it".to_owned()));
                lines.push(("callers", callers()));
                lines.push(("anonymous", anonymous()));
            }
        }
        lines.extend(self.possible().map(|off| {
            let state = match (&self.audit, self.is_on(off.key)) {
                (_, false) => off.state.to_owned(),
                (Some(path), true) if off.key == "audit_trail" => path.display().to_string(),
                (_, true) => "on".to_owned(),
            };
            (off.name, state)
        }));
        lines
    }

    fn is_on(&self, key: &str) -> bool {
        let sessions = match self.transport {
            Transport::Http { sessions, .. } | Transport::Nested { sessions } => sessions,
            Transport::Unsaid | Transport::Stdio(_) => false,
        };
        match key {
            "oauth" => self.oauth,
            "sessions" => sessions,
            "audit_trail" => self.audit.is_some(),
            "concealment" => self.conceals,
            _ => false,
        }
    }

    /// What is switched off, of what this transport could have.
    pub(super) fn off(&self) -> impl Iterator<Item = Off> {
        self.possible().filter(|off| !self.is_on(off.key))
    }

    /// What this transport could have.
    fn possible(&self) -> impl Iterator<Item = Off> + use<> {
        let is_http = match &self.transport {
            Transport::Unsaid | Transport::Stdio(_) => false,
            Transport::Http { .. } | Transport::Nested { .. } => true,
        };
        OFF.into_iter().filter(move |off| is_http || !off.of_http)
    }
}

impl fmt::Display for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.lines();
        let width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
        lines.iter().try_for_each(|(name, text)| writeln!(f, "  {name:width$}  {text}"))
    }
}

impl fmt::Display for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Own => "on",
            Self::Proxy => "by a proxy in front",
            Self::Off => "off (only this machine can connect)",
        })
    }
}
