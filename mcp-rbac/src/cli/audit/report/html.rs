//! The report as a page: one file, which loads nothing and runs nothing.

use std::fmt::{self, Write};

use super::figures::{Figures, Row};

/// How many rows a table has; what is less is added up in the last one.
const ROWS: usize = 50;

/// How many hours a plot has, the newest.
const HOURS: usize = 72;

/// The page.
pub(super) fn page(figures: &Figures, trail: &str) -> String {
    let mut page = String::new();
    // writing to a String cannot fail
    let _written = write(&mut page, figures, trail);
    page
}

fn write(page: &mut String, figures: &Figures, trail: &str) -> fmt::Result {
    let trail = Escaped(trail);
    write!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Audit report of {trail}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <h1>Audit report</h1>\n<p class=\"of\">{trail}{}</p>\n<dl>\n",
        match (figures.from, figures.to) {
            (Some(from), Some(to)) => format!("<br>{from:.0} to {to:.0}"),
            _ => String::new(),
        }
    )?;
    for (name, value, is_bad) in [
        ("calls", figures.calls, false),
        ("denied", figures.denied, figures.denied > 0),
        ("refusals of strangers", figures.strangers, false),
        ("alerts", figures.alerts, figures.alerts > 0),
        ("lines lost", figures.lost, figures.lost > 0),
        ("calls without an end", figures.unfinished, figures.unfinished > 0),
    ] {
        let class = if is_bad { " class=\"bad\"" } else { "" };
        writeln!(page, "<div{class}><dt>{name}</dt><dd>{value}</dd></div>")?;
    }
    page.push_str("</dl>\n");
    section(page, "Hours", "hour (UTC)", &newest(&figures.hours), Some(columns))?;
    section(page, "Tools", "tool, prompt, resource or method", &most(&figures.tools), Some(bars))?;
    section(page, "Roles", "role", &most(&figures.roles), Some(bars))?;
    page.push_str("</main>\n</body>\n</html>\n");
    Ok(())
}

type Plot = fn(&mut String, &[Row]) -> fmt::Result;

fn section(page: &mut String, title: &str, column: &str, rows: &[Row], plot: Option<Plot>) -> fmt::Result {
    writeln!(page, "<section>\n<h2>{title}</h2>")?;
    if rows.is_empty() {
        return writeln!(page, "<p>Nothing was asked for.</p>\n</section>");
    }
    if let Some(plot) = plot {
        plot(page, rows)?;
    }
    writeln!(
        page,
        "<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">{column}</th><th scope=\"col\">calls</th>\
         <th scope=\"col\">denied</th><th scope=\"col\">p50, ms</th><th scope=\"col\">p95, ms</th></tr></thead>\n<tbody>"
    )?;
    for Row { name, calls, denied, p50_us, p95_us } in rows {
        let ms =
            |us: &Option<u64>| us.map_or_else(|| "–".to_owned(), |us| format!("{:.2}", us as f64 / 1000.0));
        writeln!(
            page,
            "<tr><th scope=\"row\">{}</th><td>{calls}</td><td>{denied}</td><td>{}</td><td>{}</td></tr>",
            Escaped(name),
            ms(p50_us),
            ms(p95_us)
        )?;
    }
    writeln!(page, "</tbody>\n</table></div>\n</section>")
}

fn newest(rows: &[Row]) -> Vec<Row> {
    rows.iter().skip(rows.len().saturating_sub(HOURS)).cloned().collect()
}

/// The first rows, and what all others add up to.
fn most(rows: &[Row]) -> Vec<Row> {
    let mut most: Vec<Row> = rows.iter().take(ROWS).cloned().collect();
    let rest = rows.get(ROWS..).unwrap_or_default();
    if !rest.is_empty() {
        let sum = |of: fn(&Row) -> u64| rest.iter().map(of).sum();
        let name = format!("{} others", rest.len());
        most.push(Row {
            name,
            calls: sum(|row| row.calls),
            denied: sum(|row| row.denied),
            p50_us: None,
            p95_us: None,
        });
    }
    most
}

/// How high or long so many of the most are, in hundredths.
fn share(value: u64, most: u64) -> f64 {
    if most == 0 { 0.0 } else { value as f64 * 100.0 / most as f64 }
}

fn highest(rows: &[Row]) -> u64 {
    rows.iter().map(|row| row.calls).max().unwrap_or_default()
}

/// A column for each hour.
fn columns(page: &mut String, rows: &[Row]) -> fmt::Result {
    let (most, width) = (highest(rows), 720.0 / rows.len().max(1) as f64);
    writeln!(
        page,
        "<figure><svg viewBox=\"0 0 720 120\" role=\"img\" preserveAspectRatio=\"none\" aria-label=\"Calls and denials per hour; the table below has the figures. The most in one hour: {most}.\">"
    )?;
    for (at, row) in rows.iter().enumerate() {
        let (x, all) = (at as f64 * width, share(row.calls, most) * 1.2);
        let denied = share(row.denied, most) * 1.2;
        let wide = (width - 1.0).clamp(0.5, 40.0);
        writeln!(
            page,
            "<g><title>{}: {} calls, {} denied</title><rect class=\"all\" x=\"{x:.2}\" y=\"{:.2}\" width=\"{wide:.2}\" height=\"{all:.2}\"/><rect class=\"denied\" x=\"{x:.2}\" y=\"{:.2}\" width=\"{wide:.2}\" height=\"{denied:.2}\"/></g>",
            Escaped(&row.name),
            row.calls,
            row.denied,
            120.0 - all,
            120.0 - denied
        )?;
    }
    let (first, last) = (rows.first(), rows.last());
    let name = |row: Option<&Row>| row.map_or_else(String::new, |row| Escaped(&row.name).to_string());
    writeln!(
        page,
        "</svg><figcaption><span>{}</span><span><i class=\"all\"></i> calls <i class=\"denied\"></i> denied</span><span>{}</span></figcaption></figure>",
        name(first),
        if rows.len() > 1 { name(last) } else { String::new() }
    )
}

/// A bar for each row, of the first dozen.
fn bars(page: &mut String, rows: &[Row]) -> fmt::Result {
    let rows = rows.get(..rows.len().min(12)).unwrap_or(rows);
    let (most, height) = (highest(rows), rows.len() * 30);
    writeln!(
        page,
        "<figure><svg class=\"bars\" viewBox=\"0 0 720 {height}\" role=\"img\" aria-label=\"Calls and denials; the table below has the figures.\">"
    )?;
    for (at, row) in rows.iter().enumerate() {
        let (y, all, denied) = (at * 30, share(row.calls, most) * 4.5, share(row.denied, most) * 4.5);
        let name: String = row.name.chars().take(20).collect();
        let cut = if row.name.chars().count() > 20 { "…" } else { "" };
        writeln!(
            page,
            "<g><title>{}: {} calls, {} denied</title><text x=\"0\" y=\"{}\">{}{cut}</text><rect class=\"all\" x=\"270\" y=\"{}\" width=\"{all:.2}\" height=\"16\"/><rect class=\"denied\" x=\"270\" y=\"{}\" width=\"{denied:.2}\" height=\"16\"/></g>",
            Escaped(&row.name),
            row.calls,
            row.denied,
            y + 20,
            Escaped(&name),
            y + 7,
            y + 7
        )?;
    }
    writeln!(page, "</svg></figure>")
}

/// Text within HTML, in content and in quotes. What nobody sees is shown by its number.
struct Escaped<'t>(&'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in crate::cli::audit::query::printable(self.0).chars() {
            match letter {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                letter => f.write_char(letter)?,
            }
        }
        Ok(())
    }
}

const STYLE: &str = "
:root { color-scheme: light dark; --ink: #1b1f24; --dim: #5a636e; --line: #d8dee4; --paper: #fff; --all: #4c8dc9; --bad: #c0392b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --dim: #9aa5b1; --line: #30363d; --paper: #0d1117; --all: #58a6e0; --bad: #f0776c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { margin: 0; font-size: 1.5rem; } h2 { margin: 2rem 0 .75rem; font-size: 1.15rem; }
.of { margin: .25rem 0 1rem; color: var(--dim); overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .5rem; margin: 0; }
dl div { border: 1px solid var(--line); border-radius: 6px; padding: .5rem .75rem; }
dt { color: var(--dim); font-size: .85rem; } dd { margin: 0; font-size: 1.4rem; font-variant-numeric: tabular-nums; }
.bad dd { color: var(--bad); }
figure { margin: 0 0 1rem; } svg { display: block; width: 100%; height: 120px; border-bottom: 1px solid var(--line); }
svg.bars { height: auto; border: 0; } svg text { fill: var(--ink); font-size: 14px; }
rect.all { fill: var(--all); } rect.denied { fill: var(--bad); }
figcaption { display: flex; justify-content: space-between; gap: 1rem; flex-wrap: wrap; color: var(--dim); font-size: .85rem; }
i { display: inline-block; width: .7em; height: .7em; } i.all { background: var(--all); } i.denied { background: var(--bad); }
.wide { overflow-x: auto; } table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th:first-child { text-align: left; font-weight: normal; white-space: normal; overflow-wrap: anywhere; min-width: 9rem; } thead th { color: var(--dim); font-weight: 600; }
@media (max-width: 30rem) { svg.bars text { font-size: 24px; } th, td { padding: .3rem .25rem; font-size: .8rem; } th:first-child { min-width: 6.5rem; } thead th { white-space: normal; } }
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_others_wrote_is_part_of_the_page() {
        let name =
            "</title><script>alert(1)</script><img src=x onerror=alert(1)>\"'&\u{202e}\u{7}".to_owned();
        let row = Row { name: name.clone(), calls: 3, denied: 1, p50_us: Some(1), p95_us: None };
        let mut figures = Figures::default();
        (figures.tools, figures.roles, figures.hours) = (vec![row.clone()], vec![row.clone()], vec![row]);
        let page = page(&figures, &name);
        assert!(!page.contains("<script") && !page.contains("<img") && !page.contains('\u{202e}'), "{page}");
        assert!(page.contains("&lt;script&gt;") && page.contains("\\u{202e}\\u{7}"), "{page}");
        // nothing is loaded, and nothing runs
        assert!(
            page.contains("default-src 'none'") && !page.contains("http://") && !page.contains("https://")
        );
        assert_eq!(page.matches("<table>").count(), page.matches("</table>").count());
    }

    #[test]
    fn many_rows_are_added_up() {
        let rows: Vec<Row> =
            (0..60).map(|at| Row { name: at.to_string(), calls: 1, ..Row::default() }).collect();
        let most = most(&rows);
        assert_eq!((most.len(), most[50].name.as_str(), most[50].calls), (51, "10 others", 10));
    }
}
