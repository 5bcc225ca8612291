//! What a server offers, as the guard sees it: names that lead to a requirement and a body, and lists.

use std::{borrow::Cow, sync::Arc};

use futures::future::BoxFuture;
use rmcp::{
    ErrorData, RoleServer,
    model::{
        CallToolResponse, CompleteResult, GetPromptResponse, Prompt, ReadResourceResponse, Resource,
        ResourceTemplate, Tool,
    },
    service::RequestContext,
};

use super::{Authorized, foreign::Foreign};
use crate::{
    policy::Requirement,
    registry::{Output, Oversight, Redaction},
    tool::Failure,
    view,
};

/// What stands behind the guard: functions of this program's own, or a handler of somebody else's. It decides nothing.
pub(crate) trait Surface: Send + Sync + 'static {
    fn tool(&self, name: &str) -> Option<Found<CallToolResponse>>;

    fn prompt(&self, name: &str) -> Option<Found<GetPromptResponse>>;

    /// What a URI leads to. Of several resources that match, the requirements of all, and the body of the most specific.
    fn resource(&self, uri: &str) -> Option<Found<ReadResourceResponse>>;

    /// What tools say about how their calls are watched.
    fn oversight(&self) -> Vec<(&str, Oversight)>;

    /// A template by its text, as completion names it.
    fn template(&self, uri: &str) -> Option<Cow<'static, [Requirement]>>;

    /// The part of each list that the window shows.
    fn tools<'a>(&'a self, window: Window<'a>, context: &'a Context) -> List<'a, Tool>;
    fn prompts<'a>(&'a self, window: Window<'a>, context: &'a Context) -> List<'a, Prompt>;
    fn resources<'a>(&'a self, window: Window<'a>, context: &'a Context) -> List<'a, Resource>;
    fn templates<'a>(&'a self, window: Window<'a>, context: &'a Context) -> List<'a, ResourceTemplate>;

    /// A whole list, prepared to be sent, where it is the same for as long as the server runs.
    fn rows(&self, list: view::List) -> Option<view::Rows> {
        let _ = list;
        None
    }

    /// The definition of a tool, for the validation of the headers that mirror its arguments.
    fn definition(&self, name: &str) -> Option<Tool>;

    /// Values for an argument.
    fn complete(self: Arc<Self>, call: Authorized) -> BoxFuture<'static, Result<CompleteResult, Failure>>;

    /// What a method of a handler's own requires.
    fn method(&self, name: &str) -> Option<Requirement> {
        let _ = name;
        None
    }

    /// The handler of somebody else's that is behind the guard, if that is what is there.
    fn foreign(&self) -> Option<&dyn Foreign> {
        None
    }
}

pub(crate) type Context = RequestContext<RoleServer>;
pub(crate) type List<'a, T> = BoxFuture<'a, Result<Vec<T>, ErrorData>>;

/// Something that a request names: what it requires, and how it is run.
pub(crate) struct Found<T> {
    /// Its name, as it was declared.
    pub(crate) name: Cow<'static, str>,
    /// Every one of them is to be met.
    pub(crate) requirements: Cow<'static, [Requirement]>,
    /// The variables of a URI.
    pub(crate) variables: Vec<(String, String)>,
    /// Whether it may run on as a task.
    pub(crate) task: bool,
    pub(crate) output: Output,
    /// What the arguments look like in a record.
    pub(crate) redactions: &'static [Redaction],
    /// Whether it may answer with a question, and so take several rounds.
    pub(crate) asks: bool,
    pub(crate) body: Run<T>,
}

/// The way to a body.
pub(crate) enum Run<T> {
    Function(fn(Authorized) -> BoxFuture<'static, Result<T, Failure>>),
    Boxed(Box<dyn FnOnce(Authorized) -> BoxFuture<'static, Result<T, Failure>> + Send>),
}

impl<T> Run<T> {
    pub(super) fn run(self, call: Authorized) -> BoxFuture<'static, Result<T, Failure>> {
        match self {
            Self::Function(body) => body(call),
            Self::Boxed(body) => body(call),
        }
    }
}

/// One page of a list, for one caller.
#[derive(Clone, Copy)]
pub(crate) struct Window<'a> {
    /// Where the page before ended.
    pub(crate) after: Option<&'a str>,
    /// How many are shown at the most.
    pub(crate) size: usize,
    /// Whether the caller may see what has these requirements: the decision.
    pub(crate) allows: &'a (dyn Fn(&[Requirement]) -> bool + Send + Sync),
}

impl Window<'_> {
    /// The items of the page, of entries that are sorted by key.
    pub(crate) fn pick<'e, T: Clone + 'e>(
        &self,
        entries: impl Iterator<Item = (&'e str, &'e [Requirement], &'e T)>,
    ) -> Vec<T> {
        entries
            .filter(|(key, requirements, _)| {
                self.after.is_none_or(|after| *key > after) && (self.allows)(requirements)
            })
            .take(self.size)
            .map(|(_, _, item)| item.clone())
            .collect()
    }

    /// The items of the page, of a list in any order.
    pub(crate) fn pick_owned<T>(
        &self,
        items: Vec<T>,
        key: impl Fn(&T) -> String,
        requirements: impl Fn(&T) -> Vec<Requirement>,
    ) -> Vec<T> {
        let mut page: Vec<(String, T)> = items
            .into_iter()
            .filter(|item| (self.allows)(&requirements(item)))
            .map(|item| (key(&item), item))
            .filter(|(key, _)| self.after.is_none_or(|after| key.as_str() > after))
            .collect();
        page.sort_by(|(one, _), (other, _)| one.cmp(other));
        page.into_iter().take(self.size).map(|(_, item)| item).collect()
    }
}
