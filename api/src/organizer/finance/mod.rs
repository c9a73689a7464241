//! Money: what the books say about a span, and the transactions behind each figure; payouts, contests, events, fees, what is owed.

mod commission;
mod csv;
mod dispute;
mod dispute_view;
mod disputes;
mod event;
mod events;
mod fees;
mod journal;
mod liabilities;
mod page;
mod payout;
mod payouts;
mod proof;
mod show;
mod span;
mod taxes;
mod words;
mod xlsx;

use bilten_tenancy::permissions::{self, Permission, Scope};

use super::console::Console;
use crate::http::{
    problem::Problem,
    registry::{Access, Face, Route},
};
use crate::report::Form::{Csv, Page, Xlsx};

pub(super) fn routes() -> Vec<Route> {
    let mut routes = reports();
    routes.extend(taxes::routes());
    routes
}

fn reports() -> Vec<Route> {
    let (face, access) = (Face::Organizer, Access::Staff(Permission::FinanceReport));
    let payouts = Access::Staff(Permission::PayoutRead);
    let event: &'static [(&str, &str)] = &[("id", "event")];
    let payout: &'static [(&str, &str)] = &[("id", "payout")];
    let mut routes = dispute::routes();
    routes.extend([
        Route::get("/manage/finance", face, access, show::show),
        Route::get("/manage/finance/payouts", face, payouts, |q, c| {
            payouts::show(Page, q, c)
        }),
        Route::get("/manage/finance/payouts.csv", face, payouts, |q, c| {
            payouts::show(Csv, q, c)
        }),
        Route::get("/manage/finance/payouts.xlsx", face, payouts, |q, c| {
            payouts::show(Xlsx, q, c)
        }),
        Route::get("/manage/finance/payouts/{id}", face, payouts, |i, q, c| {
            payout::show(Page, i, q, c)
        })
        .ids(payout),
        Route::get("/manage/finance/payouts/{id}/orders.csv", face, payouts, |i, q, c| {
            payout::show(Csv, i, q, c)
        })
        .ids(payout),
        Route::get("/manage/finance/payouts/{id}/orders.xlsx", face, payouts, |i, q, c| {
            payout::show(Xlsx, i, q, c)
        })
        .ids(payout),
        Route::get("/manage/finance/events", face, access, |q, c| events::show(Page, q, c)),
        Route::get("/manage/finance/events.csv", face, access, |q, c| {
            events::show(Csv, q, c)
        }),
        Route::get("/manage/finance/events.xlsx", face, access, |q, c| {
            events::show(Xlsx, q, c)
        }),
        Route::get("/manage/finance/events/{id}", face, access, |i, q, c| {
            event::show(Page, i, q, c)
        })
        .ids(event),
        Route::get("/manage/finance/events/{id}/sales.csv", face, access, |i, q, c| {
            event::show(Csv, i, q, c)
        })
        .ids(event),
        Route::get("/manage/finance/events/{id}/sales.xlsx", face, access, |i, q, c| {
            event::show(Xlsx, i, q, c)
        })
        .ids(event),
        Route::get("/manage/finance/fees", face, access, |q, c| fees::show(Page, q, c)),
        Route::get("/manage/finance/fees.csv", face, access, |q, c| fees::show(Csv, q, c)),
        Route::get("/manage/finance/fees.xlsx", face, access, |q, c| fees::show(Xlsx, q, c)),
        Route::get("/manage/finance/liabilities", face, access, |q, c| {
            liabilities::show(Page, q, c)
        }),
        Route::get("/manage/finance/liabilities.csv", face, access, |q, c| {
            liabilities::show(Csv, q, c)
        }),
        Route::get("/manage/finance/liabilities.xlsx", face, access, |q, c| {
            liabilities::show(Xlsx, q, c)
        }),
        Route::get("/manage/finance/journal", face, access, journal::show),
        Route::get("/manage/finance/journal.csv", face, access, csv::show),
        Route::get("/manage/finance/statement.xlsx", face, access, xlsx::show),
    ]);
    routes
}

/// The books are those of the whole tenant: whoever sees the figures of some events only does not see them.
async fn permit(console: &Console, tx: &mut bilten_tenancy::TenantTx) -> Result<(), Problem> {
    permissions::require(tx, console, Permission::FinanceReport, Scope::Tenant).await?;
    Ok(())
}
