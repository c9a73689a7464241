//! A room: its row, and what it means for a seat.

use bilten_kernel::{EventId, Slug, Timestamp, ZoneName};
use jiff::SignedDuration;
use uuid::Uuid;

use super::{Draw, Schedule, Seed};

/// Whether a room is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// It is not.
    Off,
    /// From the moment it is saved: a crowd is expected.
    On,
    /// It opens by itself when buyers would wait too long for stock, and closes when nobody comes any more.
    Auto,
}

impl Mode {
    /// All modes.
    pub const ALL: [Self; 3] = [Self::Off, Self::On, Self::Auto];

    /// Name in forms and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::On => "on",
            Self::Auto => "auto",
        }
    }

    /// Finds the mode of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

/// The row of a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// Event before whose sale it is.
    pub event: EventId,
    /// Names the time since it was switched on; tokens of another round count for nothing.
    pub round: Uuid,
    /// Whether it is used.
    pub mode: Mode,
    /// When the draw is; `None` while a room that opens by itself is closed.
    pub opens_at: Option<Timestamp>,
    /// Minutes for which a pass is valid before more time is asked for.
    pub pass_minutes: u32,
    /// Expected wait, in seconds, from which on it opens by itself.
    pub auto_wait_s: u32,
    /// What the organizer says to those who wait.
    pub message: String,
    /// Decides the draw.
    pub seed: Seed,
    /// Seats given out.
    pub next_seat: u64,
    /// Seats that took part in the draw; `None` before it.
    pub drawn_count: Option<u64>,
    /// Admission; counts from the draw on.
    pub schedule: Schedule,
    /// When somebody came last.
    pub joined_at: Option<Timestamp>,
    /// Grows with every change.
    pub version: i64,
}

impl Room {
    /// Tells whether buyers must queue.
    pub fn is_open(&self) -> bool {
        self.mode != Mode::Off && self.opens_at.is_some()
    }

    /// Tells whether the opening has passed and nobody has drawn yet.
    pub fn is_draw_due(&self, now: Timestamp) -> bool {
        self.is_open() && self.drawn_count.is_none() && self.opens_at.is_some_and(|opening| opening <= now)
    }

    /// Freezes the number of seats that are shuffled, and starts the admission. Does nothing before the opening, and
    /// once it is done; returns whether it was done now.
    pub fn draw_if_due(&mut self, now: Timestamp) -> bool {
        let is_due = self.is_draw_due(now);
        if is_due {
            self.drawn_count = Some(self.next_seat);
            self.schedule.base_count = 0;
            self.schedule.base_at = now;
        }
        is_due
    }

    /// Gives out seats; returns the first of them.
    pub fn give_seats(&mut self, count: u64, now: Timestamp) -> u64 {
        let first = self.next_seat;
        if self.drawn_count.is_some() {
            self.schedule = self.schedule.without_credit(now, first);
        }
        self.next_seat = first.saturating_add(count);
        self.joined_at = Some(now);
        first
    }

    /// Returns how many places have been let in: never more than there are people.
    pub fn admitted_by(&self, now: Timestamp) -> u64 {
        match self.drawn_count {
            Some(_) => self.schedule.admitted_by(now).min(self.next_seat),
            None => 0,
        }
    }

    /// Counts.
    pub fn figures(&self, now: Timestamp, joined_a_minute: u64) -> Figures {
        let admitted = self.admitted_by(now);
        Figures {
            joined: self.next_seat,
            drawn: self.drawn_count.unwrap_or(0),
            admitted,
            waiting: self.next_seat - admitted,
            joined_a_minute,
        }
    }

    /// Changes rate or pause from now on.
    pub fn reschedule(&mut self, now: Timestamp, per_minute: u32, is_paused: bool) {
        let is_same = self.schedule.per_minute == per_minute && self.schedule.is_paused == is_paused;
        if self.drawn_count.is_some() && !is_same {
            self.schedule = self.schedule.rebased(now, self.next_seat);
        }
        self.schedule.per_minute = per_minute;
        self.schedule.is_paused = is_paused;
    }

    /// Begins a new round, in which nobody has a seat.
    pub fn restart(&mut self, round: Uuid, seed: Seed, now: Timestamp) {
        self.round = round;
        self.seed = seed;
        self.next_seat = 0;
        self.drawn_count = None;
        self.joined_at = None;
        self.schedule.base_count = 0;
        self.schedule.base_at = now;
        self.schedule.is_paused = false;
    }
}

/// What the page of a room shows of its event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventFacts {
    /// Name in addresses.
    pub slug: Slug,
    /// Name.
    pub name: String,
    /// Seed of its picture.
    pub artwork: String,
    /// Zone of its times.
    pub time_zone: ZoneName,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// It is published and not called off.
    pub is_on_sale: bool,
    /// Every place is sold.
    pub is_sold_out: bool,
}

/// A room as it lies in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRoom {
    /// Its row.
    pub room: Room,
    /// Its event.
    pub event: EventFacts,
    draw: Option<Draw>,
}

/// How far a seat is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The draw is to come.
    Before {
        /// When it is.
        opens_at: Timestamp,
    },
    /// The opening has passed; the draw is being made this very second.
    Drawing,
    /// Others come first.
    Waiting {
        /// How many.
        ahead: u64,
        /// How many came first in all, when admission began.
        place: u64,
        /// How long it takes at the present rate; `None` while the room is paused.
        wait: Option<SignedDuration>,
    },
    /// It may enter.
    Turn,
}

/// Counters for the organizer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// Seats given out.
    pub joined: u64,
    /// Seats that took part in the draw.
    pub drawn: u64,
    /// Places whose turn has come.
    pub admitted: u64,
    /// Places whose turn is to come.
    pub waiting: u64,
    /// Seats given out in the last minute.
    pub joined_a_minute: u64,
}

impl OpenRoom {
    /// Joins a row with its event.
    pub fn new(room: Room, event: EventFacts) -> Self {
        let draw = room.drawn_count.map(|count| Draw::new(&room.seed, count));
        Self { room, event, draw }
    }

    /// Returns the place of a seat; `None` before the draw.
    pub fn place(&self, seat: u64) -> Option<u64> {
        self.draw.map(|draw| draw.place(seat))
    }

    /// Tells how far a seat is.
    pub fn standing(&self, seat: u64, now: Timestamp) -> Standing {
        let Some(place) = self.place(seat) else {
            return match self.room.opens_at {
                Some(opens_at) if now < opens_at => Standing::Before { opens_at },
                _ => Standing::Drawing,
            };
        };
        let admitted = self.room.admitted_by(now);
        if place < admitted {
            return Standing::Turn;
        }
        Standing::Waiting {
            ahead: place - admitted,
            place,
            wait: self.room.schedule.wait_for(place, now),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(2_000_000_000 + seconds).unwrap()
    }

    pub fn sample(opens: i64, per_minute: u32) -> Room {
        Room {
            event: EventId::from_uuid(Uuid::from_u128(1)),
            round: Uuid::from_u128(2),
            mode: Mode::On,
            opens_at: Some(at(opens)),
            pass_minutes: 10,
            auto_wait_s: 5,
            message: String::new(),
            seed: Seed::new([9; 32]),
            next_seat: 0,
            drawn_count: None,
            schedule: Schedule {
                base_count: 0,
                base_at: at(0),
                per_minute,
                is_paused: false,
            },
            joined_at: None,
            version: 1,
        }
    }

    fn open(room: &Room) -> OpenRoom {
        let facts = EventFacts {
            slug: "a".parse().unwrap(),
            name: "A".to_owned(),
            artwork: "a".to_owned(),
            time_zone: "Europe/Oslo".parse().unwrap(),
            starts_at: at(90_000),
            ends_at: at(99_000),
            is_on_sale: true,
            is_sold_out: false,
        };
        OpenRoom::new(room.clone(), facts)
    }

    #[test]
    fn nobody_is_let_in_before_the_draw_and_exactly_the_rate_after_it() {
        let mut room = sample(100, 60);
        assert_eq!(room.give_seats(300, at(50)), 0);
        assert!(!room.draw_if_due(at(99)));
        assert_eq!(open(&room).standing(7, at(99)), Standing::Before { opens_at: at(100) });
        assert_eq!(open(&room).standing(7, at(100)), Standing::Drawing);
        assert!(room.draw_if_due(at(100)) && !room.draw_if_due(at(101)));
        assert_eq!(room.give_seats(5, at(110)), 300, "late ones come after the draw");
        let drawn = open(&room);
        let turns = |now| {
            (0..305)
                .filter(|seat| drawn.standing(*seat, now) == Standing::Turn)
                .count()
        };
        assert_eq!(
            (turns(at(100)), turns(at(160)), turns(at(400)), turns(at(9_000))),
            (0, 60, 300, 305)
        );
        assert_eq!(drawn.place(304), Some(304));
    }

    #[test]
    fn positions_and_waits_are_told_and_none_while_paused() {
        let mut room = sample(0, 60);
        room.draw_if_due(at(0));
        room.give_seats(100, at(0));
        let Standing::Waiting { ahead, wait, .. } = open(&room).standing(90, at(30)) else {
            panic!("it waits");
        };
        assert_eq!(ahead, 60);
        assert_eq!(wait.unwrap().as_secs(), 61);
        room.reschedule(at(30), 60, true);
        let paused = open(&room).standing(90, at(500));
        assert_eq!(
            paused,
            Standing::Waiting {
                ahead: 60,
                place: 90,
                wait: None
            }
        );
        room.reschedule(at(500), 600, false);
        assert_eq!(open(&room).standing(90, at(507)), Standing::Turn);
    }

    #[test]
    fn an_old_snapshot_lets_nobody_in_whom_it_does_not_know() {
        let mut room = sample(0, 60);
        room.draw_if_due(at(0));
        let old = open(&room);
        room.give_seats(1, at(1_000));
        assert!(matches!(old.standing(0, at(1_000)), Standing::Waiting { .. }));
        assert_eq!(open(&room).standing(0, at(1_000)), Standing::Turn);
    }

    #[test]
    fn a_new_round_forgets_the_seats() {
        let mut room = sample(0, 60);
        room.draw_if_due(at(0));
        room.give_seats(9, at(1));
        room.restart(Uuid::from_u128(3), Seed::new([1; 32]), at(5));
        assert_eq!(
            (room.next_seat, room.drawn_count, room.admitted_by(at(60))),
            (0, None, 0)
        );
    }
}
