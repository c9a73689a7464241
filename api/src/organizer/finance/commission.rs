//! The tenant's share of the platform's fees: what was settled, and how it stands.

use bilten_billing::commission::{Settlement, SettlementState};
use bilten_branding::{
    texts,
    views::{Text, Tone},
};

use crate::report::{Cell, Column, Table};

/// Settlements of one page.
pub(super) const LISTED: i64 = 30;

pub(super) fn table(settlements: &[Settlement]) -> Table {
    let row = |settlement: &Settlement| {
        let (text, tone) = state(settlement.state);
        vec![
            Cell::words(settlement.id.to_string()),
            Cell::At(settlement.created_at),
            Cell::money(settlement.amount),
            Cell::State(Text::new(text), settlement.state.name().to_owned(), tone),
            Cell::Count(i64::from(settlement.tries)),
            match &settlement.failure {
                Some(code) => Cell::Label(Text::new(why(code)), code.clone()),
                None => Cell::Empty,
            },
            Cell::words(settlement.amount.currency.code()),
        ]
    };
    Table {
        name: "commission",
        title: texts::COMMISSION_TITLE,
        lead: Some(texts::COMMISSION_LEAD),
        empty: texts::COMMISSION_NONE,
        columns: vec![
            Column::file("settlement"),
            Column::words("decided_at", texts::REPORT_COL_WHEN),
            Column::number("amount", texts::REPORT_COL_AMOUNT),
            Column::words("state", texts::REPORT_COL_STATE),
            Column::number("tries", texts::COMMISSION_COL_TRIES),
            Column::words("why", texts::COMMISSION_COL_WHY),
            Column::file("currency"),
        ],
        rows: settlements.iter().map(row).collect(),
        foot: Vec::new(),
        next_url: None,
    }
}

const fn state(state: SettlementState) -> (&'static str, Tone) {
    match state {
        SettlementState::Owed => (texts::COMMISSION_OWED, Tone::Info),
        SettlementState::Submitting => (texts::COMMISSION_SENDING, Tone::Info),
        SettlementState::Sent => (texts::COMMISSION_SENT, Tone::Positive),
        SettlementState::Reversed => (texts::COMMISSION_REVERSED, Tone::Critical),
    }
}

fn why(code: &str) -> &'static str {
    match code {
        "insufficient_funds" => texts::COMMISSION_WHY_FUNDS,
        "no_account" => texts::COMMISSION_WHY_ACCOUNT,
        "no_answer" => texts::COMMISSION_WHY_ANSWER,
        _ => texts::COMMISSION_WHY_OTHER,
    }
}

/// Why a payout came back, in words; the provider's own word stays in files.
pub(super) fn payout_failure(code: Option<&str>) -> Cell {
    let Some(code) = code.filter(|code| !code.is_empty()) else {
        return Cell::Empty;
    };
    let text = match code {
        "account_closed" | "account_frozen" | "bank_account_restricted" | "no_account" => texts::PAYOUT_WHY_CLOSED,
        "insufficient_funds" => texts::PAYOUT_WHY_FUNDS,
        "canceled" => texts::PAYOUT_WHY_CANCELED,
        "invalid_account_number"
        | "invalid_currency"
        | "bank_ownership_changed"
        | "incorrect_account_holder_name"
        | "incorrect_account_holder_address"
        | "incorrect_account_holder_tax_id"
        | "incorrect_account_type" => texts::PAYOUT_WHY_DETAILS,
        _ => texts::PAYOUT_WHY_BANK,
    };
    Cell::Label(Text::new(text), code.to_owned())
}
