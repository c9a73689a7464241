//! Filters: read with bounds on length, depth and number of conditions, and decided on a resource as it would be answered.
//!
//! Not here: which rows are looked at (`store`).

mod eval;
mod lex;
mod parse;

use serde_json::Value;

pub(crate) use parse::{Names, parse};

use super::schema::Attribute;

/// Bytes that a filter has at most.
pub const MAX_LENGTH: usize = 4_096;
/// Brackets within brackets at most.
pub const MAX_DEPTH: usize = 12;
/// Conditions at most.
pub const MAX_TERMS: usize = 50;

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Contains.
    Co,
    /// Starts with.
    Sw,
    /// Ends with.
    Ew,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
}

impl Op {
    fn find(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "eq" => Self::Eq,
            "ne" => Self::Ne,
            "co" => Self::Co,
            "sw" => Self::Sw,
            "ew" => Self::Ew,
            "gt" => Self::Gt,
            "ge" => Self::Ge,
            "lt" => Self::Lt,
            "le" => Self::Le,
            _ => return None,
        })
    }
}

/// What is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Schema of the extension that it is of.
    pub extension: Option<&'static str>,
    /// The attribute.
    pub attribute: &'static Attribute,
    /// The part of it.
    pub sub: Option<&'static Attribute>,
}

impl Place {
    fn last(&self) -> &'static Attribute {
        self.sub.unwrap_or(self.attribute)
    }

    /// Tells whether it is this attribute of the resource itself, or its main part.
    fn is(&self, name: &str) -> bool {
        self.extension.is_none()
            && self.attribute.name == name
            && self
                .sub
                .is_none_or(|sub| self.attribute.multi_valued && sub.name == "value")
    }
}

/// A filter.
#[derive(Debug, Clone)]
pub enum Filter {
    /// Each of them.
    And(Vec<Filter>),
    /// One of them.
    Or(Vec<Filter>),
    /// Not this.
    Not(Box<Filter>),
    /// There is a value.
    Present(Place),
    /// A value compares so.
    Compare(Place, Op, Value),
    /// One value of many fits.
    Within(Place, Box<Filter>),
}

impl Filter {
    /// Returns what the attribute must equal for anything to fit, if the filter says so.
    pub fn wanted(&self, name: &str) -> Option<&str> {
        match self {
            Self::Compare(place, Op::Eq, Value::String(text)) if place.is(name) => Some(text),
            Self::Within(place, inner) if place.is(name) => inner.wanted("value"),
            Self::And(all) => all.iter().find_map(|filter| filter.wanted(name)),
            _ => None,
        }
    }

    /// Tells whether nothing but [`wanted`](Self::wanted) is asked for.
    pub const fn is_bare(&self) -> bool {
        matches!(self, Self::Compare(..))
    }

    /// Tells whether the attribute is named anywhere.
    pub fn names(&self, name: &str) -> bool {
        match self {
            Self::And(all) | Self::Or(all) => all.iter().any(|filter| filter.names(name)),
            Self::Not(inner) => inner.names(name),
            Self::Present(place) | Self::Compare(place, ..) | Self::Within(place, _) => {
                place.extension.is_none() && place.attribute.name == name
            }
        }
    }

    /// Lists the values of which one is asked for, when nothing else is: `value eq "a" or value eq "b"`.
    pub fn values(&self) -> Option<Vec<&str>> {
        match self {
            Self::Compare(place, Op::Eq, Value::String(text)) if place.attribute.name == "value" => Some(vec![text]),
            Self::Or(all) => {
                let lists: Option<Vec<_>> = all.iter().map(Self::values).collect();
                lists.map(|lists| lists.into_iter().flatten().collect())
            }
            _ => None,
        }
    }
}
