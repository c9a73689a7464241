//! What a stream is, and where it may lead.

use bilten_kernel::{AuditStreamId, Timestamp};
use jiff::SignedDuration;

use crate::egress::{Egress, Unreached};

/// A stream that was refused for so long stops.
pub const GIVE_UP: SignedDuration = SignedDuration::from_hours(24);
/// Longest wait between two tries.
const MAX_WAIT: SignedDuration = SignedDuration::from_hours(1);

/// How a stream speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamKind {
    /// Batches of JSON lines, signed, by HTTPS.
    Https,
    /// Syslog (RFC 5424) over TLS (RFC 5425).
    SyslogTls,
    /// Syslog (RFC 5424) over plain TCP (RFC 6587), for receivers in a closed network.
    SyslogTcp,
}

impl StreamKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Https, Self::SyslogTls, Self::SyslogTcp];

    /// Stable name in forms and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::SyslogTls => "syslog_tls",
            Self::SyslogTcp => "syslog_tcp",
        }
    }

    /// Finds a kind by its name.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Where a stream stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamState {
    /// It sends what is new.
    Running,
    /// Somebody stopped it.
    Paused,
    /// It was refused for a day, or for good, and waits for somebody.
    Failed,
}

/// A stream as pages show it and senders use it; without its secrets.
#[derive(Debug, Clone)]
pub struct Stream {
    /// The stream.
    pub id: AuditStreamId,
    /// What people call it.
    pub name: String,
    /// Where to.
    pub target: Target,
    /// Where it stands.
    pub state: StreamState,
    /// Number of the last link that was taken.
    pub cursor: i64,
    /// Refusals in a row.
    pub attempts: i32,
    /// Since when it is refused.
    pub failing_since: Option<Timestamp>,
    /// When it is tried again.
    pub next_at: Timestamp,
    /// Why it was refused the last time: one of our own words.
    pub last_error: Option<String>,
    /// When something was taken the last time.
    pub sent_at: Option<Timestamp>,
    /// Whether the secret before this one still counts.
    pub has_former_secret: bool,
}

/// Where a stream leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// How it speaks.
    pub kind: StreamKind,
    /// An address for HTTPS, `host:port` for syslog.
    pub address: String,
    /// Certificates (PEM) of who vouches for the receiver of syslog; those of the web when empty.
    pub ca_pem: String,
}

/// Why something is no target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// It cannot be reached, or must not.
    #[error("the address is not allowed")]
    Address(Unreached),
    /// The certificates are none.
    #[error("the certificates cannot be read")]
    Certificates,
}

impl Target {
    /// Reads a target, or says why it is none.
    ///
    /// # Errors
    /// See [`TargetError`].
    pub fn parse(egress: &Egress, kind: StreamKind, address: &str, ca_pem: &str) -> Result<Self, TargetError> {
        let (address, ca_pem) = (address.trim(), ca_pem.trim());
        match kind {
            StreamKind::Https => drop(egress.allow(address).map_err(TargetError::Address)?),
            StreamKind::SyslogTls | StreamKind::SyslogTcp => {
                drop(egress.allow_port(address).map_err(TargetError::Address)?);
            }
        }
        let are_certificates = kind == StreamKind::SyslogTls && ca_pem.len() <= 20_000 && super::send::is_pem(ca_pem);
        if !ca_pem.is_empty() && !are_certificates {
            return Err(TargetError::Certificates);
        }
        Ok(Self {
            kind,
            address: address.to_owned(),
            ca_pem: ca_pem.to_owned(),
        })
    }
}

/// Wait before the next try: doubled with each refusal, from 15 seconds to an hour.
pub(super) fn back_off(attempts: i32) -> SignedDuration {
    let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(10);
    SignedDuration::from_secs(15 << doublings).min(MAX_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::egress::Reach;

    #[test]
    fn tries_come_later_and_later_and_at_least_once_an_hour() {
        let waits: Vec<i64> = [1, 2, 3, 8, 9, 50].map(|n| back_off(n).as_secs()).to_vec();
        assert_eq!(waits, [15, 30, 60, 1_920, 3_600, 3_600]);
        assert_eq!(back_off(0).as_secs(), 15);
    }

    #[test]
    fn nobody_aims_a_stream_at_the_inside() {
        let egress = Egress::try_new(Reach::Public).expect("the client is built");
        for address in [
            "127.0.0.1:514",
            "localhost:514",
            "[::1]:6514",
            "10.0.0.1:514",
            "169.254.169.254:80",
            "0x7f000001:514",
            "2130706433:514",
            "metadata.google.internal:80",
            "db:5432",
            "siem.example.com:25",
            "siem.example.com:22",
            "siem.example.com",
            "siem.example.com:0",
            "siem.example.com:99999",
            "user@siem.example.com:6514",
            "siem.example.com:6514/x",
            "",
        ] {
            for kind in [StreamKind::SyslogTls, StreamKind::SyslogTcp] {
                assert!(Target::parse(&egress, kind, address, "").is_err(), "{address}");
            }
        }
        assert!(Target::parse(&egress, StreamKind::SyslogTls, "siem.example.com:6514", "").is_ok());
        assert!(Target::parse(&egress, StreamKind::Https, "http://siem.example.com/in", "").is_err());
        assert!(Target::parse(&egress, StreamKind::Https, "https://192.168.0.1/in", "").is_err());
        assert!(Target::parse(&egress, StreamKind::Https, "https://siem.example.com/in?x=1", "").is_ok());
        let junk = Target::parse(&egress, StreamKind::SyslogTls, "siem.example.com:6514", "no pem");
        assert_eq!(junk, Err(TargetError::Certificates));
    }
}
