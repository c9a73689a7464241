//! Names of what happened and of accounts.

use bilten_billing::ledger::{Account, Book, Dimension, Kind};
use bilten_branding::{texts, views::Text};

use crate::organizer::prices;

/// Says what happened.
pub(super) fn kind(kind: Kind) -> Text {
    Text::new(match kind {
        Kind::Sale => texts::LEDGER_SALE,
        Kind::MoneyWithoutSale => texts::LEDGER_MONEY_WITHOUT_SALE,
        Kind::ProviderFee => texts::LEDGER_PROVIDER_FEE,
        Kind::FundsAvailable => texts::LEDGER_FUNDS_AVAILABLE,
        Kind::RefundRequested => texts::LEDGER_REFUND_REQUESTED,
        Kind::ReturnKept => texts::LEDGER_RETURN_KEPT,
        Kind::RefundAgain => texts::LEDGER_REFUND_AGAIN,
        Kind::RefundSettled => texts::LEDGER_REFUND_SETTLED,
        Kind::RefundFailed => texts::LEDGER_REFUND_FAILED,
        Kind::DisputeOpened => texts::LEDGER_DISPUTE_OPENED,
        Kind::DisputeWon => texts::LEDGER_DISPUTE_WON,
        Kind::DisputeLost => texts::LEDGER_DISPUTE_LOST,
        Kind::NegativeCovered => texts::LEDGER_NEGATIVE_COVERED,
        Kind::WrittenOff => texts::LEDGER_WRITTEN_OFF,
        Kind::PayoutSent => texts::LEDGER_PAYOUT_SENT,
        Kind::PayoutPaid => texts::LEDGER_PAYOUT_PAID,
        Kind::PayoutFailed => texts::LEDGER_PAYOUT_FAILED,
        Kind::CommissionPaid => texts::LEDGER_COMMISSION_PAID,
        Kind::EventHeld => texts::LEDGER_EVENT_HELD,
        Kind::GiftCardSold => texts::LEDGER_GIFT_CARD_SOLD,
        Kind::GiftCardEarned => texts::LEDGER_GIFT_CARD_EARNED,
        Kind::OfflineSale => texts::LEDGER_OFFLINE_SALE,
        Kind::OfflineMoney => texts::LEDGER_OFFLINE_MONEY,
        Kind::SaasInvoice => texts::LEDGER_SAAS_INVOICE,
        Kind::SaasEarned => texts::LEDGER_SAAS_EARNED,
        Kind::Conversion => texts::LEDGER_CONVERSION,
        Kind::Unexplained => texts::LEDGER_UNEXPLAINED,
        Kind::Reversal => texts::LEDGER_REVERSAL,
    })
}

/// Name of an account with what it is kept apart by; the same in every language, as in an export.
pub(super) fn account(account: &Account) -> String {
    let name = account.code.name();
    match &account.dimension {
        Dimension::None => name.to_owned(),
        Dimension::Event(event) => format!("{name} {event}"),
        Dimension::Tax { code, rate_bp } => format!("{name} {code} {} %", rate(*rate_bp)),
        Dimension::Provider(provider) => format!("{name} {provider}"),
    }
}

/// A rate in per cent, such as `25` or `12.5`.
pub(super) fn rate(bp: u32) -> String {
    prices::write_hundredths(i64::from(bp))
}

/// Whose book it is: `platform` or `tenant`.
pub(super) const fn book(book: Book) -> &'static str {
    match book {
        Book::Platform => "platform",
        Book::Tenant | Book::Payee(_) => "tenant",
    }
}
