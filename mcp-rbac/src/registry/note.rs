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
            Self::PanicAborts => f.write_str(
                "built with `panic = \"abort\"`: a panic in a tool ends the server, not only the call",
            ),
        }
    }
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
