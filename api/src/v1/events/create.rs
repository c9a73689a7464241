//! `POST /events`.

use axum::{Json, extract::State, response::IntoResponse};
use bilten_core::{
    catalog::{self, EventDetail, NewEvent, NewPool, NewPriceTier, NewTicketType, NewVenue, Stock, TicketKind},
    pricing::OpenPrice,
};
use bilten_kernel::{Ctx, Currency, EventId, ParseError, PoolId, ZoneName};
use bilten_tenancy::permissions::{self, Permission, Scope};
use http::{StatusCode, header::LOCATION};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Event;
use crate::{
    http::{
        AppState,
        extract::{ApiCaller, IdempotencyKey, JsonBody, TenantCtx},
        problem::{Code, Problem},
    },
    v1::{
        once::{Once, Turn},
        time,
    },
};

/// What a new event needs; it begins as a draft.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct NewEventBody {
    /// Name, 1 to 120 characters.
    name: String,
    /// Start: RFC 3339, or a local time in the event's zone.
    #[schema(example = "2027-06-01T20:00:00+02:00")]
    starts_at: String,
    /// End, after the start.
    #[schema(example = "2027-06-01T23:00:00+02:00")]
    ends_at: String,
    /// Zone of the event (IANA).
    #[schema(example = "Europe/Oslo")]
    time_zone: String,
    /// Ticket types, 50 at most; all in one currency.
    #[serde(default)]
    #[schema(max_items = 50)]
    ticket_types: Vec<NewTicketTypeBody>,
    /// Places that several ticket types share, such as a hall; 50 at most.
    #[serde(default)]
    #[schema(max_items = 50)]
    shared_pools: Vec<NewPoolBody>,
    /// Where it takes place.
    venue: Option<VenueBody>,
    /// One line about it, 300 characters at most.
    #[serde(default)]
    summary: String,
    /// Description in Markdown, 20,000 characters at most.
    #[serde(default)]
    description: String,
    /// Kind of event, 40 characters at most.
    #[serde(default)]
    category: String,
    /// Most tickets of the event that one person may have over all his orders, 1 to 1,000.
    max_per_person: Option<u32>,
}

/// What a new shared pool needs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct NewPoolBody {
    /// Name, 1 to 120 characters; ticket types refer to it.
    #[schema(example = "Hall")]
    name: String,
    /// Places there are.
    #[schema(minimum = 0)]
    capacity: i64,
}

/// Place of an event.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct VenueBody {
    /// Name, 1 to 120 characters.
    name: String,
    /// Street and number.
    #[serde(default)]
    street: String,
    /// Postal code.
    #[serde(default)]
    postcode: String,
    /// Town.
    #[serde(default)]
    city: String,
    /// Country (ISO 3166-1 alpha-2).
    #[serde(default)]
    country: String,
}

/// Bounds of a price that buyers name, in the list, in minor units.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct OpenPriceBody {
    /// The least; buyers may take it for nothing when this is 0.
    #[schema(minimum = 0)]
    least_minor: i64,
    /// The most.
    #[schema(minimum = 1)]
    most_minor: i64,
}

/// What a new ticket type needs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct NewTicketTypeBody {
    /// Name, 1 to 120 characters.
    name: String,
    /// Price of one ticket in the list, in minor units; buyers pay it with the shop's taxes and fees.
    #[schema(minimum = 0)]
    price_minor: i64,
    /// Currency (ISO 4217).
    #[schema(example = "NOK")]
    currency: String,
    /// Tickets of this type that can be sold; may be missing where shared pools set the limit.
    #[schema(minimum = 0)]
    capacity: Option<i64>,
    /// Names of shared pools that each ticket also takes a place of.
    #[serde(default)]
    #[schema(max_items = 50)]
    shared_pools: Vec<String>,
    /// Fewest tickets in one order; 1 when missing.
    min_per_order: Option<u32>,
    /// Most tickets in one order, up to 100; 10 when missing.
    max_per_order: Option<u32>,
    /// What the ticket gives, 2,000 characters at most.
    #[serde(default)]
    description: String,
    /// When the sale opens; with the publication when missing.
    sale_starts_at: Option<String>,
    /// When the sale closes; with the event's end when missing.
    sale_ends_at: Option<String>,
    /// Leaves the type out of the storefront.
    #[serde(default)]
    is_hidden: bool,
    /// Leaves the type out of the storefront, and gives it to no cart without a promo code that unlocks it.
    #[serde(default)]
    is_locked: bool,
    /// `admission`, which is meant when it is missing, or `add_on`: parking, a programme, a dinner. An add-on is bought beside
    /// tickets that admit, and admits nobody. Settled with the publication.
    kind: Option<KindBody>,
    /// Most of an add-on in a cart for each ticket in it that admits, 1 to 20; 1 when missing.
    #[schema(minimum = 1, maximum = 20)]
    max_per_admission: Option<u32>,
    /// Most tickets of the type that one person may have over all his orders, 1 to 1,000.
    max_per_person: Option<u32>,
    /// Lets buyers name the price of one between these; `price_minor` is what is suggested then. Such a type has no tiers.
    open_price: Option<OpenPriceBody>,
    /// Lower prices that come first, 10 at most; a cart that straddles two has a line for each price.
    #[serde(default)]
    #[schema(max_items = 10)]
    price_tiers: Vec<NewPriceTierBody>,
}

/// What a ticket is good for.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::v1) enum KindBody {
    /// It lets somebody in.
    Admission,
    /// It gives something beside.
    AddOn,
}

/// Price of the first tickets of a type.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct NewPriceTierBody {
    /// Name, 1 to 120 characters.
    #[schema(example = "Early bird")]
    name: String,
    /// Price of one ticket in the list, in minor units; buyers pay it with the shop's taxes and fees.
    #[schema(minimum = 0)]
    price_minor: i64,
    /// Tickets at this price.
    #[schema(minimum = 0)]
    quantity: i64,
    /// When it is over, whatever is left.
    ends_at: Option<String>,
}

/// Create an event as a draft.
#[utoipa::path(
    post, path = "/api/v1/events", tag = "Events", operation_id = "create_event", request_body = NewEventBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request count once.")),
    responses((status = 201, description = "The draft, with its ids.", body = Event, headers(("Location" = String, description = "Its address."))))
)]
pub(in crate::v1) async fn create(
    State(state): State<AppState>,
    ctx: TenantCtx,
    caller: ApiCaller,
    IdempotencyKey(key): IdempotencyKey,
    JsonBody { value: body, hash }: JsonBody<NewEventBody>,
) -> Result<impl IntoResponse, Problem> {
    let fall_back = state.settings.get(&ctx).await?.currency;
    let (new, ticket_types) = body.parse(&ctx, fall_back)?;
    let once = Once::new("events", caller, key, hash);
    let mut tx = state.db.begin(&ctx).await?;
    permissions::require(&mut tx, &ctx, Permission::EventCreate, Scope::Tenant).await?;
    let event = match once.claim(&ctx, &mut tx).await? {
        Turn::Again(id) => found(catalog::find_event(&ctx, &mut tx, EventId::from_uuid(id)).await?)?,
        Turn::First => {
            let event = catalog::create_event(&ctx, &mut tx, new, ticket_types).await?;
            once.complete(&mut tx, event.event.id.uuid()).await?;
            event
        }
    };
    tx.commit().await?;
    let location = format!("/api/v1/events/{}", event.event.id);
    Ok((
        StatusCode::CREATED,
        [(LOCATION, location)],
        Json(Event::new(&event, ctx.now())),
    ))
}

fn found(event: Option<EventDetail>) -> Result<EventDetail, Problem> {
    event.ok_or_else(Problem::not_found)
}

impl NewEventBody {
    fn parse(self, ctx: &Ctx, fall_back: Currency) -> Result<(NewEvent, Vec<NewTicketType>), Problem> {
        let field = |name: &'static str| move |error| Problem::field(name, error);
        let zone: ZoneName = self.time_zone.parse().map_err(field("time_zone"))?;
        let starts_at = time::read("starts_at", &self.starts_at, &zone)?;
        let ends_at = time::read("ends_at", &self.ends_at, &zone)?;
        if self.ticket_types.len() > catalog::MAX_TICKET_TYPES {
            return Err(Problem::new(Code::InvalidField)
                .param("ticket_types")
                .detail("An event has 50 ticket types at most."));
        }
        let currency = one_currency(&self.ticket_types)?.unwrap_or(fall_back);
        let pools = self.shared_pools.into_iter().enumerate();
        let pools: Vec<NewPool> = pools.map(|(at, body)| body.parse(at, ctx)).collect::<Result<_, _>>()?;
        let types = self.ticket_types.into_iter().enumerate();
        let types = types
            .map(|(at, body)| body.parse(at, &zone, &pools))
            .collect::<Result<_, _>>()?;
        let name = self.name.parse().map_err(field("name"))?;
        let mut event = NewEvent::new(name, starts_at, ends_at, zone, currency);
        event.summary = self.summary.parse().map_err(field("summary"))?;
        event.description = self.description.parse().map_err(field("description"))?;
        event.category = self.category.parse().map_err(field("category"))?;
        event.venue = self.venue.map(VenueBody::parse).transpose()?;
        event.max_per_person = self.max_per_person;
        event.shared_pools = pools;
        Ok((event, types))
    }
}

/// Reads the currency that all types must share.
fn one_currency(types: &[NewTicketTypeBody]) -> Result<Option<Currency>, Problem> {
    let mut shared = None;
    for (at, body) in types.iter().enumerate() {
        let param = format!("ticket_types[{at}].currency");
        let currency: Currency = body.currency.parse().map_err(|_| unknown_currency(&param))?;
        if shared.is_some_and(|shared| shared != currency) {
            let problem = Problem::new(Code::InvalidField).param(param);
            return Err(problem.detail("All ticket types of an event have one currency."));
        }
        shared = Some(currency);
    }
    Ok(shared)
}

fn unknown_currency(param: &str) -> Problem {
    let error = ParseError::new("currency", "must be a code of ISO 4217, such as NOK");
    Problem::field(param.to_owned(), error)
}

impl NewPoolBody {
    fn parse(self, at: usize, ctx: &Ctx) -> Result<NewPool, Problem> {
        let name = self.name.parse();
        Ok(NewPool {
            id: ctx.new_id(),
            name: name.map_err(|error| Problem::field(format!("shared_pools[{at}].name"), error))?,
            capacity: self.capacity,
        })
    }
}

impl VenueBody {
    fn parse(self) -> Result<NewVenue, Problem> {
        let field = |name: &'static str| move |error| Problem::field(format!("venue.{name}"), error);
        Ok(NewVenue {
            name: self.name.parse().map_err(field("name"))?,
            street: self.street.parse().map_err(field("street"))?,
            postcode: self.postcode.parse().map_err(field("postcode"))?,
            city: self.city.parse().map_err(field("city"))?,
            country: self.country.parse().map_err(field("country"))?,
        })
    }
}

impl NewTicketTypeBody {
    fn parse(self, at: usize, zone: &ZoneName, pools: &[NewPool]) -> Result<NewTicketType, Problem> {
        let field = |name: &'static str| move |error| Problem::field(format!("ticket_types[{at}].{name}"), error);
        let when = |name, text: Option<String>| text.map(|text| time::read(name, &text, zone)).transpose();
        let mut new = NewTicketType::new(self.name.parse().map_err(field("name"))?, self.price_minor, 0);
        new.stock = Stock {
            own_capacity: self.capacity,
            shared: shared(at, &self.shared_pools, pools)?,
        };
        new.terms.description = self.description.parse().map_err(field("description"))?;
        new.terms.min_per_order = self.min_per_order.unwrap_or(new.terms.min_per_order);
        new.terms.max_per_order = self.max_per_order.unwrap_or(new.terms.max_per_order);
        new.terms.sale_starts_at = when("sale_starts_at", self.sale_starts_at)?;
        new.terms.sale_ends_at = when("sale_ends_at", self.sale_ends_at)?;
        new.terms.is_hidden = self.is_hidden || self.is_locked;
        new.terms.is_locked = self.is_locked;
        new.terms.kind = kind(at, self.kind, self.max_per_admission)?;
        new.rules.max_per_person = self.max_per_person;
        new.rules.open_price = self.open_price.map(|bounds| OpenPrice {
            min: bounds.least_minor,
            max: bounds.most_minor,
        });
        let tiers = self.price_tiers.into_iter().enumerate();
        new.rules.tiers = tiers
            .map(|(n, tier)| tier.parse(&format!("ticket_types[{at}].price_tiers[{n}]"), zone))
            .collect::<Result<_, _>>()?;
        Ok(new)
    }
}

impl NewPriceTierBody {
    fn parse(self, param: &str, zone: &ZoneName) -> Result<NewPriceTier, Problem> {
        let ends_at = self
            .ends_at
            .map(|text| time::read("ends_at", &text, zone))
            .transpose()?;
        Ok(NewPriceTier {
            name: self
                .name
                .parse()
                .map_err(|error| Problem::field(format!("{param}.name"), error))?,
            price_minor: self.price_minor,
            quantity: self.quantity,
            ends_at,
        })
    }
}

/// Reads what a type is.
fn kind(at: usize, kind: Option<KindBody>, per_admission: Option<u32>) -> Result<TicketKind, Problem> {
    match kind {
        Some(KindBody::AddOn) => Ok(TicketKind::AddOn {
            per_admission: per_admission.unwrap_or(1),
        }),
        Some(KindBody::Admission) | None if per_admission.is_some() => Err(Problem::new(Code::InvalidField)
            .param(format!("ticket_types[{at}].max_per_admission"))
            .detail("Only an add-on has a most for each ticket that admits.")),
        Some(KindBody::Admission) | None => Ok(TicketKind::Admission),
    }
}

/// Finds the pools that a ticket type names.
fn shared(at: usize, names: &[String], pools: &[NewPool]) -> Result<Vec<PoolId>, Problem> {
    let find = |name: &String| {
        pools
            .iter()
            .find(|pool| pool.name.as_str() == name.trim())
            .map(|pool| pool.id)
    };
    names
        .iter()
        .enumerate()
        .map(|(n, name)| {
            find(name).ok_or_else(|| {
                Problem::new(Code::InvalidField)
                    .param(format!("ticket_types[{at}].shared_pools[{n}]"))
                    .detail("The event has no shared pool of this name.")
            })
        })
        .collect()
}
