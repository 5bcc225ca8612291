//! Which templates match whatever another one matches.

use super::*;

#[test]
fn a_template_covers_what_is_narrower_than_it_and_itself() {
    let covers = [
        ("r://{a}", "r://{b}"),
        ("r://{a}", "r://x"),
        ("r://{a}", "r://x%20y"),
        ("r://{a}/{b}", "r://{a}/notes"),
        ("r://{a}/{b}", "r://1/{b}"),
        ("r://{a}/{b}", "r://1/notes"),
        ("r://{a}?v={v}", "r://x?v=.{w}"),
        ("r://{a}?v={v}", "r://x?v=pre{w}"),
        ("r://x", "r://x"),
        ("r:x{a}", "r:xy{b}"),
        ("r:x{a}", "r:xy"),
    ];
    for (wide, narrow) in covers {
        assert!(template(wide).covers(&template(narrow)), "{wide} covers {narrow}");
    }
}

#[test]
fn a_template_does_not_cover_what_another_one_alone_matches() {
    let does_not = [
        ("r://x", "r://{a}"),
        ("r://{a}", "s://{a}"),
        ("r://{a}", "r://{a}/{b}"),
        ("r://{a}/{b}", "r://{a}"),
        ("r://{a}/notes", "r://{a}/{b}"),
        ("r://{a}/notes", "r://1/{b}"),
        ("r://1/{b}", "r://{a}/notes"),
        ("r:x{a}", "r:{a}"),
        ("r:x{a}", "r:x"),
        ("r://{a}?v={v}", "r://x?v=."),
        ("r://{a}?v={v}", "r://x?v=.."),
        ("r:{a},{b}", "r:{a}"),
        ("r:{a}", "r:{a},{b}"),
    ];
    for (one, other) in does_not {
        assert!(!template(one).covers(&template(other)), "{one} does not cover {other}");
    }
}

#[test]
fn what_covers_is_found_the_most_specific_first() {
    let uris = ["r://{a}/{b}", "r://{a}/notes", "r://1/notes", "r://{a}", "r://1/{b}"];
    let matcher = Matcher::new(uris.map(template));
    assert_eq!(matcher.covering(&template("r://1/notes")), [2, 1, 4, 0]);
    assert_eq!(matcher.covering(&template("r://{a}/notes")), [1, 0]);
    assert_eq!(matcher.covering(&template("r://{a}")), [3]);
    assert_eq!(matcher.covering(&template("r://x")), [3]);
    assert_eq!(matcher.covering(&template("s://x")), [0; 0]);
}
