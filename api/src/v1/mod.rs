//! JSON API of a tenant, for programs with a key.
//!
//! Contract: ids with prefixes, problem+json with stable codes, signed cursors, `Idempotency-Key`
//! on POST, `RateLimit` headers. What is promised is in `openapi.rs`, made from the handlers.
//! Not here: who may call (the gate), and how a failure is written (`http::problem`).

mod carts;
mod check_ins;
mod disputes;
mod docs;
mod events;
mod gift_cards;
mod once;
mod openapi;
mod orders;
mod paging;
mod payees;
mod price_offers;
mod price_policies;
mod promo_codes;
mod seat;
mod ticket_keys;
mod time;

use bilten_kernel::ApiScope;

use crate::http::registry::{Access, Face, Repeat, Route};

/// Bodies of the API are small.
const BODY_LIMIT: usize = 256 * 1024;
/// The seat plan of an arena is not.
const PLAN_LIMIT: usize = 2 * 1024 * 1024;

/// Lists the routes of this face.
pub fn routes() -> Vec<Route> {
    let scan_tickets = Access::ApiScope(ApiScope::CheckInsWrite);
    let set_plan = events::seat_plan::set::set;
    let write_events = Access::ApiScope(ApiScope::EventsWrite);
    let large = Route::put("/api/v1/events/{id}/seat-plan", Face::V1, write_events, set_plan)
        .ids(&[("id", "event")])
        .repeats(Repeat::State)
        .body_limit(PLAN_LIMIT);
    let mut routes = vec![
        Route::get("/api/v1/openapi.json", Face::V1, Access::Public, openapi::show),
        Route::get("/api/v1/docs", Face::V1, Access::Public, docs::show),
        Route::get("/api/v1/ticket-keys", Face::V1, scan_tickets, ticket_keys::list).open_when_suspended(),
        Route::post("/api/v1/check-ins", Face::V1, scan_tickets, check_ins::create)
            .open_when_suspended()
            .repeats(Repeat::Key),
    ];
    routes.extend(event_routes());
    routes.extend(offer_routes());
    routes.extend(policy_routes());
    routes.extend(sale_routes());
    routes.extend(payee_routes());
    routes.extend(gift_card_routes());
    routes.extend(disputes::routes());
    let routes = routes.into_iter().map(|route| route.body_limit(BODY_LIMIT));
    routes.chain([large]).collect()
}

/// What there is to buy.
fn event_routes() -> Vec<Route> {
    let read_events = Access::ApiScope(ApiScope::EventsRead);
    let write_events = Access::ApiScope(ApiScope::EventsWrite);
    let read_orders = Access::ApiScope(ApiScope::OrdersRead);
    vec![
        Route::get("/api/v1/events", Face::V1, read_events, events::list::list),
        Route::post("/api/v1/events", Face::V1, write_events, events::create::create).repeats(Repeat::Key),
        Route::get("/api/v1/events/{id}", Face::V1, read_events, events::show::show).ids(&[("id", "event")]),
        Route::post(
            "/api/v1/events/{id}/publish",
            Face::V1,
            write_events,
            events::publish::publish,
        )
        .ids(&[("id", "event")])
        .repeats(Repeat::Key),
        Route::get(
            "/api/v1/events/{id}/waiting-list",
            Face::V1,
            read_orders,
            events::waiting_list::list,
        )
        .ids(&[("id", "event")]),
        Route::get(
            "/api/v1/events/{id}/seat-plan",
            Face::V1,
            read_events,
            events::seat_plan::show::show,
        )
        .ids(&[("id", "event")]),
        Route::get(
            "/api/v1/events/{id}/promo-codes",
            Face::V1,
            read_events,
            promo_codes::list::list,
        )
        .ids(&[("id", "event")]),
        Route::post(
            "/api/v1/events/{id}/promo-codes",
            Face::V1,
            write_events,
            promo_codes::create::create,
        )
        .ids(&[("id", "event")])
        .repeats(Repeat::Key),
        Route::delete(
            "/api/v1/events/{id}/promo-codes/{promo}",
            Face::V1,
            write_events,
            promo_codes::withdraw::withdraw,
        )
        .ids(&[("id", "event"), ("promo", "promo_code")])
        .repeats(Repeat::State),
    ]
}

/// Accounts that the tenant is paid through. Connecting and closing are states, not deeds: twice is once.
fn payee_routes() -> Vec<Route> {
    let write = Access::ApiScope(ApiScope::PayeesWrite);
    let id = &[("id", "payee")];
    vec![
        Route::get("/api/v1/payees", Face::V1, write, payees::list::list),
        Route::post("/api/v1/payees", Face::V1, write, payees::connect::connect).repeats(Repeat::Key),
        Route::get("/api/v1/payees/{id}", Face::V1, write, payees::show::show).ids(id),
        Route::delete("/api/v1/payees/{id}", Face::V1, write, payees::close::close)
            .ids(id)
            .repeats(Repeat::State),
        Route::post(
            "/api/v1/payees/{id}/onboarding-links",
            Face::V1,
            write,
            payees::onboard::create,
        )
        .ids(id)
        .repeats(Repeat::Key),
        Route::post(
            "/api/v1/payees/{id}/onboarding-session",
            Face::V1,
            write,
            payees::onboard::open,
        )
        .ids(id)
        .repeats(Repeat::Key),
    ]
}

/// What moves prices with demand.
fn policy_routes() -> Vec<Route> {
    let read_events = Access::ApiScope(ApiScope::EventsRead);
    let write_events = Access::ApiScope(ApiScope::EventsWrite);
    let path = "/api/v1/events/{id}/price-policies";
    let ids = &[("id", "event"), ("ticket_type", "ticket_type")];
    vec![
        Route::get(path, Face::V1, read_events, price_policies::list::list).ids(&[("id", "event")]),
        Route::post(path, Face::V1, write_events, price_policies::create::create)
            .ids(&[("id", "event")])
            .repeats(Repeat::Key),
        Route::post(
            "/api/v1/events/{id}/price-policies/{ticket_type}/simulations",
            Face::V1,
            write_events,
            price_policies::simulate::create,
        )
        .ids(ids)
        .repeats(Repeat::Key),
        Route::put(
            "/api/v1/events/{id}/price-policies/{ticket_type}/switch",
            Face::V1,
            write_events,
            price_policies::switch::switch,
        )
        .ids(ids)
        .repeats(Repeat::State),
        Route::get(
            "/api/v1/events/{id}/price-policies/{ticket_type}/points",
            Face::V1,
            read_events,
            price_policies::points::list,
        )
        .ids(ids),
    ]
}

/// Gift cards. Making one makes money, so that it has a scope of its own.
fn gift_card_routes() -> Vec<Route> {
    let read = Access::ApiScope(ApiScope::OrdersRead);
    let write = Access::ApiScope(ApiScope::GiftCardsWrite);
    let id = &[("id", "gift_card")];
    vec![
        Route::get("/api/v1/gift-cards", Face::V1, read, gift_cards::list::list),
        Route::post("/api/v1/gift-cards", Face::V1, write, gift_cards::create::create).repeats(Repeat::RequiredKey),
        Route::post(
            "/api/v1/gift-cards/lookups",
            Face::V1,
            read,
            gift_cards::balance::look_up,
        )
        .repeats(Repeat::Harmless),
        Route::get("/api/v1/gift-cards/{id}", Face::V1, read, gift_cards::show::show).ids(id),
        Route::delete("/api/v1/gift-cards/{id}", Face::V1, write, gift_cards::stop::stop)
            .ids(id)
            .repeats(Repeat::State),
    ]
}

/// What is taken off without a code.
fn offer_routes() -> Vec<Route> {
    let read_events = Access::ApiScope(ApiScope::EventsRead);
    let write_events = Access::ApiScope(ApiScope::EventsWrite);
    let path = "/api/v1/events/{id}/price-offers";
    vec![
        Route::get(path, Face::V1, read_events, price_offers::list::list).ids(&[("id", "event")]),
        Route::post(path, Face::V1, write_events, price_offers::create::create)
            .ids(&[("id", "event")])
            .repeats(Repeat::Key),
        Route::delete(
            "/api/v1/events/{id}/price-offers/{offer}",
            Face::V1,
            write_events,
            price_offers::withdraw::withdraw,
        )
        .ids(&[("id", "event"), ("offer", "price_offer")])
        .repeats(Repeat::State),
    ]
}

/// Carts and orders.
fn sale_routes() -> Vec<Route> {
    let read_orders = Access::ApiScope(ApiScope::OrdersRead);
    let write_orders = Access::ApiScope(ApiScope::OrdersWrite);
    vec![
        Route::post("/api/v1/carts", Face::V1, write_orders, carts::create::create).repeats(Repeat::Key),
        Route::get("/api/v1/carts/{id}", Face::V1, write_orders, carts::show::show).ids(&[("id", "cart")]),
        Route::delete("/api/v1/carts/{id}", Face::V1, write_orders, carts::abandon::abandon)
            .ids(&[("id", "cart")])
            .repeats(Repeat::State),
        Route::post(
            "/api/v1/carts/{id}/checkout",
            Face::V1,
            write_orders,
            carts::checkout::checkout,
        )
        .ids(&[("id", "cart")])
        .repeats(Repeat::RequiredKey),
        Route::get("/api/v1/orders", Face::V1, read_orders, orders::list::list),
        Route::get("/api/v1/orders/{id}", Face::V1, read_orders, orders::show::show).ids(&[("id", "order")]),
        Route::get(
            "/api/v1/orders/{id}/returns",
            Face::V1,
            read_orders,
            orders::returns::list,
        )
        .ids(&[("id", "order")]),
        Route::post(
            "/api/v1/orders/{id}/returns",
            Face::V1,
            write_orders,
            orders::returns::create,
        )
        .ids(&[("id", "order")])
        .repeats(Repeat::RequiredKey),
    ]
}
