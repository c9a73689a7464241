//! `POST /manage/api-keys`: makes a key and shows it, once.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{FieldErrors, Section, Text, console::MadeKey},
};
use bilten_kernel::{ApiScope, ApiScopes, ZoneName};
use bilten_sso::api_keys::{self, ApiKey, ApiKeyToken, KeyError, Networks, NewKey};
use bilten_tenancy::permissions::of_scopes;

use super::{permit, show};
use crate::{
    http::{
        extract::CsrfForm,
        problem::{Code, Problem},
    },
    organizer::{console::Console, team::end_of_day},
};

/// The form as it was typed.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub name: String,
    pub scopes: ApiScopes,
    pub until: String,
    pub networks: String,
}

impl Typed {
    fn read(fields: &[(String, String)]) -> Self {
        let of = |name: &str| {
            let found = fields.iter().find(|(field, _)| field == name);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let ticked = fields.iter().filter(|(field, _)| field == "scope");
        let scopes = ticked.filter_map(|(_, value)| ApiScope::ALL.into_iter().find(|scope| scope.name() == value));
        Self {
            name: of("name"),
            scopes: scopes.collect(),
            until: of("until"),
            networks: of("networks"),
        }
    }

    fn meant(&self, zone: &ZoneName, errors: &mut FieldErrors) -> Option<NewKey> {
        let networks = self.networks.parse::<Networks>();
        if networks.is_err() {
            errors.push("networks", Text::new(texts::FIELD_KEY_NETWORKS));
        }
        let expires_at = match self.until.trim() {
            "" => None,
            day => {
                let end = end_of_day(day, zone);
                if end.is_none() {
                    errors.push("until", Text::new(texts::FIELD_DATE_INVALID));
                }
                end
            }
        };
        errors.is_empty().then_some(())?;
        Some(NewKey {
            name: self.name.clone(),
            scopes: self.scopes,
            expires_at,
            networks: networks.ok()?,
        })
    }
}

pub(super) async fn create(
    console: Console,
    CsrfForm(fields): CsrfForm<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let zone = console.state.settings.get(&console).await?.time_zone.clone();
    let typed = Typed::read(&fields);
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    let mut errors = FieldErrors::none();
    if let Some(new) = typed.meant(&zone, &mut errors) {
        match api_keys::make(&mut tx, &console, &new).await {
            Ok(made) => {
                let form = (&Typed::default(), errors);
                let view = show::view(&console, &mut tx, form, Some(shown(made))).await?;
                tx.commit().await?;
                return console.html(Section::Team, &view);
            }
            Err(error) => explain(error, &mut errors)?,
        }
    }
    tx.rollback().await?;
    let mut tx = console.begin().await?;
    let view = show::view(&console, &mut tx, (&typed, errors), None).await?;
    tx.commit().await?;
    console.html_refused(Section::Team, &view)
}

/// The key as it is shown this once.
pub(super) fn shown((key, token): (ApiKey, ApiKeyToken)) -> MadeKey {
    MadeKey {
        name: key.name,
        token: token.expose().clone(),
    }
}

fn explain(error: KeyError, errors: &mut FieldErrors) -> Result<(), Problem> {
    let (field, text) = match error {
        KeyError::Name => ("name", Text::new(texts::FIELD_REQUIRED)),
        KeyError::TooMany => ("name", Text::new(texts::FIELD_KEYS_MANY)),
        KeyError::Empty => ("scope", Text::new(texts::FIELD_KEY_SCOPES)),
        KeyError::NotHeld(scope) => {
            let holds = of_scopes([scope].into_iter().collect());
            let first = holds
                .iter()
                .next()
                .map_or("", bilten_tenancy::permissions::Permission::name);
            ("scope", Text::new(texts::FIELD_ROLE_NOT_HELD).with("permission", first))
        }
        KeyError::WrongEnd => ("until", Text::new(texts::FIELD_DATE_INVALID)),
        KeyError::NotStaff | KeyError::Unknown | KeyError::Replaced => return Err(Problem::new(Code::Forbidden)),
        KeyError::Db(error) => return Err(error.into()),
    };
    errors.push(field, text);
    Ok(())
}
