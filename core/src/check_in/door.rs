//! Admits in groups: all scans of a tenant that come at the same moment, at whatever gates.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use bilten_kernel::{Ctx, EventId, Id, IdKind, TenantId, TicketId};
use bilten_tenancy::{
    Db, DbError, TenantTx, audit,
    groups::{GroupLimits, Groups, Refused, Serve},
    idempotency::{self, FirstUse, OwnedKey},
};
use serde_json::json;

use super::{
    Admission, AdmitError, AdmitTicket, Refusal, ScanInput, admit,
    admit::done,
    store::{self, NewCheckIn, NewScan},
};
use crate::tickets::{TicketCode, TicketSigner, TicketState, store as tickets};

/// Characters that count of a gate's name.
pub(super) const GATE_LENGTH: usize = 60;

/// Checks tickets in. Cheap to clone; one per process.
///
/// Only the plain case is decided in a group: a genuine code, not used before, whose request is not repeated. Every other
/// scan goes through [`admit`] alone.
#[derive(Debug, Clone)]
pub struct Door {
    db: Db,
    signer: TicketSigner,
    groups: Groups<Admitting>,
}

/// Serves groups of scans of one tenant.
struct Admitting {
    db: Db,
}

/// A genuine code at a gate.
struct DoorAsk {
    ctx: Ctx,
    ticket: TicketId,
    event: EventId,
    key_id: u8,
    gate: String,
    key: Option<OwnedKey>,
}

/// Names the record of a scan.
pub(super) enum ScanKind {}
impl IdKind for ScanKind {
    const PREFIX: &'static str = "scn";
}

impl Door {
    /// Makes a door on a database.
    pub fn new(db: Db, signer: TicketSigner, limits: GroupLimits) -> Self {
        let turnstile = db.turnstile().clone();
        Self {
            groups: Groups::new(Admitting { db: db.clone() }, limits, turnstile),
            signer,
            db,
        }
    }

    /// Admits once; the scan is recorded either way. The same scan sent again is told what it was told first. Whoever
    /// calls it has made sure that the actor may scan.
    ///
    /// # Errors
    /// See [`AdmitError`]; then nobody was admitted and nothing recorded, unless the database was out of reach.
    pub async fn admit(&self, ctx: &Ctx, wish: AdmitTicket<'_>) -> Result<Result<Admission, Refusal>, AdmitError> {
        if let Some(ask) = self.plain(ctx, wish) {
            match self.groups.ask(ctx.tenant, ask).await {
                Ok(Some(admission)) => return Ok(Ok(admission)),
                Ok(None) => {}
                Err(Refused::Busy) => return Err(AdmitError::Busy),
                Err(Refused::Unavailable) => return Err(AdmitError::Unavailable),
                Err(Refused::Failed(error)) => {
                    tracing::warn!(%error, "a scan could not be recorded in a group");
                }
            }
        }
        let mut tx = self.db.begin(ctx).await?;
        let decision = admit(ctx, &mut tx, wish).await?;
        // A refused scan is kept as well.
        tx.commit().await?;
        Ok(decision)
    }

    /// Reads a scan that can be decided in a group. Signing again is cheaper than verifying, and tells as much: the same
    /// ticket always has the same signature.
    fn plain(&self, ctx: &Ctx, wish: AdmitTicket<'_>) -> Option<DoorAsk> {
        let ScanInput::Code(text) = wish.input else { return None };
        let code = TicketCode::read(text).ok()?;
        let is_right_door = wish.event.is_none_or(|door| door == code.event);
        (is_right_door && self.signer.has_signed(ctx.tenant, &code)).then(|| DoorAsk {
            ctx: ctx.clone(),
            ticket: code.ticket,
            event: code.event,
            key_id: code.key_id,
            gate: gate_name(wish.gate),
            key: wish.key.map(OwnedKey::from),
        })
    }
}

/// Cleans the name of a gate.
pub(super) fn gate_name(gate: &str) -> String {
    gate.chars().filter(|c| !c.is_control()).take(GATE_LENGTH).collect()
}

#[async_trait]
impl Serve for Admitting {
    type Lane = TenantId;
    type Ask = DoorAsk;
    /// The admission; nothing when the scan is not plain, and nothing was written for it.
    type Answer = Option<Admission>;

    const NAME: &'static str = "door";

    fn tenant(tenant: TenantId) -> TenantId {
        tenant
    }

    async fn serve(&self, tenant: TenantId, asks: &[DoorAsk]) -> Result<Vec<Option<Admission>>, DbError> {
        let mut tx = self.db.begin_group(tenant).await?;
        let mut admitted = admit_group(&mut tx, asks).await?;
        tx.commit().await?;
        Ok((0..asks.len()).map(|position| admitted.remove(&position)).collect())
    }
}

/// A scan that is plain so far.
struct Plain<'a> {
    position: usize,
    ask: &'a DoorAsk,
    scan: Id<ScanKind>,
    is_add_on: bool,
}

/// Decides the group; returns who is admitted, by position.
async fn admit_group(tx: &mut TenantTx, asks: &[DoorAsk]) -> Result<HashMap<usize, Admission>, DbError> {
    let keys: HashSet<u8> = tickets::list_keys(tx)
        .await?
        .into_iter()
        .map(|(number, _)| number)
        .collect();
    let ids: Vec<TicketId> = asks.iter().map(|ask| ask.ticket).collect();
    let found = tickets::find_many_for_door(tx, &ids).await?;
    let mut seen = HashSet::with_capacity(asks.len());
    let plain = asks.iter().enumerate().filter(|(_, ask)| {
        let is_valid = found.get(&ask.ticket).is_some_and(|ticket| {
            ticket.state == TicketState::Issued && !ticket.is_suspended && ticket.event_status != "cancelled"
        });
        is_valid && keys.contains(&ask.key_id) && seen.insert(ask.ticket)
    });
    let plain: Vec<Plain<'_>> = plain
        .map(|(position, ask)| Plain {
            position,
            ask,
            scan: ask.ctx.new_id(),
            is_add_on: found.get(&ask.ticket).is_some_and(|ticket| ticket.is_add_on),
        })
        .collect();
    // Who was admitted before is not plain; his key must be left alone, too.
    let fresh = store::list_not_admitted(tx, &plain.iter().map(|plain| plain.ask.ticket).collect::<Vec<_>>()).await?;
    let plain = plain
        .into_iter()
        .filter(|plain| fresh.contains(&plain.ask.ticket))
        .collect();
    let plain = claim_keys(tx, plain).await?;
    record(tx, &plain).await?;
    let admission = |plain: Plain<'_>| {
        let ticket = found.get(&plain.ask.ticket)?;
        Some((
            plain.position,
            Admission {
                ticket: plain.ask.ticket,
                event: plain.ask.event,
                holder_name: ticket.holder_name.clone(),
                type_name: ticket.type_name.clone(),
                is_add_on: ticket.is_add_on,
                seat: ticket.seat.clone(),
                admitted_at: plain.ask.ctx.now(),
            },
        ))
    };
    Ok(plain.into_iter().filter_map(admission).collect())
}

/// Takes the keys of the scans; one whose key was used before is not plain.
async fn claim_keys<'a>(tx: &mut TenantTx, plain: Vec<Plain<'a>>) -> Result<Vec<Plain<'a>>, DbError> {
    let (keyed, mut rest): (Vec<_>, Vec<_>) = plain.into_iter().partition(|plain| plain.ask.key.is_some());
    if keyed.is_empty() {
        return Ok(rest);
    }
    let uses: Vec<FirstUse<'_>> = keyed
        .iter()
        .filter_map(|plain| {
            Some(FirstUse {
                key: plain.ask.key.as_ref()?.as_key(),
                resource: plain.scan.uuid(),
                at: plain.ask.ctx.now(),
                leased_until: None,
            })
        })
        .collect();
    let taken = idempotency::claim_many(tx, &uses).await?;
    rest.extend(
        keyed
            .into_iter()
            .zip(taken)
            .filter_map(|(plain, is_taken)| is_taken.then_some(plain)),
    );
    Ok(rest)
}

/// Writes admissions, scans and audit. A rival at another node is waited for; the primary key then refuses the group,
/// which is halved until the rival's ticket stands alone.
async fn record(tx: &mut TenantTx, plain: &[Plain<'_>]) -> Result<(), DbError> {
    if plain.is_empty() {
        return Ok(());
    }
    let check_ins: Vec<NewCheckIn<'_>> = plain
        .iter()
        .map(|plain| NewCheckIn {
            ctx: &plain.ask.ctx,
            ticket: plain.ask.ticket,
            event: plain.ask.event,
            gate: &plain.ask.gate,
            is_add_on: plain.is_add_on,
        })
        .collect();
    store::insert_check_ins(tx, &check_ins).await?;
    let scans: Vec<NewScan<'_>> = plain
        .iter()
        .map(|plain| NewScan {
            ctx: &plain.ask.ctx,
            id: plain.scan.uuid(),
            ticket: Some(plain.ask.ticket),
            event: Some(plain.ask.event),
            outcome: "admitted",
            gate: &plain.ask.gate,
        })
        .collect();
    store::insert_scans(tx, &scans).await?;
    let entries: Vec<_> = plain.iter().map(|plain| (&plain.ask.ctx, entry(plain))).collect();
    audit::record_many(tx, &entries).await
}

fn entry(plain: &Plain<'_>) -> audit::Entry<'static> {
    let ask = plain.ask;
    audit::Entry {
        action: done(plain.is_add_on),
        object: ask.ticket.to_string(),
        details: json!({ "event": ask.event.to_string(), "gate": ask.gate }),
    }
}
