//! What a ticket type is: one that admits, or an add-on that is bought beside those.

/// Add-ons of one type that a cart may have for each ticket that admits.
pub const MAX_PER_ADMISSION: u32 = 20;

/// What a ticket of a type is good for. Settled with the publication of the event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TicketKind {
    /// Lets somebody in.
    #[default]
    Admission,
    /// Gives something beside: parking, a programme, a dinner. It is redeemed, and admits nobody.
    AddOn {
        /// Most of the type in a cart for each ticket in it that admits, 1 to [`MAX_PER_ADMISSION`].
        per_admission: u32,
    },
}

impl TicketKind {
    /// Stable name in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Admission => "admission",
            Self::AddOn { .. } => "add_on",
        }
    }

    /// Tells whether it admits nobody.
    pub const fn is_add_on(self) -> bool {
        matches!(self, Self::AddOn { .. })
    }

    /// Most in a cart for each ticket that admits; nothing where it admits itself.
    pub const fn per_admission(self) -> Option<u32> {
        match self {
            Self::Admission => None,
            Self::AddOn { per_admission } => Some(per_admission),
        }
    }

    /// Reads the column; what is out of its bounds is the nearest bound.
    pub(crate) fn stored(per_admission: Option<i32>) -> Self {
        match per_admission {
            None => Self::Admission,
            Some(most) => Self::AddOn {
                per_admission: u32::try_from(most).unwrap_or(1).clamp(1, MAX_PER_ADMISSION),
            },
        }
    }

    pub(super) fn column(self) -> Option<i32> {
        self.per_admission().and_then(|most| i32::try_from(most).ok())
    }

    pub(super) fn is_sound(self) -> bool {
        self.per_admission()
            .is_none_or(|most| (1..=MAX_PER_ADMISSION).contains(&most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_read_as_it_was_written() {
        for kind in [
            TicketKind::Admission,
            TicketKind::AddOn { per_admission: 1 },
            TicketKind::AddOn {
                per_admission: MAX_PER_ADMISSION,
            },
        ] {
            assert!(kind.is_sound());
            assert_eq!(TicketKind::stored(kind.column()), kind);
            assert_eq!(kind.is_add_on(), kind.per_admission().is_some());
        }
        assert!(!TicketKind::AddOn { per_admission: 0 }.is_sound());
        assert!(!TicketKind::AddOn { per_admission: 21 }.is_sound());
    }
}
