//! The folder as files, and as the texts that providers ask for.

use std::fmt::Write as _;

use bilten_core::{check_in::KeptScan, reports::TimelineFact};
use bilten_tenancy::audit::Sealed;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::folder::Folder;
use crate::{
    disputes::name,
    provider::{EvidenceTexts, PaymentHistory},
    refunds::Refund,
};

/// Longest text that is handed in, in characters; the rest is in the files.
const MOST_TEXT: usize = 20_000;

/// Everything that speaks for the merchant.
#[derive(Debug, Clone)]
pub struct Pack {
    /// Name and content of each file.
    pub files: Vec<(&'static str, String)>,
    /// What is handed in.
    pub texts: EvidenceTexts,
    /// Earlier payments that are handed in with it.
    pub history: Option<PaymentHistory>,
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

    /// All files as one text, each under its name.
    pub fn whole(&self) -> String {
        let mut text = String::new();
        for (name, content) in &self.files {
            let _ = write!(text, "=== {name} ===\n\n{content}\n\n");
        }
        text
    }
}

impl Folder {
    /// Puts the folder into the form in which it is handed in.
    pub fn pack(&self) -> Pack {
        let (order, policy, access) = (self.order_text(), self.policy_text(), self.access());
        let (payer, back) = (self.payer(), self.given_back());
        let texts = EvidenceTexts {
            description: clip(&order),
            customer_name: self.report.order.buyer_name.clone(),
            customer_email: self.report.order.buyer_email.clone(),
            service_date: self.starts(),
            refund_policy: clip(&policy),
            refund_refusal: clip(&back),
            access_log: clip(&access),
            note: clip(&format!("{}{payer}", self.note())),
        };
        let json = serde_json::to_string_pretty(&self.data()).unwrap_or_default();
        Pack {
            files: vec![
                ("1-order.txt", order),
                ("2-terms.txt", policy),
                ("3-access.txt", access),
                ("4-given-back.txt", back),
                ("5-payer.txt", format!("{}{payer}", self.note())),
                ("data.json", json),
            ],
            texts,
            history: self.history(),
        }
    }

    fn note(&self) -> String {
        if self.dispute.note.is_empty() {
            return String::new();
        }
        format!("{}\n\n", self.dispute.note)
    }

    /// Who paid, as far as it is known.
    fn payer(&self) -> String {
        let mut text = format!(
            "The buyer's bank was asked to make sure who pays (3-D Secure): {}\n",
            if self.attempt.asks_three_d_secure {
                "yes"
            } else {
                "only if the bank itself wanted to"
            }
        );
        if let Some(network) = &self.network {
            let _ = writeln!(
                text,
                "Mark of the network that the order came from (a keyed hash): {network}"
            );
        }
        if let Some(browser) = &self.browser {
            let _ = writeln!(text, "Mark of the browser that it came from (a keyed hash): {browser}");
        }
        if self.earlier.is_empty() {
            return text;
        }
        text.push_str("\nEarlier payments of the same mail address that nobody contested:\n");
        for earlier in &self.earlier {
            let _ = writeln!(
                text,
                "{}  order {}  {} {} minor units  payment {}  same network: {}  same browser: {}",
                earlier.at,
                earlier.code,
                earlier.amount.minor,
                earlier.amount.currency,
                earlier.payment.as_str(),
                yes(earlier.is_same_network),
                yes(earlier.is_same_browser)
            );
        }
        text
    }

    /// What the provider takes as compelling evidence, where it said that it does and there is enough of it.
    fn history(&self) -> Option<PaymentHistory> {
        if !self.dispute.takes_history || self.earlier.len() < super::history::WANTED {
            return None;
        }
        let chosen = self.earlier.iter().take(super::history::WANTED);
        let is_same_browser = chosen.clone().all(|earlier| earlier.is_same_browser);
        Some(PaymentHistory {
            mail: self.report.order.buyer_email.clone(),
            browser: self.browser.clone().filter(|_| is_same_browser),
            bought: match &self.report.order.event_name {
                Some(name) => format!("Tickets for {name}"),
                None => "A gift card".to_owned(),
            },
            earlier: chosen
                .map(|earlier| (earlier.payment.clone(), format!("Tickets, order {}", earlier.code)))
                .collect(),
        })
    }

    fn order_text(&self) -> String {
        let order = &self.report.order;
        let mut text = format!(
            "Order {} for {}\nEvent begins {}\nOrdered {} by {} <{}>\nPaid {} {} minor units, payment {} on account {}\n\n",
            order.code,
            order.event_name.as_deref().unwrap_or("a gift card"),
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
        text.push_str("\nWhat happened, the latest first:\n");
        for step in &self.report.timeline {
            let _ = writeln!(text, "{}  {}", step.at, said(&step.fact));
        }
        text
    }

    fn starts(&self) -> String {
        self.event
            .as_ref()
            .map_or_else(String::new, |event| event.starts_at.to_string())
    }

    fn policy_text(&self) -> String {
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
            "payer": { "bank_was_asked": self.attempt.asks_three_d_secure, "network": self.network, "browser": self.browser },
            "earlier": self.earlier.iter().map(|earlier| json!({ "order": earlier.code, "payment": earlier.payment.as_str(),
                "minor": earlier.amount.minor, "at": earlier.at.to_string(), "same_network": earlier.is_same_network,
                "same_browser": earlier.is_same_browser })).collect::<Vec<_>>(),
            "note": self.dispute.note,
        })
    }
}

fn said(fact: &TimelineFact) -> &str {
    match fact {
        TimelineFact::Placed => "the buyer gave his details",
        TimelineFact::Paid => "the money came",
        TimelineFact::TicketsIssued => "tickets were issued",
        TimelineFact::Closed { state } => state,
        TimelineFact::Audited { action } => action,
    }
}

const fn yes(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}

fn clip(text: &str) -> String {
    text.chars().take(MOST_TEXT).collect()
}
