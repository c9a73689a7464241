//! `GET /manage/events/{id}/prices/{ticket_type}`.

use std::collections::BTreeSet;

use axum::{extract::Path, response::Response};
use bilten_branding::{
    texts,
    views::{
        Section, Text,
        console::{PolicyPoint, PolicyRun, PolicyRunRow, PolicyVersionRow, PricePolicyView, SourceChoice},
        report::{Bar, BarChart},
    },
};
use bilten_core::{
    catalog::{self, Event, EventDetail, EventStatus, TicketType},
    price_policy::{self, Point, PricePolicy, RunMove, SimulatedRun, Source},
};
use bilten_kernel::{EventId, Money, TicketTypeId};
use bilten_tenancy::{TenantTx, permissions::Permission};

use super::{form::Typed, list::is_fixed};
use crate::{
    http::problem::Problem,
    organizer::{console::Console, figures, urls},
    storefront::{events::moving, urls as shop_urls},
};

/// Points that the page shows.
const POINTS: i64 = 100;
/// Bars and rows of a run that the page shows, the last ones.
const MOVES: usize = 40;

pub(super) async fn show(Path(path): Path<(String, String)>, console: Console) -> Result<Response, Problem> {
    let (event, ticket_type) = ids(&path)?;
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::PriceEdit, event).await?;
    let found = Found::load(&console, &mut tx, (event, ticket_type)).await?;
    tx.commit().await?;
    let kind = found.kind(ticket_type)?;
    let typed = Typed::beginning(&found.detail.event, kind, found.policies.first(), console.now());
    let view = found.view(&console, ticket_type, typed)?;
    console.html(Section::Events, &view)
}

/// The event and the ticket type of a path; anything else is nothing that there is.
pub(super) fn ids((event, ticket_type): &(String, String)) -> Result<(EventId, TicketTypeId), Problem> {
    let event = event.parse().map_err(|_| Problem::not_found())?;
    let ticket_type = ticket_type.parse().map_err(|_| Problem::not_found())?;
    Ok((event, ticket_type))
}

/// All about the price of a type.
pub(super) struct Found {
    pub detail: EventDetail,
    /// Versions, the newest first.
    policies: Vec<PricePolicy>,
    runs: Vec<SimulatedRun>,
    sources: Vec<Source>,
    points: Vec<Point>,
}

impl Found {
    pub(super) async fn load(
        console: &Console,
        tx: &mut TenantTx,
        (event, ticket_type): (EventId, TicketTypeId),
    ) -> Result<Self, Problem> {
        let detail = catalog::find_event(console, tx, event).await?;
        let detail = detail.ok_or_else(Problem::not_found)?;
        if !detail.ticket_types.iter().any(|kind| kind.id == ticket_type) {
            return Err(Problem::not_found());
        }
        let mut policies = price_policy::list_policies(tx, event).await?;
        policies.retain(|policy| policy.ticket_type == ticket_type);
        let mut sources = price_policy::list_sources(tx, event).await?;
        sources.sort_by_key(|source| source.ticket_type != ticket_type);
        Ok(Self {
            detail,
            policies,
            runs: price_policy::list_simulations(tx, ticket_type).await?,
            sources,
            points: price_policy::list_points(tx, ticket_type, POINTS).await?,
        })
    }

    pub(super) fn kind(&self, ticket_type: TicketTypeId) -> Result<&TicketType, Problem> {
        let found = self.detail.ticket_types.iter().find(|kind| kind.id == ticket_type);
        found.ok_or_else(Problem::not_found)
    }

    /// Fills the page, with what was typed last.
    pub(super) fn view(
        &self,
        console: &Console,
        ticket_type: TicketTypeId,
        typed: Typed,
    ) -> Result<PricePolicyView, Problem> {
        let (event, now) = (&self.detail.event, console.now());
        let kind = self.kind(ticket_type)?;
        let version = kind.moving.as_ref().map(|moving| moving.version);
        let is_open = matches!(event.status_at(now), EventStatus::Draft | EventStatus::Published);
        let has_story = event.is_public() && (version.is_some() || !self.points.is_empty());
        let deed = |deed| urls::price_policy_deed(event.id, ticket_type, deed);
        let tried: BTreeSet<i32> = self.runs.iter().map(|run| run.version).collect();
        Ok(PricePolicyView {
            title: event.name.to_string(),
            list_url: urls::moving_prices(event.id),
            name: kind.terms.name.to_string(),
            price: kind.display_price(now),
            version,
            is_fixed: is_fixed(kind),
            stop_action: version.map(|_| deed("stops")),
            story_url: has_story.then(|| shop_urls::price_points(&event.slug, ticket_type)),
            versions: self
                .policies
                .iter()
                .map(|policy| PolicyVersionRow {
                    version: policy.version,
                    said: said(event, policy),
                    is_on: version == Some(policy.version),
                    is_tried: tried.contains(&policy.version),
                })
                .collect(),
            try_action: deed("simulations"),
            start_action: deed("starts"),
            sources: self.sources.iter().map(|source| choice(event, source)).collect(),
            run: self.runs.first().map(|run| self.run(run)),
            points: self.points.iter().map(|point| row(event, point)).collect(),
            add_action: is_open.then(|| urls::price_policy(event.id, ticket_type)),
            currency: event.currency.code().to_owned(),
            zone: event.time_zone.to_string(),
            form: typed.form,
            errors: typed.errors,
        })
    }

    fn run(&self, run: &SimulatedRun) -> PolicyRun {
        let event = &self.detail.event;
        let money = |minor| Money::new(minor, event.currency);
        let source = self.sources.iter().find(|source| source.ticket_type == run.source);
        let last = run.moves.iter().skip(run.moves.len().saturating_sub(MOVES));
        PolicyRun {
            version: run.version,
            source: source.map(named).unwrap_or_default(),
            tickets: run.tickets,
            revenue: money(run.revenue),
            fixed: money(run.fixed_revenue),
            moves: i64::try_from(run.moves.len()).unwrap_or(i64::MAX),
            chart: (!run.moves.is_empty()).then(|| BarChart {
                id: "run".to_owned(),
                title: Text::new(texts::POLICY_CHART),
                bars: bars(event, &last.clone().collect::<Vec<_>>()),
            }),
            rows: last
                .rev()
                .map(|step| PolicyRunRow {
                    at: figures::moment(step.at, &event.time_zone),
                    price: money(step.price),
                    cause: run_cause(&step.cause),
                })
                .collect(),
        }
    }
}

fn run_cause(cause: &str) -> Text {
    Text::new(match cause {
        "ahead" => texts::POLICY_RUN_AHEAD,
        "behind" => texts::POLICY_RUN_BEHIND,
        _ => texts::POLICY_RUN_BOUNDS,
    })
}

/// A bar for each price, as long as it is beside the highest.
fn bars(event: &Event, moves: &[&RunMove]) -> Vec<Bar> {
    let most = moves.iter().map(|step| step.price).max().unwrap_or(1).max(1);
    let bar = |step: &&RunMove| Bar {
        text: Some(Text::new(texts::POLICY_AT).with("at", figures::moment(step.at, &event.time_zone))),
        label: String::new(),
        month: None,
        amount: Money::new(step.price, event.currency),
        start: 0,
        length: step.price.saturating_mul(1_000) / most,
        is_below: false,
    };
    moves.iter().map(bar).collect()
}

fn said(event: &Event, policy: &PricePolicy) -> Text {
    let terms = &policy.terms;
    let money = |minor| Money::new(minor, event.currency);
    Text::new(texts::POLICIES_SAID)
        .with("floor", money(terms.floor))
        .with("ceiling", money(terms.ceiling))
        .with("start", money(terms.start))
        .with("step", money(terms.step))
        .with("hours", terms.min_interval.as_hours())
        .with("daily", money(terms.max_daily_move))
        .with("at", figures::moment(terms.starts_at, &event.time_zone))
}

fn named(source: &Source) -> String {
    format!("{} · {}", source.name, source.event_name)
}

fn choice(event: &Event, source: &Source) -> SourceChoice {
    SourceChoice {
        value: source.ticket_type.to_string(),
        name: named(source),
        starts: figures::moment(source.starts_at, &event.time_zone),
    }
}

fn row(event: &Event, point: &Point) -> PolicyPoint {
    PolicyPoint {
        at: figures::moment(point.at, &event.time_zone),
        before: Money::new(point.shown_before, event.currency),
        price: Money::new(point.shown_price, event.currency),
        cause: moving::cause(point),
        sold: point.sold,
        capacity: point.capacity,
        version: point.policy_version,
        by_person: point.actor.starts_with("staff:") || point.actor.starts_with("api_key:"),
    }
}
