//! Small values that appear on many pages.

use jiff::Timestamp;
use serde::Serialize;

/// An instant together with the zone in which people read it (the event's own).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moment {
    /// The instant.
    pub at: Timestamp,
    /// IANA name of the zone, such as `Europe/Oslo`.
    pub zone: String,
}

impl Moment {
    /// Joins an instant and the name of its zone.
    pub fn new(at: Timestamp, zone: impl Into<String>) -> Self {
        Self { at, zone: zone.into() }
    }
}

/// A share in hundredths of a per cent, written as the reader's language writes decimals: `12.5`, `12,5`. The sign of a
/// per cent is part of the message around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Percent {
    /// Hundredths of a per cent: 1,250 is 12.5 %.
    pub bp: i64,
}

impl Percent {
    /// Makes one of hundredths of a per cent.
    pub fn of_bp(bp: impl Into<i64>) -> Self {
        Self { bp: bp.into() }
    }
}

/// HTML that may be shown as it stands, because [`crate::markdown`] sanitised it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// Wraps HTML that this crate made or sanitised.
    pub(crate) fn trusted(html: String) -> Self {
        Self(html)
    }

    /// Wraps a picture that [`crate::qr::svg`] drew.
    pub fn svg(picture: String) -> Self {
        Self(picture)
    }

    /// Returns the HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One entry of a list to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// Value sent by the form.
    pub value: String,
    /// What people read.
    pub label: String,
    /// Whether it is chosen now.
    pub selected: bool,
}

impl Choice {
    /// Makes an entry.
    pub fn new(value: impl Into<String>, label: impl Into<String>, selected: bool) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            selected,
        }
    }
}
