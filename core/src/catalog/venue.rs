//! Where an event takes place.

use bilten_kernel::VenueId;

use super::text::Line;

/// Place with its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Venue {
    /// Identifies the venue.
    pub id: VenueId,
    /// Name and address.
    pub place: NewVenue,
}

/// Name and address of a place; every part of the address may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVenue {
    /// Name, such as `Store sal`.
    pub name: Line<1, 120>,
    /// Street and number.
    pub street: Line<0, 120>,
    /// Postal code.
    pub postcode: Line<0, 20>,
    /// City.
    pub city: Line<0, 80>,
    /// ISO 3166-1 alpha-2, or empty.
    pub country: Line<0, 2>,
}

impl NewVenue {
    /// A place of which only the name is known.
    pub fn named(name: Line<1, 120>) -> Self {
        Self {
            name,
            street: Line::default(),
            postcode: Line::default(),
            city: Line::default(),
            country: Line::default(),
        }
    }

    /// Returns the address in one line, without empty parts.
    pub fn address(&self) -> String {
        let town = format!("{} {}", self.postcode, self.city);
        [self.street.as_str(), town.trim()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", ")
    }
}
