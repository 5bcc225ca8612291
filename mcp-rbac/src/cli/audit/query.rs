use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    process::ExitCode,
};

use serde_json::Value;

use super::{
    reader::{self, Line, aside},
    when::When,
};
use crate::{
    cli::{
        Failure,
        output::{is_unseen, listing},
    },
    policy::nearest,
};

/// Find what somebody did, and what was refused
///
/// A call is one row, with how it ended. Exit code 0: there is something. 1: there is nothing.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Query {
    /// The trail; files that were put aside belong to it
    #[arg(value_name = "FILE", default_value = "audit.jsonl")]
    file: PathBuf,
    /// Of this user
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Of this tool, prompt or resource
    #[arg(long, value_name = "NAME")]
    tool: Option<String>,
    /// Of users with this role
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// That ended so (`completed`, `tool_error`, `failed`, `panicked`, `cancelled`, `unknown`, `listed`), or was refused for this reason (`forbidden`,
    /// `unknown_tool`, `malformed`, …)
    #[arg(long, value_name = "WHAT")]
    outcome: Option<String>,
    /// That was refused
    #[arg(long)]
    denied: bool,
    #[command(flatten)]
    when: When,
    /// No more than so many, the newest
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// Print JSON, one object a line
    #[arg(long)]
    json: bool,
}

/// Something that was asked for: its first line, and the last one where there are two.
struct Found {
    begun: Line,
    ended: Option<Line>,
}

/// The names that there are, for a suggestion.
#[derive(Default)]
struct Names {
    users: BTreeSet<String>,
    tools: BTreeSet<String>,
    roles: BTreeSet<String>,
    outcomes: BTreeSet<String>,
}

impl Query {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let period = self.when.period()?;
        let (mut found, mut open, mut names) =
            (Vec::new(), BTreeMap::<String, usize>::new(), Names::default());
        reader::read(&self.file, |line| {
            if let Some((record, at)) = line
                .record
                .as_ref()
                .filter(|_| line.kind == "finished")
                .and_then(|record| Some((record.clone(), *open.get(record)?)))
            {
                open.remove(&record);
                if let Some(Found { ended, .. }) = found.get_mut(at) {
                    names.outcomes.insert(line.result().to_owned());
                    *ended = Some(line);
                }
                return;
            }
            if !line.is_event() {
                return;
            }
            names.add(&line);
            if line.kind == "started"
                && let Some(record) = &line.record
            {
                open.insert(record.clone(), found.len());
            }
            found.push(Found { begun: line, ended: None });
        })?;
        found.retain(|one| self.matches(one) && period.has(one.begun.time));
        if found.is_empty() {
            self.nothing(&names);
            return Ok(ExitCode::FAILURE);
        }
        let skipped = self
            .limit
            .map_or(0, |limit| found.len().saturating_sub(usize::try_from(limit).unwrap_or(usize::MAX)));
        let shown = found.iter().skip(skipped);
        let rows: Vec<String> = if self.json {
            shown.map(Found::json).collect::<Result<_, _>>()?
        } else {
            shown.map(|one| row(&one.begun, one.ended.as_ref())).collect()
        };
        listing(&rows.join("\n"))?;
        Ok(ExitCode::SUCCESS)
    }

    fn matches(&self, one: &Found) -> bool {
        let Found { begun, .. } = one;
        let is =
            |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|wanted| wanted == found);
        is(&self.user, begun.who())
            && is(&self.tool, begun.name.as_deref().unwrap_or_default())
            && self.role.as_ref().is_none_or(|role| begun.roles().contains(role))
            && is(&self.outcome, one.result())
            && (!self.denied || begun.is_denied())
    }

    /// Says what is not there at all, and what may be meant.
    fn nothing(&self, names: &Names) {
        aside("nothing of that is in the trail");
        for (option, wanted, known) in [
            ("--user", &self.user, &names.users),
            ("--tool", &self.tool, &names.tools),
            ("--role", &self.role, &names.roles),
            ("--outcome", &self.outcome, &names.outcomes),
        ] {
            let Some(wanted) = wanted.as_deref().filter(|wanted| !known.contains(*wanted)) else { continue };
            if let Some(near) = nearest(wanted, known.iter().map(String::as_str)) {
                aside(&format!("help: there is no `{}`; did you mean `{option} {near}`?", printable(wanted)));
            }
        }
    }
}

impl Names {
    fn add(&mut self, line: &Line) {
        self.users.insert(line.who().to_owned());
        self.tools.extend(line.name.clone());
        self.roles.extend(line.roles().iter().cloned());
        self.outcomes.insert(line.result().to_owned());
    }
}

impl Found {
    fn result(&self) -> &str {
        self.ended.as_ref().map_or_else(|| self.begun.result(), Line::result)
    }

    /// Both lines as one object: what the second one says is added to the first.
    fn json(&self) -> serde_json::Result<String> {
        let mut object: Value = serde_json::from_str(&self.begun.text)?;
        if let (Some(object), Some(ended)) = (object.as_object_mut(), &self.ended) {
            let ended: Value = serde_json::from_str(&ended.text)?;
            for name in ["kind", "outcome", "duration_us", "result"] {
                if let Some(value) = ended.get(name) {
                    object.insert(name.to_owned(), value.clone());
                }
            }
        }
        Ok(object.to_string())
    }
}

/// A row for people.
pub(super) fn row(begun: &Line, ended: Option<&Line>) -> String {
    let time = begun.time.map(|time| format!("{time:.3}")).unwrap_or_default();
    let result = ended.map_or_else(|| begun.result(), Line::result);
    let took = ended.or(Some(begun)).and_then(|line| line.duration_us);
    let took = took.map(|us| format!("  {:.1} ms", us as f64 / 1000.0)).unwrap_or_default();
    let missing =
        begun.missing.as_ref().map(|missing| format!(" ({})", printable(missing))).unwrap_or_default();
    let what = match (&begun.method, begun.name.as_ref().or(begun.tool.as_ref())) {
        (Some(method), Some(name)) => format!("{method} {name}"),
        (Some(method), None) => method.clone(),
        (None, Some(name)) => name.clone(),
        (None, None) => String::new(),
    };
    let decision = begun.decision.as_deref().unwrap_or("-");
    // what `show` is asked for
    let record = begun.record.as_ref().map(|record| format!("  {}", printable(record))).unwrap_or_default();
    format!(
        "{time}  {:<16}  {:<40}  {decision:<5}  {}{missing}{took}{record}",
        printable(begun.who()),
        printable(&what),
        printable(result),
    )
    .trim_end()
    .to_owned()
}

/// Text of a trail for a terminal: what others wrote into it moves no cursor.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|letter| match is_unseen(letter) {
            true => letter.escape_unicode().collect::<Vec<_>>(),
            false => vec![letter],
        })
        .collect()
}
