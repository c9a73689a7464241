//! How many connections each network has open.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use crate::http::network::Network;

/// Counts of open connections; it holds no more networks than there are connections.
#[derive(Debug, Clone, Default)]
pub(super) struct Seats(Arc<Mutex<HashMap<Network, usize>>>);

/// Place of one connection; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Seat {
    seats: Seats,
    network: Network,
}

impl Seats {
    /// Takes a place unless the network has used its own up.
    pub(super) fn take(&self, peer: IpAddr, most: usize) -> Option<Seat> {
        let network = Network::of(peer);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = counts.get(&network).copied().unwrap_or(0);
        if taken >= most {
            return None;
        }
        counts.insert(network, taken + 1);
        drop(counts);
        let seats = self.clone();
        Some(Seat { seats, network })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut counts = self.seats.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(taken) = counts.get_mut(&self.network) {
            *taken = taken.saturating_sub(1);
            if *taken == 0 {
                counts.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_gets_its_places_and_gives_them_back() {
        let (seats, here, there) = (
            Seats::default(),
            IpAddr::from([192, 0, 2, 1]),
            IpAddr::from([192, 0, 2, 2]),
        );
        let first = seats.take(here, 2);
        let second = seats.take(here, 2);
        assert!(first.is_some() && second.is_some() && seats.take(here, 2).is_none());
        assert!(seats.take(there, 2).is_some(), "another network has its own places");
        drop(first);
        assert!(seats.take(here, 2).is_some());
        drop(second);
        assert!(seats.0.lock().unwrap().is_empty());
    }
}
