//! Creates an event as a draft.

use bilten_kernel::{Ctx, OrganizerId, Slug};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{
    AddPoolError, AddTicketTypeError, Event, EventDetail, EventStatus, Line, NewEvent, NewTicketType,
    SetPersonLimitError, Venue,
    add_pool::insert_pools,
    add_ticket_type::insert_types,
    find_event::load_detail,
    set_person_limit,
    store::{events, organizers},
};

/// Numbers that are tried behind a slug before a random one is.
const SLUG_NUMBERS: u32 = 5;

/// Failure to create an event.
#[derive(Debug, thiserror::Error)]
pub enum CreateEventError {
    /// The event would end before it starts.
    #[error("the event must end after it starts")]
    EndsBeforeStart,
    /// The doors would open after the start.
    #[error("the doors must open before the event starts")]
    DoorsAfterStart,
    /// The tenant has no such organizer, or none at all.
    #[error("the organizer does not exist")]
    NoOrganizer,
    /// One of its ticket types cannot be.
    #[error("ticket type {index} cannot be added")]
    TicketType {
        /// Place of the type in the list, from 0.
        index: usize,
        /// What is wrong with it.
        #[source]
        error: AddTicketTypeError,
    },
    /// One of its shared pools cannot be.
    #[error("shared pool {index} cannot be added")]
    Pool {
        /// Place of the pool in the list, from 0.
        index: usize,
        /// What is wrong with it.
        #[source]
        error: AddPoolError,
    },
    /// Its limit per person makes no sense.
    #[error(transparent)]
    PersonLimit(#[from] SetPersonLimitError),
    /// The database refused.
    #[error("could not create the event")]
    Db(#[from] DbError),
}

/// Creates a draft with its ticket types; the list may be empty and types may follow.
///
/// # Errors
/// See [`CreateEventError`].
pub async fn create_event(
    ctx: &Ctx,
    tx: &mut TenantTx,
    new: NewEvent,
    ticket_types: Vec<NewTicketType>,
) -> Result<EventDetail, CreateEventError> {
    if new.ends_at <= new.starts_at {
        return Err(CreateEventError::EndsBeforeStart);
    }
    if new.doors_at.is_some_and(|doors| doors > new.starts_at) {
        return Err(CreateEventError::DoorsAfterStart);
    }
    let organizer = organizer_of(tx, new.organizer).await?;
    let venue = match &new.venue {
        Some(place) => Some(Venue {
            id: organizers::find_or_insert_venue(tx, ctx, place).await?,
            place: place.clone(),
        }),
        None => None,
    };
    let pools = new.shared_pools.clone();
    let max_per_person = new.max_per_person;
    let event = insert_draft(ctx, tx, draft(ctx, new, organizer, venue)).await?;
    insert_pools(ctx, tx, event.id, &pools)
        .await
        .map_err(|(index, error)| CreateEventError::Pool { index, error })?;
    insert_types(ctx, tx, &event, &[], ticket_types)
        .await
        .map_err(|(index, error)| CreateEventError::TicketType { index, error })?;
    if max_per_person.is_some() {
        set_person_limit(ctx, tx, event.id, None, max_per_person).await?;
    }
    let entry = audit::Entry {
        action: "event.created",
        object: event.id.to_string(),
        details: json!({ "slug": event.slug }),
    };
    audit::record(tx, ctx, entry).await?;
    let detail = load_detail(tx, event.id, ctx.now()).await?;
    Ok(detail.expect("the event was inserted in this transaction"))
}

async fn organizer_of(tx: &mut TenantTx, wanted: Option<OrganizerId>) -> Result<OrganizerId, CreateEventError> {
    match wanted {
        Some(id) if organizers::exists(tx, id).await? => Ok(id),
        Some(_) => Err(CreateEventError::NoOrganizer),
        None => {
            let first = organizers::list(tx).await?.into_iter().next();
            first.map(|o| o.id).ok_or(CreateEventError::NoOrganizer)
        }
    }
}

fn draft(ctx: &Ctx, new: NewEvent, organizer: OrganizerId, venue: Option<Venue>) -> Event {
    let slug = Slug::from_title(new.name.as_str()).unwrap_or_else(|| numbered("event", ctx));
    Event {
        id: ctx.new_id(),
        organizer,
        venue,
        artwork: Line::stored(slug.to_string()),
        slug,
        name: new.name,
        summary: new.summary,
        description: new.description,
        category: new.category,
        status: EventStatus::Draft,
        doors_at: new.doors_at,
        starts_at: new.starts_at,
        ends_at: new.ends_at,
        time_zone: new.time_zone,
        currency: new.currency,
        refund_policy: new.refund_policy,
        has_promo_codes: false,
        donation_cause: None,
        has_offers: false,
        has_return_policy: false,
        created_at: ctx.now(),
        updated_at: ctx.now(),
        published_at: None,
        cancelled_at: None,
    }
}

/// Inserts the draft under the first free slug: `name`, `name-2` … `name-5`, then a random one.
async fn insert_draft(ctx: &Ctx, tx: &mut TenantTx, mut event: Event) -> Result<Event, DbError> {
    let base = event.slug.clone();
    for number in 2..=SLUG_NUMBERS + 1 {
        if events::insert(tx, &event).await? {
            return Ok(event);
        }
        event.slug = match number {
            ..=SLUG_NUMBERS => format!("{base}-{number}")
                .parse()
                .unwrap_or_else(|_| numbered("event", ctx)),
            _ => numbered(base.as_str(), ctx),
        };
    }
    if events::insert(tx, &event).await? {
        return Ok(event);
    }
    Err(DbError::Sql(sqlx::Error::RowNotFound))
}

/// Puts six random letters behind a slug of at most 56 characters.
fn numbered(base: &str, ctx: &Ctx) -> Slug {
    let letters = data_encoding::HEXLOWER.encode(&ctx.random::<3>());
    format!("{base}-{letters}")
        .parse()
        .expect("a slug made from a title leaves room for seven characters")
}
