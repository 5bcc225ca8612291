use std::fmt;

use super::{Item, Primitive};
use crate::auth::PrincipalError;

/// Something that keeps a server from starting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// Nothing is left to serve.
    #[error("the server has no tool, prompt or resource{hint}")]
    NothingToServe {
        /// Where they went, where that is known.
        hint: String,
    },
    /// Two functions have one name.
    #[error("two {primitive}s are named `{name}`: at {first} and at {second}; {}", other_name(*.primitive))]
    Duplicate {
        /// What they are.
        primitive: Primitive,
        /// The name; for resources, the URI.
        name: &'static str,
        /// One of the two functions.
        first: Location,
        /// The other.
        second: Location,
    },
    /// Two templates match the same URIs, and neither of them is more specific.
    #[error(
        "resources `{first}` and `{second}` match the same URIs, and neither of them is more specific; make one literal where the other has a variable"
    )]
    AmbiguousTemplates {
        /// One of the two.
        first: String,
        /// The other.
        second: String,
    },
    /// The URI of a resource is not one that a client could ask for.
    #[error("the uri of resource `{uri}` is not usable: {why}")]
    BadUri {
        /// The URI, as it was declared.
        uri: String,
        /// What is wrong with it.
        why: String,
    },
    /// Two handlers of one program have a tool of one name, and the guard does not say whose it guards.
    #[error(
        "two handlers have a tool `{name}`, in `{first}` and in `{second}`; say `.module(\"{first}\")` or `.module(\"{second}\")`"
    )]
    AmbiguousHandler {
        /// The name.
        name: &'static str,
        /// One of the two modules.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
    /// An alert or a limit is about a tool that the server does not have: it would never take effect.
    #[error("{what} is about tool `{tool}`, which the server does not have{}", meant(.near.as_deref()))]
    WithoutTool {
        /// `an alert` or `a limit`.
        what: &'static str,
        /// The tool.
        tool: String,
        /// The one that is most likely meant.
        near: Option<String>,
    },
    /// A tool declares what its arguments look like in a record, and an argument of that name it does not have.
    #[error("{of} says `audit({key}(\"{path}\"))`, and its arguments have no `{path}`{}", meant(.near.as_deref()))]
    AuditPath {
        /// The tool.
        of: Item,
        /// `redact`, `hash` or `omit`.
        key: &'static str,
        /// Where it should be.
        path: &'static str,
        /// The path that is most likely meant.
        near: Option<String>,
    },
    /// A tool declares that an argument is hashed, and there is no secret to hash it with.
    #[error(
        "tool `{tool}` says `audit(hash(\"{path}\"))`, and the audit trail has no secret: give it one with `Audit::secret`"
    )]
    HashWithoutSecret {
        /// The tool.
        tool: String,
        /// The argument.
        path: &'static str,
    },
    /// `.module(…)` of a guard names a module in which no method is a tool under this policy.
    #[error("no method in module `{module}` is a `#[tool]` under this policy{}", instead(.others))]
    NoToolsInModule {
        /// The module, as it was given.
        module: String,
        /// The modules that have some.
        others: Vec<&'static str>,
    },
    /// A requirement names permissions of a policy that is not the server's.
    #[error("{kind} `{name}` requires a permission of another policy")]
    OtherPolicy {
        /// What it is.
        kind: &'static str,
        /// Its name.
        name: String,
    },
    /// `danger_report_only` has ended.
    #[error("`danger_report_only` has ended: remove it, or choose a later moment")]
    ReportOnlyEnded,
    /// The operating system gives no random bytes.
    #[error("the operating system gives no random bytes: {0}")]
    NoRandomness(String),
    /// `.request_state_key(…)` is too short to be a key.
    #[error("the request state key is shorter than {least} bytes; `openssl rand -base64 32` makes one")]
    ShortRequestStateKey {
        /// The least number of bytes.
        least: usize,
    },
    /// A function takes a `State<T>` that the server does not have.
    #[error("{of} takes `{param}: State<{type_name}>`, but no `.state(…)` of that type was given")]
    MissingState {
        /// The function.
        of: Item,
        /// The parameter.
        param: &'static str,
        /// The type of the state.
        type_name: &'static str,
    },
    /// Two states of one type were given.
    #[error("`.state(…)` was given twice for `{type_name}`; wrap one of them in a type of its own")]
    DoubledState {
        /// The type of the state.
        type_name: &'static str,
    },
    /// The arguments of a tool or prompt are not described by a JSON object.
    #[error("the arguments of {of} (parameter `{param}`) cannot be sent: {why}")]
    ArgumentsNotAnObject {
        /// The function.
        of: Item,
        /// The parameter.
        param: &'static str,
        /// What the schema is instead.
        why: String,
    },
    /// Two parameters of a function take the arguments, of which there is one set.
    #[error("{of} takes its arguments twice, in `{first}` and in `{second}`; make it one struct")]
    ArgumentsTwice {
        /// The function.
        of: Item,
        /// One of the two parameters.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
    /// A resource has a parameter that takes arguments, and nobody sends it any.
    #[error(
        "{of} takes arguments in `{param}`, but a resource has none: take the variables of its uri by their names"
    )]
    ArgumentsOfResource {
        /// The resource.
        of: Item,
        /// The parameter.
        param: &'static str,
    },
    /// An argument of a prompt is a structure, and clients send text.
    #[error(
        "argument `{argument}` of {of} is a list or an object, but clients send the arguments of a prompt as text"
    )]
    ArgumentNotText {
        /// The prompt.
        of: Item,
        /// The argument.
        argument: String,
    },
    /// `complete(…)` names an argument that the prompt does not have.
    #[error("{of} completes `{argument}`, which is none of its arguments{hint}")]
    UnknownArgument {
        /// The prompt.
        of: Item,
        /// The argument.
        argument: &'static str,
        /// The arguments that it has.
        hint: String,
    },
    /// A role of a policy that is not the server's.
    #[error(transparent)]
    Principal(#[from] PrincipalError),
    /// A crate named in `link!` that brings nothing.
    #[error(
        "`link!` names the crate `{name}`, but no tool, prompt or resource comes from it; name the crate that holds them, or drop it"
    )]
    CrateWithoutTools {
        /// The crate.
        name: String,
    },
}

fn meant(near: Option<&str>) -> String {
    near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

fn instead(modules: &[&str]) -> String {
    let modules: Vec<String> = modules.iter().map(|module| format!("`{module}`")).collect();
    if modules.is_empty() { String::new() } else { format!("; there are in {}", modules.join(", ")) }
}

fn other_name(primitive: Primitive) -> &'static str {
    match primitive {
        Primitive::Tool | Primitive::Prompt => "give one another `name = \"…\"`",
        Primitive::Resource => "give one another `uri = \"…\"`",
    }
}

/// Where a function stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Location {
    /// The source file, as `file!()` gives it.
    pub file: &'static str,
    /// The line, counted from 1.
    pub line: u32,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// Everything that keeps a server from starting, at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// `None` where there is no problem.
    pub(crate) fn of(problems: Vec<Problem>) -> Option<Self> {
        (!problems.is_empty()).then_some(Self(problems))
    }

    /// One problem.
    pub(crate) fn one(problem: Problem) -> Self {
        Self(vec![problem])
    }

    /// The problems; never none.
    #[must_use]
    pub fn as_slice(&self) -> &[Problem] {
        &self.0
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [problem] => write!(f, "the server cannot start: {problem}"),
            problems => {
                write!(f, "the server cannot start, for {} reasons:", problems.len())?;
                problems.iter().try_for_each(|problem| write!(f, "\n  * {problem}"))
            }
        }
    }
}

impl std::error::Error for Problems {}
