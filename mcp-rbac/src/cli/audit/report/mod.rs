//! `audit report`: how much was asked for, how much of it refused, and how long it took.

mod figures;
mod html;

use std::{fs, path::PathBuf};

use super::{query::printable, reader, when::When};
use crate::cli::{Failure, output::listing};
use figures::Figures;

/// Count calls and denials per tool, role and hour
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Report {
    /// The trail; files that were put aside belong to it
    #[arg(value_name = "FILE", default_value = "audit.jsonl")]
    file: PathBuf,
    #[command(flatten)]
    when: When,
    /// Print JSON
    #[arg(long, conflicts_with = "html")]
    json: bool,
    /// Write a page for a browser into this file; it needs nothing else
    #[arg(long, value_name = "OUT")]
    html: Option<PathBuf>,
}

impl Report {
    pub(super) fn run(self) -> Result<(), Failure> {
        let period = self.when.period()?;
        let mut figures = Figures::default();
        reader::read(&self.file, |line| {
            if period.has(line.time) {
                figures.add(&line);
            }
        })?;
        let figures = figures.finished();
        if let Some(out) = &self.html {
            let page = html::page(&figures, &self.file.display().to_string());
            return fs::write(out, page)
                .map_err(|error| Failure::new(format!("cannot write {}: {error}", out.display())));
        }
        if self.json {
            return listing(&serde_json::to_string_pretty(&figures)?);
        }
        listing(&text(&figures))
    }
}

fn text(figures: &Figures) -> String {
    let mut lines = vec![format!(
        "{} calls, {} denied, {} refusals of strangers, {} alerts, {} lines lost, {} calls without an end",
        figures.calls, figures.denied, figures.strangers, figures.alerts, figures.lost, figures.unfinished
    )];
    if let (Some(from), Some(to)) = (figures.from, figures.to) {
        lines.push(format!("from {from:.0} to {to:.0}"));
    }
    for (title, rows) in [("tool", &figures.tools), ("role", &figures.roles), ("hour (UTC)", &figures.hours)]
    {
        let width = rows.iter().map(|row| printable(&row.name).chars().count()).max().unwrap_or(0).max(12);
        lines.push(String::new());
        lines.push(format!(
            "{title:<width$}  {:>8}  {:>8}  {:>10}  {:>10}",
            "calls", "denied", "p50 ms", "p95 ms"
        ));
        lines.extend(rows.iter().map(|row| {
            let ms = |us: Option<u64>| {
                us.map_or_else(|| "-".to_owned(), |us| format!("{:.2}", us as f64 / 1000.0))
            };
            format!(
                "{:<width$}  {:>8}  {:>8}  {:>10}  {:>10}",
                printable(&row.name),
                row.calls,
                row.denied,
                ms(row.p50_us),
                ms(row.p95_us)
            )
        }));
    }
    lines.join("\n")
}
