//! What the page of a contested payment shows.

use std::collections::BTreeMap;

use bilten_billing::{
    disputes::{
        Dispute,
        evidence::{Earlier, Folder, MOST_NOTE},
    },
    provider::DisputeStatus,
};
use bilten_branding::{
    texts,
    views::{
        Text,
        console::{DisputeActions, DisputeView, EarlierRow, GateScanRow, TimelineEntry},
    },
};
use bilten_core::check_in::KeptScan;
use bilten_kernel::{Timestamp, ZoneName};
use bilten_tenancy::{
    DbError, TenantTx,
    audit::{self, Recorded},
};

use super::{disputes, page};
use crate::{
    http::problem::Problem,
    organizer::{console::Console, figures, orders, people, urls},
    storefront::return_terms,
};

/// Entries of the log that the page shows.
const MOST_HISTORY: i64 = 50;
/// Digits of a hash that people compare.
const MARK: usize = 10;
/// Payments that the bank wants to see.
const ENOUGH: usize = 2;

pub(super) async fn view(
    console: &Console,
    tx: &mut TenantTx,
    folder: &Folder,
    zone: &ZoneName,
) -> Result<DisputeView, Problem> {
    let (dispute, order) = (&folder.dispute, &folder.report.order);
    let (state, tone) = disputes::words(dispute.status);
    let recorded = audit::list_of(tx, &dispute.id.to_string(), MOST_HISTORY).await?;
    let names = names(tx, folder, &recorded).await?;
    let is_open = dispute.is_open_at(console.now());
    let policy = folder.policy.as_ref();
    let terms = folder.event.as_ref().map(|event| return_terms::lines(event, policy));
    Ok(DisputeView {
        back_url: urls::FINANCE_DISPUTES.to_owned(),
        tabs: page::tabs(Some(texts::FINANCE_TAB_DISPUTES)),
        state: Text::new(state),
        tone,
        why: Text::new(why(&dispute.reason)),
        next: next(dispute, console.now(), zone),
        amount: dispute.amount,
        fee: dispute.fee,
        claimed: dispute.claimed,
        opened: figures::moment(dispute.opened_at, zone),
        due: figures::moment(dispute.due_by, zone),
        left: is_open.then(|| left(console.now(), dispute.due_by)),
        code: order.code.clone(),
        order_url: urls::order(order.id),
        event: order.event_name.clone(),
        buyer: order.buyer_name.clone(),
        email: order.buyer_email.clone(),
        placed: figures::moment(order.created_at, zone),
        paid: folder.attempt.amount,
        payment: folder
            .attempt
            .payment
            .as_ref()
            .map_or_else(String::new, ToString::to_string),
        reference: dispute.reference.clone(),
        lines: folder
            .report
            .lines
            .iter()
            .map(|line| format!("{} × {}", line.quantity, line.type_name))
            .collect(),
        terms_id: policy.map(|policy| policy.id.to_string()),
        terms: terms.unwrap_or_default(),
        payer: payer(folder),
        earlier: folder
            .earlier
            .iter()
            .map(|earlier| earlier_row(earlier, zone))
            .collect(),
        earlier_use: earlier_use(folder),
        tickets: folder
            .report
            .tickets
            .iter()
            .map(|ticket| orders::ticket_row(&folder.report, ticket))
            .collect(),
        scans: folder.scans.iter().map(|scan| scan_row(scan, zone)).collect(),
        sealed: u32::try_from(folder.entries.len()).unwrap_or(u32::MAX),
        refunds: folder
            .refunds
            .iter()
            .map(|refund| orders::refund_row(refund, zone))
            .collect(),
        timeline: orders::timeline(&folder.report, &names, &[]),
        history: history(dispute, &recorded, &names, zone),
        note: dispute.note.clone(),
        file_url: format!("{}/evidence.txt", urls::finance_dispute(dispute.id)),
        actions: is_open.then(|| actions(dispute)),
    })
}

async fn names(tx: &mut TenantTx, folder: &Folder, recorded: &[Recorded]) -> Result<BTreeMap<String, String>, DbError> {
    let of_order = folder.report.timeline.iter().filter_map(|step| step.actor.as_deref());
    people::names(tx, of_order.chain(recorded.iter().map(|entry| entry.actor.as_str()))).await
}

fn actions(dispute: &Dispute) -> DisputeActions {
    let base = urls::finance_dispute(dispute.id);
    DisputeActions {
        note: format!("{base}/notes"),
        answer: format!("{base}/answers"),
        concede: format!("{base}/concessions"),
        most_note: MOST_NOTE,
    }
}

/// Time that is left, in the two units that matter.
fn left(now: Timestamp, until: Timestamp) -> Text {
    let minutes = until.duration_since(now).as_mins().max(0);
    let (days, hours) = (minutes / (24 * 60), minutes / 60);
    if days > 0 {
        Text::new(texts::DISPUTE_LEFT_DAYS)
            .with("days", days)
            .with("hours", hours - days * 24)
    } else {
        Text::new(texts::DISPUTE_LEFT_HOURS)
            .with("hours", hours)
            .with("minutes", minutes - hours * 60)
    }
}

fn next(dispute: &Dispute, now: Timestamp, zone: &ZoneName) -> Text {
    let is_over = match dispute.status {
        DisputeStatus::Won | DisputeStatus::Lost | DisputeStatus::Prevented | DisputeStatus::Dropped => true,
        DisputeStatus::Warning | DisputeStatus::NeedsResponse | DisputeStatus::UnderReview => false,
    };
    if let Some(at) = dispute.conceded_at {
        return Text::new(texts::DISPUTE_NEXT_CONCEDED).with("at", figures::moment(at, zone));
    }
    if is_over {
        return Text::new(texts::DISPUTE_NEXT_OVER);
    }
    match dispute.evidence_at {
        Some(at) => Text::new(texts::DISPUTE_NEXT_SENT).with("at", figures::moment(at, zone)),
        None if dispute.is_open_at(now) => Text::new(texts::DISPUTE_NEXT_SENDS),
        None if dispute.status == DisputeStatus::UnderReview => Text::new(texts::DISPUTE_NEXT_DECIDING),
        None => Text::new(texts::DISPUTE_NEXT_LATE),
    }
}

/// What the buyer says, from the provider's word for it.
fn why(reason: &str) -> &'static str {
    match reason {
        "fraudulent" => texts::DISPUTE_WHY_FRAUDULENT,
        "unrecognized" => texts::DISPUTE_WHY_UNRECOGNIZED,
        "product_not_received" => texts::DISPUTE_WHY_NOT_RECEIVED,
        "product_unacceptable" | "noncompliant" => texts::DISPUTE_WHY_UNACCEPTABLE,
        "duplicate" => texts::DISPUTE_WHY_DUPLICATE,
        "credit_not_processed" => texts::DISPUTE_WHY_CREDIT,
        "subscription_canceled" => texts::DISPUTE_WHY_CANCELED,
        "bank_cannot_process"
        | "check_returned"
        | "debit_not_authorized"
        | "incorrect_account_details"
        | "insufficient_funds" => texts::DISPUTE_WHY_BANK,
        _ => texts::DISPUTE_WHY_GENERAL,
    }
}

fn payer(folder: &Folder) -> Vec<Text> {
    let mark = |hash: &String| hash.chars().take(MARK).collect::<String>();
    let mut lines = vec![Text::new(if folder.attempt.asks_three_d_secure {
        texts::DISPUTE_BANK_ASKED
    } else {
        texts::DISPUTE_BANK_NOT_ASKED
    })];
    lines.extend(
        folder
            .network
            .as_ref()
            .map(|hash| Text::new(texts::DISPUTE_NETWORK).with("mark", mark(hash))),
    );
    lines.extend(
        folder
            .browser
            .as_ref()
            .map(|hash| Text::new(texts::DISPUTE_BROWSER).with("mark", mark(hash))),
    );
    if lines.len() == 1 {
        lines.push(Text::new(texts::DISPUTE_PAYER_UNKNOWN));
    }
    lines
}

fn earlier_row(earlier: &Earlier, zone: &ZoneName) -> EarlierRow {
    EarlierRow {
        code: earlier.code.clone(),
        url: urls::order(earlier.order),
        amount: earlier.amount,
        at: figures::moment(earlier.at, zone),
        seen: Text::new(match (earlier.is_same_network, earlier.is_same_browser) {
            (true, true) => texts::DISPUTE_SEEN_BOTH,
            (true | false, false) => texts::DISPUTE_SEEN_NETWORK,
            (false, true) => texts::DISPUTE_SEEN_BROWSER,
        }),
    }
}

fn earlier_use(folder: &Folder) -> Option<Text> {
    if folder.earlier.is_empty() || !folder.dispute.takes_history {
        return None;
    }
    Some(Text::new(if folder.earlier.len() < ENOUGH {
        texts::DISPUTE_HISTORY_FEW
    } else {
        texts::DISPUTE_HISTORY_SENT
    }))
}

fn scan_row(scan: &KeptScan, zone: &ZoneName) -> GateScanRow {
    GateScanRow {
        at: figures::moment(scan.at, zone),
        outcome: Text::new(if scan.outcome == "admitted" {
            texts::DISPUTE_SCAN_ADMITTED
        } else {
            texts::DISPUTE_SCAN_REFUSED
        }),
        gate: scan.gate.clone(),
    }
}

/// What was done about it, the latest first; its beginning is the last line.
fn history(
    dispute: &Dispute,
    recorded: &[Recorded],
    names: &BTreeMap<String, String>,
    zone: &ZoneName,
) -> Vec<TimelineEntry> {
    let entries = recorded.iter().filter_map(|entry| {
        let key = match entry.action.as_str() {
            "dispute.moved" => texts::DISPUTE_DID_MOVED,
            "dispute.noted" => texts::DISPUTE_DID_NOTED,
            "dispute.answered" => texts::DISPUTE_DID_ANSWERED,
            "dispute.conceded" => texts::DISPUTE_DID_CONCEDED,
            _ => return None,
        };
        Some(TimelineEntry {
            at: figures::moment(entry.at, zone),
            text: Text::new(key),
            actor: names.get(&entry.actor).cloned(),
        })
    });
    let opened = TimelineEntry {
        at: figures::moment(dispute.opened_at, zone),
        text: Text::new(texts::DISPUTE_DID_OPENED),
        actor: None,
    };
    entries.chain([opened]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_that_is_left_is_told_in_the_two_units_that_matter() {
        let now: Timestamp = "2031-05-01T10:00:00Z".parse().unwrap();
        let key = |until: &str| left(now, until.parse().unwrap()).key;
        assert_eq!(key("2031-05-04T11:00:00Z"), texts::DISPUTE_LEFT_DAYS);
        assert_eq!(key("2031-05-01T11:30:00Z"), texts::DISPUTE_LEFT_HOURS);
        assert_eq!(key("2031-05-01T09:30:00Z"), texts::DISPUTE_LEFT_HOURS);
    }
}
