//! Free seats of an event, as a transaction that has locked its pools knows them.

use std::collections::{BTreeMap, HashMap};

use bilten_kernel::TicketTypeId;
use uuid::Uuid;

use super::{
    HeldSeat, HeldSeats, Seat, SeatKind,
    allocate::{Wish, choose_apart, choose_together},
    row::{Part, Place, Row},
};

/// Rows between two sections, so to say: nobody calls seats of two sections close.
const BETWEEN_SECTIONS: i64 = 10_000;

/// Row that has free seats.
#[derive(Debug, Clone)]
pub(crate) struct StoredRow {
    pub id: Uuid,
    pub section: Uuid,
    pub label: String,
    pub position: i32,
    pub layout: String,
    pub numbers: String,
    pub taken: String,
}

/// Where the tickets of a type sit.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Area {
    kind: SeatKind,
    /// By section, whether it is one of the type's.
    sections: Vec<bool>,
    open: usize,
}

/// Label of a row and what its seats are called.
#[derive(Debug, Clone)]
struct Labels {
    id: Uuid,
    section: usize,
    row: String,
    numbers: String,
}

/// Why there are no seats for a wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoSeats {
    /// Fewer are free than are wanted.
    TooFew {
        /// Type of ticket.
        ticket_type: TicketTypeId,
        /// Seats that are free for it.
        left: usize,
    },
    /// They are free, but not next to each other.
    Apart {
        /// Type of ticket.
        ticket_type: TicketTypeId,
        /// Seats that were wanted next to each other.
        wanted: usize,
        /// Most that there are next to each other.
        largest: usize,
    },
}

/// What is to be written of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowChange {
    pub id: Uuid,
    /// A digit for each place: 1 where a seat was taken.
    pub mask: String,
    /// How many were taken.
    pub seats: i32,
}

/// Free seats of the sections that a group of wishes wants. Empty where no seats are sold.
#[derive(Debug, Clone, Default)]
pub struct SeatMap {
    sections: Vec<String>,
    rows: Vec<Row>,
    labels: Vec<Labels>,
    areas: Vec<Area>,
    types: HashMap<TicketTypeId, usize>,
    /// Places taken, by row: what the transaction must write.
    taken: BTreeMap<usize, Vec<usize>>,
}

/// Section with the types that sit there: identity, name, types.
pub(crate) type StoredSection = (Uuid, String, Vec<TicketTypeId>);

impl SeatMap {
    /// Puts a map together; the sections come in their order, the best first.
    pub(crate) fn new(
        sections: Vec<StoredSection>,
        kinds: &BTreeMap<TicketTypeId, SeatKind>,
        mut stored: Vec<StoredRow>,
    ) -> Self {
        let places: HashMap<Uuid, usize> = sections.iter().enumerate().map(|(at, (id, ..))| (*id, at)).collect();
        stored.sort_by_key(|row| (places.get(&row.section).copied(), row.position));
        let mut map = Self::default();
        for row in stored {
            let Some(section) = places.get(&row.section).copied() else {
                continue;
            };
            let distance = i64::try_from(section).unwrap_or(0) * BETWEEN_SECTIONS + i64::from(row.position);
            map.rows.push(Row::new(distance, read_places(&row.layout, &row.taken)));
            map.labels.push(Labels {
                id: row.id,
                section,
                row: row.label,
                numbers: row.numbers,
            });
        }
        for (ticket_type, kind) in kinds {
            let sits_in: Vec<bool> = sections.iter().map(|(.., types)| types.contains(ticket_type)).collect();
            if sits_in.contains(&true) {
                map.add_area(*ticket_type, *kind, sits_in);
            }
        }
        map.sections = sections.into_iter().map(|(_, name, _)| name).collect();
        map
    }

    fn add_area(&mut self, ticket_type: TicketTypeId, kind: SeatKind, sections: Vec<bool>) {
        let is_same = |area: &Area| area.kind == kind && area.sections == sections;
        let area = self.areas.iter().position(is_same).unwrap_or_else(|| {
            let in_area = self
                .rows
                .iter()
                .zip(&self.labels)
                .filter(|(_, label)| sections[label.section]);
            let open = in_area.map(|(row, _)| row.open(kind)).sum();
            self.areas.push(Area { kind, sections, open });
            self.areas.len() - 1
        });
        self.types.insert(ticket_type, area);
    }

    /// Counts the seats that are free for a type; nothing when its tickets take no seats.
    pub fn free_for(&self, ticket_type: TicketTypeId) -> Option<i64> {
        let area = self.areas.get(*self.types.get(&ticket_type)?)?;
        i64::try_from(area.open).ok()
    }

    /// Takes a seat for each ticket, all or none. Types with the same sections and kind of seat sit together; whoever goes
    /// with a wheelchair sits near it. Types that take no seats are passed over.
    ///
    /// # Errors
    /// There are too few seats, or none next to each other although that was a condition.
    pub fn take(&mut self, items: &[(TicketTypeId, u32)], keep_together: bool) -> Result<HeldSeats, NoSeats> {
        let mut wishes: BTreeMap<(SeatKind, usize), Vec<(TicketTypeId, u32)>> = BTreeMap::new();
        for (ticket_type, quantity) in items {
            if let Some(area) = self.types.get(ticket_type) {
                let wish = wishes.entry((self.areas[*area].kind, *area)).or_default();
                wish.push((*ticket_type, *quantity));
            }
        }
        let mut got = HeldSeats {
            seats: Vec::new(),
            is_together: !wishes.is_empty(),
        };
        let mut anchor = None;
        for ((kind, area), tickets) in wishes {
            match self.take_one(area, &tickets, (anchor, keep_together)) {
                Ok((parts, seats)) => {
                    got.is_together &= parts.len() == 1;
                    if kind == SeatKind::Wheelchair {
                        anchor = parts.first().map(|part| (part.row, part.start));
                    }
                    got.seats.extend(seats);
                }
                Err(error) => {
                    self.put_back(&got.seats);
                    return Err(error);
                }
            }
        }
        Ok(got)
    }

    fn take_one(
        &mut self,
        area: usize,
        tickets: &[(TicketTypeId, u32)],
        (near, keep_together): (Option<(usize, usize)>, bool),
    ) -> Result<(Vec<Part>, Vec<HeldSeat>), NoSeats> {
        let wanted: usize = tickets
            .iter()
            .map(|(_, quantity)| usize::try_from(*quantity).unwrap_or(usize::MAX))
            .sum();
        let Area { kind, sections, open } = &self.areas[area];
        let ticket_type = tickets
            .first()
            .map_or(TicketTypeId::from_uuid(Uuid::nil()), |(id, _)| *id);
        if wanted > *open {
            let left = *open;
            return Err(NoSeats::TooFew { ticket_type, left });
        }
        let among = |row: usize| sections[self.labels[row].section];
        let wish = Wish {
            kind: *kind,
            seats: wanted,
            near: near.filter(|(row, _)| among(*row)),
        };
        let parts = match choose_together(&self.rows, among, wish) {
            Some(part) => vec![part],
            None if keep_together => {
                let longest = |(at, row): (usize, &Row)| if among(at) { row.longest(*kind) } else { 0 };
                let largest = self.rows.iter().enumerate().map(longest).max().unwrap_or(0);
                return Err(NoSeats::Apart {
                    ticket_type,
                    wanted,
                    largest,
                });
            }
            None => choose_apart(&self.rows, among, wish).unwrap_or_default(),
        };
        let places: Vec<(usize, usize)> = parts
            .iter()
            .flat_map(|part| (part.start..part.start + part.seats).map(|place| (part.row, place)))
            .collect();
        self.close(&places);
        let owners = tickets
            .iter()
            .flat_map(|(id, quantity)| (1..=*quantity).map(|ordinal| (*id, ordinal)));
        let seats = owners
            .zip(&places)
            .map(|((ticket_type, ordinal), (row, place))| HeldSeat {
                ticket_type,
                ordinal,
                seat: self.name(*row, *place),
                row: self.labels[*row].id,
                position: u16::try_from(*place).unwrap_or(u16::MAX),
            });
        let seats = seats.collect();
        Ok((parts, seats))
    }

    /// Takes exactly these seats again, if each of them is free and one of its type's; tells whether they were.
    pub(crate) fn take_again(&mut self, seats: &[HeldSeat]) -> bool {
        let places: Option<Vec<(usize, usize)>> = seats
            .iter()
            .map(|held| {
                let area = self.areas.get(*self.types.get(&held.ticket_type)?)?;
                let row = self.labels.iter().position(|labels| labels.id == held.row)?;
                let place = usize::from(held.position);
                let is_free =
                    area.sections[self.labels[row].section] && self.rows[row].place(place) == Place::Open(area.kind);
                (is_free && self.name(row, place) == held.seat).then_some((row, place))
            })
            .collect();
        places.is_some_and(|places| {
            self.close(&places);
            true
        })
    }

    /// Takes back what [`take`](Self::take) gave; it is not written yet.
    pub fn put_back(&mut self, seats: &[HeldSeat]) {
        for held in seats {
            let area = self.types.get(&held.ticket_type).map(|area| self.areas[*area].kind);
            let row = self.labels.iter().position(|labels| labels.id == held.row);
            let (Some(kind), Some(row)) = (area, row) else {
                continue;
            };
            let place = usize::from(held.position);
            if let Some(taken) = self.taken.get_mut(&row) {
                taken.retain(|at| *at != place);
            }
            self.rows[row].set(place, std::iter::once(Place::Open(kind)));
            self.count(row, kind, true);
        }
    }

    fn close(&mut self, places: &[(usize, usize)]) {
        for (row, place) in places {
            if let Place::Open(kind) = self.rows[*row].place(*place) {
                self.rows[*row].set(*place, std::iter::once(Place::Closed));
                self.count(*row, kind, false);
                self.taken.entry(*row).or_default().push(*place);
            }
        }
    }

    /// Keeps the number of open seats of each area.
    fn count(&mut self, row: usize, kind: SeatKind, is_back: bool) {
        let section = self.labels[row].section;
        for area in self
            .areas
            .iter_mut()
            .filter(|area| area.kind == kind && area.sections[section])
        {
            area.open = if is_back {
                area.open + 1
            } else {
                area.open.saturating_sub(1)
            };
        }
    }

    fn name(&self, row: usize, place: usize) -> Seat {
        let labels = &self.labels[row];
        Seat {
            section: self.sections[labels.section].clone(),
            row: labels.row.clone(),
            number: labels.numbers.split(' ').nth(place).unwrap_or_default().to_owned(),
        }
    }

    /// Hands out what is to be written, once.
    pub(crate) fn take_changes(&mut self) -> Vec<RowChange> {
        let taken = std::mem::take(&mut self.taken);
        let changes = taken
            .into_iter()
            .filter(|(_, places)| !places.is_empty())
            .map(|(row, places)| {
                let digits = (0..self.rows[row].width()).map(|at| if places.contains(&at) { '1' } else { '0' });
                RowChange {
                    id: self.labels[row].id,
                    mask: digits.collect(),
                    seats: i32::try_from(places.len()).unwrap_or(i32::MAX),
                }
            });
        changes.collect()
    }
}

/// Reads the places of a row: what they are, and who is there.
pub(super) fn read_places(layout: &str, taken: &str) -> Vec<Place> {
    let place = |(letter, digit)| match (letter, digit) {
        ('s', '0') => Place::Open(SeatKind::Seat),
        ('w', '0') => Place::Open(SeatKind::Wheelchair),
        ('c', '0') => Place::Open(SeatKind::Companion),
        _ => Place::Closed,
    };
    layout.chars().zip(taken.chars()).map(place).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tty(n: u128) -> TicketTypeId {
        Uuid::from_u128(n).into()
    }

    fn stored(id: u128, section: u128, layout: &str) -> StoredRow {
        StoredRow {
            id: Uuid::from_u128(id),
            section: Uuid::from_u128(section),
            label: format!("row {id}"),
            position: i32::try_from(id).unwrap(),
            layout: layout.to_owned(),
            numbers: (1..=layout.len()).map(|n| n.to_string()).collect::<Vec<_>>().join(" "),
            taken: "0".repeat(layout.len()),
        }
    }

    /// Types 1 and 2 sit in sections 1 and 2, type 3 in section 2, type 4 on wheelchair places, type 5 beside them.
    fn map(layouts: [&str; 2]) -> SeatMap {
        let sections = vec![
            (Uuid::from_u128(1), "Stalls".to_owned(), [1, 2, 4, 5].map(tty).to_vec()),
            (
                Uuid::from_u128(2),
                "Balcony".to_owned(),
                [1, 2, 3, 4, 5].map(tty).to_vec(),
            ),
        ];
        let kinds = [
            (tty(1), SeatKind::Seat),
            (tty(2), SeatKind::Seat),
            (tty(3), SeatKind::Seat),
            (tty(4), SeatKind::Wheelchair),
            (tty(5), SeatKind::Companion),
        ];
        SeatMap::new(
            sections,
            &kinds.into(),
            vec![stored(1, 1, layouts[0]), stored(2, 2, layouts[1])],
        )
    }

    fn numbers(held: &HeldSeats) -> Vec<(TicketTypeId, u32, &str, &str)> {
        held.seats
            .iter()
            .map(|held| {
                (
                    held.ticket_type,
                    held.ordinal,
                    held.seat.section.as_str(),
                    held.seat.number.as_str(),
                )
            })
            .collect()
    }

    #[test]
    fn types_of_one_area_sit_together_and_in_the_order_of_the_cart() {
        let mut map = map(["ssss", "ssss"]);
        let held = map.take(&[(tty(1), 2), (tty(2), 1), (tty(9), 5)], false).unwrap();
        assert!(held.is_together);
        // Three of four leave one, in every row: then the best row has it.
        let expected = [
            (tty(1), 1, "Stalls", "1"),
            (tty(1), 2, "Stalls", "2"),
            (tty(2), 1, "Stalls", "3"),
        ];
        assert_eq!(numbers(&held), expected);
        assert_eq!(
            (map.free_for(tty(1)), map.free_for(tty(3)), map.free_for(tty(9))),
            (Some(5), Some(4), None)
        );
    }

    #[test]
    fn companions_sit_near_their_wheelchair_and_nobody_else_gets_such_a_place() {
        let mut map = map(["sswcss", "cwcsss"]);
        map.take(&[(tty(4), 1)], false).unwrap();
        let held = map.take(&[(tty(5), 1), (tty(4), 1)], false).unwrap();
        assert_eq!(
            numbers(&held),
            [(tty(4), 1, "Balcony", "2"), (tty(5), 1, "Balcony", "1")]
        );
        let refused = map.take(&[(tty(1), 8)], false);
        assert_eq!(
            refused,
            Err(NoSeats::TooFew {
                ticket_type: tty(1),
                left: 7
            })
        );
    }

    #[test]
    fn who_must_sit_together_is_told_how_many_can() {
        let mut map = map(["ss.sss", "s.ss"]);
        let refused = map.take(&[(tty(1), 4)], true);
        let apart = NoSeats::Apart {
            ticket_type: tty(1),
            wanted: 4,
            largest: 3,
        };
        assert_eq!(refused, Err(apart));
        let held = map.take(&[(tty(1), 4)], false).unwrap();
        assert!(!held.is_together);
        assert_eq!(map.take_changes().iter().map(|change| change.seats).sum::<i32>(), 4);
        assert!(map.take_changes().is_empty());
    }

    #[test]
    fn what_is_put_back_can_be_taken_again_unless_somebody_has_it() {
        let mut map = map(["ssss", "ssss"]);
        let held = map.take(&[(tty(1), 4)], false).unwrap();
        map.put_back(&held.seats);
        assert_eq!((map.free_for(tty(1)), map.take_changes().len()), (Some(8), 0));
        assert!(map.take_again(&held.seats));
        assert!(!map.take_again(&held.seats));
        assert_eq!((map.free_for(tty(1)), map.take_changes().len()), (Some(4), 1));
    }

    proptest! {
        #[test]
        fn nobody_sits_on_another_and_all_seats_are_sold(
            layouts in prop::array::uniform2("[sswc.]{4,20}"),
            wishes in prop::collection::vec((1_u128..6, 1_u32..6, any::<bool>()), 1..40),
        ) {
            let mut map = map([&layouts[0], &layouts[1]]);
            let total = |map: &SeatMap| [1, 4, 5].map(|n| map.free_for(tty(n)).unwrap_or(0)).iter().sum::<i64>();
            let mut free = total(&map);
            let mut seen = std::collections::BTreeSet::new();
            for (ticket_type, n, keep_together) in wishes {
                let before = map.free_for(tty(ticket_type)).unwrap_or(0);
                match map.take(&[(tty(ticket_type), n)], keep_together) {
                    Ok(held) => {
                        prop_assert_eq!(held.seats.len(), usize::try_from(n).unwrap());
                        prop_assert!(held.is_together || !keep_together);
                        prop_assert!(held.seats.iter().all(|held| seen.insert((held.row, held.position))));
                        free -= i64::from(n);
                    }
                    Err(NoSeats::TooFew { left, .. }) => prop_assert!(left < usize::try_from(n).unwrap()),
                    Err(NoSeats::Apart { largest, .. }) => {
                        prop_assert!(keep_together && largest < usize::try_from(n).unwrap() && before >= i64::from(n));
                    }
                }
                prop_assert_eq!(total(&map), free);
            }
        }
    }
}
