//! The form that gives a role: what it offers, and what was meant by it.

use bilten_branding::{
    texts,
    views::{
        Choice, FieldErrors, Text,
        console::{GrantForm, RoleChoice},
    },
};
use bilten_tenancy::permissions::{Grant, MembershipError, Place, Role, RoleName};
use jiff::{Timestamp, civil::Date};
use serde::Deserialize;

use super::words::Words;
use crate::{http::problem::Problem, organizer::console::Console};

/// Fields of the form as they were typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub email: String,
    role: String,
    place: String,
    until: String,
}

impl Typed {
    /// Reads what is to be given.
    pub(super) fn meant(&self, words: &Words, errors: &mut FieldErrors) -> Option<Grant> {
        let role = self.role.parse::<RoleName>().ok();
        if role.is_none() {
            errors.push("role", Text::new(texts::FIELD_REQUIRED));
        }
        let place = self.place();
        if place.is_none() {
            errors.push("place", Text::new(texts::FIELD_REQUIRED));
        }
        let end = match self.until.trim() {
            "" => None,
            day => {
                let end = end_of(day, words);
                if end.is_none() {
                    errors.push("until", Text::new(texts::FIELD_DATE_INVALID));
                }
                end
            }
        };
        errors.is_empty().then_some(())?;
        Some(Grant {
            role: role?,
            place: place?,
            expires_at: end,
        })
    }

    fn place(&self) -> Option<Place> {
        if self.place.is_empty() {
            return Some(Place::Tenant);
        }
        let organizer = self.place.parse().map(Place::Organizer);
        organizer.or_else(|_| self.place.parse().map(Place::Event)).ok()
    }

    /// Fills the form with what the person may give.
    pub(super) fn form(
        &self,
        console: &Console,
        words: &Words,
        (action, is_invitation): (String, bool),
        errors: FieldErrors,
    ) -> GrantForm {
        let own = words
            .own_roles
            .iter()
            .map(|role| (RoleName::Own(role.id), role.permissions));
        let built_in = Role::ALL.map(|role| (RoleName::BuiltIn(role), role.permissions()));
        let held = console.session.rights.held_in(Place::Tenant);
        let roles = built_in
            .into_iter()
            .chain(own)
            .filter(|(_, holds)| held.includes(*holds));
        // Least first: whoever does not look gives little.
        let preset = if self.role.is_empty() {
            Role::DoorStaff.name()
        } else {
            self.role.as_str()
        };
        GrantForm {
            action,
            is_invitation,
            email: self.email.clone(),
            roles: roles
                .map(|(role, _)| RoleChoice {
                    value: role.to_string(),
                    role: words.role(role),
                    selected: role.to_string() == preset,
                })
                .collect(),
            organizers: self.choices(words.organizers.iter().map(|(id, name)| (id.to_string(), name))),
            events: self.choices(words.events.iter().map(|(id, name)| (id.to_string(), name))),
            until: self.until.clone(),
            errors,
        }
    }

    fn choices<'a>(&self, all: impl Iterator<Item = (String, &'a String)>) -> Vec<Choice> {
        all.map(|(id, name)| {
            let is_chosen = id == self.place;
            Choice::new(id, name.as_str(), is_chosen)
        })
        .collect()
    }
}

/// Says at the field why a role is not given.
///
/// # Errors
/// What no form can mend.
pub(super) fn explain(error: MembershipError, errors: &mut FieldErrors) -> Result<(), Problem> {
    let (field, text) = match error {
        MembershipError::NotHeld(permission) => (
            "role",
            Text::new(texts::FIELD_ROLE_NOT_HELD).with("permission", permission.name()),
        ),
        MembershipError::TooManyOwners => ("role", Text::new(texts::FIELD_ROLE_OWNERS)),
        MembershipError::Held => ("role", Text::new(texts::FIELD_ROLE_HELD)),
        MembershipError::NoRole | MembershipError::Unknown => ("role", Text::new(texts::FIELD_REQUIRED)),
        MembershipError::Own | MembershipError::LastOwner => ("role", Text::new(texts::FLASH_REFUSED_OWN)),
        MembershipError::WrongPlace => ("place", Text::new(texts::FIELD_ROLE_PLACE)),
        MembershipError::WrongEnd => ("until", Text::new(texts::FIELD_ROLE_END)),
        MembershipError::OwnerEnds => ("until", Text::new(texts::FIELD_ROLE_OWNER_ENDS)),
        MembershipError::Db(error) => return Err(error.into()),
    };
    errors.push(field, text);
    Ok(())
}

/// The end of the last day, in the shop's zone.
pub(in crate::organizer) fn end_of_day(day: &str, zone: &bilten_kernel::ZoneName) -> Option<Timestamp> {
    let day: Date = day.trim().parse().ok()?;
    let next = day.tomorrow().ok()?.in_tz(zone.as_str()).ok()?;
    Some(next.timestamp())
}

fn end_of(day: &str, words: &Words) -> Option<Timestamp> {
    end_of_day(day, &words.zone)
}
