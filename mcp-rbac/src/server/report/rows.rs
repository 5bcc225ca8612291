use std::borrow::Cow;

use crate::{
    auth::Principal,
    guard::{Rules, Surface, decide_all},
    policy::{Policy, Requirement, RoleRef},
    registry::{Primitive, Registry},
};

/// Something that a server offers, and who may use it.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) primitive: Primitive,
    /// The name, or the URI.
    pub(super) name: Cow<'static, str>,
    /// The crate that it comes from; `None` for what is behind a `Guard`.
    pub(super) from: Option<&'static str>,
    /// In plain words.
    pub(super) requires: String,
    /// Who may use it, of the roles of the policy.
    pub(super) roles: Vec<RoleRef>,
}

/// Somebody of every role of a policy.
struct Everybody(Vec<(RoleRef, Principal)>);

impl Everybody {
    fn of(policy: &'static Policy) -> Self {
        Self(policy.roles().map(|role| (role, Principal::system("report", role))).collect())
    }
}

impl Row {
    fn new(
        Everybody(everybody): &Everybody,
        primitive: Primitive,
        name: Cow<'static, str>,
        from: Option<&'static str>,
        requirements: &[Requirement],
    ) -> Self {
        let may = |principal: &Principal| decide_all(principal, requirements).is_allow();
        let mut requires: Vec<String> =
            requirements.iter().map(|one| one.to_string().replace('`', "")).collect();
        requires.dedup();
        Self {
            primitive,
            name,
            from,
            requires: requires.join(" and "),
            roles: everybody.iter().filter(|(_, one)| may(one)).map(|(role, _)| *role).collect(),
        }
    }
}

/// What functions offer: tools, prompts and resources, each kind sorted by name.
pub(super) fn of_functions(registry: &Registry) -> Vec<Row> {
    let everybody = Everybody::of(registry.policy());
    let row = |primitive, name: &'static str, module: &'static str, requirements: &[Requirement]| {
        let from = module.split("::").next();
        Row::new(&everybody, primitive, Cow::Borrowed(name), from, requirements)
    };
    let tools = registry.tools().iter().map(|entry| {
        let def = entry.def;
        row(Primitive::Tool, def.name, def.module, &[def.requirement])
    });
    let prompts = registry.prompts().iter().map(|entry| {
        let def = entry.def;
        row(Primitive::Prompt, def.name, def.module, &[def.requirement])
    });
    // a fixed one may match templates, too, and has to meet the requirements of all
    let resources = registry.resources().iter().map(|entry| {
        let def = entry.def;
        let found = Surface::resource(registry, def.uri);
        let requirements =
            found.map_or_else(|| vec![def.requirement], |found| found.requirements.into_owned());
        row(Primitive::Resource, def.uri, def.module, &requirements)
    });
    let templates = registry.templates().iter().map(|entry| {
        let def = entry.def;
        row(Primitive::Resource, def.uri, def.module, &[def.requirement])
    });
    tools.chain(prompts).chain(resources).chain(templates).collect()
}

/// What was declared for a handler.
pub(super) fn of_rules(policy: &'static Policy, rules: &Rules) -> Vec<Row> {
    let everybody = Everybody::of(policy);
    let primitive = |kind| {
        [Primitive::Tool, Primitive::Prompt, Primitive::Resource].into_iter().find(|one| one.as_str() == kind)
    };
    let rows = rules.all().filter_map(|(kind, name, requirement)| {
        let name = Cow::Owned(name.to_owned());
        Some(Row::new(&everybody, primitive(kind)?, name, None, &[*requirement]))
    });
    let mut rows: Vec<Row> = rows.collect();
    rows.sort_by(|one, other| (one.primitive, &one.name).cmp(&(other.primitive, &other.name)));
    rows
}
