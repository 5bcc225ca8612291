use std::fmt;

/// Something that does not keep a server from starting, and that its operator should know.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// Permissions that no tool requires.
    UnusedPermissions(Vec<&'static str>),
    /// Tool names of more than 64 characters, which some clients do not take.
    LongNames(Vec<&'static str>),
    /// Tools that are declared under another policy, and so left out.
    OtherPolicy(Vec<&'static str>),
    /// Tools that `.select(…)` left out.
    NotSelected(Vec<&'static str>),
    /// What a guarded handler offers, and nobody said who may use: it is denied.
    Undeclared {
        /// `tool`, `prompt`, `resource` or `skill`
        kind: &'static str,
        /// The names, or URIs.
        names: Vec<String>,
    },
    /// What is declared for a guarded handler, and it does not offer (yet).
    NotOffered {
        /// `tool`, `prompt` or `resource`
        kind: &'static str,
        /// The name, or URI.
        name: String,
        /// The nearest name among what it offers.
        near: Option<String>,
    },
    /// Tools that are methods of a handler. This server does not serve them: only a [`Guard`](crate::Guard) in front of
    /// their handler does.
    MethodTools(Vec<&'static str>),
    /// Denials are only recorded, until that moment (`danger_report_only`).
    ReportOnly(std::time::SystemTime),
    /// The program is built with `panic = "abort"`: a panic in a tool ends the server instead of the call.
    PanicAborts,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnusedPermissions(names) => write!(f, "no tool requires {}", quoted(names)),
            Self::LongNames(names) => {
                write!(f, "longer than 64 characters, which some clients refuse: {}", quoted(names))
            }
            Self::OtherPolicy(names) => {
                write!(f, "left out, declared under another policy: {}", quoted(names))
            }
            Self::NotSelected(names) => write!(f, "left out by `.select(…)`: {}", quoted(names)),
            Self::Undeclared { kind, names } => {
                write!(
                    f,
                    "denied to everybody, since nothing says who may use them: {kind} {}",
                    quoted(names)
                )
            }
            Self::NotOffered { kind, name, near } => {
                write!(f, "declared, but the handler does not offer it: {kind} `{name}`")?;
                near.iter().try_for_each(|near| write!(f, "; did you mean `{near}`?"))
            }
            Self::MethodTools(names) => {
                write!(f, "not served, since only a `Guard` serves tools that are methods: {}", quoted(names))
            }
            Self::ReportOnly(until) => {
                let until = jiff::Timestamp::try_from(*until).map(|until| until.to_string());
                let until = until.unwrap_or_else(|_| "a far day".to_owned());
                write!(f, "nothing is denied before {until}, only recorded (`danger_report_only`)")
            }
            Self::PanicAborts => f.write_str(
                "built with `panic = \"abort\"`: a panic in a tool ends the server, not only the call",
            ),
        }
    }
}

fn quoted(names: &[impl AsRef<str>]) -> String {
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}
