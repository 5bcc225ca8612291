/// Why a URI is refused: it is none, or not in its one form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OddUri {
    #[error("the URI is longer than {} bytes", super::request::MAX_LENGTH)]
    TooLong,
    #[error("the URI has a character outside of ASCII; percent-encode it as UTF-8")]
    NotAscii,
    #[error("the URI has the character `{}`, which no URI has there", .0.escape_debug())]
    Character(char),
    #[error("the URI has no scheme, as in `records://…`")]
    NoScheme,
    #[error("the scheme of the URI has upper-case letters; write it in lower case")]
    SchemeCase,
    #[error("the URI has user information (`…@`) before its host")]
    UserInfo,
    #[error("the URI has a fragment (`#…`)")]
    Fragment,
    #[error("the host of the URI has upper-case letters; what needs them belongs in the path")]
    HostCase,
    #[error("the host of the URI is missing, no host, or an address that is not in its shortest form")]
    Host,
    #[error("the port of the URI is not a number from 0 to 65535 without leading zeros")]
    Port,
    #[error("the path of the URI begins with `/` right after the scheme; write `://` before it")]
    NoAuthority,
    #[error("the path of the URI has an empty segment (`//`)")]
    EmptySegment,
    #[error("the URI has a segment `.` or `..`")]
    DotSegment,
    #[error("the URI has a `?` and no query after it")]
    EmptyQuery,
    #[error("the URI has a `%` that does not begin a triplet such as `%20`")]
    Triplet,
    #[error("the URI has a triplet in lower case; write it in upper case, as in `%C3`")]
    TripletCase,
    #[error("the URI has an encoded control character")]
    EncodedControl,
    #[error("the URI has an encoded `{0}`")]
    EncodedSeparator(char),
    #[error("the URI has an encoded `{0}`, which is written as it is")]
    NeedlesslyEncoded(char),
    #[error("the triplets of the URI are not UTF-8")]
    NotUtf8,
}
