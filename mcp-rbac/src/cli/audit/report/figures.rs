use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;

use crate::cli::audit::reader::Line;

/// What a trail adds up to.
#[derive(Debug, Default, Serialize)]
pub(super) struct Figures {
    pub(super) from: Option<Timestamp>,
    pub(super) to: Option<Timestamp>,
    /// Calls, prompts, resources, lists and whatever else was asked for by somebody who was recognised.
    pub(super) calls: u64,
    pub(super) denied: u64,
    pub(super) strangers: u64,
    pub(super) alerts: u64,
    pub(super) lost: u64,
    /// Calls that have begun, of which nothing more is known.
    pub(super) unfinished: u64,
    pub(super) tools: Vec<Row>,
    pub(super) roles: Vec<Row>,
    pub(super) hours: Vec<Row>,
    #[serde(skip)]
    counting: Counting,
}

/// How often, how often refused, and how long it took, in microseconds: half of them at most so long, and 95 of a hundred.
#[derive(Debug, Default, Clone, Serialize)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) calls: u64,
    pub(super) denied: u64,
    pub(super) p50_us: Option<u64>,
    pub(super) p95_us: Option<u64>,
}

#[derive(Debug, Default)]
struct Counting {
    open: BTreeSet<String>,
    tools: BTreeMap<String, Tally>,
    roles: BTreeMap<String, Tally>,
    hours: BTreeMap<String, Tally>,
}

#[derive(Debug, Default)]
struct Tally {
    calls: u64,
    denied: u64,
    took_us: Vec<u64>,
}

impl Figures {
    pub(super) fn add(&mut self, line: &Line) {
        if let Some(time) = line.time {
            self.from = Some(self.from.map_or(time, |from| from.min(time)));
            self.to = Some(self.to.map_or(time, |to| to.max(time)));
        }
        match line.kind.as_str() {
            "alert" => self.alerts += 1,
            "gap" => self.lost += line.lost.unwrap_or_default(),
            "refusals" => self.strangers += line.count.unwrap_or_default(),
            "started" => {
                self.counting.open.extend(line.record.clone());
            }
            "finished" => {
                if let Some(record) = &line.record {
                    self.counting.open.remove(record);
                }
                if line.is_event() {
                    self.asked(line);
                } else {
                    self.unfinished += 1;
                }
            }
            "refused" if line.principal.is_none() => self.strangers += 1,
            // what would be denied is let through, and has lines of its own
            "refused" if line.decision.as_deref() == Some("would_deny") => {}
            "refused" => self.asked(line),
            _ => {}
        }
    }

    fn asked(&mut self, line: &Line) {
        let denied = line.is_denied();
        self.calls += 1;
        self.denied += u64::from(denied);
        let method = line.method.as_deref().unwrap_or_default();
        let name = line.name.as_deref().unwrap_or(if method.is_empty() { "-" } else { method });
        let hour = line.time.map(|time| format!("{time:.0}").chars().take(13).collect::<String>() + ":00");
        let counting = &mut self.counting;
        counting.tools.entry(name.to_owned()).or_default().add(denied, line.duration_us);
        for role in line.roles() {
            counting.roles.entry(role.clone()).or_default().add(denied, line.duration_us);
        }
        if line.roles().is_empty() {
            counting.roles.entry("-".to_owned()).or_default().add(denied, line.duration_us);
        }
        if let Some(hour) = hour {
            counting.hours.entry(hour).or_default().add(denied, line.duration_us);
        }
    }

    /// The rows, of tools and roles those that are used most first.
    pub(super) fn finished(mut self) -> Self {
        let Counting { open, tools, roles, hours } = std::mem::take(&mut self.counting);
        self.unfinished += open.len() as u64;
        let rows = |tallies: BTreeMap<String, Tally>| -> Vec<Row> {
            tallies.into_iter().map(|(name, tally)| tally.row(name)).collect()
        };
        (self.tools, self.roles, self.hours) = (rows(tools), rows(roles), rows(hours));
        for rows in [&mut self.tools, &mut self.roles] {
            rows.sort_by(|one, other| other.calls.cmp(&one.calls).then_with(|| one.name.cmp(&other.name)));
        }
        self
    }
}

impl Tally {
    fn add(&mut self, denied: bool, took_us: Option<u64>) {
        self.calls += 1;
        self.denied += u64::from(denied);
        self.took_us.extend(took_us);
    }

    fn row(mut self, name: String) -> Row {
        self.took_us.sort_unstable();
        let percentile = |percent| percentile(&self.took_us, percent);
        Row { name, calls: self.calls, denied: self.denied, p50_us: percentile(50), p95_us: percentile(95) }
    }
}

/// The smallest value that so many percent of them do not exceed (nearest rank).
fn percentile(sorted: &[u64], percent: usize) -> Option<u64> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_value_that_is_there() {
        let hundred: Vec<u64> = (1..=100).collect();
        assert_eq!((percentile(&hundred, 50), percentile(&hundred, 95)), (Some(50), Some(95)));
        assert_eq!((percentile(&[7], 50), percentile(&[7], 95)), (Some(7), Some(7)));
        assert_eq!((percentile(&[1, 2], 50), percentile(&[1, 2], 95)), (Some(1), Some(2)));
        assert_eq!(percentile(&[], 50), None);
    }

    fn figures(lines: &[&str]) -> Figures {
        let mut figures = Figures::default();
        lines.iter().for_each(|line| figures.add(&Line::parse(line).unwrap()));
        figures.finished()
    }

    #[test]
    fn every_kind_of_line_counts_once() {
        let of = |kind: &str, more: &str| {
            format!(
                r#"{{"seq":1,"time":"2026-11-27T09:15:00.000001Z","kind":"{kind}","method":"tools/call","principal":{{"subject":"ada","roles":["analyst"]}},{more}}}"#
            )
        };
        let lines = [
            of("started", r#""record":"a","name":"look","decision":"allow""#),
            of(
                "finished",
                r#""record":"a","name":"look","decision":"allow","outcome":"completed","duration_us":400"#,
            ),
            of("started", r#""record":"b","name":"look","decision":"allow""#),
            of("refused", r#""record":"c","name":"burn","decision":"deny","reason":"forbidden""#),
            of("refused", r#""record":"d","name":"burn","decision":"would_deny","reason":"forbidden""#),
            r#"{"kind":"refused","record":"e","method":"","decision":"deny","remote":"192.0.2.1"}"#
                .to_owned(),
            r#"{"kind":"refusals","count":41,"seconds":60}"#.to_owned(),
            r#"{"kind":"gap","lost":3,"ended":[]}"#.to_owned(),
            r#"{"kind":"alert","tool":"look","subject":"ada"}"#.to_owned(),
            r#"{"kind":"finished","record":"f","outcome":"unknown"}"#.to_owned(),
        ];
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let figures = figures(&lines);
        assert_eq!((figures.calls, figures.denied, figures.strangers), (2, 1, 42));
        assert_eq!((figures.lost, figures.alerts, figures.unfinished), (3, 1, 2));
        let rows: Vec<_> =
            figures.tools.iter().map(|row| (row.name.as_str(), row.calls, row.denied, row.p95_us)).collect();
        assert_eq!(rows, [("burn", 1, 1, None), ("look", 1, 0, Some(400))]);
        assert_eq!(
            (figures.roles[0].name.as_str(), figures.hours[0].name.as_str()),
            ("analyst", "2026-11-27T09:00")
        );
    }
}
