//! What a client hears that holds its connection, and for how long.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use http::request::Parts;
use rmcp::{
    ErrorData, RoleServer, ServerHandler, ServiceExt,
    model::{
        Resource, ServerCapabilities, ServerConfig, SubscribeRequestParams, SubscriptionFilter,
        UnsubscribeRequestParams,
    },
    service::{RequestContext, SubscriptionContext},
};
use serde_json::{Value, json};
use tokio::{
    io::{
        AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines, ReadHalf, WriteHalf, duplex, split,
    },
    time::{sleep, timeout},
};

use super::LOOK_AGAIN;
use crate::{
    Authenticate, Authentication, Guard, Method, Policy, Principal, Requirement, Server, ServerBuilder,
    auth::Credential, guard::Identity,
};

crate::roles! {
    permissions { read_notes, read_diary }
    roles {
        guest {}
        reader { read_notes }
        writer: reader { read_diary }
    }
}

use rbac::{POLICY, Role};

#[crate::tool(requires = "read_diary", policy = rbac, crate = crate)]
fn write() -> &'static str {
    "written"
}

#[crate::resource(uri = "notes://all", requires = "read_notes", policy = rbac, crate = crate)]
fn notes() -> &'static str {
    "notes"
}

#[crate::resource(uri = "notes://diary", requires = "read_diary", policy = rbac, crate = crate)]
fn diary() -> &'static str {
    "diary"
}

const NOTES: &str = "notes://all";
const DIARY: &str = "notes://diary";

/// What the one caller is, for as long as they are anybody.
#[derive(Clone)]
struct Door(Arc<Mutex<Option<Role>>>);

impl Door {
    fn of(role: Role) -> Self {
        Self(Arc::new(Mutex::new(Some(role))))
    }

    fn set(&self, role: Option<Role>) {
        *self.0.lock().unwrap() = role;
    }
}

impl Authenticate for Door {
    fn describe(&self) -> String {
        "door".to_owned()
    }

    async fn authenticate(&self, _: &Parts, policy: &'static Policy) -> Authentication {
        match *self.0.lock().unwrap() {
            Some(role) => {
                Authentication::Principal(Principal::builder(policy, "alice").role(role).build().unwrap())
            }
            None => Authentication::Rejected("the door is shut".to_owned()),
        }
    }
}

/// A client that reads and writes lines.
struct Client {
    read: Lines<BufReader<ReadHalf<DuplexStream>>>,
    write: WriteHalf<DuplexStream>,
}

impl Client {
    /// One that an authenticator looks at again and again.
    fn presented(app: ServerBuilder) -> (Self, Server) {
        let server = app.build().unwrap();
        let authenticators = Arc::clone(server.authenticators());
        let credential = Credential::bearer("x", authenticators, server.policy()).unwrap();
        (Self::of(&server, Identity::Presented(Arc::new(credential))), server)
    }

    fn of(server: &Server, identity: Identity) -> Self {
        let (near, far) = duplex(64 * 1024);
        let gate = server.handler(identity).gated();
        tokio::spawn(async move {
            if let Ok(running) = gate.serve(far).await {
                let _ended = running.waiting().await;
            }
        });
        let (read, write) = split(near);
        Self { read: BufReader::new(read).lines(), write }
    }

    async fn send(&mut self, message: Value) {
        self.write.write_all(format!("{message}\n").as_bytes()).await.unwrap();
    }

    /// The next message within this time.
    async fn next(&mut self, time: Duration) -> Option<Value> {
        let line = timeout(time, self.read.next_line()).await.ok()?.unwrap()?;
        Some(serde_json::from_str(&line).unwrap())
    }

    async fn ask(&mut self, method: &str, params: Value) -> Value {
        self.send(json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params })).await;
        loop {
            let message = self.next(Duration::from_secs(10)).await.expect("no answer");
            if message["id"] == 1 {
                return message;
            }
        }
    }

    async fn begin(&mut self) {
        let client = json!({ "name": "test", "version": "0" });
        let params = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client });
        assert!(self.ask("initialize", params).await["result"].is_object());
        self.ready().await;
    }

    async fn ready(&mut self) {
        self.send(json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })).await;
    }

    async fn subscribe(&mut self, uri: &str) -> Value {
        self.ask("resources/subscribe", json!({ "uri": uri })).await
    }

    /// What is said within this time: URIs, and the methods of what is about none.
    async fn hears(&mut self, time: Duration) -> Vec<String> {
        let until = tokio::time::Instant::now() + time;
        let mut heard = Vec::new();
        while let Some(message) = self.next(until - tokio::time::Instant::now()).await {
            let about = message["params"]["uri"].as_str().or(message["method"].as_str());
            heard.push(about.unwrap_or_default().to_owned());
        }
        heard.sort();
        heard
    }
}

const WHILE: Duration = LOOK_AGAIN.saturating_mul(3);

fn app() -> ServerBuilder {
    Server::new(&POLICY)
}

#[tokio::test]
async fn a_change_of_permissions_is_said_to_who_holds_a_connection() {
    let door = Door::of(Role::Guest);
    let (mut client, _server) = Client::presented(app().authenticate(door.clone()));
    client.begin().await;
    assert_eq!(client.hears(WHILE).await, Vec::<String>::new());
    door.set(Some(Role::Reader));
    assert_eq!(client.hears(WHILE).await, ["notifications/resources/list_changed"]);
    door.set(Some(Role::Writer));
    let both = ["notifications/resources/list_changed", "notifications/tools/list_changed"];
    assert_eq!(client.hears(WHILE).await, both);
    // who is not recognised is told nothing, and what they missed when they are again
    door.set(None);
    assert_eq!(client.hears(WHILE).await, Vec::<String>::new());
    door.set(Some(Role::Guest));
    assert_eq!(client.hears(WHILE).await, both);
}

#[tokio::test]
async fn an_update_is_said_to_who_may_read() {
    let door = Door::of(Role::Reader);
    let (mut client, server) = Client::presented(app().authenticate(door.clone()));
    client.begin().await;
    assert!(client.subscribe(NOTES).await["result"].is_object());
    let refused = client.subscribe(DIARY).await;
    assert_eq!(refused["error"]["code"], 403, "{refused}");
    assert_eq!(client.subscribe("notes://none").await["error"]["code"], -32602);
    client.hears(WHILE).await;
    let update = || [NOTES, DIARY, "notes://none"].map(|uri| server.resource_updated(uri));
    update();
    assert_eq!(client.hears(WHILE).await, [NOTES]);
    for role in [Some(Role::Guest), None] {
        door.set(role);
        client.hears(WHILE).await;
        update();
        assert_eq!(client.hears(WHILE).await, Vec::<String>::new(), "{role:?}");
    }
    door.set(Some(Role::Reader));
    client.hears(WHILE).await;
    update();
    assert_eq!(client.hears(WHILE).await, [NOTES]);
    let ended = client.ask("resources/unsubscribe", json!({ "uri": NOTES })).await;
    assert!(ended["result"].is_object(), "{ended}");
    update();
    assert_eq!(client.hears(WHILE).await, Vec::<String>::new());
}

fn known(role: Role) -> Identity {
    Identity::Known(Principal::of_role(Method::Stdio, "local".to_owned(), role.into()))
}

#[tokio::test]
async fn an_update_is_said_once() {
    let server = app().build().unwrap();
    let mut client = Client::of(&server, known(Role::Writer));
    client.begin().await;
    for _ in 0..50 {
        client.ready().await;
        assert!(client.subscribe(NOTES).await["result"].is_object());
    }
    server.resource_updated(NOTES);
    assert_eq!(client.hears(WHILE).await, [NOTES]);
}

#[tokio::test]
async fn more_updates_than_can_wait_are_not_forgotten() {
    let server = app().build().unwrap();
    let mut client = Client::of(&server, known(Role::Writer));
    client.begin().await;
    client.subscribe(NOTES).await;
    // in one go, before anybody can take one
    server.resource_updated(NOTES);
    (0..10_000).for_each(|_| server.resource_updated("notes://none"));
    assert_eq!(client.hears(WHILE).await, [NOTES]);
}

#[tokio::test]
async fn so_many_subscriptions_and_no_more() {
    const URI: &str = "notes://{id}";
    let reads = Requirement::permission(rbac::Permission::ReadNotes.into());
    let server = Guard::new(Notes::default(), &POLICY).require_resource(URI, reads).into_server();
    let server = server.build().unwrap();
    let mut client = Client::of(&server, known(Role::Reader));
    client.begin().await;
    for number in 0..256 {
        assert!(client.subscribe(&format!("notes://{number}")).await["result"].is_object(), "{number}");
    }
    assert_eq!(client.subscribe("notes://more").await["error"]["code"], 429);
    // one that is there already is no other one
    assert!(client.subscribe("notes://0").await["result"].is_object());
    client.ask("resources/unsubscribe", json!({ "uri": "notes://0" })).await;
    assert!(client.subscribe("notes://more").await["result"].is_object());
}

#[tokio::test]
async fn what_is_said_ends_with_the_connection() {
    struct Kept;
    let kept = Arc::new(Kept);
    let gone = Arc::downgrade(&kept);
    let door = Door::of(Role::Writer);
    let (mut client, server) = Client::presented(app().state_arc(kept).authenticate(door));
    client.begin().await;
    client.subscribe(NOTES).await;
    client.subscribe(DIARY).await;
    drop(client);
    drop(server);
    for _ in 0..100 {
        if gone.upgrade().is_none() {
            return;
        }
        sleep(LOOK_AGAIN / 5).await;
    }
    panic!("somebody still holds the server");
}

/// A handler of rmcp that notes who subscribes.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    fn seen(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl ServerHandler for Notes {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder();
        ServerConfig::new(capabilities.enable_resources().enable_resources_subscribe().build())
    }

    async fn list_resources(
        &self,
        _: Option<rmcp::model::PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<rmcp::model::ListResourcesResult, ErrorData> {
        let resources = [NOTES, DIARY].map(|uri| Resource::new(uri, uri));
        Ok(rmcp::model::ListResourcesResult::with_all_items(resources.to_vec()))
    }

    async fn subscribe(
        &self,
        request: SubscribeRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        self.0.lock().unwrap().push(format!("+{}", request.uri));
        if request.uri.ends_with("broken") {
            return Err(ErrorData::internal_error("broken", None));
        }
        Ok(())
    }

    async fn unsubscribe(
        &self,
        request: UnsubscribeRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        self.0.lock().unwrap().push(format!("-{}", request.uri));
        Ok(())
    }

    fn accepted_subscription_filter(&self, requested: &SubscriptionFilter) -> Option<SubscriptionFilter> {
        Some(requested.clone())
    }

    /// Says again and again that everything has changed, whoever listens.
    async fn listen(&self, subscription: SubscriptionContext) -> Result<(), ErrorData> {
        let sink = subscription.sink().clone();
        loop {
            for uri in sink.accepted().resource_subscriptions.as_deref().unwrap_or_default() {
                let _gone = sink.notify_resource_updated(uri).await;
            }
            tokio::select! {
                () = subscription.cancelled() => return Ok(()),
                () = sleep(Duration::from_millis(20)) => {}
            }
        }
    }
}

/// What such a handler sends itself the guard does not see: its stream is open for as long as all of it may be sent.
#[tokio::test]
async fn a_stream_of_another_handler_ends_when_one_of_its_resources_is_forbidden() {
    let requirement = |permission: rbac::Permission| Requirement::permission(permission.into());
    let guarded = Guard::new(Notes::default(), &POLICY)
        .require_resource(NOTES, requirement(rbac::Permission::ReadNotes))
        .require_resource(DIARY, requirement(rbac::Permission::ReadDiary))
        .into_server();
    let door = Door::of(Role::Writer);
    let (mut client, _server) = Client::presented(guarded.authenticate(door.clone()));
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "0" },
    });
    let filter = json!({ "resourceSubscriptions": [NOTES, DIARY] });
    let params = json!({ "notifications": filter, "_meta": meta });
    let listen = json!({ "jsonrpc": "2.0", "id": 2, "method": "subscriptions/listen", "params": params });
    client.send(listen).await;
    let heard = client.hears(WHILE).await;
    for uri in [NOTES, DIARY] {
        assert!(heard.iter().filter(|about| *about == uri).count() > 3, "{heard:?}");
    }
    door.set(Some(Role::Reader));
    client.hears(WHILE).await;
    assert_eq!(client.hears(WHILE).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_subscription_with_another_handler_ends_with_its_permission() {
    let notes = Notes::default();
    let requirement = |permission: rbac::Permission| Requirement::permission(permission.into());
    let guarded = Guard::new(notes.clone(), &POLICY)
        .require_resource(NOTES, requirement(rbac::Permission::ReadNotes))
        .require_resource("notes://broken", requirement(rbac::Permission::ReadNotes))
        .require_resource(DIARY, requirement(rbac::Permission::ReadDiary))
        .into_server();
    let door = Door::of(Role::Reader);
    let (mut client, _server) = Client::presented(guarded.authenticate(door.clone()));
    client.begin().await;
    assert_eq!(client.subscribe(DIARY).await["error"]["code"], 403);
    assert_eq!(client.subscribe("notes://broken").await["error"]["code"], -32603);
    door.set(Some(Role::Writer));
    for uri in [NOTES, DIARY] {
        assert!(client.subscribe(uri).await["result"].is_object());
    }
    client.hears(WHILE).await;
    assert_eq!(notes.seen(), ["+notes://broken", "+notes://all", "+notes://diary"]);
    door.set(Some(Role::Reader));
    client.hears(WHILE).await;
    assert_eq!(notes.seen(), ["-notes://diary"]);
    door.set(None);
    client.hears(WHILE).await;
    assert_eq!(notes.seen(), ["-notes://all"]);
    // what has ended does not begin again by itself
    door.set(Some(Role::Writer));
    client.hears(WHILE).await;
    assert_eq!(notes.seen(), Vec::<String>::new());
}
