//! What every report about money must tie to: the books, whatever was sold, given back, contested and paid out.

use bilten_billing::{
    finance::{self, EntryFilter, EventMovements, Figure, Movement, Span, Statement},
    ledger::{self, Balance, Book, Code},
    proof,
};
use bilten_core::reports;
use bilten_kernel::{Currency, Money, TenantId, Timestamp};
use bilten_tenancy::TenantTx;
use bilten_tests::Web;
use jiff::SignedDuration;

const FIGURES: [Figure; 11] = [
    Figure::Gross,
    Figure::Tickets,
    Figure::ServiceFees,
    Figure::SalesTax,
    Figure::Returned,
    Figure::Kept,
    Figure::PlatformFees,
    Figure::ProviderFees,
    Figure::DisputeFees,
    Figure::Fees,
    Figure::Disputes,
];
/// Where money is, or is claimed, or is owed to buyers or for the platform's fees.
const MONEY: [Code; 10] = [
    Code::PspPending,
    Code::PspAvailable,
    Code::PspReserved,
    Code::PayoutInTransit,
    Code::Bank,
    Code::CashBox,
    Code::DisputeHold,
    Code::RefundClearing,
    Code::CustomerRefundDue,
    Code::PlatformFeePayable,
];
/// What was sold and not given back: not earned yet, earned, owed to the tax office.
const SOLD: [Code; 5] = [
    Code::TicketDeferred,
    Code::ServiceFeeDeferred,
    Code::TicketRevenue,
    Code::ServiceFeeIncome,
    Code::TaxPayable,
];
const MOST: i64 = 100_000;

/// Statement, results of events, fees, what is owed and the proof of funds of a shop say the same, to the cent.
pub(super) async fn assert_tied(web: &Web, tenant: TenantId) {
    let mut tx = web.state.db.begin_in(tenant).await.unwrap();
    let tx = &mut tx;
    let until = web.state.clock.now() + SignedDuration::from_secs(1);
    let span = Span {
        from: Timestamp::UNIX_EPOCH,
        until,
        event: None,
    };
    let movements = finance::list_movements(tx, &span).await.unwrap();
    let by_event = finance::list_movements_by_event(tx, &span).await.unwrap();
    let balances = ledger::balances(tx, None).await.unwrap();
    let proof = proof::prove(tx).await.unwrap();
    assert!(proof.is_sound(), "{proof:#?}");
    assert!(proof.funds.iter().all(proof::Funds::is_same), "{:#?}", proof.funds);
    for currency in finance::currencies(&movements) {
        let told = finance::statement(Book::Tenant, &movements, Money::zero(currency)).unwrap();
        let booked = |codes: &[Code]| sum(&balances, codes, currency);
        assert_eq!(told.net.minor, booked(&MONEY), "what is left is where money is");
        assert_eq!(told.closing.minor, booked(&Code::PSP));
        assert_eq!(
            told.gross.minor - told.returned.minor,
            -booked(&SOLD),
            "sold, and owed or earned"
        );
        assert_eq!(told.platform_fees.minor, booked(&[Code::PlatformFeeExpense]));
        assert_eq!(told.provider_fees.minor, booked(&[Code::PspFeeExpense]));
        assert_eq!(told.dispute_fees.minor, booked(&[Code::DisputeFeeExpense]));
        let taxes: i64 = told.taxes.iter().map(|tax| tax.amount.minor).sum();
        assert_eq!(taxes, -booked(&[Code::TaxPayable]));
        let of_currency = proof.funds.iter().filter(|funds| funds.books_say.currency == currency);
        let own: i64 = of_currency
            .map(|funds| funds.books_say.minor - funds.platform_part.minor)
            .sum();
        assert_eq!(own, told.closing.minor, "the proof is about the money of the statement");
        assert_events(&by_event, &told);
        assert_opened(tx, (&span, currency), &movements).await;
    }
    assert_orders(tx, &span, &by_event).await;
}

fn sum(balances: &[Balance], codes: &[Code], currency: Currency) -> i64 {
    balances
        .iter()
        .filter(|b| b.account.book == Book::Tenant && b.amount.currency == currency && codes.contains(&b.account.code))
        .map(|b| b.amount.minor)
        .sum()
}

/// The whole is the sum of its events.
fn assert_events(by_event: &EventMovements, told: &Statement) {
    let each: Vec<Statement> = by_event
        .values()
        .map(|movements| finance::statement(Book::Tenant, movements, Money::zero(told.currency)).unwrap())
        .collect();
    let sum = |figure: fn(&Statement) -> Money| each.iter().map(|one| figure(one).minor).sum::<i64>();
    assert_eq!(sum(|one| one.gross), told.gross.minor);
    assert_eq!(sum(|one| one.returned), told.returned.minor);
    assert_eq!(sum(|one| one.platform_fees), told.platform_fees.minor);
    assert_eq!(sum(|one| one.net), told.net.minor);
    assert_eq!(sum(|one| one.closing), told.closing.minor);
}

/// Each figure opens to transactions whose postings are the figure.
async fn assert_opened(tx: &mut TenantTx, (span, currency): (&Span, Currency), movements: &[Movement]) {
    for figure in FIGURES {
        let filter = EntryFilter {
            span: *span,
            kinds: figure.kinds().to_vec(),
            codes: figure.codes().to_vec(),
        };
        let entries = finance::list_entries(tx, &filter, None, MOST).await.unwrap();
        let lines = entries.iter().flat_map(|entry| &entry.lines);
        let behind: i64 = lines
            .filter(|line| line.account.book == Book::Tenant && line.amount.currency == currency)
            .filter(|line| figure.codes().contains(&line.account.code))
            .map(|line| line.amount.minor)
            .sum();
        let told = figure.sum((Book::Tenant, currency), movements).unwrap();
        assert_eq!(behind.abs(), told.minor.abs(), "{figure:?}");
    }
}

/// What orders say was sold is what the books say, event by event.
async fn assert_orders(tx: &mut TenantTx, span: &Span, by_event: &EventMovements) {
    for (event, movements) in by_event {
        let Some(event) = *event else { continue };
        let takings = reports::list_takings(tx, event, (span.from, span.until)).await.unwrap();
        for currency in finance::currencies(movements) {
            let booked = Figure::Gross.sum((Book::Tenant, currency), movements).unwrap();
            let of_currency = takings.iter().filter(|taking| taking.gross.currency == currency);
            let by_orders: i64 = of_currency.map(|taking| taking.gross.minor).sum();
            assert_eq!(by_orders, booked.minor, "{event}");
        }
    }
}
