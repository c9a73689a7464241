//! The wish to join, as it was typed.

use bilten_branding::{
    texts,
    views::{FieldErrors, Text, storefront::WaitlistForm},
};
use bilten_core::waitlist::{JoinError, JoinWaitlist, Party};
use bilten_kernel::{Email, EventId, PersonName, TicketTypeId, holds_number};
use http::StatusCode;
use serde::Deserialize;

/// Fields of the form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    party: String,
    fewer: String,
    email: String,
    name: String,
    /// Chosen types; what names none is passed over.
    #[serde(rename = "type")]
    types: Vec<String>,
}

/// Values of the form, and what is wrong with them.
#[derive(Debug)]
pub struct Typed {
    /// Chosen types.
    pub types: Vec<TicketTypeId>,
    /// The other fields.
    pub form: WaitlistForm,
    /// Errors by field.
    pub errors: FieldErrors,
    /// What is wrong with the whole wish.
    pub error: Option<Text>,
    /// Status of the answer that shows them.
    pub status: StatusCode,
}

impl Typed {
    /// The form before anybody typed anything, with a type chosen on the event's page.
    pub fn fresh(ticket_type: Option<TicketTypeId>) -> Self {
        Self {
            types: ticket_type.into_iter().collect(),
            form: WaitlistForm {
                party: "1".to_owned(),
                ..WaitlistForm::default()
            },
            errors: FieldErrors::none(),
            error: None,
            status: StatusCode::OK,
        }
    }

    /// Reads the fields into a wish; `None` when something is wrong with them, which is noted.
    pub fn read(fields: &Fields, event: EventId) -> (Self, Option<JoinWaitlist>) {
        let mut typed = Self {
            types: fields.types.iter().filter_map(|id| id.parse().ok()).collect(),
            form: WaitlistForm {
                party: fields.party.trim().to_owned(),
                takes_fewer: !fields.fewer.is_empty(),
                email: fields.email.clone(),
                name: fields.name.clone(),
            },
            ..Self::fresh(None)
        };
        let (party, email, name) = (typed.party(), typed.email(), typed.name());
        if typed.types.is_empty() {
            typed.refuse("type", Text::new(texts::WAITLIST_CHOOSE_TYPE));
        }
        let wish = match (party, email, name) {
            (Some(party), Some(email), Some(name)) if typed.status == StatusCode::OK => Some(JoinWaitlist {
                event,
                email,
                name,
                party,
                types: typed.types.clone(),
            }),
            _ => None,
        };
        (typed, wish)
    }

    fn party(&mut self) -> Option<Party> {
        let size = self.form.party.parse::<u32>().ok();
        let party = size.and_then(|size| {
            if self.form.takes_fewer {
                Party::at_least(size, 1)
            } else {
                Party::together(size)
            }
        });
        if party.is_none() {
            self.refuse("party", Text::new(texts::ERROR_QUANTITY_INVALID));
        }
        party
    }

    fn email(&mut self) -> Option<Email> {
        let email = self.form.email.parse().ok();
        if email.is_none() {
            let is_empty = self.form.email.trim().is_empty();
            let key = if is_empty {
                texts::FIELD_REQUIRED
            } else {
                texts::FIELD_EMAIL_INVALID
            };
            self.refuse("email", Text::new(key));
        }
        email
    }

    fn name(&mut self) -> Option<PersonName> {
        let name = self.form.name.parse().ok();
        if name.is_none() {
            let is_empty = self.form.name.trim().is_empty();
            let text = if is_empty {
                Text::new(texts::FIELD_REQUIRED)
            } else if holds_number(&self.form.name) {
                Text::new(texts::FIELD_HOLDS_NUMBER)
            } else {
                Text::new(texts::FIELD_TOO_LONG).with("max", 120_u32)
            };
            self.refuse("name", text);
        }
        name
    }

    /// Explains why the wish was not granted; another failure is given back.
    ///
    /// # Errors
    /// There is no such event, or the database refused.
    pub fn explain(&mut self, error: JoinError) -> Result<(), JoinError> {
        match error {
            JoinError::Closed => self.refuse_all(texts::ERROR_SALE_OVER),
            JoinError::Available => self.refuse_all(texts::WAITLIST_AVAILABLE),
            JoinError::Full => self.refuse_all(texts::WAITLIST_FULL),
            JoinError::NoType => self.refuse("type", Text::new(texts::WAITLIST_CHOOSE_TYPE)),
            JoinError::TooMany { max } => self.refuse("party", Text::new(texts::ERROR_MAX_PER_ORDER).with("max", max)),
            error @ (JoinError::NotFound | JoinError::Db(_)) => return Err(error),
        }
        Ok(())
    }

    fn refuse(&mut self, field: &str, text: Text) {
        self.status = StatusCode::UNPROCESSABLE_ENTITY;
        self.errors.push(field, text);
    }

    fn refuse_all(&mut self, key: &str) {
        self.status = StatusCode::CONFLICT;
        self.error = Some(Text::new(key));
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn read(party: &str, fewer: &str, email: &str, name: &str) -> (Typed, Option<JoinWaitlist>) {
        let fields = Fields {
            party: party.to_owned(),
            fewer: fewer.to_owned(),
            email: email.to_owned(),
            name: name.to_owned(),
            types: vec![
                TicketTypeId::from_uuid(Uuid::from_u128(7)).to_string(),
                "junk".to_owned(),
            ],
        };
        Typed::read(&fields, EventId::from_uuid(Uuid::from_u128(1)))
    }

    #[test]
    fn a_wish_is_read_and_what_is_wrong_is_told_by_field() {
        let (_, wish) = read(" 4 ", "", "ada@example.org", "Ada");
        let wish = wish.unwrap();
        assert!(wish.party.stays_together() && wish.party.size() == 4 && wish.types.len() == 1);
        let (_, wish) = read("4", "1", "ada@example.org", "Ada");
        assert_eq!(wish.unwrap().party.least(), 1);
        for (party, email, name, field) in [
            ("0", "ada@example.org", "Ada", "party"),
            ("101", "ada@example.org", "Ada", "party"),
            ("-1", "ada@example.org", "Ada", "party"),
            ("two", "ada@example.org", "Ada", "party"),
            ("2", "ada@", "Ada", "email"),
            ("2", "", "Ada", "email"),
            ("2", "ada@example.org", " ", "name"),
            ("2", "ada@example.org", &"x".repeat(121), "name"),
        ] {
            let (typed, wish) = read(party, "", email, name);
            assert!(wish.is_none(), "{party} {email} {name}");
            let errors = serde_json::to_value(&typed.errors).unwrap();
            assert!(errors.get(field).is_some() && typed.status == 422, "{errors}");
        }
    }
}
