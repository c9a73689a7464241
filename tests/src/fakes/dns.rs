//! A name server with TXT records and nothing else, on UDP.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{net::UdpSocket, task::JoinSet};

type Zone = Arc<Mutex<BTreeMap<String, String>>>;

/// The server; it stops when it is dropped.
pub struct FakeDns {
    /// Where it listens.
    pub address: SocketAddr,
    zone: Zone,
    _server: JoinSet<()>,
}

impl FakeDns {
    /// Starts it on a free port, without any record.
    pub async fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a port is free");
        let address = socket.local_addr().expect("a socket has an address");
        let zone = Zone::default();
        let mut server = JoinSet::new();
        let known = Arc::clone(&zone);
        server.spawn(async move {
            let mut buffer = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
                if let Some(reply) = answer(&buffer[..length], &known) {
                    // Whoever is gone needs no answer.
                    drop(socket.send_to(&reply, from).await);
                }
            }
        });
        Self {
            address,
            zone,
            _server: server,
        }
    }

    /// Publishes a TXT record.
    pub fn publish(&self, name: &str, text: &str) {
        let mut zone = self.zone.lock().unwrap_or_else(PoisonError::into_inner);
        zone.insert(name.to_ascii_lowercase(), text.to_owned());
    }
}

/// Answers a question as RFC 1035 §4 writes it: with the record, or that there is no such name.
fn answer(question: &[u8], zone: &Zone) -> Option<Vec<u8>> {
    let mut labels = Vec::new();
    let mut at = 12;
    loop {
        let length = usize::from(*question.get(at)?);
        if length == 0 {
            break;
        }
        labels.push(String::from_utf8_lossy(question.get(at + 1..=at + length)?).into_owned());
        at += length + 1;
    }
    let end = at + 5;
    let is_txt = question.get(at + 1..at + 3)? == [0, 16];
    let name = labels.join(".").to_ascii_lowercase();
    let found = zone.lock().unwrap_or_else(PoisonError::into_inner).get(&name).cloned();
    let found = found.filter(|_| is_txt);
    let mut reply = question.get(..2)?.to_vec();
    let (code, count) = if found.is_some() { (0x80, 1) } else { (0x83, 0) };
    reply.extend([0x81, code, 0, 1, 0, count, 0, 0, 0, 0]);
    reply.extend(question.get(12..end)?);
    if let Some(text) = found {
        let length = u8::try_from(text.len()).ok()?;
        reply.extend([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 1, 0, length + 1, length]);
        reply.extend(text.as_bytes());
    }
    Some(reply)
}
