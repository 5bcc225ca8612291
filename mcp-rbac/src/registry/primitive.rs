use std::fmt;

/// What an MCP server offers: the three kinds of things that a request can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Primitive {
    /// Something that the model calls.
    Tool,
    /// Messages that a user picks.
    Prompt,
    /// Something that can be read, by its URI.
    Resource,
}

impl Primitive {
    /// The word for it, in messages and records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tool => "tool",
            Self::Prompt => "prompt",
            Self::Resource => "resource",
        }
    }
}

impl fmt::Display for Primitive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One of the things that a server offers, by the name that clients use: for a resource, that is its URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Item {
    /// Its kind.
    pub primitive: Primitive,
    /// Its name, or its URI.
    pub name: &'static str,
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`", self.primitive, self.name)
    }
}
