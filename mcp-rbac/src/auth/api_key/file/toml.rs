//! A key file: TOML, which people write as well.

use toml::de::{DeTable, DeValue};

use super::{
    Place, Problem, Problems,
    fields::{Fields, Item, Node},
    parse::{Format, document},
};
use crate::auth::api_key::stored::StoredKey;

const FORMAT: Format = Format {
    list: "key",
    no_list: "a key begins with `[[key]]`, in two brackets",
    no_entry: "`key` is a list of tables, each of which begins with `[[key]]`",
    whole: &["version"],
    entry: &["id", "owner", "roles", "sha256", "created"],
    digest: "sha256",
    quoted_times: false,
};

/// Reads a key file; each key with the line on which it begins.
///
/// All that can be seen without a policy is checked here, and everything that is wrong is reported.
pub(in crate::auth::api_key) fn parse(text: &[u8]) -> Result<Vec<(Place, StoredKey)>, Problems> {
    let Ok(text) = std::str::from_utf8(text) else {
        return Err(Problem::new(Place::Whole, "it is not UTF-8 text").into());
    };
    let lines = Lines::new(text);
    // the message of the parser alone: its `Display` quotes the line, which may hold anything
    let table = DeTable::parse(text).map_err(|error| {
        let place = error.span().map_or(Place::Whole, |span| lines.of(span.start));
        Problem::new(place, format!("it is not valid TOML: {}", error.message()))
    })?;
    document(Fields::new(lines.fields(table.into_inner()), Place::Line(1), &FORMAT))
}

/// Where the lines of a text begin.
struct Lines(Vec<usize>);

impl Lines {
    fn new(text: &str) -> Self {
        Self(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(place, _)| place).collect())
    }

    /// The line that the byte at `place` is in.
    fn of(&self, place: usize) -> Place {
        Place::Line(self.0.partition_point(|end| *end < place) + 1)
    }

    /// What stands in a table; each field with the line of its name.
    fn fields(&self, table: DeTable<'_>) -> Vec<(String, Item)> {
        let fields = table.into_iter().map(|(name, value)| {
            let item = Item { place: self.of(name.span().start), node: self.node(value.into_inner()) };
            (name.into_inner().into_owned(), item)
        });
        fields.collect()
    }

    fn node(&self, value: DeValue<'_>) -> Node {
        match value {
            DeValue::String(text) => Node::Text(text.into_owned()),
            DeValue::Integer(number) if number.radix() == 10 => Node::Number(number.as_str().to_owned()),
            DeValue::Integer(_) | DeValue::Float(_) => Node::OtherNumber,
            DeValue::Boolean(value) => Node::Boolean(value),
            // RFC 3339 with its offset: one without says no moment
            DeValue::Datetime(time) => Node::Time(time.to_string().parse().ok()),
            DeValue::Array(items) => Node::List(
                items
                    .into_iter()
                    .map(|item| Item {
                        place: self.of(item.span().start),
                        node: self.node(item.into_inner()),
                    })
                    .collect(),
            ),
            DeValue::Table(table) => Node::Table(self.fields(table)),
        }
    }
}
