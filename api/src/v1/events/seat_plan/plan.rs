//! A seat plan in the API: as it is sent, and as it is shown.

use std::collections::BTreeSet;

use bilten_core::seating::{
    self, PlanPlace, PlanRow, PlanSection, PlanView, RowView, SeatKind, SetSeatPlan, TypeSeating,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::problem::{Code, Problem};

/// Seat plan of an event: 100 sections, 5,000 rows and 100,000 seats at most.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct SeatPlanBody {
    /// Sections, the best first.
    #[schema(max_items = 100)]
    sections: Vec<SectionBody>,
    /// Types whose tickets take seats.
    #[serde(default)]
    ticket_types: Vec<TypeSeatingBody>,
    /// Makes the capacity of types and pools that have more places than seats as small as these, instead of refusing the
    /// plan.
    #[serde(default)]
    fit_capacity: bool,
}

/// Section of a plan.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct SectionBody {
    /// Name, 1 to 60 characters; no two sections have the same.
    #[schema(example = "Stalls")]
    name: String,
    /// Rows, the best first.
    rows: Vec<RowBody>,
}

/// Row of a section.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct RowBody {
    /// Label, 1 to 20 characters; no two rows of a section have the same.
    #[schema(example = "3")]
    label: String,
    /// Numbers of the seats from one end of the row to the other, 1 to 8 letters and digits each; an empty text is an aisle:
    /// those beside it are no neighbours. 200 at most.
    #[schema(example = json!(["1", "2", "", "3", "4"]), max_items = 200)]
    seats: Vec<String>,
    /// Numbers of those that are places for wheelchairs.
    #[serde(default)]
    wheelchair: Vec<String>,
    /// Numbers of those beside wheelchair places, for who comes along.
    #[serde(default)]
    companions: Vec<String>,
    /// Numbers of those that are kept out of the sale.
    #[serde(default)]
    blocked: Vec<String>,
}

/// Where the tickets of a type sit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct TypeSeatingBody {
    /// Type of ticket.
    ticket_type_id: String,
    /// Names of the sections, at least one.
    #[schema(min_items = 1)]
    sections: Vec<String>,
    /// `seat` (when missing), `wheelchair` or `companion`.
    seat_kind: Option<String>,
}

/// Seat plan of an event with what is free.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct SeatPlan {
    /// Seats that nobody has and that are not blocked.
    free: u32,
    /// Sections, the best first.
    sections: Vec<Section>,
    /// Types whose tickets take seats.
    ticket_types: Vec<SeatedType>,
}

/// Section of a plan with what is free.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SeatPlanSection)]
pub(in crate::v1) struct Section {
    /// Name.
    name: String,
    /// Seats that nobody has and that are not blocked.
    free: u32,
    /// Rows, the best first.
    rows: Vec<Row>,
}

/// Row of a section with what is free.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SeatPlanRow)]
pub(in crate::v1) struct Row {
    /// Label.
    label: String,
    /// Seats that nobody has and that are not blocked.
    free: u32,
    /// Numbers of the seats; an empty text is an aisle.
    seats: Vec<String>,
    /// Numbers of those that are places for wheelchairs.
    wheelchair: Vec<String>,
    /// Numbers of those beside wheelchair places.
    companions: Vec<String>,
    /// Numbers of those that are kept out of the sale.
    blocked: Vec<String>,
}

/// Where the tickets of a type sit.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct SeatedType {
    /// Type of ticket.
    ticket_type_id: String,
    /// Names of the sections.
    sections: Vec<String>,
    /// `seat`, `wheelchair` or `companion`.
    seat_kind: &'static str,
}

impl SeatPlanBody {
    pub(super) fn parse(self) -> Result<SetSeatPlan, Problem> {
        let sections = self
            .sections
            .into_iter()
            .enumerate()
            .map(|(at, section)| section.parse(at));
        let types = self
            .ticket_types
            .into_iter()
            .enumerate()
            .map(|(at, seating)| seating.parse(at));
        Ok(SetSeatPlan {
            plan: seating::SeatPlan {
                sections: sections.collect::<Result<_, _>>()?,
                types: types.collect::<Result<_, _>>()?,
            },
            fit_capacity: self.fit_capacity,
        })
    }
}

impl SectionBody {
    fn parse(self, at: usize) -> Result<PlanSection, Problem> {
        let name = self
            .name
            .parse()
            .map_err(|error| Problem::field(format!("sections[{at}].name"), error))?;
        let rows = self.rows.into_iter().enumerate();
        let rows = rows.map(|(row_at, row)| row.parse(&format!("sections[{at}].rows[{row_at}]")));
        Ok(PlanSection {
            name,
            rows: rows.collect::<Result<_, _>>()?,
        })
    }
}

impl RowBody {
    fn parse(self, at: &str) -> Result<PlanRow, Problem> {
        let label = self
            .label
            .parse()
            .map_err(|error| Problem::field(format!("{at}.label"), error))?;
        let mut wheelchair: BTreeSet<String> = self.wheelchair.into_iter().collect();
        let mut companions: BTreeSet<String> = self.companions.into_iter().collect();
        let mut blocked: BTreeSet<String> = self.blocked.into_iter().collect();
        let mut places = Vec::with_capacity(self.seats.len());
        for number in self.seats {
            if number.is_empty() {
                places.push(PlanPlace::Gap);
                continue;
            }
            let kind = match (wheelchair.remove(&number), companions.remove(&number)) {
                (false, false) => SeatKind::Seat,
                (true, false) => SeatKind::Wheelchair,
                (false, true) => SeatKind::Companion,
                (true, true) => return Err(no_such(&format!("{at}.companions"), &number)),
            };
            places.push(PlanPlace::Seat {
                is_blocked: blocked.remove(&number),
                number: number
                    .parse()
                    .map_err(|error| Problem::field(format!("{at}.seats"), error))?,
                kind,
            });
        }
        let left_over = [
            ("wheelchair", wheelchair),
            ("companions", companions),
            ("blocked", blocked),
        ];
        for (list, numbers) in left_over {
            if let Some(number) = numbers.first() {
                return Err(no_such(&format!("{at}.{list}"), number));
            }
        }
        Ok(PlanRow { label, places })
    }
}

/// A list names a seat that the row does not have, or that another list has named.
fn no_such(param: &str, number: &str) -> Problem {
    Problem::new(Code::InvalidField)
        .param(param.to_owned())
        .detail("Each of these must be one of the row's seats, of one kind.")
        .member("number", number)
}

impl TypeSeatingBody {
    fn parse(self, at: usize) -> Result<TypeSeating, Problem> {
        let unknown = |_| Problem::not_found().param(format!("ticket_types[{at}].ticket_type_id"));
        let sections = self.sections.iter().map(|name| {
            name.parse()
                .map_err(|error| Problem::field(format!("ticket_types[{at}].sections"), error))
        });
        let kind = match self.seat_kind.as_deref() {
            None => Some(SeatKind::Seat),
            Some(name) => SeatKind::from_name(name),
        };
        Ok(TypeSeating {
            ticket_type: self.ticket_type_id.parse().map_err(unknown)?,
            kind: kind
                .ok_or_else(|| Problem::new(Code::InvalidField).param(format!("ticket_types[{at}].seat_kind")))?,
            sections: sections.collect::<Result<_, _>>()?,
        })
    }
}

impl From<PlanView> for SeatPlan {
    fn from(plan: PlanView) -> Self {
        let sections: Vec<Section> = plan
            .sections
            .into_iter()
            .map(|section| Section {
                free: section.free(),
                name: section.name,
                rows: section.rows.iter().map(Row::from).collect(),
            })
            .collect();
        let ticket_types = plan.types.into_iter().map(|seating| SeatedType {
            ticket_type_id: seating.ticket_type.to_string(),
            sections: seating.sections.iter().map(ToString::to_string).collect(),
            seat_kind: seating.kind.name(),
        });
        Self {
            free: sections.iter().map(|section| section.free).sum(),
            sections,
            ticket_types: ticket_types.collect(),
        }
    }
}

impl From<&RowView> for Row {
    fn from(view: &RowView) -> Self {
        let numbers = |is_meant: &dyn Fn(SeatKind, bool) -> bool| {
            let named = view.row.places.iter().filter_map(|place| match place {
                PlanPlace::Seat {
                    number,
                    kind,
                    is_blocked,
                } if is_meant(*kind, *is_blocked) => Some(number.as_str().to_owned()),
                PlanPlace::Seat { .. } | PlanPlace::Gap => None,
            });
            named.collect()
        };
        let seats = view.row.places.iter().map(|place| match place {
            PlanPlace::Gap => String::new(),
            PlanPlace::Seat { number, .. } => number.as_str().to_owned(),
        });
        Self {
            label: view.row.label.to_string(),
            free: view.free,
            seats: seats.collect(),
            wheelchair: numbers(&|kind, _| kind == SeatKind::Wheelchair),
            companions: numbers(&|kind, _| kind == SeatKind::Companion),
            blocked: numbers(&|_, is_blocked| is_blocked),
        }
    }
}
