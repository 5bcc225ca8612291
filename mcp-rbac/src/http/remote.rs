use std::net::{IpAddr, SocketAddr};

use http::HeaderMap;

/// The address that a request came from, in the request's extensions.
///
/// It is the other end of the connection, or, where that is a proxy named in
/// [`trusted_proxies`](super::HttpServer::trusted_proxies), the address that the proxy reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemoteAddress(pub IpAddr);

/// Who is at the other end. `X-Forwarded-For` is read from the right, as far as the hops are trusted: what stands
/// left of the first hop that is not ours is the sender's own claim.
pub(super) fn remote_address(peer: SocketAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> RemoteAddress {
    let peer = peer.ip().to_canonical();
    let mut hops: Vec<&str> = Vec::new();
    for value in headers.get_all("x-forwarded-for") {
        match value.to_str() {
            Ok(value) => hops.extend(value.split(',').map(str::trim)),
            // a list that cannot be read says nothing
            Err(_) => return RemoteAddress(peer),
        }
    }
    let mut address = peer;
    for hop in hops.iter().rev() {
        if !trusted.contains(&address) {
            break;
        }
        match hop.parse::<IpAddr>() {
            Ok(hop) => address = hop.to_canonical(),
            Err(_) => break,
        }
    }
    RemoteAddress(address)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn seen(peer: &str, forwarded: &[&[u8]], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_bytes(value).unwrap());
        }
        let trusted: Vec<IpAddr> = trusted.iter().map(|address| address.parse().unwrap()).collect();
        remote_address(peer.parse().unwrap(), &headers, &trusted).0.to_string()
    }

    #[test]
    fn a_peer_that_is_no_proxy_speaks_for_itself() {
        for forwarded in ["198.51.100.7", "10.0.0.1", "198.51.100.7, 10.0.0.1"] {
            assert_eq!(seen("192.0.2.1:9", &[forwarded.as_bytes()], &["10.0.0.1"]), "192.0.2.1");
        }
    }

    #[test]
    fn the_first_hop_from_the_right_that_is_not_ours_is_the_caller() {
        let proxies = ["10.0.0.1", "10.0.0.2", "2001:db8::1"];
        let seen = |peer: &str, forwarded: &[&[u8]]| seen(peer, forwarded, &proxies);
        assert_eq!(seen("10.0.0.1:9", &[]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1:9", &[b"198.51.100.7"]), "198.51.100.7");
        assert_eq!(seen("10.0.0.1:9", &[b"203.0.113.9, 198.51.100.7,10.0.0.2"]), "198.51.100.7");
        assert_eq!(seen("10.0.0.1:9", &[b"203.0.113.9", b"198.51.100.7", b"10.0.0.2"]), "198.51.100.7");
        assert_eq!(seen("10.0.0.1:9", &[b"10.0.0.2, 10.0.0.1"]), "10.0.0.2");
        assert_eq!(seen("[2001:db8::1]:9", &[b"2001:db8::7"]), "2001:db8::7");
        assert_eq!(seen("[::ffff:10.0.0.1]:9", &[b"::ffff:198.51.100.7"]), "198.51.100.7");
    }

    #[test]
    fn what_is_no_address_ends_the_list() {
        let seen = |forwarded: &[&[u8]]| seen("10.0.0.1:9", forwarded, &["10.0.0.1", "10.0.0.2"]);
        for hop in
            ["unknown", "", "198.51.100.7:80", "[2001:db8::7]", "198.51.100", "_hidden", "\"198.51.100.7\""]
        {
            assert_eq!(seen(&[hop.as_bytes()]), "10.0.0.1", "{hop}");
            assert_eq!(seen(&[b"198.51.100.7", hop.as_bytes(), b"10.0.0.2"]), "10.0.0.2", "{hop}");
        }
        assert_eq!(seen(&[b"198.51.100.7", b"\xff"]), "10.0.0.1");
    }
}
