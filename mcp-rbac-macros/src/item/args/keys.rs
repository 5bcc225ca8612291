//! The keys of the three attributes, and what is meant by words that are none.

use super::entries::{Expected, Key};
use crate::diag::{Diagnostics, nearest};

/// A key, how it is written, and the attributes that have it.
struct Known(&'static str, &'static str, &'static [&'static str]);

const ALL: &[&str] = &["tool", "prompt", "resource"];

/// In the order in which an error names them.
const KEYS: [Known; 22] = [
    Known("uri", "uri = \"records://{id}\"", &["resource"]),
    Known("requires", "requires = \"…\"", ALL),
    Known("authenticated", "authenticated", ALL),
    Known("public", "public = \"why this is safe\"", ALL),
    Known("name", "name = \"…\"", ALL),
    Known("title", "title = \"…\"", ALL),
    Known("description", "description = \"…\"", ALL),
    Known("mime_type", "mime_type = \"text/plain\"", &["resource"]),
    Known("read_only", "read_only", &["tool"]),
    Known("destructive", "destructive", &["tool"]),
    Known("idempotent", "idempotent", &["tool"]),
    Known("open_world", "open_world = false", &["tool"]),
    Known("task", "task", &["tool"]),
    Known("output", "output(max = 65536)", &["tool"]),
    Known("audit", "audit(redact(\"card.number\"))", &["tool"]),
    Known("alert", "alert(more_than = 100, within = \"5m\")", &["tool"]),
    Known("limit", "limit(at_most = 20, within = \"1m\")", &["tool"]),
    Known("complete", "complete(argument = path::to::function)", &["prompt", "resource"]),
    Known("icons", "icons = vec![…]", ALL),
    Known("meta", "meta = …", ALL),
    Known("policy", "policy = crate::access::rbac", ALL),
    Known("crate", "crate = ::another_name", ALL),
];

/// The keys that say who may use what the attribute makes.
pub(crate) const ACCESS: &[&str] = &["requires", "authenticated", "public"];

/// Words that are keys elsewhere.
struct Foreign {
    words: &'static [&'static str],
    /// The attributes in which somebody may write them.
    of: &'static [&'static str],
    /// The key that is meant.
    meant: Option<&'static str>,
    help: &'static str,
}

const FOREIGN: [Foreign; 11] = [
    Foreign {
        words: &["permission", "permissions", "scope", "scopes"],
        of: ALL,
        meant: Some("requires"),
        help: "a permission is written `requires = \"…\"`",
    },
    Foreign {
        words: &["role", "roles"],
        of: ALL,
        meant: Some("requires"),
        help: "write `requires = \"…\"`; `roles!` says which roles have that permission",
    },
    Foreign {
        words: &["annotations"],
        of: &["tool"],
        meant: None,
        help: "write the hints directly: `read_only`, `idempotent`, `open_world = false`",
    },
    Foreign {
        words: &["input_schema", "output_schema"],
        of: &["tool"],
        meant: None,
        help: "it follows from the types: `Parameters<T>` and `Json<T>`",
    },
    Foreign {
        words: &["execution", "task_support", "background"],
        of: &["tool"],
        meant: None,
        help: "a tool that may run on in the background is marked `task`",
    },
    Foreign {
        words: &["max", "max_output", "filter"],
        of: &["tool"],
        meant: None,
        help: "what a tool may answer is limited with `output(max = 65536, filter = path::to::function)`",
    },
    Foreign {
        words: &["redact", "hash", "omit", "sensitive", "mask"],
        of: &["tool"],
        meant: Some("audit"),
        help: "what records say of an argument is declared with `audit(redact(\"card.number\"))`",
    },
    Foreign {
        words: &["rate_limit", "ratelimit", "throttle", "at_most", "within", "more_than"],
        of: &["tool"],
        meant: Some("limit"),
        help: "calls are limited with `limit(at_most = 20, within = \"1m\")`,\nand `alert(more_than = 100, within = \"5m\")` tells of many",
    },
    Foreign {
        words: &["argument", "arguments", "parameters"],
        of: &["prompt"],
        meant: None,
        help: "they follow from the type: `Parameters<T>`",
    },
    Foreign {
        words: &["argument", "arguments", "parameters", "variables"],
        of: &["resource"],
        meant: None,
        help: "each variable of `uri` is a parameter of the function: `id: u64` takes `{id}`",
    },
    Foreign {
        words: &["url", "path", "template", "uri_template"],
        of: &["resource"],
        meant: Some("uri"),
        help: "write `uri = \"records://{id}\"`",
    },
];

pub(super) const EXPECTED: Expected =
    Expected { what: "a key", help: "a permission is written `requires = \"…\"`", form, quoted: false };

fn form(key: &str) -> String {
    let known = KEYS.iter().find(|Known(name, ..)| *name == key);
    known.map_or_else(|| format!("{key} = …"), |Known(_, form, _)| (*form).to_owned())
}

fn keys_of(noun: &str) -> impl Iterator<Item = &'static str> {
    KEYS.iter().filter(move |Known(.., of)| of.contains(&noun)).map(|Known(name, ..)| *name)
}

fn foreign(name: &str, noun: &str) -> Option<&'static Foreign> {
    FOREIGN.iter().find(|foreign| foreign.words.contains(&name) && foreign.of.contains(&noun))
}

/// The key that the word is, or was most likely meant to be.
pub(super) fn meant(name: &str, noun: &str) -> Option<&'static str> {
    match foreign(name, noun) {
        Some(foreign) => foreign.meant,
        None => nearest(name, keys_of(noun)),
    }
}

/// Whether it is a key of the attribute that was not given before.
pub(super) fn take(key: &Key, noun: &str, seen: &mut Vec<String>, diagnostics: &mut Diagnostics) -> bool {
    let Key { name, span, .. } = key;
    if keys_of(noun).any(|known| known == name) {
        let help = match name.as_str() {
            "requires" => "write `requires(all(…))` or `requires(any(…))`",
            "complete" => "write all of them into one",
            _ => "keep one of them",
        };
        return once(key, help, seen, diagnostics);
    }
    let help = if let Some(foreign) = foreign(name, noun) {
        foreign.help.to_owned()
    } else if let Some(Known(.., of)) = KEYS.iter().find(|Known(known, ..)| known == name) {
        let owners: Vec<String> = of.iter().map(|owner| format!("`#[{owner}]`")).collect();
        format!("it is a key of {}", owners.join(" and "))
    } else if let Some(near) = nearest(name, keys_of(noun)) {
        format!("did you mean `{near}`?")
    } else {
        let quoted: Vec<String> = keys_of(noun).map(|key| format!("`{key}`")).collect();
        let lines: Vec<String> = quoted.chunks(7).map(|keys| keys.join(", ")).collect();
        format!("the keys are {}", lines.join(",\n"))
    };
    diagnostics.error_with_help(*span, format_args!("`{name}` is not a key of `#[{noun}]`"), help);
    false
}

/// Whether the key was not given before.
pub(crate) fn once(key: &Key, help: &str, seen: &mut Vec<String>, diagnostics: &mut Diagnostics) -> bool {
    let again = seen.contains(&key.name);
    if again {
        diagnostics.error_with_help(key.span, format_args!("`{}` is given twice", key.name), help);
    }
    seen.push(key.name.clone());
    !again
}
