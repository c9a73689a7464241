//! Sets the seat plan of an event, before and during its sale.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bilten_kernel::{Ctx, EventId, PoolId, SeatRowKind, SeatSectionKind, TicketTypeId, Timestamp};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;
use uuid::Uuid;

use super::{
    MAX_ROWS, Place, PlanFault, PlanRow, Seat, SeatKind, SeatPlan, TooManyPlaces,
    capacity::{SeatedType, Seats, find_excess},
    map::read_places,
    store::plan::{self as store, RowRecord, SectionRecord},
};
use crate::{
    catalog::{self, CapacitySet, EventStatus},
    inventory::{Stock, store as stock_store},
    waitlist,
};

/// Expired holds that are reclaimed before a plan is changed.
const RECLAIMED: i64 = 2_000;
/// Rows of one event, those that were withdrawn included.
const MAX_STORED_ROWS: usize = 4 * MAX_ROWS;

/// Wish for a plan.
#[derive(Debug, Clone, Default)]
pub struct SetSeatPlan {
    /// The plan.
    pub plan: SeatPlan,
    /// Makes pools that promise more places than there are seats as small as these, instead of refusing the plan.
    pub fit_capacity: bool,
}

/// Why the plan was not set.
#[derive(Debug, thiserror::Error)]
pub enum SetPlanError {
    /// No such event.
    #[error("the event does not exist")]
    NotFound,
    /// Nothing is sold any more.
    #[error("the event is over or cancelled")]
    Closed,
    /// The plan is wrong by itself.
    #[error(transparent)]
    Fault(#[from] PlanFault),
    /// The event has no such ticket type.
    #[error("the event has no such ticket type")]
    UnknownType {
        /// Place of the type in the plan.
        index: usize,
    },
    /// A type is an add-on, which takes no seat.
    #[error("an add-on takes no seats")]
    AddOn {
        /// Place of the type in the plan.
        index: usize,
    },
    /// Tickets of a type are sold or in carts; where they sit cannot change.
    #[error("tickets of the type are sold or in carts")]
    TypeInUse(TicketTypeId),
    /// Somebody has a seat that would vanish or move.
    #[error("the seat is taken")]
    SeatTaken(Seat),
    /// Pools promise more places than there are seats.
    #[error("the ticket type has {} places and {} seats", .0.places, .0.seats)]
    TooManyPlaces(TooManyPlaces),
    /// The database refused.
    #[error("could not set the seat plan")]
    Db(#[from] DbError),
}

/// Replaces the plan of an event. Seats that somebody has must stay where they are; they may be blocked, and are then not
/// sold again when they come back.
///
/// # Errors
/// See [`SetPlanError`].
pub async fn set_plan(ctx: &Ctx, tx: &mut TenantTx, event: EventId, wish: &SetSeatPlan) -> Result<(), SetPlanError> {
    wish.plan.check()?;
    let found = catalog::lock_event(tx, event).await?.ok_or(SetPlanError::NotFound)?;
    if !matches!(found.status_at(ctx.now()), EventStatus::Draft | EventStatus::Published) {
        return Err(SetPlanError::Closed);
    }
    let stock = lock(tx, event, ctx.now()).await?;
    for (index, seating) in wish.plan.types.iter().enumerate() {
        // An add-on admits nobody, so nobody sits on it.
        match stock.types.get(&seating.ticket_type) {
            None => return Err(SetPlanError::UnknownType { index }),
            Some(facts) if facts.per_admission.is_some() => return Err(SetPlanError::AddOn { index }),
            Some(_) => {}
        }
    }
    let before = Before {
        sections: store::list_sections(tx, event).await?,
        rows: store::list_rows(tx, event).await?,
        types: store::list_types(tx, event).await?,
    };
    let sections = before.sections_after(ctx, &wish.plan);
    let rows = before.rows_after(ctx, &wish.plan, &sections)?;
    let ids: HashMap<&str, Uuid> = sections
        .iter()
        .map(|section| (section.name.as_str(), section.id))
        .collect();
    let types = Types::new(&wish.plan, &ids, &before, &stock)?;
    fit(tx, event, (&stock, &types, &rows), wish.fit_capacity).await?;
    store::save_sections(tx, event, &sections).await?;
    store::save_rows(tx, event, &rows).await?;
    store::save_types(tx, &types.kinds, &types.links).await?;
    let entry = audit::Entry {
        action: "event.seat_plan_set",
        object: event.to_string(),
        details: json!({
            "sections": wish.plan.sections.len(),
            "rows": rows.iter().filter(|row| !row.is_withdrawn).count(),
            "ticket_types": wish.plan.types.iter().map(|seating| seating.ticket_type).collect::<Vec<_>>(),
        }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(waitlist::note_freed(tx, ctx, event).await?)
}

/// Looks after a change of capacities for a type, or types that share seats, with more places than seats.
///
/// # Errors
/// The database refused.
pub(crate) async fn find_excess_of(tx: &mut TenantTx, event: EventId) -> Result<Option<TooManyPlaces>, DbError> {
    if !store::has_plan(tx, event).await? {
        return Ok(None);
    }
    let stored = store::list_types(tx, event).await?;
    let sections = store::list_sections(tx, event).await?;
    let rows = store::list_rows(tx, event).await?;
    let (capacities, pools) = store::list_pools(tx, event).await?;
    let places: HashMap<Uuid, usize> = sections
        .iter()
        .enumerate()
        .map(|(at, section)| (section.id, at))
        .collect();
    let mut types: Vec<SeatedType> = stored
        .iter()
        .filter_map(|(id, (kind, sections))| {
            Some(SeatedType {
                id: *id,
                kind: SeatKind::from_name(kind)?,
                sections: sections
                    .iter()
                    .filter_map(|section| places.get(section).copied())
                    .collect(),
                pools: pools.get(id)?.clone(),
            })
        })
        .collect();
    types.sort_by_key(|seated| seated.id);
    Ok(find_excess(&types, &count_seats(&rows, &places), &capacities))
}

async fn lock(tx: &mut TenantTx, event: EventId, now: Timestamp) -> Result<Stock, SetPlanError> {
    let found = stock_store::lock_stock(tx, event, &[], now).await?;
    let mut stock = found.ok_or(SetPlanError::NotFound)?;
    for (pool, places) in stock_store::release_expired(tx, event, now, RECLAIMED).await? {
        stock.give_back(pool, places);
    }
    Ok(stock)
}

/// Refuses more places than seats, or makes the pools smaller if that is wished.
async fn fit(
    tx: &mut TenantTx,
    event: EventId,
    (stock, types, rows): (&Stock, &Types, &[RowRecord]),
    may_shrink: bool,
) -> Result<(), SetPlanError> {
    let seats = count_seats(rows, &types.places);
    let mut capacities = capacities(stock);
    while let Some(excess) = find_excess(&types.seated, &seats, &capacities) {
        let refused = SetPlanError::TooManyPlaces(excess);
        let Some(pool) = excess.pool.filter(|_| may_shrink) else {
            return Err(refused);
        };
        if catalog::set_capacity(tx, event, pool, excess.seats).await? != CapacitySet::Done {
            return Err(refused);
        }
        // Each turn makes a pool smaller, to what the seats allow: there are as many turns as pools at most.
        capacities.insert(pool, excess.seats);
    }
    Ok(())
}

fn capacities(stock: &Stock) -> BTreeMap<PoolId, i64> {
    stock.pools.iter().map(|(id, pool)| (*id, pool.capacity)).collect()
}

/// Counts the seats that can be sold or are taken, by section and kind.
fn count_seats(rows: &[RowRecord], places: &HashMap<Uuid, usize>) -> Seats {
    let mut seats = Seats::new();
    for row in rows.iter().filter(|row| !row.is_withdrawn) {
        let Some(section) = places.get(&row.section).copied() else {
            continue;
        };
        for (letter, digit) in row.layout.chars().zip(row.taken.chars()) {
            let kind = match letter.to_ascii_lowercase() {
                's' => SeatKind::Seat,
                'w' => SeatKind::Wheelchair,
                'c' => SeatKind::Companion,
                _ => continue,
            };
            if letter.is_ascii_lowercase() || digit == '1' {
                *seats.entry((section, kind)).or_default() += 1;
            }
        }
    }
    seats
}

/// What is stored of an event's plan.
struct Before {
    sections: Vec<SectionRecord>,
    rows: Vec<RowRecord>,
    types: HashMap<TicketTypeId, (String, Vec<Uuid>)>,
}

impl Before {
    /// Sections of the plan, and behind them those that it withdraws.
    fn sections_after(&self, ctx: &Ctx, plan: &SeatPlan) -> Vec<SectionRecord> {
        let known: HashMap<&str, Uuid> = self
            .sections
            .iter()
            .map(|section| (section.name.as_str(), section.id))
            .collect();
        let wanted = (0_i32..).zip(&plan.sections).map(|(position, section)| {
            let name = section.name.as_str();
            SectionRecord {
                id: known
                    .get(name)
                    .copied()
                    .unwrap_or_else(|| ctx.new_id::<SeatSectionKind>().uuid()),
                name: name.to_owned(),
                position,
                is_withdrawn: false,
            }
        });
        let names: BTreeSet<&str> = plan.sections.iter().map(|section| section.name.as_str()).collect();
        let gone = self
            .sections
            .iter()
            .filter(|section| !names.contains(section.name.as_str()));
        let withdrawn = gone.map(|section| SectionRecord {
            is_withdrawn: true,
            ..section.clone()
        });
        wanted.chain(withdrawn).collect()
    }

    /// Rows of the plan, and behind them those that it withdraws; seats that are taken stay where they are.
    fn rows_after(
        &self,
        ctx: &Ctx,
        plan: &SeatPlan,
        sections: &[SectionRecord],
    ) -> Result<Vec<RowRecord>, SetPlanError> {
        let mut known: HashMap<(Uuid, &str), &RowRecord> = self
            .rows
            .iter()
            .map(|row| ((row.section, row.label.as_str()), row))
            .collect();
        let mut rows = Vec::with_capacity(self.rows.len());
        for (section, record) in plan.sections.iter().zip(sections) {
            for (position, row) in (0_i32..).zip(&section.rows) {
                let present = known.remove(&(record.id, row.label.as_str()));
                rows.push(row_after(ctx, record, (position, row), present)?);
            }
        }
        let names: HashMap<Uuid, &str> = sections
            .iter()
            .map(|section| (section.id, section.name.as_str()))
            .collect();
        for row in known.into_values() {
            if let Some(seat) = first_taken(row, names.get(&row.section).copied().unwrap_or_default(), 0) {
                return Err(SetPlanError::SeatTaken(seat));
            }
            rows.push(RowRecord {
                free: 0,
                is_withdrawn: true,
                ..row.clone()
            });
        }
        if rows.len() > MAX_STORED_ROWS {
            return Err(PlanFault::TooLarge.into());
        }
        Ok(rows)
    }
}

fn row_after(
    ctx: &Ctx,
    section: &SectionRecord,
    (position, row): (i32, &PlanRow),
    present: Option<&RowRecord>,
) -> Result<RowRecord, SetPlanError> {
    let (layout, numbers) = (row.layout(), row.numbers());
    let mut taken = "0".repeat(layout.len());
    if let Some(present) = present {
        let before = present.numbers.split(' ').zip(present.taken.chars());
        let mut after = numbers.split(' ');
        for (at, (number, digit)) in before.enumerate() {
            let stays = after.next() == Some(number);
            if digit == '1' && !stays {
                let seat = first_taken(present, &section.name, at);
                return Err(seat.map_or(SetPlanError::NotFound, SetPlanError::SeatTaken));
            }
            if digit == '1' {
                taken.replace_range(at..=at, "1");
            }
        }
    }
    let open = read_places(&layout, &taken)
        .into_iter()
        .filter(|place| *place != Place::Closed)
        .count();
    Ok(RowRecord {
        id: present.map_or_else(|| ctx.new_id::<SeatRowKind>().uuid(), |present| present.id),
        section: section.id,
        label: row.label.as_str().to_owned(),
        position,
        layout,
        numbers,
        taken,
        free: i32::try_from(open).unwrap_or(i32::MAX),
        is_withdrawn: false,
    })
}

/// Names the first seat of a row, from a place on, that somebody has.
fn first_taken(row: &RowRecord, section: &str, from: usize) -> Option<Seat> {
    let mut places = row.numbers.split(' ').zip(row.taken.chars()).skip(from);
    let (number, _) = places.find(|(_, digit)| *digit == '1')?;
    Some(Seat {
        section: section.to_owned(),
        row: row.label.clone(),
        number: number.to_owned(),
    })
}

/// Where the types of the event sit from now on.
struct Types {
    kinds: Vec<(TicketTypeId, Option<&'static str>)>,
    links: Vec<(TicketTypeId, Uuid)>,
    seated: Vec<SeatedType>,
    places: HashMap<Uuid, usize>,
}

impl Types {
    fn new(plan: &SeatPlan, ids: &HashMap<&str, Uuid>, before: &Before, stock: &Stock) -> Result<Self, SetPlanError> {
        let places: HashMap<Uuid, usize> = plan
            .sections
            .iter()
            .enumerate()
            .filter_map(|(at, section)| Some((*ids.get(section.name.as_str())?, at)))
            .collect();
        let mut types = Self {
            kinds: Vec::new(),
            links: Vec::new(),
            seated: Vec::new(),
            places,
        };
        for (id, facts) in &stock.types {
            let wanted = plan.types.iter().find(|seating| seating.ticket_type == *id);
            let sections: BTreeSet<Uuid> = wanted
                .iter()
                .flat_map(|seating| &seating.sections)
                .filter_map(|name| ids.get(name.as_str()).copied())
                .collect();
            let kind = wanted.map(|seating| seating.kind);
            if before.types.contains_key(id) != kind.is_some() && stock.has_committed(*id) {
                return Err(SetPlanError::TypeInUse(*id));
            }
            types.kinds.push((*id, kind.map(SeatKind::name)));
            types.links.extend(sections.iter().map(|section| (*id, *section)));
            if let Some(kind) = kind {
                types.seated.push(SeatedType {
                    id: *id,
                    kind,
                    sections: sections
                        .iter()
                        .filter_map(|section| types.places.get(section).copied())
                        .collect(),
                    pools: facts.pools.clone(),
                });
            }
        }
        // Always the same order, so that the same plan is refused for the same reason.
        types.seated.sort_by_key(|seated| seated.id);
        Ok(types)
    }
}
