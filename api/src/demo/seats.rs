//! The seat plan of a hall, from what the types of an event say about it.

use bilten_core::{
    catalog::EventDetail,
    seating::{self, PlanPlace, PlanRow, PlanSection, SeatKind, SeatPlan, SetSeatPlan, TypeSeating},
};
use bilten_kernel::Ctx;
use bilten_tenancy::TenantTx;

use super::plan::{SeatsPlan, TypePlan};

/// Sets the plan of an event whose types are in the order in which they were added; does nothing when none takes seats.
pub async fn set(ctx: &Ctx, tx: &mut TenantTx, event: &EventDetail, types: &[TypePlan]) -> anyhow::Result<()> {
    let mut plan = SeatPlan::default();
    for (made, wanted) in event.ticket_types.iter().zip(types) {
        let Some(seats) = &wanted.seats else { continue };
        add_rows(&mut plan, seats)?;
        plan.types.push(TypeSeating {
            ticket_type: made.id,
            kind: seats.kind,
            sections: vec![seats.section.parse()?],
        });
    }
    if !plan.types.is_empty() {
        let wish = SetSeatPlan {
            plan,
            fit_capacity: false,
        };
        seating::set_plan(ctx, tx, event.event.id, &wish).await?;
    }
    Ok(())
}

fn add_rows(plan: &mut SeatPlan, seats: &SeatsPlan) -> anyhow::Result<()> {
    let known = plan
        .sections
        .iter()
        .position(|section| section.name.as_str() == seats.section);
    let at = if let Some(at) = known {
        at
    } else {
        plan.sections.push(PlanSection {
            name: seats.section.parse()?,
            rows: Vec::new(),
        });
        plan.sections.len() - 1
    };
    let rows = &mut plan.sections[at].rows;
    for letters in seats.rows {
        rows.push(PlanRow {
            label: (rows.len() + 1).to_string().parse()?,
            places: places(letters)?,
        });
    }
    Ok(())
}

fn places(letters: &str) -> anyhow::Result<Vec<PlanPlace>> {
    let mut number = 0;
    let mut places = Vec::with_capacity(letters.len());
    for letter in letters.chars() {
        let kind = match letter {
            's' => SeatKind::Seat,
            'w' => SeatKind::Wheelchair,
            _ => {
                places.push(PlanPlace::Gap);
                continue;
            }
        };
        number += 1;
        places.push(PlanPlace::Seat {
            number: number.to_string().parse()?,
            kind,
            is_blocked: false,
        });
    }
    Ok(places)
}
