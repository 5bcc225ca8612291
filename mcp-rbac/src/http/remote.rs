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
