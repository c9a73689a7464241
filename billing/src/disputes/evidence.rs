//! The evidence against a contest: what the shop keeps of the purchase anyway, put together as files, and handed in.
//!
//! Nothing is made up, and nothing is asked of the organizer: the order with its times, what was agreed on giving tickets back,
//! who came in when and where (sealed in the audit chain), what went back already. Cards and addresses of networks are not in
//! it, because they are not kept.

use std::fmt::Write as _;

use bilten_core::{
    catalog,
    check_in::{self, KeptScan},
    reports::{self, OrderReport},
    return_policy::{self, ReturnPolicy},
};
use bilten_kernel::{Ctx, Timestamp};
use bilten_tenancy::{
    DbError, TenantTx,
    audit::{self, Sealed},
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Dispute, DisputeId, name, store};
use crate::{
    attempts::{self, Attempt},
    checkout::{Checkout, PayError, known_provider},
    provider::{EvidenceTexts, OperationKey, Outcome, SubmitEvidence},
    refunds::{self, Refund},
};

/// Longest text that is handed in, in characters; the rest is in the files.
const MOST_TEXT: usize = 20_000;
/// How long before its end an answer is handed in by itself.
const IN_TIME: SignedDuration = SignedDuration::from_hours(36);
/// Sealed entries of a ticket that are shown.
const MOST_ENTRIES: i64 = 20;

/// Everything that speaks for the merchant.
#[derive(Debug, Clone)]
pub struct Pack {
    /// Name and content of each file.
    pub files: Vec<(&'static str, String)>,
    /// What is handed in.
    pub texts: EvidenceTexts,
}

impl Pack {
    /// Tells this pack from any other.
    pub fn hash(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        for (name, content) in &self.files {
            hash.update(name.as_bytes());
            hash.update([0]);
            hash.update(content.as_bytes());
            hash.update([0]);
        }
        hash.finalize().into()
    }
}

/// Why evidence was not handed in.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// There is no such contest.
    #[error("there is no such contest")]
    NotFound,
    /// It is decided, or was answered before.
    #[error("the contest cannot be answered any more")]
    TooLate,
    /// The provider refused it.
    #[error("the provider refused the evidence")]
    Refused,
    /// The provider cannot be reached; trying again is safe.
    #[error("the provider gave no answer")]
    NoAnswer,
    /// The database or the provider's set-up failed.
    #[error("the evidence could not be put together")]
    Pay(#[from] PayError),
}

impl From<DbError> for EvidenceError {
    fn from(error: DbError) -> Self {
        Self::Pay(error.into())
    }
}

/// Puts the evidence together, as things stand.
///
/// # Errors
/// The database refused; none where there is no such contest.
pub async fn gather(ctx: &Ctx, tx: &mut TenantTx, id: DisputeId) -> Result<Option<Pack>, DbError> {
    let Some(dispute) = store::find(tx, id).await? else {
        return Ok(None);
    };
    let (Some(report), Some(attempt)) = (
        reports::find_order(tx, dispute.order).await?,
        attempts::store::find(tx, dispute.attempt).await?,
    ) else {
        return Ok(None);
    };
    let mut entries = Vec::new();
    for ticket in &report.tickets {
        entries.extend(audit::list_sealed(tx, &ticket.id.to_string(), MOST_ENTRIES).await?);
    }
    let event = catalog::find_event(ctx, tx, attempt.event).await?;
    let facts = Facts {
        starts_at: event.map(|detail| detail.event.starts_at),
        policy: return_policy::find_at(tx, attempt.event, report.order.created_at).await?,
        scans: check_in::list_scans_of_order(tx, dispute.order).await?,
        refunds: refunds::list_for_order(tx, dispute.order).await?,
        entries,
        dispute,
        report,
        attempt,
    };
    Ok(Some(facts.pack()))
}

struct Facts {
    dispute: Dispute,
    report: OrderReport,
    attempt: Attempt,
    starts_at: Option<Timestamp>,
    policy: Option<ReturnPolicy>,
    scans: Vec<KeptScan>,
    refunds: Vec<Refund>,
    entries: Vec<Sealed>,
}

impl Facts {
    fn pack(&self) -> Pack {
        let (order, policy, access) = (self.order(), self.policy(), self.access());
        let texts = EvidenceTexts {
            description: clip(&order),
            customer_name: self.report.order.buyer_name.clone(),
            customer_email: self.report.order.buyer_email.clone(),
            service_date: self.starts(),
            refund_policy: clip(&policy),
            refund_refusal: clip(&self.given_back()),
            access_log: clip(&access),
        };
        let json = serde_json::to_string_pretty(&self.data()).unwrap_or_default();
        Pack {
            files: vec![
                ("1-order.txt", order),
                ("2-terms.txt", policy),
                ("3-access.txt", access),
                ("4-given-back.txt", self.given_back()),
                ("data.json", json),
            ],
            texts,
        }
    }

    fn order(&self) -> String {
        let order = &self.report.order;
        let mut text = format!(
            "Order {} for {}\nEvent begins {}\nOrdered {} by {} <{}>\nPaid {} {} minor units, payment {} on account {}\n\n",
            order.code,
            order.event_name,
            self.starts(),
            order.created_at,
            order.buyer_name,
            order.buyer_email,
            self.attempt.amount.minor,
            self.attempt.amount.currency,
            self.attempt.payment.as_ref().map_or("", |payment| payment.as_str()),
            self.attempt.account.as_ref().map_or("-", |account| account.as_str()),
        );
        for line in &self.report.lines {
            let _ = writeln!(
                text,
                "{} x {} at {}",
                line.quantity, line.type_name, line.unit_price.minor
            );
        }
        if self.attempt.asks_three_d_secure {
            text.push_str("\nThe buyer's bank was asked to make sure who pays (3-D Secure).\n");
        }
        text.push_str("\nWhat happened, the latest first:\n");
        for step in &self.report.timeline {
            let _ = writeln!(text, "{}  {:?}", step.at, step.fact);
        }
        text
    }

    fn starts(&self) -> String {
        self.starts_at.map_or_else(String::new, |at| at.to_string())
    }

    fn policy(&self) -> String {
        let Some(policy) = &self.policy else {
            return "No terms on giving tickets back were shown: tickets are for a date, and staff decide.\n"
                .to_owned();
        };
        let mut text = format!(
            "Terms on giving tickets back, version {}, shown on the event's page, before paying and with the order of {}\n\
             Withdrawal within {} days of the purchase\n",
            policy.id, self.report.order.created_at, policy.withdrawal_days
        );
        for step in &policy.steps {
            let _ = writeln!(
                text,
                "Until {} hours before the event: {} hundredths of a per cent and {} a ticket are kept",
                step.hours_before, step.keep_bp, step.keep_minor
            );
        }
        text
    }

    fn access(&self) -> String {
        let mut text = String::new();
        for ticket in &self.report.tickets {
            let came = ticket
                .admitted_at
                .map_or_else(|| "not used".to_owned(), |at| format!("came in {at}"));
            let _ = writeln!(
                text,
                "Ticket {} ({}, {}): {came}",
                ticket.id, ticket.type_name, ticket.holder_name
            );
        }
        text.push_str("\nScans at the doors, each of a code that only this shop can sign:\n");
        for scan in &self.scans {
            let _ = writeln!(
                text,
                "{}  {}  {}  gate {}  by {}",
                scan.at, scan.ticket, scan.outcome, scan.gate, scan.actor
            );
        }
        text.push_str("\nThe same in the sealed record: each entry's number and hash follow from all before it.\n");
        for entry in &self.entries {
            let _ = writeln!(
                text,
                "{}  {}  {}  #{}  {}",
                entry.at, entry.object, entry.action, entry.seq, entry.hash
            );
        }
        text
    }

    fn given_back(&self) -> String {
        if self.refunds.is_empty() {
            return "Nothing was given back, and nobody asked for it.\n".to_owned();
        }
        let mut text = String::from("Given back:\n");
        for refund in &self.refunds {
            let _ = writeln!(
                text,
                "{}  {} {}  {}  {}",
                refund.created_at,
                refund.amount.minor,
                refund.amount.currency,
                refund.state.name(),
                refund.id
            );
        }
        text
    }

    fn data(&self) -> Value {
        let order = &self.report.order;
        let scan = |scan: &KeptScan| {
            json!({ "at": scan.at.to_string(), "ticket": scan.ticket.to_string(), "outcome": scan.outcome,
                    "gate": scan.gate, "actor": scan.actor })
        };
        let entry = |entry: &Sealed| json!({ "at": entry.at.to_string(), "object": entry.object, "action": entry.action, "seq": entry.seq, "hash": entry.hash });
        let refund = |refund: &Refund| {
            json!({ "id": refund.id.to_string(), "minor": refund.amount.minor, "state": refund.state.name(),
                    "at": refund.created_at.to_string() })
        };
        json!({
            "dispute": { "id": self.dispute.id.to_string(), "provider": self.dispute.provider, "reference": self.dispute.reference,
                         "state": name(self.dispute.status), "reason": self.dispute.reason, "minor": self.dispute.amount.minor,
                         "currency": self.dispute.amount.currency.code(), "due_by": self.dispute.due_by.to_string() },
            "order": { "id": order.id.to_string(), "code": order.code, "created_at": order.created_at.to_string(),
                       "paid_minor": self.attempt.amount.minor, "payment": self.attempt.payment.as_ref().map(ToString::to_string) },
            "policy": self.policy.as_ref().map(|policy| policy.id.to_string()),
            "tickets": self.report.tickets.iter().map(|ticket| json!({ "id": ticket.id.to_string(), "is_void": ticket.is_void,
                "admitted_at": ticket.admitted_at.map(|at| at.to_string()) })).collect::<Vec<_>>(),
            "scans": self.scans.iter().map(scan).collect::<Vec<_>>(),
            "sealed": self.entries.iter().map(entry).collect::<Vec<_>>(),
            "refunds": self.refunds.iter().map(refund).collect::<Vec<_>>(),
        })
    }
}

fn clip(text: &str) -> String {
    text.chars().take(MOST_TEXT).collect()
}

/// Hands the evidence in, once: the provider takes no second answer.
///
/// # Errors
/// See [`EvidenceError`].
pub async fn submit(app: &Checkout, ctx: &Ctx, id: DisputeId) -> Result<(), EvidenceError> {
    let mut tx = app.db.begin(ctx).await?;
    let dispute = store::find(&mut tx, id).await?.ok_or(EvidenceError::NotFound)?;
    if !dispute.is_answerable() || dispute.evidence_at.is_some() || ctx.now() > dispute.due_by {
        return Err(EvidenceError::TooLate);
    }
    let pack = gather(ctx, &mut tx, id).await?.ok_or(EvidenceError::NotFound)?;
    tx.rollback().await?;
    let call = SubmitEvidence {
        key: OperationKey::evidence(id),
        account: dispute.account.clone(),
        dispute: dispute.reference.clone(),
        texts: pack.texts.clone(),
    };
    match known_provider(app, &dispute.provider)?
        .submit_evidence(ctx, &call)
        .await
    {
        Outcome::Done(()) | Outcome::Pending(()) | Outcome::Action((), _) => {}
        Outcome::Declined(..) => return Err(EvidenceError::Refused),
        Outcome::NotSent(_) | Outcome::Unknown => return Err(EvidenceError::NoAnswer),
    }
    let mut tx = app.db.begin(ctx).await?;
    if store::set_evidence(&mut tx, ctx, id, &pack.hash()).await? {
        let entry = audit::Entry {
            action: "dispute.answered",
            object: id.to_string(),
            details: json!({ "order": dispute.order, "hash": data_encoding::HEXLOWER.encode(&pack.hash()) }),
        };
        audit::record(&mut tx, ctx, entry).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Hands in what nobody has handed in and what will soon be too late; at once where the money went back before it was contested.
///
/// # Errors
/// The database failed.
pub(crate) async fn submit_due(app: &Checkout, ctx: &Ctx) -> Result<usize, PayError> {
    let mut tx = app.db.begin(ctx).await?;
    let open = store::list_open(&mut tx).await?;
    let mut due = Vec::new();
    for dispute in open
        .iter()
        .filter(|dispute| dispute.is_taken && dispute.is_answerable())
    {
        let is_open = dispute.evidence_at.is_none() && ctx.now() <= dispute.due_by;
        if is_open && (is_last_day(dispute.due_by, ctx.now()) || was_given_back(&mut tx, dispute).await?) {
            due.push(dispute.id);
        }
    }
    tx.rollback().await?;
    let mut done = 0;
    for id in due {
        match submit(app, ctx, id).await {
            Ok(()) => done += 1,
            Err(EvidenceError::Pay(error)) => return Err(error),
            Err(error) => tracing::error!(dispute = %id, %error, "evidence could not be handed in"),
        }
    }
    Ok(done)
}

fn is_last_day(due_by: Timestamp, now: Timestamp) -> bool {
    now + IN_TIME >= due_by
}

async fn was_given_back(tx: &mut TenantTx, dispute: &Dispute) -> Result<bool, DbError> {
    Ok(refunds::sum_of(tx, dispute.attempt).await? >= dispute.amount.minor)
}
