//! What the parameters of a function ask for, and whether the server has it.

use std::sync::Arc;

use rmcp::{handler::server::tool::schema_for_input, model::JsonObject};

use super::{Plan, Primitive, Problem, definition::Definition};
use crate::tool::ParamKind;

/// The schema of the arguments of a function, where it takes any; whatever is wrong with its parameters is a problem.
pub(super) fn check_params<D: Definition>(
    def: &D,
    plan: &Plan<'_>,
    problems: &mut Vec<Problem>,
) -> Option<Arc<JsonObject>> {
    let mut schema = None;
    let mut taken_by = None;
    for param in def.params() {
        match (param.kind)() {
            ParamKind::Context => {}
            ParamKind::State { type_id, type_name } => {
                if !plan.any_state && !plan.states.contains_key(&type_id) {
                    problems.push(Problem::MissingState { of: def.item(), param: param.name, type_name });
                }
            }
            ParamKind::Arguments(_) if D::PRIMITIVE == Primitive::Resource => {
                problems.push(Problem::ArgumentsOfResource { of: def.item(), param: param.name });
            }
            ParamKind::Arguments(arguments) => {
                let (of, param) = (def.item(), param.name);
                match (taken_by, arguments) {
                    (Some(first), _) => problems.push(Problem::ArgumentsTwice { of, first, second: param }),
                    (None, Ok(object)) => schema = Some(object),
                    (None, Err(why)) => problems.push(Problem::ArgumentsNotAnObject { of, param, why }),
                }
                taken_by = taken_by.or(Some(param));
            }
        }
    }
    schema
}

/// The schema of a tool's arguments, or what is wrong with it.
pub(crate) fn input_schema<T: schemars::JsonSchema + 'static>() -> Result<Arc<JsonObject>, String> {
    schema_for_input::<T>().map_err(|_| {
        let schema = schemars::schema_for!(T);
        let kind = schema.get("type").map_or_else(|| "no `type`".to_owned(), |kind| format!("type {kind}"));
        format!(
            "MCP wants a JSON object, and the schema of `{}` has {kind}; use a struct with named fields",
            short_type_name::<T>()
        )
    })
}

/// The name of a type without the paths in it.
pub(crate) fn short_type_name<T: ?Sized>() -> &'static str {
    let name = std::any::type_name::<T>();
    match name.find('<') {
        None => name.rsplit("::").next().unwrap_or(name),
        Some(_) => name,
    }
}
