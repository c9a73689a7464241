//! A row of seats as the allocator sees it.

use super::SeatKind;

/// Places that one row may have.
pub const MAX_ROW: usize = 200;

/// One place of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// An aisle, a pillar, or a seat that is taken or blocked: nobody can be put there.
    Closed,
    /// A seat that can be had.
    Open(SeatKind),
}

/// Open seats of one kind next to each other, as many as there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// First place, from 0.
    pub start: usize,
    /// Number of seats, at least 1.
    pub len: usize,
}

/// A row.
#[derive(Debug, Clone)]
pub struct Row {
    /// Where it stands in the house; rows whose distances differ by 1 stand behind each other.
    pub distance: i64,
    places: Vec<Place>,
    open: [usize; 3],
    longest: [usize; 3],
}

impl Row {
    /// Makes a row of its places.
    pub fn new(distance: i64, places: Vec<Place>) -> Self {
        let mut row = Self {
            distance,
            places,
            open: [0; 3],
            longest: [0; 3],
        };
        row.count();
        row
    }

    /// Number of places, gaps included.
    pub const fn width(&self) -> usize {
        self.places.len()
    }

    /// Looks at one place.
    pub fn place(&self, at: usize) -> Place {
        self.places.get(at).copied().unwrap_or(Place::Closed)
    }

    /// Open seats of a kind.
    pub const fn open(&self, kind: SeatKind) -> usize {
        self.open[kind.index()]
    }

    /// Most open seats of a kind next to each other.
    pub const fn longest(&self, kind: SeatKind) -> usize {
        self.longest[kind.index()]
    }

    /// Changes places from `start` on.
    pub fn set(&mut self, start: usize, places: impl Iterator<Item = Place>) {
        for (at, place) in (start..).zip(places) {
            if let Some(old) = self.places.get_mut(at) {
                *old = place;
            }
        }
        self.count();
    }

    /// Lists the runs of open seats of a kind, from the left.
    pub fn runs(&self, kind: SeatKind) -> impl Iterator<Item = Run> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let start = at + self.places[at..].iter().position(|place| *place == Place::Open(kind))?;
            let len = self.places[start..]
                .iter()
                .take_while(|place| **place == Place::Open(kind))
                .count();
            at = start + len;
            Some(Run { start, len })
        })
    }

    fn count(&mut self) {
        for kind in SeatKind::ALL {
            let (open, longest) = self
                .runs(kind)
                .fold((0, 0), |(open, longest), run| (open + run.len, longest.max(run.len)));
            self.open[kind.index()] = open;
            self.longest[kind.index()] = longest;
        }
    }
}

/// Seats next to each other that somebody gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Which row.
    pub row: usize,
    /// First place, from 0.
    pub start: usize,
    /// Number of seats, at least 1.
    pub seats: usize,
}

/// A place in a run, with what speaks against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fit {
    /// Single seats that would be left over: *orphans*.
    pub orphans: usize,
    /// Twice the distance of its middle from the middle of the row.
    pub off_centre: usize,
    /// First place.
    pub start: usize,
}

impl Row {
    /// Lists the ways to put so many people into a run.
    pub(super) fn fits(&self, run: Run, seats: usize) -> impl Iterator<Item = Fit> {
        let ways = (run.len + 1).saturating_sub(seats);
        let middle = self.width();
        (0..ways).map(move |left| {
            let right = run.len - seats - left;
            let start = run.start + left;
            Fit {
                orphans: usize::from(left == 1) + usize::from(right == 1),
                off_centre: (2 * start + seats).abs_diff(middle),
                start,
            }
        })
    }

    /// The best way to put so many people next to each other into the row: fewest orphans, then nearest to the middle,
    /// then the left.
    pub(super) fn best_fit(&self, kind: SeatKind, seats: usize) -> Option<Fit> {
        if self.longest(kind) < seats {
            return None;
        }
        self.runs(kind).flat_map(|run| self.fits(run, seats)).min()
    }
}
