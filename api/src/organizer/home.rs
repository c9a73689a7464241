//! First page: what needs a person now, and how today sells.

use axum::response::{IntoResponse, Redirect, Response};
use bilten_branding::{
    texts,
    views::{
        Section, Text, Tone,
        console::{HomeView, Todo},
    },
};
use bilten_core::reports::{self, HomeReport, Needs};
use bilten_tenancy::{
    permissions::{Permission, Scope},
    settings::Settings,
};

use super::{
    console::Console,
    figures::{self, StepLabel},
    payments, urls,
};
use crate::http::{
    problem::Problem,
    registry::{Access, Face, Route},
};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(urls::HOME, Face::Organizer, Access::Session, show).open_on_visits()]
}

/// `GET /manage`; who sees no figures begins at the door, or where his work is.
async fn show(console: Console) -> Result<Response, Problem> {
    if !console.may(Permission::ReportRead) {
        let works_at = [
            (Permission::TicketScan, urls::CHECK_IN),
            (Permission::OrderReadPii, urls::ORDERS),
            (Permission::MemberRead, urls::TEAM),
        ];
        let first = works_at.into_iter().find(|(permission, _)| console.may(*permission));
        let (_, place) = first.unwrap_or((Permission::TicketScan, urls::CHECK_IN));
        return Ok(Redirect::to(place).into_response());
    }
    let settings = console.state.settings.get(&console).await?;
    let reach = console.reach(Permission::ReportRead);
    let mut tx = console.begin().await?;
    let report = reports::home(&console, &mut tx, (&settings.time_zone, settings.currency), &reach).await?;
    let waiting = if payments::may_decide(&console) {
        payments::count_waiting(&console, &mut tx).await?
    } else {
        0
    };
    tx.commit().await?;
    let shows_buyers = console.reach(Permission::OrderReadPii).covers(&reach);
    let mut view = view(&console, &settings, &report, shows_buyers);
    if waiting > 0 {
        view.todos.insert(0, payments_todo(waiting));
    }
    console.html(Section::Home, &view)
}

fn view(console: &Console, settings: &Settings, report: &HomeReport, shows_buyers: bool) -> HomeView {
    HomeView {
        today: figures::moment(console.now(), &settings.time_zone),
        todos: todos(
            &report.needs,
            report.upcoming.is_empty(),
            console.session.rights.allows(Permission::OrderReadPii, Scope::Tenant),
        ),
        sales: figures::chart(&report.sales, &settings.time_zone, StepLabel::Hour),
        trend: figures::chart(&report.trend, &settings.time_zone, StepLabel::Day),
        upcoming: report
            .upcoming
            .iter()
            .map(|row| figures::event_row(row, console.now()))
            .collect(),
        orders: report
            .orders
            .iter()
            .filter(|_| shows_buyers)
            .map(figures::order_row)
            .collect(),
        events_url: urls::EVENTS.to_owned(),
        orders_url: urls::ORDERS.to_owned(),
        new_event_url: console.may(Permission::EventCreate).then(|| urls::NEW_EVENT.to_owned()),
    }
}

/// Money that nobody looks at is worse than anything else.
fn payments_todo(count: i64) -> Todo {
    Todo {
        tone: Tone::Critical,
        text: Text::new(texts::TODO_PAYMENTS_WAITING).with("count", count),
        url: urls::PAYMENTS.to_owned(),
    }
}

/// Most urgent first. What was given up belongs to the whole shop.
fn todos(needs: &Needs, has_no_events: bool, sees_failures: bool) -> Vec<Todo> {
    let todo = |tone, text, url: String| Todo { tone, text, url };
    let orders_in = |state| urls::with_query(urls::ORDERS, &[("state", state)]);
    let mut todos = Vec::new();
    if needs.payment_conflicts > 0 {
        let text = Text::new(texts::TODO_PAYMENT_CONFLICTS).with("count", needs.payment_conflicts);
        todos.push(todo(Tone::Critical, text, orders_in("payment_conflict")));
    }
    if sees_failures && needs.failed_jobs > 0 {
        let text = Text::new(texts::TODO_FAILED_JOBS).with("count", needs.failed_jobs);
        todos.push(todo(Tone::Critical, text, urls::FAILURES.to_owned()));
    }
    if needs.awaiting_funds > 0 {
        let text = Text::new(texts::TODO_AWAITING_FUNDS).with("count", needs.awaiting_funds);
        todos.push(todo(Tone::Caution, text, orders_in("awaiting_funds")));
    }
    for event in &needs.today {
        let text = Text::new(texts::TODO_EVENT_TODAY).with("event", event.name.as_str());
        todos.push(todo(Tone::Info, text, urls::check_in(event.id)));
    }
    for event in &needs.nearly_sold_out {
        let text = Text::new(texts::TODO_ALMOST_SOLD_OUT)
            .with("event", event.name.as_str())
            .with("percent", event.percent);
        todos.push(todo(Tone::Caution, text, urls::event(event.event)));
    }
    if needs.drafts > 0 {
        let text = Text::new(texts::TODO_DRAFTS).with("count", needs.drafts);
        todos.push(todo(
            Tone::Info,
            text,
            urls::with_query(urls::EVENTS, &[("status", "draft")]),
        ));
    } else if has_no_events {
        todos.push(todo(
            Tone::Info,
            Text::new(texts::TODO_NO_EVENTS),
            urls::NEW_EVENT.to_owned(),
        ));
    }
    todos
}
