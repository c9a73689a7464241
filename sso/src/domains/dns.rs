//! Looks TXT records up. Never inside a transaction.

use std::{net::SocketAddr, time::Duration};

use hickory_resolver::{
    Resolver, TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolverConfig},
    net::{NetError, runtime::TokioRuntimeProvider},
    proto::rr::{RData, RecordType},
};

/// Longest wait for all tries of a look-up.
const PATIENCE: Duration = Duration::from_secs(8);

/// Why no record was found.
#[derive(Debug, thiserror::Error)]
pub enum DnsError {
    /// The resolver cannot be set up.
    #[error("there is no resolver")]
    Setup(#[source] Box<NetError>),
    /// Nobody answered.
    #[error("nobody answered")]
    Unreachable,
}

/// Asks for records. Cheap to clone.
#[derive(Clone)]
pub struct Dns {
    resolver: TokioResolver,
}

impl std::fmt::Debug for Dns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Dns(…)")
    }
}

impl Dns {
    /// Asks the given server, or those of the system.
    ///
    /// # Errors
    /// The resolver cannot be set up.
    pub fn try_new(server: Option<SocketAddr>) -> Result<Self, DnsError> {
        let mut builder = match server {
            Some(server) => {
                let mut connection = ConnectionConfig::udp();
                connection.port = server.port();
                let at = NameServerConfig::new(server.ip(), true, vec![connection]);
                let config = ResolverConfig::from_parts(None, Vec::new(), vec![at]);
                Resolver::builder_with_config(config, TokioRuntimeProvider::default())
            }
            None => TokioResolver::builder_tokio().map_err(|error| DnsError::Setup(Box::new(error)))?,
        };
        // What was not there a moment ago may be there now: nothing is remembered.
        builder.options_mut().cache_size = 0;
        let resolver = builder.build().map_err(|error| DnsError::Setup(Box::new(error)))?;
        Ok(Self { resolver })
    }

    /// Returns the texts under a name; none when there is no such record.
    ///
    /// # Errors
    /// Nobody answered.
    pub async fn txt(&self, name: &str) -> Result<Vec<String>, DnsError> {
        let asked = self.resolver.lookup(format!("{name}."), RecordType::TXT);
        let found = match tokio::time::timeout(PATIENCE, asked).await {
            Ok(Ok(found)) => found,
            Ok(Err(error)) if error.is_no_records_found() => return Ok(Vec::new()),
            Ok(Err(_)) | Err(_) => return Err(DnsError::Unreachable),
        };
        let texts = found.answers().iter().filter_map(|record| match &record.data {
            RData::TXT(text) => Some(text.txt_data.concat()),
            _ => None,
        });
        Ok(texts.filter_map(|bytes| String::from_utf8(bytes).ok()).collect())
    }
}
