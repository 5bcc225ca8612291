//! Completion of what a user types: arguments of prompts, variables of resources (MCP 2026-07-28,
//! server/utilities/completion).

use std::{collections::BTreeMap, sync::Arc};

use futures::future::BoxFuture;
use rmcp::model::CompletionInfo;

use crate::{
    auth::Principal,
    guard::CallScope,
    tool::{Failure, ToolFailure},
};

/// A question for values that go on from what was typed, as the parameter of a function that `complete(…)` names. It
/// comes only for a prompt or resource that the caller may use.
#[derive(Clone)]
pub struct Completion {
    scope: CallScope,
    value: String,
    others: Arc<BTreeMap<String, String>>,
}

/// All values, in the making.
pub type CompletionFuture = BoxFuture<'static, Result<Vec<String>, Failure>>;

impl Completion {
    pub(crate) fn new(scope: CallScope, value: String, others: Arc<BTreeMap<String, String>>) -> Self {
        Self { scope, value, others }
    }

    /// What was typed so far.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The value of another argument that is settled already.
    #[must_use]
    pub fn argument(&self, name: &str) -> Option<&str> {
        self.others.get(name).map(String::as_str)
    }

    /// Who is asking.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        self.scope.principal()
    }

    /// What the server holds for its functions; `None` where no `.state(…)` of this type was given.
    #[must_use]
    pub fn state<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.scope.state()
    }
}

impl std::fmt::Debug for Completion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Completion")
            .field("value", &self.value)
            .field("others", &self.others)
            .finish_non_exhaustive()
    }
}

/// What a function that completes can return.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no list of completions",
    label = "not a list of completions",
    note = "return `Vec<String>`, `Vec<&'static str>`, or a `Result` of these"
)]
pub trait IntoCompletionValues {
    /// All values, best first; a client gets the first hundred (MCP 2026-07-28, server/utilities/completion). A value
    /// of a resource that the caller may not read is left out of them.
    ///
    /// # Errors
    ///
    /// A [`Failure`] where there can be no answer.
    fn into_values(self) -> Result<Vec<String>, Failure>;
}

impl IntoCompletionValues for Vec<String> {
    fn into_values(self) -> Result<Vec<String>, Failure> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl IntoCompletionValues for Vec<&'static str> {
    fn into_values(self) -> Result<Vec<String>, Failure> {
        Ok(self.into_iter().map(str::to_owned).collect())
    }
}

impl<T: IntoCompletionValues, E: ToolFailure> IntoCompletionValues for Result<T, E> {
    fn into_values(self) -> Result<Vec<String>, Failure> {
        match self {
            Ok(values) => values.into_values(),
            Err(error) => Err(error.into_failure()),
        }
    }
}

/// The first values that a client may be sent, and how many there are.
pub(crate) fn completion_info(mut values: Vec<String>) -> CompletionInfo {
    let total = values.len();
    values.truncate(CompletionInfo::MAX_VALUES);
    let mut info = CompletionInfo::default();
    info.has_more = Some(total > values.len());
    info.total = u32::try_from(total).ok();
    info.values = values;
    info
}
