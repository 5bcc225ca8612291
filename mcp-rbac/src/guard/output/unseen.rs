//! Characters that a model reads and a person does not see.

/// Takes out what nobody sees.
///
/// Joiners (U+200C, U+200D) and variation selectors (U+FE00 to U+FE0F) stay where they do something, because scripts and
/// emoji need them: one of a kind, after a character that is seen.
pub(in crate::guard) fn clean(text: &mut String) {
    if is_clean(text) {
        return;
    }
    let mut before = None;
    text.retain(|character| {
        let stays = match before {
            _ if is_unseen(character) => return false,
            // nothing to do anything to, or a second one
            None => !is_modifier(character),
            Some(before) if is_selector(character) => !is_modifier(before),
            Some(before) if is_joiner(character) => !is_joiner(before),
            Some(_) => true,
        };
        if stays {
            before = Some(character);
        }
        stays
    });
}

/// Whether there is nothing to look at more closely.
pub(in crate::guard) fn is_clean(text: &str) -> bool {
    // every byte is looked at, so that the compiler takes many at once
    let is_plain = |byte| matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t');
    text.bytes().fold(true, |all, byte| all & is_plain(byte))
        || !text.contains(|character| is_unseen(character) || is_modifier(character))
}

/// Control characters other than the end of a line and the tab; what Unicode calls default-ignorable (DerivedCoreProperties,
/// `Default_Ignorable_Code_Point`: marks that turn the direction of writing, tags, fillers, spaces without width) but for
/// joiners and variation selectors; and the marks of interlinear annotation.
fn is_unseen(character: char) -> bool {
    match character {
        '\n' | '\r' | '\t' => false,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' => true,
        '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' => true,
        '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' => true,
        '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' => true,
        other => other.is_control(),
    }
}

fn is_modifier(character: char) -> bool {
    is_joiner(character) || is_selector(character)
}

fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}')
}

fn is_selector(character: char) -> bool {
    matches!(character, '\u{fe00}'..='\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(text: &str) -> String {
        let mut text = text.to_owned();
        clean(&mut text);
        text
    }

    #[test]
    fn what_nobody_sees_is_taken_out() {
        assert_eq!(cleaned("a\u{200b}b\u{202e}c\u{0}d\u{1b}[31m\u{feff}\u{85}\u{7f}e"), "abcd[31me");
        // text in tag characters, in selectors of the supplement, in directions, in invisible operators
        let smuggled: String =
            "rm -rf".chars().map(|letter| char::from_u32(0xe0000 + letter as u32).unwrap()).collect();
        assert_eq!(cleaned(&format!("hello{smuggled}!")), "hello!");
        let smuggled: String = (0xe0100..0xe01f0).filter_map(char::from_u32).collect();
        assert_eq!(cleaned(&format!("\u{1f600}{smuggled}")), "\u{1f600}");
        for range in [0x2060..0x2070_u32, 0x202a..0x202f, 0x180b..0x1810, 0xfff0..0xfffc, 0x1d173..0x1d17b] {
            let smuggled: String = range.filter_map(char::from_u32).collect();
            assert_eq!(cleaned(&format!("a{smuggled}b")), "ab");
        }
        for filler in
            ["\u{ad}", "\u{34f}", "\u{61c}", "\u{115f}", "\u{1160}", "\u{17b4}", "\u{3164}", "\u{ffa0}"]
        {
            assert_eq!(cleaned(&format!("a{filler}b")), "ab", "{filler:?}");
        }
    }

    #[test]
    fn what_people_write_stays() {
        for text in [
            "",
            "plain",
            "a\r\n\tb",
            "naïve, e\u{301}, 日本語, עברית, العربية",
            "می\u{200c}خواهم",
            "ක්\u{200d}ෂ",
            "👩\u{200d}👩\u{200d}👧",
            "❤\u{fe0f}",
            "👩\u{200d}❤\u{fe0f}\u{200d}👨",
            "1\u{fe0f}\u{20e3}",
            "葛\u{fe00}",
            "👍🏽",
            "line\u{2028}separator",
        ] {
            assert_eq!(cleaned(text), text);
        }
    }

    /// Bits can be written in joiners and selectors, as long as there are many of them in a row.
    #[test]
    fn joiners_and_selectors_stay_one_of_a_kind() {
        assert_eq!(cleaned("a\u{200c}\u{200d}\u{200c}\u{200c}b"), "a\u{200c}b");
        assert_eq!(cleaned("a\u{fe00}\u{fe01}\u{fe02}b"), "a\u{fe00}b");
        assert_eq!(cleaned("a\u{fe0f}\u{200d}\u{fe0f}\u{200d}b"), "a\u{fe0f}\u{200d}b");
        assert_eq!(cleaned("\u{200d}\u{fe0f}\u{200c}a"), "a");
        // what stands between and is not seen makes no difference
        assert_eq!(cleaned("a\u{200c}\u{200b}\u{200c}\u{2060}\u{200d}b"), "a\u{200c}b");
        assert_eq!(cleaned("\u{200b}\u{200d}a"), "a");
    }
}
