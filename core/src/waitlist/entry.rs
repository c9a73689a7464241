//! An entry of a waiting list and its states.

use bilten_kernel::{Email, EventId, HoldId, Locale, PersonName, Timestamp, WaitlistEntryId};

use crate::inventory::MAX_TICKETS;

/// Where an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryState {
    /// No place for the party was free yet.
    Waiting,
    /// Places are held until the offer's deadline.
    Offered,
    /// The places were bought.
    Accepted,
    /// The places were given back.
    Declined,
    /// The deadline passed.
    Lapsed,
    /// Left, or was taken off the list, before there was an offer.
    Left,
    /// The event ended or was cancelled first.
    Closed,
}

impl EntryState {
    /// All states.
    pub const ALL: [Self; 7] = [
        Self::Waiting,
        Self::Offered,
        Self::Accepted,
        Self::Declined,
        Self::Lapsed,
        Self::Left,
        Self::Closed,
    ];

    /// Stable name in the API and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Offered => "offered",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Lapsed => "lapsed",
            Self::Left => "left",
            Self::Closed => "closed",
        }
    }

    /// Reads a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Tells whether the entry still counts: its address cannot join a second time.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Offered)
    }

    /// Tells whether an entry may go from here to there.
    pub const fn may_become(self, next: Self) -> bool {
        match self {
            Self::Waiting => matches!(next, Self::Offered | Self::Left | Self::Closed),
            Self::Offered => matches!(next, Self::Accepted | Self::Declined | Self::Lapsed),
            // A payment that arrives after the deadline buys the places if they are still free.
            Self::Lapsed => matches!(next, Self::Accepted),
            Self::Accepted | Self::Declined | Self::Left | Self::Closed => false,
        }
    }
}

/// How many places are wanted, all of one ticket type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Party {
    size: u32,
    least: u32,
}

impl Party {
    /// A party that comes together or not at all.
    pub fn together(size: u32) -> Option<Self> {
        Self::at_least(size, size)
    }

    /// A party that takes fewer places too, but not fewer than `least`; `None` unless 1 ≤ `least` ≤ `size` ≤ [`MAX_TICKETS`].
    pub fn at_least(size: u32, least: u32) -> Option<Self> {
        (1 <= least && least <= size && size <= MAX_TICKETS.min(100)).then_some(Self { size, least })
    }

    /// Places wanted.
    pub const fn size(self) -> u32 {
        self.size
    }

    /// Fewest places worth an offer.
    pub const fn least(self) -> u32 {
        self.least
    }

    /// Tells whether only places for all will do.
    pub const fn stays_together(self) -> bool {
        self.least == self.size
    }
}

/// Somebody's entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Identity.
    pub id: WaitlistEntryId,
    /// Event.
    pub event: EventId,
    /// Where it stands now, also when nobody has written that down yet.
    pub state: EntryState,
    /// Where mails go.
    pub email: Email,
    /// Who waits.
    pub name: PersonName,
    /// Language of the mails.
    pub locale: Locale,
    /// How many places.
    pub party: Party,
    /// When it was made.
    pub joined_at: Timestamp,
    /// The hold that was offered.
    pub hold: Option<HoldId>,
    /// When it was offered.
    pub offered_at: Option<Timestamp>,
    /// Until when it may be bought.
    pub offer_until: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_offered_places_once_and_what_has_ended_stays_so() {
        for state in EntryState::ALL {
            assert_eq!(
                state.may_become(EntryState::Offered),
                state == EntryState::Waiting,
                "{state:?}"
            );
            assert!(!state.may_become(EntryState::Waiting), "{state:?}");
            let has_way = EntryState::ALL.into_iter().any(|next| state.may_become(next));
            assert_eq!(has_way, state.is_open() || state == EntryState::Lapsed, "{state:?}");
        }
    }

    #[test]
    fn names_survive_the_round_trip() {
        for state in EntryState::ALL {
            assert_eq!(EntryState::from_name(state.name()), Some(state));
        }
        assert_eq!(EntryState::from_name("lost"), None);
    }

    #[test]
    fn a_party_has_somebody_and_its_least_is_within_it() {
        assert!(Party::together(4).is_some_and(Party::stays_together));
        assert!(Party::at_least(4, 1).is_some_and(|party| !party.stays_together()));
        for (size, least) in [(0, 0), (1, 0), (1, 2), (101, 1)] {
            assert_eq!(Party::at_least(size, least), None, "{size} {least}");
        }
    }
}
