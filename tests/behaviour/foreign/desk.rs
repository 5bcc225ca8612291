//! A handler with something of every kind, as somebody would write it for rmcp. Of each kind there is something declared
//! and something that nobody declared.
#![expect(deprecated, reason = "clients of the older protocol still send `logging/setLevel`")]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock},
};

use mcp_rbac::{
    Caller, Granted, Guard, Principal, Requirement, Server, State, rmcp,
    rmcp::{
        ErrorData, RoleServer, ServerHandler,
        handler::server::{router::prompt::PromptRouter, wrapper::Parameters},
        model::*,
        prompt, prompt_handler, prompt_router,
        service::{NotificationContext, RequestContext},
        tool_handler, tool_router,
    },
    testing,
};
use serde::Deserialize;

mcp_rbac::roles! {
    permissions {
        read_notes,
        write_notes,
        burn_notes: destructive,
    }
    roles {
        reader { read_notes }
        writer: reader { write_notes }
        chief: writer { burn_notes }
    }
}

pub const READ: Requirement = Requirement::permission(rbac::Permission::ReadNotes.permission());

/// What the tools share.
pub struct Shelf(pub &'static str);

/// What reached the handler, in order.
#[derive(Clone, Default)]
pub struct Reached {
    all: Arc<Mutex<Vec<String>>>,
    trail: Arc<OnceLock<PathBuf>>,
}

impl Reached {
    pub fn add(&self, what: impl Into<String>) {
        let mut what = what.into();
        if self.trail.get().is_some_and(|trail| !ends_with_a_start(trail)) {
            what.push_str(", which nobody recorded");
        }
        self.all.lock().unwrap().push(what);
    }

    pub fn all(&self) -> Vec<String> {
        self.all.lock().unwrap().clone()
    }

    /// Looks into this audit trail, too, whenever something reaches the handler.
    pub fn watching(&self, trail: PathBuf) {
        self.trail.set(trail).unwrap();
    }
}

fn ends_with_a_start(trail: &Path) -> bool {
    let text = fs::read_to_string(trail).unwrap();
    text.lines().next_back().is_some_and(|line| line.contains("\"kind\":\"started\""))
}

#[derive(Clone)]
pub struct Desk {
    pub reached: Reached,
    prompts: PromptRouter<Self>,
}

#[derive(Deserialize, schemars::JsonSchema)]
pub struct Note {
    #[serde(default)]
    pub id: u32,
}

#[tool_router]
impl Desk {
    pub fn new(reached: &Reached) -> Self {
        Self { reached: reached.clone(), prompts: Self::prompt_router() }
    }

    /// Read a note.
    #[mcp_rbac::tool(requires = "read_notes", read_only, title = "Read")]
    async fn read_note(
        &self,
        Parameters(Note { id }): Parameters<Note>,
        caller: Caller,
        State(shelf): State<Shelf>,
        proof: Granted<rbac::permissions::read_notes>,
    ) -> String {
        self.reached.add("read_note");
        format!("{} {id} for {} by {proof:?}", shelf.0, caller.principal().subject())
    }

    /// Write a note.
    #[mcp_rbac::tool(requires = "write_notes", name = "notes.write")]
    fn write_note(&self) -> String {
        self.reached.add("notes.write");
        "written".to_owned()
    }

    /// Burn every note.
    #[mcp_rbac::tool(requires = "burn_notes", idempotent)]
    async fn burn(&self, Parameters(Note { id }): Parameters<Note>) -> String {
        self.reached.add("burn");
        format!("burnt {id}")
    }

    /// A proof of something that was not asked for.
    #[mcp_rbac::tool(requires = "read_notes")]
    async fn overreach(&self, _proof: Granted<rbac::permissions::burn_notes>) -> String {
        self.reached.add("overreach");
        "burnt".to_owned()
    }

    #[mcp_rbac::tool(requires = "read_notes")]
    async fn fall_over(&self) -> String {
        panic!("the tool falls over")
    }

    /// Nobody said who may call this.
    #[rmcp::tool]
    async fn forgotten(&self) -> String {
        self.reached.add("forgotten");
        "forgotten".to_owned()
    }

    /// It says itself that it is dangerous.
    #[rmcp::tool(annotations(destructive_hint = true, read_only_hint = true))]
    async fn shred(&self) -> String {
        self.reached.add("shred");
        "shredded".to_owned()
    }

    /// It goes on by itself.
    #[mcp_rbac::tool(requires = "write_notes")]
    async fn copy_all(
        &self,
        Parameters(Note { id }): Parameters<Note>,
    ) -> Result<CallToolResponse, ErrorData> {
        self.reached.add("copy_all");
        let at = "2026-01-01T00:00:00Z";
        let task = Task::new(format!("copy-{id}"), TaskStatus::Working, at, at);
        Ok(CallToolResponse::Task(CreateTaskResult::new(task)))
    }
}

#[prompt_router]
impl Desk {
    /// Sum it up.
    #[prompt]
    async fn summarize(&self, caller: Caller) -> Vec<PromptMessage> {
        self.reached.add("summarize");
        let text = format!("for {}", caller.principal().subject());
        vec![PromptMessage::new(Role::User, ContentBlock::text(text))]
    }

    #[prompt]
    async fn stumble(&self) -> Vec<PromptMessage> {
        panic!("the prompt stumbles")
    }

    #[prompt]
    async fn secret_prompt(&self) -> Vec<PromptMessage> {
        self.reached.add("secret_prompt");
        Vec::new()
    }
}

fn public<T>(result: &mut T, scope: impl FnOnce(&mut T) -> &mut Option<CacheScope>) {
    *scope(result) = Some(CacheScope::Public);
}

fn skill(name: &str) -> Skill {
    let front = SkillFrontmatter::new(name, "What it is for.");
    Skill::new(format!("skill://{name}/SKILL.md"), front, SkillResources::Dynamic)
}

#[tool_handler]
#[prompt_handler(router = self.prompts)]
impl ServerHandler for Desk {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_prompts()
            .enable_resources()
            .enable_resources_subscribe()
            .enable_completions()
            .enable_logging()
            .enable_tasks()
            .enable_skills_with_directory_read()
            .build();
        ServerConfig::new(capabilities)
            .with_server_info(Implementation::new("desk", "3.2.1"))
            .with_instructions("Be brief.")
    }

    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        self.reached.add(format!("initialize {}", request.client_info.name));
        context.peer.set_peer_info(request.clone());
        self.negotiate_initialize(&request)
    }

    async fn list_resources(
        &self,
        page: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        // two pages, of which the first says where the second is
        let (uri, next) = match page.and_then(|page| page.cursor).as_deref() {
            None => ("notes://1", Some("second".to_owned())),
            Some(_) => ("secret://plan", None),
        };
        let mut result = ListResourcesResult::with_all_items(vec![Resource::new(uri, "a note")]);
        result.next_cursor = next;
        public(&mut result, |result| &mut result.cache_scope);
        Ok(result)
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        let templates = ["notes://{id}", "notes://old-{id}", "secret://{id}"]
            .map(|uri| ResourceTemplate::new(uri, "some notes"));
        let mut result = ListResourceTemplatesResult::with_all_items(templates.to_vec());
        public(&mut result, |result| &mut result.cache_scope);
        Ok(result)
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        self.reached.add(format!("read {}", request.uri));
        assert_ne!(request.uri, "notes://torn", "the note is torn");
        let mut result = ReadResourceResult::new(vec![ResourceContents::text("a note", request.uri)]);
        public(&mut result, |result| &mut result.cache_scope);
        Ok(result.into())
    }

    async fn complete(
        &self,
        request: CompleteRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        self.reached.add(format!("complete {}", request.argument.name));
        assert_ne!(request.argument.name, "torn", "the argument is torn");
        Ok(CompleteResult::new(CompletionInfo::new(vec!["1".to_owned()]).unwrap()))
    }

    async fn set_level(
        &self,
        request: SetLevelRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        self.reached.add(format!("level {:?}", request.level));
        Ok(())
    }

    async fn get_task(
        &self,
        request: GetTaskParams,
        _: RequestContext<RoleServer>,
    ) -> Result<GetTaskResult, ErrorData> {
        self.reached.add(format!("task {}", request.task_id));
        let at = "2026-01-01T00:00:00Z";
        let task = Task::new(request.task_id, TaskStatus::Working, at, at);
        Ok(GetTaskResult::new(DetailedTask::new(task, TaskPayload::Working)))
    }

    async fn cancel_task(
        &self,
        request: CancelTaskParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        self.reached.add(format!("cancel {}", request.task_id));
        assert_ne!(request.task_id, "copy-13", "the task is torn");
        Ok(())
    }

    async fn list_skills(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListSkillsResult, ErrorData> {
        let mut result = ListSkillsResult::with_all_items(vec![skill("filing"), skill("spying")]);
        public(&mut result, |result| &mut result.cache_scope);
        Ok(result)
    }

    async fn get_skill(
        &self,
        request: GetSkillRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<GetSkillResult, ErrorData> {
        self.reached.add(format!("skill {}", request.uri));
        let name = request.uri.trim_start_matches("skill://").trim_end_matches("/SKILL.md");
        Ok(GetSkillResult::new(skill(name)))
    }

    async fn on_custom_request(
        &self,
        request: CustomRequest,
        _: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        self.reached.add(format!("custom {}", request.method));
        assert_ne!(request.method, "desk/tear", "the method is torn");
        Ok(CustomResult::new(serde_json::json!({ "did": request.method })))
    }

    async fn on_custom_notification(
        &self,
        notification: CustomNotification,
        _: NotificationContext<RoleServer>,
    ) {
        self.reached.add(format!("notified {}", notification.method));
    }

    async fn on_progress(&self, progress: ProgressNotificationParam, _: NotificationContext<RoleServer>) {
        self.reached.add(format!("progress {}", progress.progress));
    }

    async fn on_cancelled(&self, cancelled: CancelledNotificationParam, _: NotificationContext<RoleServer>) {
        let reason = cancelled.reason.unwrap_or_default();
        self.reached.add(format!("cancelled {reason}"));
    }

    async fn on_initialized(&self, _: NotificationContext<RoleServer>) {
        self.reached.add("initialized");
    }
}

/// The handler behind a guard that knows half of it.
pub fn guard(reached: &Reached) -> Guard<Desk> {
    Guard::new(Desk::new(reached), &rbac::POLICY)
        .require_prompt("summarize", READ)
        .require_prompt("stumble", READ)
        .require_resource("notes://{id}", READ)
        .require_resource("skill://filing/SKILL.md", READ)
        .require_method("desk/tidy", READ)
        .require_method("desk/tear", READ)
        .require_method("notifications/desk/knock", READ)
}

pub fn server(reached: &Reached) -> Server {
    guard(reached).into_server().state(Shelf("note")).build().unwrap()
}

pub fn somebody(subject: &str, role: rbac::Role) -> Principal {
    testing::principal(&rbac::POLICY, subject, [role]).unwrap()
}

/// Somebody without a role.
pub fn nobody(subject: &str) -> Principal {
    testing::principal(&rbac::POLICY, subject, [] as [rbac::Role; 0]).unwrap()
}
