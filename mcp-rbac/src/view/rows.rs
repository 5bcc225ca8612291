use rmcp::model::{ListToolsResult, Prompt, Resource, ResourceTemplate, ServerResult, Tool};
use serde::Serialize;

use crate::policy::Requirement;

/// The shape that an item has for the protocol of the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Form {
    /// From MCP 2026-07-28 on.
    Newer,
    /// Before.
    Older,
}

/// What a list can show.
pub(crate) trait Item: Serialize + Clone {
    /// The item as rmcp sends it to clients of protocols before 2026-07-28.
    fn for_older_clients(&self) -> Self {
        self.clone()
    }
}

impl Item for Tool {
    fn for_older_clients(&self) -> Self {
        let mut result = ServerResult::ListToolsResult(ListToolsResult::with_all_items(vec![self.clone()]));
        result.strip_non_object_output_for_legacy_peer();
        let ServerResult::ListToolsResult(mut list) = result else { return self.clone() };
        list.tools.pop().unwrap_or_else(|| self.clone())
    }
}

impl Item for Prompt {}
impl Item for Resource {}
impl Item for ResourceTemplate {}

/// A whole list, sorted by key.
pub(crate) struct Rows(Box<[Row]>);

struct Row {
    key: Box<str>,
    requirements: Box<[Requirement]>,
    json: Box<[u8]>,
    /// For older clients, where it differs.
    older: Option<Box<[u8]>>,
}

/// The items of one page, as the inside of a JSON array, and what else is said about them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) json: Box<[u8]>,
    pub(crate) len: usize,
    /// The key of the last item, where there are more.
    pub(crate) last: Option<Box<str>>,
}

impl Rows {
    /// `None` where the entries are not sorted by key, or one cannot be JSON.
    pub(crate) fn new<'e, T: Item + 'e>(
        entries: impl Iterator<Item = (&'e str, &'e [Requirement], &'e T)>,
    ) -> Option<Self> {
        let row = |(key, requirements, item): (&str, &[Requirement], &T)| {
            let json = serde_json::to_vec(item).ok()?.into_boxed_slice();
            let older = serde_json::to_vec(&item.for_older_clients()).ok()?.into_boxed_slice();
            let older = (older != json).then_some(older);
            Some(Row { key: key.into(), requirements: requirements.into(), json, older })
        };
        let rows: Box<[Row]> = entries.map(row).collect::<Option<_>>()?;
        rows.is_sorted_by(|one, next| one.key < next.key).then_some(Self(rows))
    }

    /// Where the page begins that follows `after`.
    pub(crate) fn start(&self, after: Option<&str>) -> usize {
        after.map_or(0, |after| self.0.partition_point(|row| *row.key <= *after))
    }

    /// The page that begins there, of at most `size` items that are allowed.
    pub(crate) fn page(
        &self,
        form: Form,
        start: usize,
        size: usize,
        allows: &dyn Fn(&[Requirement]) -> bool,
    ) -> Page {
        let mut page = Page { json: Box::default(), len: 0, last: None };
        let mut json = Vec::new();
        let mut allowed = self.0.iter().skip(start).filter(|row| allows(&row.requirements)).peekable();
        while page.len < size
            && let Some(row) = allowed.next()
        {
            if page.len > 0 {
                json.push(b',');
            }
            json.extend_from_slice(row.json(form));
            page.len += 1;
            page.last = (page.len == size && allowed.peek().is_some()).then(|| row.key.clone());
        }
        page.json = json.into();
        page
    }
}

impl Row {
    fn json(&self, form: Form) -> &[u8] {
        match (form, &self.older) {
            (Form::Older, Some(older)) => older,
            (Form::Older | Form::Newer, _) => &self.json,
        }
    }
}

impl Page {
    /// The memory that it takes, about.
    pub(super) fn weight(&self) -> usize {
        size_of::<Self>() + self.json.len() + self.last.as_deref().map_or(0, str::len)
    }
}
