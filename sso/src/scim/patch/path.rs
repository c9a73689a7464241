//! Where an operation changes something: `name.givenName`, `emails[type eq "work"].value`, an attribute of the extension.

use crate::scim::{
    fault::Fault,
    filter::{Filter, MAX_LENGTH, Names, parse},
    schema::{Attribute, Found, Model, Target},
};

/// A place.
#[derive(Debug, Clone)]
pub enum Path {
    /// An attribute.
    Attribute(Step),
    /// All of the extension.
    Extension(&'static str),
    /// Something that is not kept.
    NotKept,
}

/// An attribute, which of its values, and which part of them.
#[derive(Debug, Clone)]
pub struct Step {
    /// Schema of the extension that it is of.
    pub extension: Option<&'static str>,
    /// The attribute.
    pub attribute: &'static Attribute,
    /// Which of its values.
    pub filter: Option<Filter>,
    /// Which part of them.
    pub sub: Option<&'static Attribute>,
}

impl Path {
    /// Reads a path.
    ///
    /// # Errors
    /// It leads nowhere.
    pub fn parse(model: &'static Model, text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        if text.len() > MAX_LENGTH {
            return Err(Fault::path("The path is too long."));
        }
        let Some((name, rest)) = text.split_once('[') else {
            return Ok(match find(model, text)? {
                Found::Attribute(target) => Self::Attribute(step(target)),
                Found::Extension(id) => Self::Extension(id),
                Found::NotKept => Self::NotKept,
            });
        };
        let (inner, after) = rest
            .rsplit_once(']')
            .ok_or_else(|| Fault::path("A bracket of the path is not closed."))?;
        let target = match find(model, name)? {
            Found::Attribute(target) => target,
            Found::Extension(_) => return Err(Fault::path("An extension has no values to choose from.")),
            Found::NotKept => return Ok(Self::NotKept),
        };
        if target.sub.is_some() || !target.attribute.multi_valued {
            return Err(Fault::path("Only attributes with many values are chosen from."));
        }
        let filter = parse(inner, Names::Parts(target.attribute))?;
        let sub = match after.strip_prefix('.') {
            None if after.is_empty() => None,
            None => return Err(Fault::path("Something stands behind the end of the path.")),
            Some(part) => Some(target.attribute.sub(part).ok_or_else(unknown)?),
        };
        Ok(Self::Attribute(Step {
            filter: Some(filter),
            sub,
            ..step(target)
        }))
    }

    /// Tells whether only the server sets it.
    pub fn is_read_only(&self) -> bool {
        match self {
            Self::Attribute(step) => step.attribute.is_read_only() || step.sub.is_some_and(Attribute::is_read_only),
            Self::Extension(_) | Self::NotKept => false,
        }
    }
}

fn step(target: Target) -> Step {
    Step {
        extension: target.extension,
        attribute: target.attribute,
        filter: None,
        sub: target.sub,
    }
}

fn find(model: &'static Model, name: &str) -> Result<Found, Fault> {
    model.find(name.trim()).ok_or_else(unknown)
}

fn unknown() -> Fault {
    Fault::path("The path names an attribute that there is not.")
}
