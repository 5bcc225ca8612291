//! Where a uri leads: its path and its query (RFC 3986, sections 3.3 and 3.4).

use super::Mistake;

// records:/all
// records://host//all
// records://host/../all
// records://host/all?
pub(super) fn check(behind_authority: &str, has_authority: bool, mistakes: &mut Vec<Mistake>) {
    let (path, query) = match behind_authority.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (behind_authority, None),
    };
    if !has_authority && path.starts_with('/') {
        let what = "a single `/` stands behind the scheme";
        mistakes.push(Mistake::new(what, "write `//` and a host, or `///` where there is none"));
    }
    if let Some(dots) = path.split('/').find(|segment| matches!(*segment, "." | "..")) {
        mistakes.push(Mistake::new(
            format!("a `{dots}` in the path leads to another path"),
            "write the path that is meant",
        ));
    }
    if path.contains("//") {
        mistakes.push(Mistake::new(
            "a part of the path between two `/` is empty",
            "write one `/`: many programs take two for one",
        ));
    }
    if query == Some("") {
        mistakes.push(Mistake::new("nothing stands behind the `?`", "leave it out"));
    }
}
