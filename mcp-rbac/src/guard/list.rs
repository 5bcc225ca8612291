//! Lists, as one caller may see them.

use rmcp::{
    ErrorData,
    model::{ErrorCode, PaginatedRequestParams, Prompt, Resource, ResourceTemplate, Tool},
};

use super::{
    Core, decide, decide_all,
    surface::{Context, List, Surface, Window},
};
use crate::{
    audit::{Event, Outcome, RecordId, Verdict},
    auth::Principal,
    policy::Requirement,
    registry::{Registry, ToolEntry},
};

/// A cursor says where the page before ended, nothing else. It is no secret and bound to nobody: whoever presents it,
/// what follows is filtered for them.
const CURSOR_PREFIX: &str = "after:";

/// The longest URI that is served.
const LONGEST_URI: usize = 2048;

/// The names that MCP 2026-07-28 (server/tools, "Tool Names") allows.
fn is_name(key: &str) -> bool {
    (1..=128).contains(&key.len())
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

fn is_uri(key: &str) -> bool {
    (1..=LONGEST_URI).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The tools that `principal` may call, sorted by name.
pub(crate) fn visible_tools<'r>(
    registry: &'r Registry,
    principal: &Principal,
) -> impl Iterator<Item = &'r ToolEntry> {
    registry.tools().iter().filter(move |entry| decide(principal, &entry.def.requirement).is_allow())
}

/// What a list is a list of.
pub(super) trait Row: Sized {
    const METHOD: &'static str;

    /// What the list is sorted by.
    fn key(&self) -> &str;

    /// Whether it could be a key of this list.
    fn is_key(text: &str) -> bool;

    fn list<'a>(surface: &'a dyn Surface, window: Window<'a>, context: &'a Context) -> List<'a, Self>;
}

macro_rules! rows {
    ($($Row:ident by $key:ident, $is_key:ident: $method:literal from $list:ident;)*) => {
        $(
            impl Row for $Row {
                const METHOD: &'static str = $method;

                fn key(&self) -> &str {
                    &self.$key
                }

                fn is_key(text: &str) -> bool {
                    $is_key(text)
                }

                fn list<'a>(surface: &'a dyn Surface, window: Window<'a>, context: &'a Context) -> List<'a, Self> {
                    surface.$list(window, context)
                }
            }
        )*
    };
}

rows! {
    Tool by name, is_name: "tools/list" from tools;
    Prompt by name, is_name: "prompts/list" from prompts;
    Resource by uri, is_uri: "resources/list" from resources;
    ResourceTemplate by uri_template, is_uri: "resources/templates/list" from templates;
}

/// One page of a list.
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    pub(super) next_cursor: Option<String>,
}

/// One page of what `principal` may see, on record.
pub(super) async fn page<T: Row>(
    core: &Core,
    principal: &Principal,
    request: Option<PaginatedRequestParams>,
    context: &Context,
) -> Result<Page<T>, ErrorData> {
    let event = Event::new(principal, RecordId::new(), T::METHOD, None);
    let cursor = request.and_then(|params| params.cursor);
    let page = filtered(core, principal, cursor.as_deref(), context).await;
    let outcome = match &page {
        Ok(page) => Outcome::Listed(page.items.len()),
        Err(_) => Outcome::Failed,
    };
    event.verdict(Verdict::Allow).outcome(outcome).emit();
    page
}

pub(super) async fn filtered<T: Row>(
    core: &Core,
    principal: &Principal,
    cursor: Option<&str>,
    context: &Context,
) -> Result<Page<T>, ErrorData> {
    let after = cursor.map(parse_cursor::<T>).transpose()?;
    let size = core.settings.page_size.unwrap_or(usize::MAX);
    let enforces = core.enforces();
    let allows = |requirements: &[Requirement]| !enforces || decide_all(principal, requirements).is_allow();
    // one more than is shown says whether there is more
    let window = Window { after, size: size.saturating_add(1), allows: &allows };
    let mut items = T::list(&*core.surface, window, context).await?;
    let more = items.len() > size;
    items.truncate(size);
    let last = items.last().filter(|_| more);
    let next_cursor = last.map(|item| format!("{CURSOR_PREFIX}{}", item.key()));
    Ok(Page { items, next_cursor })
}

fn parse_cursor<T: Row>(cursor: &str) -> Result<&str, ErrorData> {
    cursor
        .strip_prefix(CURSOR_PREFIX)
        .filter(|key| T::is_key(key))
        .ok_or_else(|| ErrorData::new(ErrorCode::INVALID_PARAMS, "invalid cursor", None))
}
