//! One sealed entry as a line of JSON.

use bilten_kernel::{TenantId, Timestamp};
use bilten_tenancy::audit::Link;
use data_encoding::HEXLOWER;
use serde::Serialize;
use serde_json::{Value, json};

/// Longest line, in bytes; the facts of a longer one are left out, and said to be.
pub(super) const MAX_LINE: usize = 64 * 1024;

#[derive(Serialize)]
struct Line<'a> {
    tenant: TenantId,
    seq: i64,
    hash: String,
    at: Timestamp,
    actor: &'a str,
    action: &'a str,
    object: &'a str,
    request: &'a str,
    details: &'a Value,
}

/// Writes a link. Control characters stand escaped in JSON, so that a line is one line.
pub(super) fn write(tenant: TenantId, link: &Link) -> Vec<u8> {
    let line = |details| Line {
        tenant,
        seq: link.seq,
        hash: HEXLOWER.encode(&link.hash),
        at: link.entry.at,
        actor: &link.entry.actor,
        action: &link.entry.action,
        object: &link.entry.object,
        request: &link.entry.request_id,
        details,
    };
    let mut written = encode(&line(&link.entry.details));
    if written.len() > MAX_LINE {
        let bytes = link.entry.details.to_string().len();
        written = encode(&line(&json!({ "left_out": "too long", "bytes": bytes })));
    }
    written.push(b'\n');
    written
}

fn encode(line: &Line<'_>) -> Vec<u8> {
    serde_json::to_vec(line).expect("writing to memory cannot fail")
}
