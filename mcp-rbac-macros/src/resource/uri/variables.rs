//! The variables: their names, and where each of them ends.

use super::{Mistake, Part, characters::is_unreserved};

pub(super) fn check(parts: &[Part<'_>], mistakes: &mut Vec<Mistake>) {
    for name in names(parts) {
        is_a_name(name, mistakes);
    }
    are_different(parts, mistakes);
    end_somewhere(parts, mistakes);
}

/// The names, in their order.
pub(super) fn names<'t>(parts: &[Part<'t>]) -> impl Iterator<Item = &'t str> {
    parts.iter().filter_map(|part| match part {
        Part::Variable(name) => Some(*name),
        Part::Text(_) => None,
    })
}

// records://{}
// records://{+path}
// records://{record-id}
// records://{self}
fn is_a_name(name: &str, mistakes: &mut Vec<Mistake>) {
    let form = "a variable is written `{id}`, and a parameter of that name takes it";
    if name.trim().is_empty() {
        mistakes.push(Mistake::new("`{}` names no variable", form));
    } else if matches!(name, "_" | "self" | "Self" | "super" | "crate") {
        let what = format!("no parameter can have the name `{name}`");
        mistakes.push(Mistake::new(what, "give the variable another name"));
    } else if let Some(plain) = in_level_1(name) {
        let help = format!("write `{plain}`: of RFC 6570 a resource takes level 1");
        mistakes.push(Mistake::new(format!("`{{{name}}}` is more than a variable"), help));
    } else if !is_identifier(name) {
        let plain: String = name
            .trim()
            .chars()
            .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' })
            .collect();
        let help = if is_identifier(&plain) { format!("write `{{{plain}}}`") } else { form.to_owned() };
        let what = format!("no parameter can have the name `{}`", name.escape_debug());
        mistakes.push(Mistake::new(what, help));
    }
}

/// An identifier of Rust that is a name of RFC 6570 as well.
fn is_identifier(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// What an expression of a higher level (RFC 6570, section 2.2) is without it: `{?page,size}` is
/// `?page={page}&size={size}`.
fn in_level_1(expression: &str) -> Option<String> {
    let operator = expression.chars().next().filter(|first| "+#./;?&=,!@|".contains(*first));
    let list = match operator {
        Some(sign) => expression.strip_prefix(sign)?,
        None => expression,
    };
    let names: Vec<&str> = list.split(',').map(without_modifier).collect();
    if list == expression && names == [expression.trim()] || !names.iter().all(|name| is_identifier(name)) {
        return None;
    }
    let pairs = || names.iter().map(|name| format!("{name}={{{name}}}")).collect::<Vec<_>>();
    Some(match operator {
        Some(sign @ ('?' | '&')) => format!("{sign}{}", pairs().join("&")),
        Some(';') => format!(";{}", pairs().join(";")),
        Some('/') => names.iter().map(|name| format!("/{{{name}}}")).collect(),
        _ => names.iter().map(|name| format!("{{{name}}}")).collect::<Vec<_>>().join("/"),
    })
}

/// `name` of `name*` and `name:3`.
fn without_modifier(name: &str) -> &str {
    let name = name.trim();
    match name.split_once(':') {
        Some((name, length)) if length.chars().all(|digit| digit.is_ascii_digit()) => name,
        _ => name.strip_suffix('*').unwrap_or(name),
    }
}

// records://{id}/{id}
fn are_different(parts: &[Part<'_>], mistakes: &mut Vec<Mistake>) {
    let mut seen: Vec<&str> = Vec::new();
    for name in names(parts).filter(|name| is_identifier(name)) {
        if seen.contains(&name) {
            let what = format!("`{{{name}}}` stands in the uri twice");
            mistakes.push(Mistake::new(what, "give each variable a name of its own"));
        }
        seen.push(name);
    }
}

// records://{year}{month}
// records://{name}.json
fn end_somewhere(parts: &[Part<'_>], mistakes: &mut Vec<Mistake>) {
    let help = "put one of `/ ? & = : , ;` there, which no value contains";
    for pair in parts.windows(2) {
        match pair {
            [Part::Variable(first), Part::Variable(second)] => {
                let what = format!("nothing says where `{{{first}}}` ends and `{{{second}}}` begins");
                mistakes.push(Mistake::new(what, help));
            }
            [Part::Variable(name), Part::Text(text)] => {
                // what no uri contains has been reported
                if let Some(next) = text.chars().next().filter(|next| is_unreserved(*next)) {
                    let what = format!("`{{{name}}}` is followed by `{next}`, which its value can contain");
                    mistakes.push(Mistake::new(what, help));
                }
            }
            _ => {}
        }
    }
}
