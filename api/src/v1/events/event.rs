//! An event in the API.

use bilten_core::catalog::{self, EventDetail};
use bilten_kernel::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::storefront::urls;

/// Something that takes place once, and that tickets are sold for.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct Event {
    /// Identifies the event.
    #[schema(example = "evt_06h08v3qj1w517evdqmt88z9t4")]
    id: String,
    /// Name in the address of its page.
    slug: String,
    /// Name.
    name: String,
    /// One line about it.
    summary: String,
    /// Description in Markdown.
    description: String,
    /// Kind of event; empty when it has none.
    category: String,
    /// `draft`, `published`, `ended` or `cancelled`.
    status: &'static str,
    /// Start (RFC 3339).
    starts_at: String,
    /// End (RFC 3339).
    ends_at: String,
    /// Zone in which its times are shown (IANA).
    time_zone: String,
    /// Currency of all its prices (ISO 4217).
    currency: &'static str,
    /// Name of the place, when it is known.
    venue: Option<String>,
    /// Its ticket types.
    ticket_types: Vec<TicketType>,
    /// What buyers may give something for beside their tickets.
    #[serde(skip_serializing_if = "Option::is_none")]
    donation_cause: Option<String>,
    /// When the draft was made (RFC 3339).
    created_at: String,
    /// When it was published (RFC 3339).
    published_at: Option<String>,
    /// When it was cancelled (RFC 3339).
    cancelled_at: Option<String>,
}

/// Kind of ticket that an event sells.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct TicketType {
    /// Identifies the type.
    #[schema(example = "tty_06h08v3qj1w517evdqmt88z9t4")]
    id: String,
    /// Name.
    name: String,
    /// What the ticket gives.
    description: String,
    /// All-in price of one ticket, in minor units: with the taxes and fees that nobody can avoid.
    price_minor: i64,
    /// Currency of the price (ISO 4217).
    currency: &'static str,
    /// Price of the next ticket, in minor units: that of the first tier that is open, or the type's own.
    price_now_minor: i64,
    /// Where buyers name the price of one: what they may name, all-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    open_price: Option<OpenPrice>,
    /// Where the price moves with demand: how far, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    moving_price: Option<MovingPrice>,
    /// Lower prices that come first.
    price_tiers: Vec<PriceTier>,
    /// Names of the pools that it shares with other types.
    shared_pools: Vec<String>,
    /// Tickets that can exist: the smallest of its pools.
    capacity: i64,
    /// Tickets in carts that have not expired.
    held: i64,
    /// Tickets sold.
    sold: i64,
    /// Tickets that can be put in a cart now.
    left: i64,
    /// `available`, `few_left`, `all_in_carts`, `sold_out`, `not_yet` or `over`.
    availability: &'static str,
    /// Fewest tickets of the type in one order.
    min_per_order: u32,
    /// Most tickets of the type in one order.
    max_per_order: u32,
    /// When the sale opens (RFC 3339).
    sale_starts_at: Option<String>,
    /// When the sale closes (RFC 3339).
    sale_ends_at: Option<String>,
    /// Whether the type is left out of the storefront.
    is_hidden: bool,
    /// Whether only a promo code that unlocks it makes it buyable.
    is_locked: bool,
    /// `admission`, or `add_on`: bought beside tickets that admit, and admits nobody.
    kind: &'static str,
    /// Most of an add-on in a cart for each ticket in it that admits.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_per_admission: Option<u32>,
    /// Whether each ticket takes a seat of the event's seat plan.
    is_seated: bool,
}

/// Price that the buyer names, in minor units, with everything that he cannot avoid.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "amounts of the API end in `_minor`")]
pub(in crate::v1) struct OpenPrice {
    /// The least.
    least_minor: i64,
    /// The most.
    most_minor: i64,
    /// What is paid when nothing is named.
    suggested_minor: i64,
}

/// How a price moves with demand. What a ticket costs now is within.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct MovingPrice {
    /// The least that a ticket may come to, all-in, in minor units.
    lowest_minor: i64,
    /// The most that a ticket may come to, all-in, in minor units.
    highest_minor: i64,
    /// Nothing moves before (RFC 3339).
    begins_at: String,
    /// What the shop says of it.
    notice: String,
    /// Path of the public page that says how it moved, and why.
    explained_at: String,
}

/// Price of the first tickets of a type.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct PriceTier {
    /// Name.
    name: String,
    /// All-in price of one ticket, in minor units.
    price_minor: i64,
    /// Tickets at this price.
    quantity: i64,
    /// Tickets in carts at this price.
    held: i64,
    /// Tickets sold at this price.
    sold: i64,
    /// When it is over, whatever is left (RFC 3339).
    ends_at: Option<String>,
}

impl Event {
    /// Shows an event as it is at an instant.
    pub(in crate::v1) fn new(detail: &EventDetail, now: Timestamp) -> Self {
        let event = &detail.event;
        let types = detail.ticket_types.iter();
        Self {
            id: event.id.to_string(),
            slug: event.slug.to_string(),
            name: event.name.to_string(),
            summary: event.summary.to_string(),
            description: event.description.to_string(),
            category: event.category.to_string(),
            status: event.status_at(now).name(),
            starts_at: event.starts_at.to_string(),
            ends_at: event.ends_at.to_string(),
            time_zone: event.time_zone.to_string(),
            currency: event.currency.code(),
            venue: event.venue.as_ref().map(|venue| venue.place.name.to_string()),
            ticket_types: types
                .map(|ticket_type| TicketType::new(event, ticket_type, now))
                .collect(),
            donation_cause: event.donation_cause.as_ref().map(ToString::to_string),
            created_at: event.created_at.to_string(),
            published_at: event.published_at.map(|at| at.to_string()),
            cancelled_at: event.cancelled_at.map(|at| at.to_string()),
        }
    }
}

impl TicketType {
    fn new(event: &catalog::Event, ticket_type: &catalog::TicketType, now: Timestamp) -> Self {
        let terms = &ticket_type.terms;
        // Pools that are shared count what all their types hold and sell.
        let tightest = ticket_type
            .own_pool()
            .or_else(|| ticket_type.pools.iter().min_by_key(|pool| pool.left()));
        let tiers = ticket_type.tiers.iter();
        let shared = ticket_type.pools.iter().filter(|pool| !pool.name.is_empty());
        Self {
            id: ticket_type.id.to_string(),
            name: terms.name.to_string(),
            description: terms.description.to_string(),
            price_minor: ticket_type.display_price_of_rest().minor,
            currency: ticket_type.price.currency.code(),
            price_now_minor: ticket_type.display_price(now).minor,
            open_price: ticket_type.open_display_prices().map(|(most, suggested)| OpenPrice {
                least_minor: ticket_type.display_price(now).minor,
                most_minor: most.minor,
                suggested_minor: suggested.minor,
            }),
            moving_price: MovingPrice::of(event, ticket_type),
            price_tiers: tiers.map(|tier| PriceTier::new(tier, &ticket_type.pricing)).collect(),
            shared_pools: shared.map(|pool| pool.name.clone()).collect(),
            capacity: ticket_type.capacity(),
            held: tightest.map_or(0, |pool| pool.held),
            sold: tightest.map_or(0, |pool| pool.sold),
            left: ticket_type.left(),
            availability: catalog::availability(event, ticket_type, now).code(),
            min_per_order: terms.min_per_order,
            max_per_order: terms.max_per_order,
            sale_starts_at: terms.sale_starts_at.map(|at| at.to_string()),
            sale_ends_at: terms.sale_ends_at.map(|at| at.to_string()),
            is_hidden: terms.is_hidden,
            is_locked: terms.is_locked,
            kind: terms.kind.name(),
            max_per_admission: terms.kind.per_admission(),
            is_seated: ticket_type.is_seated,
        }
    }
}

impl MovingPrice {
    fn of(event: &catalog::Event, ticket_type: &catalog::TicketType) -> Option<Self> {
        let moving = ticket_type.moving.as_ref()?;
        let (least, most) = ticket_type.moving_display_range()?;
        Some(Self {
            lowest_minor: least.minor,
            highest_minor: most.minor,
            begins_at: moving.begins_at.to_string(),
            notice: moving.notice.to_string(),
            explained_at: urls::price_points(&event.slug, ticket_type.id),
        })
    }
}

impl PriceTier {
    fn new(tier: &catalog::PriceTier, pricing: &catalog::TypePricing) -> Self {
        Self {
            name: tier.name.to_string(),
            price_minor: pricing.display_price(tier.price).minor,
            quantity: tier.pool.capacity,
            held: tier.pool.held,
            sold: tier.pool.sold,
            ends_at: tier.ends_at.map(|at| at.to_string()),
        }
    }
}
