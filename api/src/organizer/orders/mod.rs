//! Orders: the list, one of them, sending tickets again, calling an order off.

mod cancellation;
mod list;
mod resends;
mod returns;
mod show;

use bilten_tenancy::permissions::Permission;

pub(super) use show::{refund_row, ticket_row, timeline};

use crate::http::registry::{Access, Face, Repeat, Route};

const ORDER: &[(&str, &str)] = &[("id", "order")];

pub(super) fn routes() -> Vec<Route> {
    let read = Access::Staff(Permission::OrderReadPii);
    let resend = Access::Staff(Permission::OrderResend);
    let cancel = Access::Staff(Permission::OrderCancel);
    let face = Face::Organizer;
    vec![
        Route::get("/manage/orders", face, read, list::show),
        Route::get("/manage/orders/{id}", face, read, show::show).ids(ORDER),
        Route::post("/manage/orders/{id}/resends", face, resend, resends::create)
            .ids(ORDER)
            .repeats(Repeat::Harmless),
        Route::post("/manage/orders/{id}/cancellation", face, cancel, cancellation::create)
            .ids(ORDER)
            .repeats(Repeat::State),
        Route::post("/manage/orders/{id}/returns", face, cancel, returns::create)
            .ids(ORDER)
            .repeats(Repeat::State),
    ]
}
