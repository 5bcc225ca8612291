//! The headers that say who asks, and whom: of each there may be one.

use http::{
    HeaderMap, HeaderValue,
    header::{AUTHORIZATION, HOST, ORIGIN},
};

/// What one look over all headers finds.
#[derive(Debug, Default)]
pub(super) struct Head<'a> {
    pub(super) host: Given<'a>,
    pub(super) origin: Given<'a>,
    pub(super) authorization: Given<'a>,
}

/// A header that there may be one of.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Given<'a> {
    #[default]
    Not,
    Once(&'a HeaderValue),
    /// Which of them another server has looked at cannot be known.
    Several,
}

impl<'a> Head<'a> {
    pub(super) fn of(headers: &'a HeaderMap) -> Self {
        let mut head = Self::default();
        for (name, value) in headers {
            let place = match name {
                name if *name == HOST => &mut head.host,
                name if *name == ORIGIN => &mut head.origin,
                name if *name == AUTHORIZATION => &mut head.authorization,
                _ => continue,
            };
            *place = match place {
                Given::Not => Given::Once(value),
                Given::Once(_) | Given::Several => Given::Several,
            };
        }
        head
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_counted() {
        let value = |text| HeaderValue::from_static(text);
        let mut headers = HeaderMap::new();
        assert_eq!(Head::of(&headers).host, Given::Not);
        headers.append(HOST, value("a"));
        headers.append("x-host", value("b"));
        headers.append(AUTHORIZATION, value("c"));
        headers.append(AUTHORIZATION, value("c"));
        headers.append("x", value("d"));
        headers.append(AUTHORIZATION, value("e"));
        let head = Head::of(&headers);
        assert_eq!(head.host, Given::Once(&value("a")));
        assert_eq!((head.origin, head.authorization), (Given::Not, Given::Several));
    }
}
