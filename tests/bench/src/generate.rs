//! Writes the crates that are compiled.

use std::{
    fmt::Write,
    fs, io,
    path::{Path, PathBuf},
};

/// How many types the parameters of all functions share.
const TYPES: usize = 10;
/// How many permissions the tools share.
const PERMISSIONS: usize = 20;

pub(crate) struct Variant {
    pub(crate) name: &'static str,
    source: fn(usize) -> String,
}

/// The bare functions come first: the others are compared with them.
pub(crate) const VARIANTS: &[Variant] = &[
    Variant { name: "bare", source: bare },
    Variant { name: "rmcp", source: rmcp },
    Variant { name: "mcp-rbac", source: ours },
];

impl Variant {
    pub(crate) fn package(&self, size: usize) -> String {
        format!("{}-{size}", self.name)
    }
}

/// A workspace of its own, with the lock file of this one.
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
}

impl Workspace {
    pub(crate) fn write(root: &Path, sizes: &[usize]) -> io::Result<Self> {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
        let mut members = Vec::new();
        for &size in sizes {
            for variant in VARIANTS {
                let package = variant.package(size);
                let folder = root.join(&package);
                fs::create_dir_all(folder.join("src"))?;
                fs::write(folder.join("Cargo.toml"), member_manifest(&package))?;
                fs::write(folder.join("src/lib.rs"), (variant.source)(size))?;
                members.push(format!("{package:?}"));
            }
        }
        fs::write(root.join("Cargo.toml"), manifest(&members, &repository))?;
        fs::copy(repository.join("Cargo.lock"), root.join("Cargo.lock"))?;
        Ok(Self { root: root.canonicalize()? })
    }

    /// What has to be touched for a crate to be compiled anew.
    pub(crate) fn source(&self, package: &str) -> PathBuf {
        self.root.join(package).join("src/lib.rs")
    }
}

/// Every crate has the same dependencies, so that none of them waits for more.
fn manifest(members: &[String], repository: &Path) -> String {
    let members = members.join(", ");
    format!(
        "[workspace]\nresolver = \"3\"\nmembers = [{members}]\n\n\
         [workspace.dependencies]\n\
         mcp-rbac = {{ path = {:?} }}\n\
         rmcp = {{ version = \"3.11\", default-features = false, features = [\"server\", \"macros\"] }}\n\
         schemars = \"1\"\n\
         serde = {{ version = \"1\", features = [\"derive\"] }}\n",
        repository.join("mcp-rbac")
    )
}

fn member_manifest(package: &str) -> String {
    format!(
        "[package]\nname = {package:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\n\
         mcp-rbac.workspace = true\n\
         rmcp.workspace = true\n\
         schemars.workspace = true\n\
         serde.workspace = true\n"
    )
}

fn types() -> String {
    let mut source = String::from("use rmcp::handler::server::wrapper::Parameters;\n");
    for at in 0..TYPES {
        source.push_str(&format!(
            "#[derive(serde::Deserialize, schemars::JsonSchema)]\n\
             pub struct Args{at} {{ pub id: u64, pub name: String, pub note: Option<String> }}\n"
        ));
    }
    source
}

/// The function that every variant has, with what goes before its name and before its parameters.
fn function(at: usize, head: &str, receiver: &str) -> String {
    format!(
        "/// Does number {at} of what there is to do.\n{head}async fn tool_{at}({receiver}Parameters(args): \
         Parameters<Args{}>) -> String {{\n    format!(\"{{}} {{}} {{}}\", args.id, args.name, args.note.is_some())\n}}\n",
        at % TYPES
    )
}

fn bare(size: usize) -> String {
    (0..size).fold(types(), |source, at| source + &function(at, "pub ", ""))
}

fn rmcp(size: usize) -> String {
    let methods: String = (0..size).map(|at| function(at, "#[tool]\npub ", "&self, ")).collect();
    types()
        + "use rmcp::{ServerHandler, tool, tool_handler, tool_router};\npub struct Server;\n\
           #[tool_router]\nimpl Server {\n"
        + &methods
        + "}\n#[tool_handler]\nimpl ServerHandler for Server {}\n"
}

fn ours(size: usize) -> String {
    let mut policy = String::from("mcp_rbac::roles! {\n    permissions {\n");
    for at in 0..PERMISSIONS {
        // writing to a string cannot fail
        let _written = writeln!(policy, "        \"data:{at}\" as p{at},");
    }
    let all = (0..PERMISSIONS).map(|at| format!("p{at}")).collect::<Vec<_>>().join(", ");
    policy.push_str(&format!("    }}\n    roles {{ everything {{ {all} }} }}\n}}\n"));
    let functions: String = (0..size)
        .map(|at| {
            function(at, &format!("#[mcp_rbac::tool(requires = \"data:{}\")]\npub ", at % PERMISSIONS), "")
        })
        .collect();
    types()
        + &policy
        + "pub fn server() -> mcp_rbac::ServerBuilder { mcp_rbac::Server::new(&rbac::POLICY).unlimited() }\n"
        + &functions
}
