//! Admits the holder of a ticket.

use bilten_kernel::{Ctx, EventId, TicketId, Timestamp};
use bilten_tenancy::{
    DbError, TenantTx, audit,
    idempotency::{self, Claim, Key},
};
use jiff::SignedDuration;
use serde_json::json;

use super::{
    door::{ScanKind, gate_name},
    recall,
    store::{self, NewScan},
};
use crate::{
    seating::Seat,
    tickets::{CodeError, TicketCode, TicketState, store as tickets},
};

/// Time for which a scan that is being decided keeps others with its key away.
const KEY_LEASE: SignedDuration = SignedDuration::from_secs(60);

/// What was scanned or typed.
#[derive(Debug, Clone, Copy)]
pub enum ScanInput<'a> {
    /// Signed code.
    Code(&'a str),
    /// Order code and number of the ticket, such as `K7QXM2RT-1`; only for staff who can look at the person.
    Manual(&'a str),
}

/// Wish to admit.
#[derive(Debug, Clone, Copy)]
pub struct AdmitTicket<'a> {
    /// What was scanned or typed.
    pub input: ScanInput<'a>,
    /// Event at whose door this happens; `None` takes any event of the tenant.
    pub event: Option<EventId>,
    /// Name of the gate, or empty; at most 60 characters count.
    pub gate: &'a str,
    /// Makes a repeated scan count once and get the first answer again.
    pub key: Option<Key<'a>>,
}

/// Somebody was admitted, or an add-on redeemed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// Ticket.
    pub ticket: TicketId,
    /// Event.
    pub event: EventId,
    /// Who holds the ticket.
    pub holder_name: String,
    /// Type of ticket.
    pub type_name: String,
    /// Whether an add-on was redeemed: nobody came in by it.
    pub is_add_on: bool,
    /// Where he sits, when the type takes seats.
    pub seat: Option<Seat>,
    /// When.
    pub admitted_at: Timestamp,
}

/// Why somebody is not admitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The text is no ticket code.
    Malformed,
    /// The tenant did not sign it: forged, or another tenant's.
    BadSignature,
    /// No such ticket.
    Unknown,
    /// The ticket is for another event.
    WrongEvent,
    /// The ticket was cancelled.
    Void,
    /// The payment of the ticket is contested: somebody at the box office must look.
    Suspended,
    /// The event was cancelled.
    EventCancelled,
    /// Somebody was admitted with it before.
    AlreadyAdmitted {
        /// When.
        at: Timestamp,
        /// At which gate.
        gate: String,
    },
}

impl Refusal {
    /// Stable name in the API and in the database.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::BadSignature => "bad_signature",
            Self::Unknown => "unknown",
            Self::WrongEvent => "wrong_event",
            Self::Void => "void",
            Self::Suspended => "suspended",
            Self::EventCancelled => "event_cancelled",
            Self::AlreadyAdmitted { .. } => "already_admitted",
        }
    }
}

/// Failure to decide.
#[derive(Debug, thiserror::Error)]
pub enum AdmitError {
    /// The database refused.
    #[error("could not check the ticket in")]
    Db(#[from] DbError),
    /// The first scan with this key is not decided yet.
    #[error("the first scan with this key is still at work")]
    InFlight,
    /// The key was used for another scan.
    #[error("the key was used for another scan")]
    OtherRequest,
    /// More scans come than can be decided within a second; nothing was recorded.
    #[error("too many scans at once")]
    Busy,
    /// The database is out of reach; whether the scan was recorded is told by sending it again with its key.
    #[error("the database is out of reach")]
    Unavailable,
}

/// Admits once; the scan is recorded either way. The same scan sent again is told what it was told first.
///
/// # Errors
/// See [`AdmitError`]; then nobody was admitted and nothing recorded.
pub async fn admit(
    ctx: &Ctx,
    tx: &mut TenantTx,
    wish: AdmitTicket<'_>,
) -> Result<Result<Admission, Refusal>, AdmitError> {
    if let Some(key) = wish.key {
        match idempotency::claim(tx, ctx, key, ctx.now() + KEY_LEASE).await? {
            Claim::New | Claim::Resume(_) => {}
            Claim::Replay(scan) => return Ok(recall::decision(tx, scan).await?),
            Claim::InFlight => return Err(AdmitError::InFlight),
            Claim::OtherRequest => return Err(AdmitError::OtherRequest),
        }
    }
    let gate = gate_name(wish.gate);
    let found = identify(tx, wish.input).await?;
    let decision = match &found {
        Ok((ticket, event)) => decide(ctx, tx, *ticket, *event, wish.event, &gate).await?,
        Err(refusal) => Err(refusal.clone()),
    };
    let outcome = decision.as_ref().map_or_else(Refusal::name, |_| "admitted");
    let (ticket, event) = found.map_or((None, wish.event), |(ticket, event)| {
        // A scan belongs to the door where it happened, also when the ticket is for another event.
        (Some(ticket), wish.event.or(Some(event)))
    });
    let scan = ctx.new_id::<ScanKind>().uuid();
    let record = NewScan {
        ctx,
        id: scan,
        ticket,
        event,
        outcome,
        gate: &gate,
    };
    store::insert_scans(tx, &[record]).await?;
    if let Some(key) = wish.key {
        idempotency::complete(tx, key, scan).await?;
    }
    Ok(decision)
}

async fn identify(tx: &mut TenantTx, input: ScanInput<'_>) -> Result<Result<(TicketId, EventId), Refusal>, DbError> {
    match input {
        ScanInput::Code(text) => identify_code(tx, text).await,
        ScanInput::Manual(text) => identify_manual(tx, text).await,
    }
}

async fn identify_code(tx: &mut TenantTx, text: &str) -> Result<Result<(TicketId, EventId), Refusal>, DbError> {
    let Ok(code) = TicketCode::read(text) else {
        return Ok(Err(Refusal::Malformed));
    };
    let Some(key) = tickets::find_key(tx, code.key_id).await? else {
        return Ok(Err(Refusal::BadSignature));
    };
    Ok(match code.verify(&key, tx.tenant()) {
        Ok(()) => Ok((code.ticket, code.event)),
        Err(CodeError::Malformed | CodeError::UnknownKey | CodeError::BadSignature) => Err(Refusal::BadSignature),
    })
}

async fn identify_manual(tx: &mut TenantTx, text: &str) -> Result<Result<(TicketId, EventId), Refusal>, DbError> {
    let text = text.trim().to_ascii_uppercase();
    let parsed = text
        .split_once('-')
        .and_then(|(code, n)| Some((code, n.parse::<i64>().ok()?)));
    let Some((code, n @ 1..=500)) = parsed else {
        return Ok(Err(Refusal::Malformed));
    };
    Ok(tickets::find_by_order_code(tx, code, n).await?.ok_or(Refusal::Unknown))
}

async fn decide(
    ctx: &Ctx,
    tx: &mut TenantTx,
    ticket: TicketId,
    event: EventId,
    door: Option<EventId>,
    gate: &str,
) -> Result<Result<Admission, Refusal>, DbError> {
    if door.is_some_and(|door| door != event) {
        return Ok(Err(Refusal::WrongEvent));
    }
    let Some(found) = tickets::find_for_door(tx, ticket).await? else {
        return Ok(Err(Refusal::Unknown));
    };
    match found.state {
        _ if found.event_status == "cancelled" => return Ok(Err(Refusal::EventCancelled)),
        TicketState::Void => return Ok(Err(Refusal::Void)),
        TicketState::Issued if found.is_suspended => return Ok(Err(Refusal::Suspended)),
        TicketState::Issued => {}
    }
    if !store::insert_check_in(tx, ctx, (ticket, event, found.is_add_on), gate).await? {
        let (at, gate) = store::get_check_in(tx, ticket).await?;
        return Ok(Err(Refusal::AlreadyAdmitted { at, gate }));
    }
    let details = json!({ "event": event.to_string(), "gate": gate });
    audit::record(
        tx,
        ctx,
        audit::Entry {
            action: done(found.is_add_on),
            object: ticket.to_string(),
            details,
        },
    )
    .await?;
    Ok(Ok(Admission {
        ticket,
        event,
        holder_name: found.holder_name,
        type_name: found.type_name,
        is_add_on: found.is_add_on,
        seat: found.seat,
        admitted_at: ctx.now(),
    }))
}

/// What the audit calls it.
pub(super) const fn done(is_add_on: bool) -> &'static str {
    if is_add_on {
        "ticket.redeemed"
    } else {
        "ticket.admitted"
    }
}
