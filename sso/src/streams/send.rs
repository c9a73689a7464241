//! Brings a batch to a receiver, outside of any transaction.

use std::{sync::Arc, time::Duration};

use bilten_kernel::{TenantId, Timestamp};
use bilten_tenancy::audit::Link;
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    time::timeout,
};
use tokio_rustls::TlsConnector;

use super::{
    line,
    stream::{StreamKind, Target},
    syslog,
    webhook::{self, StreamSecret},
};
use crate::egress::{Egress, Unreached};

/// Longest time that one batch takes over syslog.
const PATIENCE: Duration = Duration::from_secs(8);

/// Why a batch was not taken. The words are kept and shown; nothing of what the receiver said is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendFault {
    /// It was not reached.
    #[error("{0}")]
    Unreached(Unreached),
    /// It answered with another status than 200 to 299.
    #[error("status_{0}")]
    Status(u16),
    /// It answered that it is gone for good (410).
    #[error("gone")]
    Gone,
    /// It does not speak TLS, or nobody whom we trust vouches for it.
    #[error("tls")]
    Tls,
    /// It broke the connection before it had read everything, or did not say that it had.
    #[error("not_confirmed")]
    NotConfirmed,
    /// Our own secret for it cannot be read.
    #[error("secret")]
    Secret,
}

impl SendFault {
    /// Tells whether trying again can help.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Gone)
    }
}

/// What is sent.
pub(super) struct Batch<'a> {
    pub tenant: TenantId,
    /// Host of the tenant's shop, for syslog.
    pub host: &'a str,
    /// Names the message, for receivers that have seen it before.
    pub id: String,
    pub links: &'a [Link],
    pub now: Timestamp,
}

/// Sends a batch; when it returns well, the receiver has all of it.
pub(super) async fn send(
    egress: &Egress,
    target: &Target,
    secrets: &[StreamSecret],
    batch: &Batch<'_>,
) -> Result<(), SendFault> {
    match target.kind {
        StreamKind::Https => by_https(egress, target, secrets, batch).await,
        StreamKind::SyslogTls | StreamKind::SyslogTcp => {
            let bytes: Vec<u8> = batch
                .links
                .iter()
                .flat_map(|link| syslog::write(batch.host, link))
                .collect();
            match timeout(PATIENCE, by_syslog(egress, target, &bytes)).await {
                Ok(sent) => sent,
                Err(_) => Err(SendFault::Unreached(Unreached::Timeout)),
            }
        }
    }
}

async fn by_https(
    egress: &Egress,
    target: &Target,
    secrets: &[StreamSecret],
    batch: &Batch<'_>,
) -> Result<(), SendFault> {
    let body: Vec<u8> = batch
        .links
        .iter()
        .flat_map(|link| line::write(batch.tenant, link))
        .collect();
    let seconds = batch.now.as_second();
    let headers = [
        ("content-type", "application/jsonl; charset=utf-8".to_owned()),
        ("webhook-id", batch.id.clone()),
        ("webhook-timestamp", seconds.to_string()),
        ("webhook-signature", webhook::sign(secrets, &batch.id, seconds, &body)),
    ];
    let reply = egress
        .post(&target.address, &headers, body)
        .await
        .map_err(SendFault::Unreached)?;
    match reply.status {
        200..300 => Ok(()),
        410 => Err(SendFault::Gone),
        status => Err(SendFault::Status(status)),
    }
}

async fn by_syslog(egress: &Egress, target: &Target, bytes: &[u8]) -> Result<(), SendFault> {
    let stream = egress.connect(&target.address).await.map_err(SendFault::Unreached)?;
    if target.kind == StreamKind::SyslogTcp {
        return hand_over(stream, bytes).await;
    }
    let (host, _) = egress.allow_port(&target.address).map_err(SendFault::Unreached)?;
    let name = ServerName::try_from(host).map_err(|_| SendFault::Tls)?;
    let connector = TlsConnector::from(Arc::new(tls(&target.ca_pem)?));
    let stream = connector.connect(name, stream).await.map_err(|_| SendFault::Tls)?;
    hand_over(stream, bytes).await
}

/// Writes everything, says that nothing more comes, and waits until the receiver closes as well: syslog has no other way to
/// confirm that all was read (RFC 6587 §3.3 warns of what is lost without one).
async fn hand_over(mut stream: impl AsyncRead + AsyncWrite + Unpin, bytes: &[u8]) -> Result<(), SendFault> {
    let done = async {
        stream.write_all(bytes).await?;
        stream.flush().await?;
        stream.shutdown().await?;
        let mut rest = [0; 256];
        // A receiver says nothing; whoever talks on and on is none, and the time ends it.
        while stream.read(&mut rest).await? > 0 {}
        std::io::Result::Ok(())
    };
    done.await.map_err(|_| SendFault::NotConfirmed)
}

fn tls(ca_pem: &str) -> Result<ClientConfig, SendFault> {
    let mut roots = RootCertStore::empty();
    if ca_pem.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    } else {
        for certificate in CertificateDer::pem_slice_iter(ca_pem.as_bytes()) {
            let certificate = certificate.map_err(|_| SendFault::Tls)?;
            roots.add(certificate).map_err(|_| SendFault::Tls)?;
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| SendFault::Tls)?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// Tells whether the text is one certificate or several that can vouch for somebody.
pub(super) fn is_pem(text: &str) -> bool {
    let mut roots = RootCertStore::empty();
    let mut found = CertificateDer::pem_slice_iter(text.as_bytes());
    let is_fit = found.all(|certificate| certificate.is_ok_and(|certificate| roots.add(certificate).is_ok()));
    is_fit && !roots.is_empty()
}
