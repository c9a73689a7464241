//! Limits of strangers: how many connections, how often, how much at once.

use super::Reader;

/// Limits of visitors, who have neither key nor session, and of all connections.
///
/// A *network* is an IPv4 address or an IPv6 /64; behind a trusted proxy, the one that the proxy saw.
#[derive(Debug, Clone, Copy)]
pub struct EdgeConfig {
    /// Open connections of one network; trusted proxies are not counted.
    pub connections_per_network: u32,
    /// Forms that visitors of one network may send a tenant's shop at once.
    pub form_burst: u32,
    /// Forms a second that the network gets back.
    pub forms_per_second: u32,
    /// Pages for visitors that are made at the same time; the next one is told to come back.
    pub pages_at_once: u32,
}

impl<S: Fn(&str) -> Option<String>> Reader<S> {
    pub(super) fn edge(&mut self) -> EdgeConfig {
        EdgeConfig {
            connections_per_network: self.positive("BILTEN_CONNECTIONS_PER_NETWORK", 512),
            form_burst: self.positive("BILTEN_FORM_BURST", 300),
            forms_per_second: self.positive("BILTEN_FORMS_PER_SECOND", 10),
            pages_at_once: self.positive("BILTEN_PAGES_AT_ONCE", 256),
        }
    }
}
