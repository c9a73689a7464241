//! A seat plan: what an organizer writes down, and what must be right about it by itself.

use std::collections::BTreeSet;

use bilten_kernel::{ParseError, TicketTypeId};

use super::{SeatKind, row::MAX_ROW};
use crate::catalog::Line;

/// Sections of one plan.
pub const MAX_SECTIONS: usize = 100;
/// Rows of one plan, all sections together.
pub const MAX_ROWS: usize = 5_000;
/// Seats of one plan.
pub const MAX_SEATS: usize = 100_000;

/// Name of a section.
pub type SectionName = Line<1, 60>;
/// Label of a row.
pub type RowLabel = Line<1, 20>;

/// Number of a seat: 1 to 8 letters and digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeatNumber(String);

impl std::str::FromStr for SeatNumber {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let is_plain = (1..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_plain {
            Ok(Self(text.to_owned()))
        } else {
            Err(ParseError::new("seat number", "must be 1 to 8 letters or digits"))
        }
    }
}

impl SeatNumber {
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What stands at one place of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanPlace {
    /// An aisle or a pillar: those beside it are no neighbours.
    Gap,
    /// A seat.
    Seat {
        /// Its number in the row.
        number: SeatNumber,
        /// What it is for.
        kind: SeatKind,
        /// Whether it is kept out of the sale.
        is_blocked: bool,
    },
}

/// Row of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanRow {
    /// Its label in the section.
    pub label: RowLabel,
    /// What stands in it, from one end to the other.
    pub places: Vec<PlanPlace>,
}

/// Section of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanSection {
    /// Its name in the plan.
    pub name: SectionName,
    /// Its rows, the best first.
    pub rows: Vec<PlanRow>,
}

/// Says where the tickets of a type sit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeSeating {
    /// Type of ticket.
    pub ticket_type: TicketTypeId,
    /// Kind of seat that each of its tickets takes.
    pub kind: SeatKind,
    /// Names of the sections, at least one.
    pub sections: Vec<SectionName>,
}

/// Seat plan of an event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SeatPlan {
    /// Sections, the best first.
    pub sections: Vec<PlanSection>,
    /// Types whose tickets take seats; all others take none.
    pub types: Vec<TypeSeating>,
}

/// What is wrong with a plan by itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanFault {
    /// More sections, rows or seats than a plan may have.
    #[error("a plan may have 100 sections, 5,000 rows and 100,000 seats at most")]
    TooLarge,
    /// Two sections have the same name.
    #[error("two sections are called {name}")]
    SectionTwice {
        /// Place of the second one.
        section: usize,
        /// Their name.
        name: String,
    },
    /// Two rows of a section have the same label.
    #[error("two rows of the section are called {label}")]
    RowTwice {
        /// Place of the section.
        section: usize,
        /// Place of the second row.
        row: usize,
        /// Their label.
        label: String,
    },
    /// Two seats of a row have the same number.
    #[error("two seats of the row have the number {number}")]
    NumberTwice {
        /// Place of the section.
        section: usize,
        /// Place of the row.
        row: usize,
        /// Their number.
        number: String,
    },
    /// A row has no seat, or more places than a row may have.
    #[error("a row has 1 to 200 places, at least one of them a seat")]
    RowLength {
        /// Place of the section.
        section: usize,
        /// Place of the row.
        row: usize,
    },
    /// A type stands twice in the plan.
    #[error("the ticket type is seated twice")]
    TypeTwice {
        /// Place of the second one.
        index: usize,
    },
    /// A type has no section, or one that is not in the plan.
    #[error("the ticket type needs sections of this plan")]
    NoSection {
        /// Place of the type.
        index: usize,
    },
}

impl PlanRow {
    /// Letters for the places, as they are stored.
    pub(super) fn layout(&self) -> String {
        let letter = |place: &PlanPlace| match place {
            PlanPlace::Gap => '.',
            PlanPlace::Seat { kind, is_blocked, .. } => {
                let letter = match kind {
                    SeatKind::Seat => 's',
                    SeatKind::Wheelchair => 'w',
                    SeatKind::Companion => 'c',
                };
                if *is_blocked {
                    letter.to_ascii_uppercase()
                } else {
                    letter
                }
            }
        };
        self.places.iter().map(letter).collect()
    }

    /// Numbers of the places, as they are stored.
    pub(super) fn numbers(&self) -> String {
        let number = |place: &PlanPlace| match place {
            PlanPlace::Gap => "-".to_owned(),
            PlanPlace::Seat { number, .. } => number.as_str().to_owned(),
        };
        self.places.iter().map(number).collect::<Vec<_>>().join(" ")
    }

    /// Reads a stored row.
    pub(super) fn stored(label: String, layout: &str, numbers: &str) -> Self {
        let place = |(letter, number): (char, &str)| {
            let kind = match letter.to_ascii_lowercase() {
                's' => SeatKind::Seat,
                'w' => SeatKind::Wheelchair,
                'c' => SeatKind::Companion,
                _ => return PlanPlace::Gap,
            };
            PlanPlace::Seat {
                number: SeatNumber(number.to_owned()),
                kind,
                is_blocked: letter.is_ascii_uppercase(),
            }
        };
        Self {
            label: Line::stored(label),
            places: layout.chars().zip(numbers.split(' ')).map(place).collect(),
        }
    }

    fn check(&self, section: usize, row: usize) -> Result<usize, PlanFault> {
        let mut numbers = BTreeSet::new();
        for place in &self.places {
            if let PlanPlace::Seat { number, .. } = place
                && !numbers.insert(number)
            {
                let number = number.as_str().to_owned();
                return Err(PlanFault::NumberTwice { section, row, number });
            }
        }
        if numbers.is_empty() || self.places.len() > MAX_ROW {
            return Err(PlanFault::RowLength { section, row });
        }
        Ok(numbers.len())
    }
}

impl SeatPlan {
    /// Checks what can be said of the plan without knowing the event.
    ///
    /// # Errors
    /// See [`PlanFault`].
    pub fn check(&self) -> Result<(), PlanFault> {
        let rows: usize = self.sections.iter().map(|section| section.rows.len()).sum();
        if self.sections.len() > MAX_SECTIONS || rows > MAX_ROWS {
            return Err(PlanFault::TooLarge);
        }
        let mut names = BTreeSet::new();
        let mut seats = 0;
        for (at, section) in self.sections.iter().enumerate() {
            let name = section.name.as_str();
            if !names.insert(name) {
                let name = name.to_owned();
                return Err(PlanFault::SectionTwice { section: at, name });
            }
            seats += section.check(at)?;
        }
        if seats > MAX_SEATS {
            return Err(PlanFault::TooLarge);
        }
        let mut types = BTreeSet::new();
        for (index, seating) in self.types.iter().enumerate() {
            if !types.insert(seating.ticket_type) {
                return Err(PlanFault::TypeTwice { index });
            }
            let are_known = seating.sections.iter().all(|name| names.contains(name.as_str()));
            if seating.sections.is_empty() || !are_known {
                return Err(PlanFault::NoSection { index });
            }
        }
        Ok(())
    }
}

impl PlanSection {
    fn check(&self, at: usize) -> Result<usize, PlanFault> {
        let mut labels = BTreeSet::new();
        let mut seats = 0;
        for (row_at, row) in self.rows.iter().enumerate() {
            if !labels.insert(row.label.as_str()) {
                return Err(PlanFault::RowTwice {
                    section: at,
                    row: row_at,
                    label: row.label.as_str().to_owned(),
                });
            }
            seats += row.check(at, row_at)?;
        }
        Ok(seats)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn row(label: &str, numbers: &[&str]) -> PlanRow {
        let place = |number: &&str| match number.parse() {
            Ok(number) => PlanPlace::Seat {
                number,
                kind: SeatKind::Seat,
                is_blocked: false,
            },
            Err(_) => PlanPlace::Gap,
        };
        PlanRow {
            label: label.parse().unwrap(),
            places: numbers.iter().map(place).collect(),
        }
    }

    fn plan(rows: Vec<PlanRow>) -> SeatPlan {
        let section = PlanSection {
            name: "Stalls".parse().unwrap(),
            rows,
        };
        SeatPlan {
            sections: vec![section],
            types: Vec::new(),
        }
    }

    #[test]
    fn a_plan_names_everything_once() {
        assert_eq!(plan(vec![row("1", &["1", "", "2"])]).check(), Ok(()));
        let twice = plan(vec![row("1", &["1"]), row("1", &["1"])]).check();
        assert!(matches!(twice, Err(PlanFault::RowTwice { row: 1, .. })));
        let twice = plan(vec![row("1", &["1", "1"])]).check();
        assert!(matches!(twice, Err(PlanFault::NumberTwice { .. })));
        for bad in [vec![], vec![""], vec!["1"; 201]] {
            assert!(plan(vec![row("1", &bad)]).check().is_err());
        }
    }

    #[test]
    fn a_type_sits_in_sections_of_the_plan() {
        let mut plan = plan(vec![row("1", &["1"])]);
        let seating = |sections: &[&str]| TypeSeating {
            ticket_type: Uuid::from_u128(1).into(),
            kind: SeatKind::Seat,
            sections: sections.iter().map(|name| name.parse().unwrap()).collect(),
        };
        for (types, is_right) in [
            (vec![seating(&["Stalls"])], true),
            (vec![seating(&[])], false),
            (vec![seating(&["Stalls", "Roof"])], false),
            (vec![seating(&["Stalls"]), seating(&["Stalls"])], false),
        ] {
            plan.types = types;
            assert_eq!(plan.check().is_ok(), is_right, "{:?}", plan.types);
        }
    }

    #[test]
    fn a_row_survives_being_stored() {
        let mut row = row("12", &["1", "", "2B"]);
        if let PlanPlace::Seat { kind, is_blocked, .. } = &mut row.places[2] {
            (*kind, *is_blocked) = (SeatKind::Companion, true);
        }
        assert_eq!((row.layout().as_str(), row.numbers().as_str()), ("s.C", "1 - 2B"));
        assert_eq!(PlanRow::stored("12".into(), &row.layout(), &row.numbers()), row);
    }
}
