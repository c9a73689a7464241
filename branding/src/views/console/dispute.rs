//! Page of one contested payment.

use bilten_kernel::Money;
use serde::Serialize;

use super::{OrderTicketRow, RefundRow, TimelineEntry};
use crate::{
    texts,
    views::{Moment, Text, Tone, View, report::Tab, sample},
};

/// `GET /manage/finance/disputes/{id}`.
#[derive(Debug, Clone, Serialize)]
pub struct DisputeView {
    /// Leads to all of them.
    pub back_url: String,
    /// Pages about money.
    pub tabs: Vec<Tab>,
    /// Where it stands: one of `DISPUTE_*`.
    pub state: Text,
    /// How that is meant.
    pub tone: Tone,
    /// What the buyer says: one of `DISPUTE_WHY_*`.
    pub why: Text,
    /// What comes next: one of `DISPUTE_NEXT_*`.
    pub next: Text,
    /// How much the bank took, or would take.
    pub amount: Money,
    /// What it costs.
    pub fee: Money,
    /// What the buyer claims, when his bank counts otherwise.
    pub claimed: Option<Money>,
    /// When it began.
    pub opened: Moment,
    /// Until when it may be answered.
    pub due: Moment,
    /// Time that is left, while it may.
    pub left: Option<Text>,
    /// Short code of the order.
    pub code: String,
    /// Leads to the order.
    pub order_url: String,
    /// Name of the event; nothing where a gift card was bought.
    pub event: Option<String>,
    /// Who bought.
    pub buyer: String,
    /// His mail address.
    pub email: String,
    /// When he did.
    pub placed: Moment,
    /// What he paid.
    pub paid: Money,
    /// The provider's name of the payment.
    pub payment: String,
    /// The provider's name of the contest.
    pub reference: String,
    /// What was bought, line by line.
    pub lines: Vec<String>,
    /// Id of the terms that were shown; none where none were.
    pub terms_id: Option<String>,
    /// What they say.
    pub terms: Vec<Text>,
    /// What is known of the payer.
    pub payer: Vec<Text>,
    /// Earlier payments of the same buyer.
    pub earlier: Vec<EarlierRow>,
    /// What is done with them.
    pub earlier_use: Option<Text>,
    /// The tickets.
    pub tickets: Vec<OrderTicketRow>,
    /// Scans of them.
    pub scans: Vec<GateScanRow>,
    /// Entries of the sealed record about them.
    pub sealed: u32,
    /// What went back.
    pub refunds: Vec<RefundRow>,
    /// What happened to the order.
    pub timeline: Vec<TimelineEntry>,
    /// What was done about the contest.
    pub history: Vec<TimelineEntry>,
    /// What staff added.
    pub note: String,
    /// The evidence as one file.
    pub file_url: String,
    /// What can be done; none once it is over.
    pub actions: Option<DisputeActions>,
}

/// Where the forms are posted to.
#[derive(Debug, Clone, Serialize)]
pub struct DisputeActions {
    /// Keeps the note. Field: `note`.
    pub note: String,
    /// Hands the evidence in.
    pub answer: String,
    /// Gives it up.
    pub concede: String,
    /// Longest note.
    pub most_note: usize,
}

/// An earlier payment.
#[derive(Debug, Clone, Serialize)]
pub struct EarlierRow {
    /// Short code of its order.
    pub code: String,
    /// Leads to it.
    pub url: String,
    /// How much it was.
    pub amount: Money,
    /// When.
    pub at: Moment,
    /// What it has in common: one of `DISPUTE_SEEN_*`.
    pub seen: Text,
}

/// A scan at a gate.
#[derive(Debug, Clone, Serialize)]
pub struct GateScanRow {
    /// When.
    pub at: Moment,
    /// What came of it.
    pub outcome: Text,
    /// Where.
    pub gate: String,
}

impl View for DisputeView {
    const TEMPLATE: &'static str = "console/dispute.html";

    fn samples() -> Vec<Self> {
        let open = open();
        let over = Self {
            state: Text::new(texts::DISPUTE_WON),
            tone: Tone::Positive,
            next: Text::new(texts::DISPUTE_NEXT_OVER),
            claimed: None,
            left: None,
            terms_id: None,
            terms: Vec::new(),
            earlier: Vec::new(),
            earlier_use: None,
            scans: Vec::new(),
            note: String::new(),
            actions: None,
            ..open.clone()
        };
        vec![open, over]
    }
}

/// One that may be answered.
fn open() -> DisputeView {
    let at = sample::moment("2026-05-14T12:00:00Z");
    let euro = |minor| Money::new(minor, "EUR".parse().expect("the euro is a currency"));
    DisputeView {
        back_url: "/manage/finance/disputes".to_owned(),
        tabs: vec![Tab {
            text: Text::new(texts::FINANCE_TAB_DISPUTES),
            url: "/manage/finance/disputes".to_owned(),
            is_current: true,
        }],
        state: Text::new(texts::DISPUTE_NEEDS_RESPONSE),
        tone: Tone::Critical,
        why: Text::new(texts::DISPUTE_WHY_FRAUDULENT),
        next: Text::new(texts::DISPUTE_NEXT_SENDS),
        amount: euro(25_000),
        fee: euro(2_000),
        claimed: Some(Money::new(28_050, "USD".parse().expect("the dollar is a currency"))),
        opened: at.clone(),
        due: at.clone(),
        left: Some(
            Text::new(texts::DISPUTE_LEFT_DAYS)
                .with("days", 4_i64)
                .with("hours", 6_i64),
        ),
        code: "7F3K-Q2".to_owned(),
        order_url: "/manage/orders/ord_0".to_owned(),
        event: Some("Winter <b>Concert</b>".to_owned()),
        buyer: "Ada <b>L</b>".to_owned(),
        email: "ada@example.org".to_owned(),
        placed: at.clone(),
        paid: euro(25_000),
        payment: "pi_1".to_owned(),
        reference: "dp_1".to_owned(),
        lines: vec!["2 × Standing".to_owned()],
        terms_id: Some("rpo_1".to_owned()),
        terms: sample::return_terms(),
        payer: vec![
            Text::new(texts::DISPUTE_BANK_ASKED),
            Text::new(texts::DISPUTE_NETWORK).with("mark", "a1b2c3d4"),
        ],
        earlier: vec![earlier(at.clone())],
        earlier_use: Some(Text::new(texts::DISPUTE_HISTORY_FEW)),
        tickets: vec![ticket(at.clone())],
        scans: vec![GateScanRow {
            at: at.clone(),
            outcome: Text::new(texts::DISPUTE_SCAN_ADMITTED),
            gate: "North".to_owned(),
        }],
        sealed: 3,
        refunds: Vec::new(),
        timeline: Vec::new(),
        history: vec![TimelineEntry {
            at,
            text: Text::new(texts::DISPUTE_DID_OPENED),
            actor: None,
        }],
        note: "He wrote <i>to us</i>.".to_owned(),
        file_url: "/manage/finance/disputes/dsp_0/evidence.txt".to_owned(),
        actions: Some(actions()),
    }
}

fn earlier(at: Moment) -> EarlierRow {
    EarlierRow {
        code: "1A2B-C3".to_owned(),
        url: "/manage/orders/ord_1".to_owned(),
        amount: Money::new(9_900, "EUR".parse().expect("the euro is a currency")),
        at,
        seen: Text::new(texts::DISPUTE_SEEN_BOTH),
    }
}

fn ticket(at: Moment) -> OrderTicketRow {
    OrderTicketRow {
        type_name: "Standing".to_owned(),
        is_add_on: false,
        holder: None,
        seat: None,
        state: "used".to_owned(),
        used: Some(at),
    }
}

fn actions() -> DisputeActions {
    DisputeActions {
        note: "/manage/finance/disputes/dsp_0/notes".to_owned(),
        answer: "/manage/finance/disputes/dsp_0/answers".to_owned(),
        concede: "/manage/finance/disputes/dsp_0/concessions".to_owned(),
        most_note: 4_000,
    }
}
