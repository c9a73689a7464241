//! Shows the seat plan of an event.

use std::collections::HashMap;

use bilten_kernel::EventId;
use bilten_tenancy::{DbError, TenantTx};
use uuid::Uuid;

use super::{
    PlanRow, SeatKind, TypeSeating,
    store::plan::{self as store, RowRecord},
};
use crate::catalog::Line;

/// A plan with what is free of it.
#[derive(Debug, Clone, Default)]
pub struct PlanView {
    /// Sections, the best first.
    pub sections: Vec<SectionView>,
    /// Types whose tickets take seats.
    pub types: Vec<TypeSeating>,
}

/// Section with what is free of it.
#[derive(Debug, Clone)]
pub struct SectionView {
    /// Its name.
    pub name: String,
    /// Its rows, the best first.
    pub rows: Vec<RowView>,
}

/// Row with what is free of it.
#[derive(Debug, Clone)]
pub struct RowView {
    /// What stands in it.
    pub row: PlanRow,
    /// Seats that nobody has and that are not blocked.
    pub free: u32,
}

impl SectionView {
    /// Counts the seats that nobody has and that are not blocked.
    pub fn free(&self) -> u32 {
        self.rows.iter().map(|row| row.free).sum()
    }
}

/// Reads the plan of an event; empty when it has none. Seats of carts that expired are not free before they were reclaimed.
///
/// # Errors
/// The database refused.
pub async fn find_plan(tx: &mut TenantTx, event: EventId) -> Result<PlanView, DbError> {
    let sections = store::list_sections(tx, event).await?;
    let mut rows: HashMap<Uuid, Vec<RowRecord>> = HashMap::new();
    for row in store::list_rows(tx, event).await? {
        if !row.is_withdrawn {
            rows.entry(row.section).or_default().push(row);
        }
    }
    let names: HashMap<Uuid, &str> = sections
        .iter()
        .map(|section| (section.id, section.name.as_str()))
        .collect();
    let mut types: Vec<TypeSeating> = store::list_types(tx, event)
        .await?
        .into_iter()
        .filter_map(|(ticket_type, (kind, in_sections))| {
            let names = in_sections.iter().filter_map(|id| names.get(id));
            Some(TypeSeating {
                ticket_type,
                kind: SeatKind::from_name(&kind)?,
                sections: names.map(|name| Line::stored((*name).to_owned())).collect(),
            })
        })
        .collect();
    types.sort_by_key(|seating| seating.ticket_type);
    let sections = sections
        .iter()
        .filter(|section| !section.is_withdrawn)
        .map(|section| SectionView {
            name: section.name.clone(),
            rows: rows
                .remove(&section.id)
                .unwrap_or_default()
                .into_iter()
                .map(view)
                .collect(),
        });
    Ok(PlanView {
        sections: sections.collect(),
        types,
    })
}

fn view(row: RowRecord) -> RowView {
    RowView {
        free: u32::try_from(row.free).unwrap_or(0),
        row: PlanRow::stored(row.label, &row.layout, &row.numbers),
    }
}
