//! Who may do what, for the servers with a guard: one permission for each group of answers, and a role for each way of
//! lacking one.

use mcp_rbac::{Requirement, RoleRef};

use crate::answers::{STATIC_BINARY, STATIC_TEXT, TEMPLATE, WATCHED};
use rbac::{Permission, Role};

mcp_rbac::roles! {
    permissions {
        /// Tools with a fixed answer.
        content,
        /// Tools that say something while they run.
        reports,
        /// Tools that ask the client something while they run.
        questions,
        /// Tools and a prompt that ask the client to call again.
        rounds,
        /// Tools that go on as tasks.
        jobs,
        /// Tools that announce that a list has changed.
        changes,
        /// Prompts.
        prompts,
        /// Resources with a URI of their own.
        resources,
        /// Resources behind a template.
        templates,
        /// What callers have now and then, so that their lists change.
        extras,
    }
    roles {
        everything { content, reports, questions, rounds, jobs, changes, prompts, resources, templates }
        without_content { reports, questions, rounds, jobs, changes, prompts, resources, templates }
        without_reports { content, questions, rounds, jobs, changes, prompts, resources, templates }
        without_questions { content, reports, rounds, jobs, changes, prompts, resources, templates }
        without_rounds { content, reports, questions, jobs, changes, prompts, resources, templates }
        without_jobs { content, reports, questions, rounds, changes, prompts, resources, templates }
        without_changes { content, reports, questions, rounds, jobs, prompts, resources, templates }
        without_prompts { content, reports, questions, rounds, jobs, changes, resources, templates }
        without_resources { content, reports, questions, rounds, jobs, changes, prompts, templates }
        without_templates { content, reports, questions, rounds, jobs, changes, prompts, resources }
        now_and_then { extras }
    }
}

/// What a permission is for.
#[derive(Clone, Copy, Debug)]
pub enum Primitive {
    /// By its name
    Tool(&'static str),
    /// By its name
    Prompt(&'static str),
    /// By its URI or template
    Resource(&'static str),
}

use Primitive::{Prompt, Resource, Tool};

/// What a server of this folder has, and what each asks for.
pub const PRIMITIVES: &[(Permission, Primitive)] = &[
    (Permission::Content, Tool("test_simple_text")),
    (Permission::Content, Tool("test_image_content")),
    (Permission::Content, Tool("test_audio_content")),
    (Permission::Content, Tool("test_embedded_resource")),
    (Permission::Content, Tool("test_multiple_content_types")),
    (Permission::Content, Tool("test_error_handling")),
    (Permission::Content, Tool("json_schema_2020_12_tool")),
    (Permission::Content, Tool("test_header_parameter")),
    (Permission::Reports, Tool("test_tool_with_progress")),
    (Permission::Reports, Tool("test_tool_with_logging")),
    (Permission::Reports, Tool("test_logging_tool")),
    (Permission::Reports, Tool("test_reconnection")),
    (Permission::Questions, Tool("test_sampling")),
    (Permission::Questions, Tool("test_elicitation")),
    (Permission::Questions, Tool("test_elicitation_sep1034_defaults")),
    (Permission::Questions, Tool("test_elicitation_sep1330_enums")),
    (Permission::Rounds, Tool("test_input_required_result_elicitation")),
    (Permission::Rounds, Tool("test_input_required_result_sampling")),
    (Permission::Rounds, Tool("test_input_required_result_list_roots")),
    (Permission::Rounds, Tool("test_input_required_result_request_state")),
    (Permission::Rounds, Tool("test_input_required_result_tampered_state")),
    (Permission::Rounds, Tool("test_input_required_result_multiple_inputs")),
    (Permission::Rounds, Tool("test_input_required_result_multi_round")),
    (Permission::Rounds, Tool("test_input_required_result_capabilities")),
    (Permission::Rounds, Tool("test_streaming_elicitation")),
    (Permission::Rounds, Tool("test_missing_capability")),
    (Permission::Rounds, Prompt("test_input_required_result_prompt")),
    (Permission::Jobs, Tool("greet")),
    (Permission::Jobs, Tool("slow_compute")),
    (Permission::Jobs, Tool("failing_job")),
    (Permission::Jobs, Tool("protocol_error_job")),
    (Permission::Jobs, Tool("confirm_delete")),
    (Permission::Jobs, Tool("multi_input")),
    (Permission::Jobs, Tool("test_tool_with_task")),
    (Permission::Changes, Tool("test_trigger_tool_change")),
    (Permission::Changes, Tool("test_trigger_prompt_change")),
    (Permission::Prompts, Prompt("test_simple_prompt")),
    (Permission::Prompts, Prompt("test_prompt_with_arguments")),
    (Permission::Prompts, Prompt("test_prompt_with_embedded_resource")),
    (Permission::Prompts, Prompt("test_prompt_with_image")),
    (Permission::Resources, Resource(STATIC_TEXT)),
    (Permission::Resources, Resource(STATIC_BINARY)),
    (Permission::Resources, Resource(WATCHED)),
    (Permission::Templates, Resource(TEMPLATE)),
];

/// What it takes to have a permission.
#[must_use]
pub fn requires(permission: Permission) -> Requirement {
    Requirement::permission(permission.into())
}

/// The role that has everything but extras, or one permission less.
#[must_use]
pub fn role(without: Option<Permission>) -> RoleRef {
    match without {
        None | Some(Permission::Extras) => Role::Everything,
        Some(Permission::Content) => Role::WithoutContent,
        Some(Permission::Reports) => Role::WithoutReports,
        Some(Permission::Questions) => Role::WithoutQuestions,
        Some(Permission::Rounds) => Role::WithoutRounds,
        Some(Permission::Jobs) => Role::WithoutJobs,
        Some(Permission::Changes) => Role::WithoutChanges,
        Some(Permission::Prompts) => Role::WithoutPrompts,
        Some(Permission::Resources) => Role::WithoutResources,
        Some(Permission::Templates) => Role::WithoutTemplates,
    }
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_lacks_what_its_name_says() {
        let everyday = || Permission::ALL.iter().copied().filter(|&other| other != Permission::Extras);
        for lacking in everyday() {
            let role = role(Some(lacking)).to_string();
            assert_eq!(role, format!("without_{lacking}"));
            let role: Role = role.parse().unwrap();
            for permission in everyday() {
                assert_eq!(role.can(permission), permission != lacking, "{role} {permission}");
            }
        }
    }
}
