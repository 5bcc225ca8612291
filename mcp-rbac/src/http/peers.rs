//! How many connections one peer has. Without a limit of its own, a single address could hold all that the server takes,
//! by saying nothing on any of them.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// How often the log says that a peer has too many.
const REPEAT: Duration = Duration::from_secs(60);

/// The open connections, by peer. A peer without one is not in it, so that it never holds more than there are
/// connections.
pub(super) struct Peers {
    limit: usize,
    /// They speak for many.
    proxies: Arc<[IpAddr]>,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    counts: HashMap<IpAddr, usize>,
    complained: Option<Instant>,
}

/// The place of one connection, until it is dropped.
pub(super) struct Place {
    peers: Arc<Peers>,
    /// `None` for a proxy, which is not counted.
    peer: Option<IpAddr>,
}

impl Peers {
    pub(super) fn new(limit: usize, proxies: Arc<[IpAddr]>) -> Arc<Self> {
        Arc::new(Self { limit, proxies, open: Mutex::default() })
    }

    /// A place for a connection from `address`, as the socket says it; `None` where the peer has all that it may.
    pub(super) fn admit(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let address = address.to_canonical();
        if self.proxies.contains(&address) {
            return Some(Place { peers: Arc::clone(self), peer: None });
        }
        let peer = network(address);
        let mut open = self.open();
        let count = open.counts.get(&peer).copied().unwrap_or_default();
        if count >= self.limit {
            open.complain(address, count);
            return None;
        }
        open.counts.insert(peer, count.saturating_add(1));
        Some(Place { peers: Arc::clone(self), peer: Some(peer) })
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn complain(&mut self, address: IpAddr, count: usize) {
        if self.complained.is_some_and(|then| then.elapsed() < REPEAT) {
            return;
        }
        self.complained = Some(Instant::now());
        tracing::warn!(
            target: "mcp_rbac",
            peer = %address,
            "a peer has {count} connections open and gets no more; if it is a proxy, name it with `trusted_proxies`"
        );
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(peer) = self.peer else { return };
        let mut open = self.peers.open();
        match open.counts.get_mut(&peer) {
            Some(count @ 2..) => *count -= 1,
            Some(_) | None => {
                open.counts.remove(&peer);
            }
        }
    }
}

/// Whom an address counts as. Whoever has one IPv6 address has the 2^64 of its network as well (RFC 4291 section
/// 2.5.1).
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peers(limit: usize) -> Arc<Peers> {
        Peers::new(limit, Arc::new(["192.0.2.1".parse().unwrap(), "2001:db8::1".parse().unwrap()]))
    }

    fn admit(peers: &Arc<Peers>, address: &str) -> Option<Place> {
        peers.admit(address.parse().unwrap())
    }

    #[test]
    fn each_peer_has_its_own_places() {
        let peers = peers(2);
        let mut alice: Vec<_> = (0..2).map_while(|_| admit(&peers, "198.51.100.1")).collect();
        assert_eq!(alice.len(), 2);
        assert!(admit(&peers, "198.51.100.1").is_none());
        assert!(
            admit(&peers, "::ffff:198.51.100.1").is_none(),
            "the same address, on a socket for both kinds"
        );
        assert!(admit(&peers, "198.51.100.2").is_some());
        alice.pop();
        assert!(admit(&peers, "198.51.100.1").is_some());
    }

    #[test]
    fn an_ipv6_network_is_one_peer() {
        let peers = peers(2);
        let _places =
            (admit(&peers, "2001:db8:0:7::1").unwrap(), admit(&peers, "2001:db8:0:7:ffff::2").unwrap());
        assert!(admit(&peers, "2001:db8:0:7:1:2:3:4").is_none());
        assert!(admit(&peers, "2001:db8:0:8::1").is_some());
    }

    #[test]
    fn a_proxy_is_not_counted() {
        let peers = peers(1);
        let places: Vec<_> = ["192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1"]
            .iter()
            .flat_map(|proxy| (0..10).map_while(|_| admit(&peers, proxy)).collect::<Vec<_>>())
            .collect();
        assert_eq!(places.len(), 30);
        // and neither is its network a proxy
        let _place = admit(&peers, "2001:db8::2").unwrap();
        assert!(admit(&peers, "2001:db8::3").is_none());
    }

    #[test]
    fn who_has_gone_is_forgotten() {
        let peers = peers(2);
        for round in 0..3_u32 {
            let addresses =
                (0..1000_u32).map(|number| IpAddr::from((0x0a00_0000 + round * 1000 + number).to_be_bytes()));
            let places: Vec<_> =
                addresses.flat_map(|address| [peers.admit(address), peers.admit(address)]).collect();
            assert!(places.iter().all(Option::is_some));
            assert_eq!(peers.open().counts.len(), 1000);
            drop(places);
            assert!(peers.open().counts.is_empty(), "round {round}");
        }
    }
}
