//! What a request may ask for.

use super::{OddUri::*, *};

#[test]
fn one_form_is_accepted() {
    let longest = format!("x://h/{}", "a".repeat(2_042));
    let accepted = [
        "file:///x",
        "file:///",
        "urn:a:b",
        "urn:isbn:0451450523",
        "test://template/123/data",
        "test://watched-resource",
        "demo://static/text",
        "records://schema",
        "records://schema/",
        "records://h?q=1",
        "x://h/a?b=/../c&d=//?",
        "x+y-z.1:a",
        "mailto:someone@example.com",
        "x://h/someone@example.com;v=1,2/(a)*'!$",
        "x://h/...",
        "x://h/.a/a./..a",
        "x://h/caf%C3%A9%20%22%F0%9F%A6%80",
        "x://caf%C3%A9/",
        "x://h/%3A%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D",
        "x://h:0/",
        "x://h:8080/a",
        "x://127.0.0.1:65535",
        "x://[::1]/a",
        "x://[2001:db8::1]:8080/a",
        "x://[::ffff:192.0.2.1]",
        &longest,
    ];
    for text in accepted {
        assert_eq!(uri(text).as_str(), text);
    }
}

#[test]
fn everything_odd_is_refused() {
    let overlong = format!("x://h/{}", "a".repeat(2_043));
    let controls: Vec<String> = (0..0x20).chain([0x7F]).map(|code| format!("x://h/%{code:02X}")).collect();
    let mut cases: Vec<(&str, OddUri)> = vec![
        // length
        (&overlong, TooLong),
        // characters
        ("", NoScheme),
        ("x://h/é", NotAscii),
        ("x://h/e\u{301}", NotAscii),
        ("x://münchen/a", NotAscii),
        ("x://h/a\u{200B}", NotAscii),
        ("x://h/\u{FF0F}", NotAscii),
        ("x\u{2236}//h/a", NotAscii),
        ("x://h/\0", Character('\0')),
        ("x://h/a\nb", Character('\n')),
        ("x://h/\u{7F}", Character('\u{7F}')),
        (" x://h/a", Character(' ')),
        ("x://h/a ", Character(' ')),
        ("x://h/a b", Character(' ')),
        ("x://h\\a", Character('\\')),
        ("x:\\\\h\\a", Character('\\')),
        ("x://h/\"", Character('"')),
        ("x://h/<a>", Character('<')),
        ("x://h/>", Character('>')),
        ("x://h/^", Character('^')),
        ("x://h/`", Character('`')),
        ("x://h/{id}", Character('{')),
        ("x://h/|", Character('|')),
        ("x://h/}", Character('}')),
        ("x://h/[a]", Character('[')),
        ("x://h/]", Character(']')),
        ("x://h?[", Character('[')),
        ("x:[::1]", Character('[')),
        // scheme
        ("h/a", NoScheme),
        ("//h/a", NoScheme),
        ("/a:b", NoScheme),
        ("://h/a", NoScheme),
        ("1x://h/a", NoScheme),
        ("-x://h/a", NoScheme),
        ("x_y://h/a", NoScheme),
        ("%78://h/a", NeedlesslyEncoded('x')),
        ("X://h/a", SchemeCase),
        ("Records://h/a", SchemeCase),
        ("recordS://h/a", SchemeCase),
        // user information
        ("x://me@h/a", UserInfo),
        ("x://me:secret@h/a", UserInfo),
        ("x://@h/a", UserInfo),
        ("x://a@b@h/a", UserInfo),
        ("x://me@[::1]/a", UserInfo),
        // fragment
        ("x://h/a#", Fragment),
        ("x://h/a#b", Fragment),
        ("x://h#b", Fragment),
        ("x:a#b?c", Fragment),
        // host
        ("x://H/a", HostCase),
        ("x://hOst:80/a", HostCase),
        ("x://[2001:DB8::1]/a", HostCase),
        ("x://caf%C3%A9H/a", HostCase),
        ("x://:80/a", Host),
        ("x://[::1/a", Host),
        ("x://[]/a", Host),
        ("x://::1]/a", Host),
        ("x://a[::1]/a", Host),
        ("x://[::1]a/a", Host),
        ("x://[0:0:0:0:0:0:0:1]/a", Host),
        ("x://[2001:0db8::1]/a", Host),
        ("x://[::1%25eth0]/a", EncodedSeparator('%')),
        ("x://[v1.a]/a", Host),
        ("x://[127.0.0.1]/a", Host),
        ("x://../a", DotSegment),
        ("x://.", DotSegment),
        // port
        ("x://h:/a", Port),
        ("x://h:080/a", Port),
        ("x://h:00/a", Port),
        ("x://h:+80/a", Port),
        ("x://h:65536/a", Port),
        ("x://h:99999999999999999999/a", Port),
        ("x://h:8a/a", Port),
        ("x://h:80:80/a", Port),
        ("x://::1/a", Host),
        ("x://[::1]:/a", Port),
        ("x://[::1]:01/a", Port),
        // segments
        ("x:/a", NoAuthority),
        ("file:/etc/passwd", NoAuthority),
        ("x://h//a", EmptySegment),
        ("x://h/a//b", EmptySegment),
        ("x://h/a//", EmptySegment),
        ("file:////a", EmptySegment),
        ("x:a//b", EmptySegment),
        ("x://h/.", DotSegment),
        ("x://h/..", DotSegment),
        ("x://h/./a", DotSegment),
        ("x://h/a/../b", DotSegment),
        ("x://h/a/..", DotSegment),
        ("x://h/a/..?q=1", DotSegment),
        ("file:///../a", DotSegment),
        ("x:..", DotSegment),
        ("x:../a", DotSegment),
        // query
        ("x://h?", EmptyQuery),
        ("x://h/a?", EmptyQuery),
        ("x:?", EmptyQuery),
        // triplets
        ("x://h/%", Triplet),
        ("x://h/%2", Triplet),
        ("x://h/%/a", Triplet),
        ("x://h/%2/a", Triplet),
        ("x://h/%zz", Triplet),
        ("x://h/%u00E9", Triplet),
        ("x://h/%%20", Triplet),
        ("x://h/% 20", Character(' ')),
        ("x://h/%+1", Triplet),
        ("x://h%/a", Triplet),
        ("x://h?%2", Triplet),
        ("x://h/%c3%A9", TripletCase),
        ("x://h/%C3%a9", TripletCase),
        ("x://h/%3a", TripletCase),
        ("x://h/%2f", TripletCase),
        ("x://h/%C2%80", EncodedControl),
        ("x://h/%C2%85", EncodedControl),
        ("x://h/%2F", EncodedSeparator('/')),
        ("x://h/..%2F..%2Fa", EncodedSeparator('/')),
        ("x://h/%5C", EncodedSeparator('\\')),
        ("x://h/..%5Ca", EncodedSeparator('\\')),
        ("x://h/%25", EncodedSeparator('%')),
        ("x://h/%252F", EncodedSeparator('%')),
        ("x://h/%252e%252e", EncodedSeparator('%')),
        ("x://h/%2525", EncodedSeparator('%')),
        ("x://h?a=%2F", EncodedSeparator('/')),
        ("x://h%2Fa", EncodedSeparator('/')),
        ("x://h/%61", NeedlesslyEncoded('a')),
        ("x://h/%41", NeedlesslyEncoded('A')),
        ("x://%48/a", NeedlesslyEncoded('H')),
        ("x://h/%30", NeedlesslyEncoded('0')),
        ("x://h/%2E", NeedlesslyEncoded('.')),
        ("x://h/%2E%2E/a", NeedlesslyEncoded('.')),
        ("x://h/.%2E/a", NeedlesslyEncoded('.')),
        ("x://h/%2D", NeedlesslyEncoded('-')),
        ("x://h/%5F", NeedlesslyEncoded('_')),
        ("x://h/%7E", NeedlesslyEncoded('~')),
        // encodings that UTF-8 does not have: stray, short, overlong, a surrogate, past the end, Latin-1
        ("x://h/%80", NotUtf8),
        ("x://h/%C3", NotUtf8),
        ("x://h/%C3a", NotUtf8),
        ("x://h/%C3/%A9", NotUtf8),
        ("x://h/%C0%AF", NotUtf8),
        ("x://h/%C0%AE%C0%AE/a", NotUtf8),
        ("x://h/%E0%80%AF", NotUtf8),
        ("x://h/%C0%80", NotUtf8),
        ("x://h/%ED%A0%80", NotUtf8),
        ("x://h/%F4%90%80%80", NotUtf8),
        ("x://h/%E9", NotUtf8),
        ("x://h/%FF%FE", NotUtf8),
    ];
    cases.extend(controls.iter().map(|text| (text.as_str(), EncodedControl)));
    for (text, odd) in cases {
        assert_eq!(RequestUri::parse(text).map(|uri| uri.as_str()), Err(odd), "{text:?}");
    }
}

/// The message says what is wrong and quotes one character at most: a URI can hold what does not belong into a log.
#[test]
fn a_refusal_says_what_to_do_and_does_not_quote_the_uri() {
    let cases = [
        ("x://h/a\nb", "the URI has the character `\\n`, which no URI has there"),
        ("x://h/{id}", "the URI has the character `{`, which no URI has there"),
        ("x://h/%2F", "the URI has an encoded `/`"),
        ("x://h/%61", "the URI has an encoded `a`, which is written as it is"),
        ("x://me:hunter2@h", "the URI has user information (`…@`) before its host"),
        ("x://A17/notes", "the host of the URI has upper-case letters; what needs them belongs in the path"),
    ];
    for (text, message) in cases {
        assert_eq!(RequestUri::parse(text).unwrap_err().to_string(), message);
    }
    let long = "x".repeat(2_049);
    assert_eq!(RequestUri::parse(&long).unwrap_err().to_string(), "the URI is longer than 2048 bytes");
}
