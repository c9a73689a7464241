//! Makes a shop of the plan: tenant, staff, key, events. Each step is left out when an earlier run
//! has done it.

use std::collections::HashMap;

use anyhow::Context as _;
use bilten_core::{
    catalog::{
        self, Body, EventDetail, Line, NewEvent, NewTicketType, NewVenue, SaleRules, SaleTerms, Stock, TicketKind,
    },
    return_policy::{self, NewReturnPolicy, Step},
    waiting_room::{self, Mode, RoomSettings},
};
use bilten_kernel::{ApiScopes, Ctx, EventId, PoolId, Slug, TenantId, Timestamp, ZoneName};
use bilten_sso::api_keys;
use bilten_tenancy::TenantTx;
use jiff::{SignedDuration, Span, civil, tz::TimeZone};

use super::{
    ctx, money, people,
    plan::{self, EventPlan, Start, TenantPlan, TypePlan, VenuePlan},
    seats, taxes, team,
};
use crate::{
    http::AppState,
    provision::{self, NewOwner, NewShop},
};

/// A shop of the demo.
#[derive(Debug)]
pub struct Shop {
    /// What it is made of.
    pub plan: &'static TenantPlan,
    /// The tenant.
    pub tenant: TenantId,
    /// Zone of its events.
    pub zone: TimeZone,
    /// Its events, in the order of the plan.
    pub events: Vec<EventDetail>,
    /// A key with all scopes, just made.
    pub api_key: String,
}

/// Makes what is missing of a shop that opened at `begin`.
pub async fn ensure(
    state: &AppState,
    plan: &'static TenantPlan,
    begin: Timestamp,
    now: Timestamp,
    seed: u64,
) -> anyhow::Result<Shop> {
    let tenant = ensure_tenant(state, plan, begin, seed).await?;
    let ctx = ctx(state, tenant, begin, seed.wrapping_mul(1_000));
    people::ensure_staff(state, &ctx, plan.slug).await?;
    taxes::ensure(state, &ctx, plan.currency.parse()?, &plan.taxes).await?;
    let zone: ZoneName = plan.zone.parse()?;
    let mut events = Vec::with_capacity(plan.events.len());
    for (event, number) in plan.events.iter().zip(1_u64..) {
        let made = ensure_event(state, plan, event, (now, tenant, seed.wrapping_mul(1_000) + number)).await;
        let mut made = made.with_context(|| format!("event {}", event.name))?;
        if taxes::assign(state, &ctx, &made, &plan.taxes).await? {
            let mut tx = state.db.begin(&ctx).await?;
            let again = catalog::find_event(&ctx, &mut tx, made.event.id).await?;
            made = again.context("the event is gone")?;
        }
        money::ensure_promos(state, &ctx, &made, plan.money.promos).await?;
        events.push(made);
    }
    let first = events.first().map(|detail| detail.event.id);
    team::ensure(state, &ctx, plan.slug, (first, now)).await?;
    let mut tx = state.db.begin(&ctx).await?;
    let key_ctx = Ctx::new(
        tenant,
        ctx.actor.clone(),
        ctx.request.clone(),
        now,
        state.entropy.clone(),
    );
    let (_, token) = api_keys::create(&mut tx, &key_ctx, "Demo", ApiScopes::all()).await?;
    tx.commit().await?;
    Ok(Shop {
        plan,
        tenant,
        zone: zone.zone(),
        events,
        api_key: token.expose().clone(),
    })
}

async fn ensure_tenant(state: &AppState, plan: &TenantPlan, begin: Timestamp, seed: u64) -> anyhow::Result<TenantId> {
    let slug: Slug = plan.slug.parse()?;
    if let Some(known) = state.directory.find_by_slug(&slug).await? {
        return Ok(known.id);
    }
    let owner = people::login(&state.master_key, plan.slug, "owner");
    let shop = NewShop {
        slug,
        name: plan.name.parse()?,
        locale: plan.locale.parse()?,
        currency: plan.currency.parse()?,
        zone: plan.zone.parse()?,
        theme: serde_json::json!({ "preset": plan.slug, "imprint": plan.imprint }),
        legal: plan::legal(plan),
        owner: NewOwner {
            email: owner.email.parse()?,
            name: "Owner".parse()?,
            password: owner.password.parse()?,
        },
    };
    let nobody = TenantId::from_uuid(uuid::Uuid::nil());
    Ok(provision::provision(state, &ctx(state, nobody, begin, seed), shop).await?)
}

/// Makes, and unless it stays a draft publishes, one event in one transaction.
async fn ensure_event(
    state: &AppState,
    tenant: &TenantPlan,
    plan: &EventPlan,
    (now, id, seed): (Timestamp, TenantId, u64),
) -> anyhow::Result<EventDetail> {
    let zone: ZoneName = tenant.zone.parse()?;
    let since = plan.fate.since().unwrap_or(2);
    let ctx = ctx(state, id, now - SignedDuration::from_hours(24 * since), seed);
    let slug = Slug::from_title(plan.name).context("the name makes no slug")?;
    let mut tx = state.db.begin(&ctx).await?;
    let known = catalog::list_events(&ctx, &mut tx, &all(), None, 100).await?;
    if let Some(known) = known.events.into_iter().find(|detail| detail.event.slug == slug) {
        return Ok(known);
    }
    let starts_at = begin(plan.starts, now, &zone.zone())?;
    let new = NewEvent {
        summary: plan.summary.parse()?,
        description: plan.description.parse()?,
        category: plan.category.parse()?,
        venue: Some(venue(plan.venue)?),
        refund_policy: plan.refund_policy.parse()?,
        doors_at: Some(starts_at - SignedDuration::from_mins(plan.doors_before)),
        ..NewEvent::new(
            plan.name.parse()?,
            starts_at,
            starts_at + SignedDuration::from_mins(plan.minutes),
            zone.clone(),
            tenant.currency.parse()?,
        )
    };
    let event = catalog::create_event(&ctx, &mut tx, new, Vec::new()).await?.event.id;
    let mut pools: HashMap<&str, PoolId> = HashMap::new();
    for (name, places) in plan.pools {
        pools.insert(
            name,
            catalog::add_pool(&ctx, &mut tx, event, name.parse()?, *places).await?,
        );
    }
    for ticket_type in plan.types {
        catalog::add_ticket_type(&ctx, &mut tx, event, new_type(ticket_type, &pools, now, &zone.zone())?).await?;
    }
    if plan.types.iter().any(|ticket_type| ticket_type.seats.is_some()) {
        let made = catalog::find_event(&ctx, &mut tx, event)
            .await?
            .context("the event was just made")?;
        seats::set(&ctx, &mut tx, &made, plan.types).await?;
    }
    if !plan.returns.is_empty() {
        return_policy::set_return_policy(&ctx, &mut tx, event, returns(plan)).await?;
    }
    if plan.fate.since().is_some() {
        catalog::publish_event(&ctx, &mut tx, event).await?;
    }
    // Where nothing can be had yet, people gather for the opening.
    let openings: Option<Vec<i64>> = plan.types.iter().map(|t| t.opens).collect();
    if let Some(days) = openings.and_then(|days| days.into_iter().min()) {
        let opening = on_day(days, 10, now, &zone.zone())?;
        expect_a_crowd(&ctx, &mut tx, event, opening).await?;
    }
    let detail = catalog::find_event(&ctx, &mut tx, event)
        .await?
        .context("the event was just made")?;
    tx.commit().await?;
    Ok(detail)
}

/// What it costs to give tickets back.
fn returns(plan: &EventPlan) -> NewReturnPolicy {
    let step = |(days, percent): &(u32, u32)| Step {
        hours_before: days * 24,
        keep_bp: percent * 100,
        keep_minor: 0,
    };
    NewReturnPolicy {
        is_self_service: true,
        withdrawal_days: 0,
        steps: plan.returns.iter().map(step).collect(),
    }
}

/// Whoever comes before the opening takes part in a draw.
async fn expect_a_crowd(ctx: &Ctx, tx: &mut TenantTx, event: EventId, opening: Timestamp) -> anyhow::Result<()> {
    let settings = RoomSettings {
        mode: Mode::On,
        opens_at: Some(opening),
        per_minute: 120,
        pass_minutes: 10,
        auto_wait_s: 10,
        message: String::new(),
    };
    waiting_room::configure(ctx, tx, event, settings).await?;
    Ok(())
}

fn all() -> catalog::EventFilter {
    catalog::EventFilter {
        listing: catalog::Listing::All,
        ..catalog::EventFilter::default()
    }
}

fn venue(plan: VenuePlan) -> anyhow::Result<NewVenue> {
    Ok(NewVenue {
        name: plan.name.parse()?,
        street: plan.street.parse()?,
        postcode: plan.postcode.parse()?,
        city: plan.city.parse()?,
        country: plan.country.parse()?,
    })
}

fn new_type(
    plan: &TypePlan,
    pools: &HashMap<&str, PoolId>,
    now: Timestamp,
    zone: &TimeZone,
) -> anyhow::Result<NewTicketType> {
    let name: Line<1, 120> = plan.name.parse()?;
    let description: Body<2_000> = plan.description.parse()?;
    Ok(NewTicketType {
        terms: SaleTerms {
            name,
            description,
            min_per_order: 1,
            max_per_order: plan.max,
            sale_starts_at: plan.opens.map(|days| on_day(days, 10, now, zone)).transpose()?,
            sale_ends_at: plan.closes.map(|days| on_day(days, 0, now, zone)).transpose()?,
            is_hidden: false,
            is_locked: false,
            kind: plan
                .per_admission
                .map_or(TicketKind::Admission, |per_admission| TicketKind::AddOn {
                    per_admission,
                }),
        },
        price_minor: plan.price,
        stock: Stock {
            own_capacity: plan.capacity,
            shared: plan.shared.iter().filter_map(|name| pools.get(name).copied()).collect(),
        },
        rules: SaleRules::default(),
    })
}

/// The instant of an hour, so many days from now, in a zone.
pub fn on_day(days: i64, hour: i8, now: Timestamp, zone: &TimeZone) -> anyhow::Result<Timestamp> {
    let day = now.to_zoned(zone.clone()).date().checked_add(Span::new().days(days))?;
    Ok(day.at(hour, 0, 0, 0).to_zoned(zone.clone())?.timestamp())
}

/// The begin of an event: the wanted day of the week on or after the wanted day.
fn begin(start: Start, now: Timestamp, zone: &TimeZone) -> anyhow::Result<Timestamp> {
    let day = now
        .to_zoned(zone.clone())
        .date()
        .checked_add(Span::new().days(start.days))?;
    let wanted = civil::Weekday::from_monday_one_offset(start.weekday)?;
    let day = day.checked_add(Span::new().days(i64::from(day.weekday().until(wanted))))?;
    Ok(day
        .at(start.hour, start.minute, 0, 0)
        .to_zoned(zone.clone())?
        .timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_begin_on_their_day_of_the_week_in_their_zone() {
        let zone = TimeZone::get("Europe/Oslo").unwrap();
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        for (start, expected) in [
            (
                Start {
                    days: 0,
                    weekday: 7,
                    hour: 19,
                    minute: 30,
                },
                "2026-11-22T18:30:00Z",
            ),
            (
                Start {
                    days: 1,
                    weekday: 5,
                    hour: 19,
                    minute: 0,
                },
                "2026-11-27T18:00:00Z",
            ),
            (
                Start {
                    days: 200,
                    weekday: 6,
                    hour: 20,
                    minute: 0,
                },
                "2027-06-12T18:00:00Z",
            ),
        ] {
            assert_eq!(
                begin(start, now, &zone).unwrap(),
                expected.parse().unwrap(),
                "{start:?}"
            );
        }
    }
}
