//! `POST /tenants`.

use axum::{extract::State, response::Response};
use bilten_branding::{
    Theme, texts,
    views::{FieldErrors, Section, Text},
};
use bilten_kernel::Locale;
use bilten_tenancy::lifecycle::ProvisionError;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::{
    index::{Typed, list},
    url,
};
use crate::{
    http::{
        AppState,
        extract::{CsrfForm, PlatformCtx},
        problem::Problem,
        shell::{Shell, redirect_saying},
    },
    provision::{self, NewOwner, NewShop},
};

/// What a shop starts with; its owner chooses per event.
const CURRENCY: &str = "NOK";
const ZONE: &str = "Europe/Oslo";

#[derive(Deserialize)]
pub(super) struct Form {
    name: String,
    slug: String,
    owner_email: String,
    owner_password: String,
    #[serde(default)]
    theme: String,
}

pub(super) async fn create(
    State(state): State<AppState>,
    PlatformCtx(ctx): PlatformCtx,
    shell: Shell,
    CsrfForm(form): CsrfForm<Form>,
) -> Result<Response, Problem> {
    let errors = match parse(&form) {
        Ok(shop) => match provision::provision(&state, &ctx, shop).await {
            Ok(id) => return Ok(redirect_saying(&url(id), texts::FLASH_TENANT_PROVISIONED)),
            Err(ProvisionError::SlugTaken | ProvisionError::HostTaken) => {
                FieldErrors::none().with("slug", Text::new(texts::FIELD_SLUG_TAKEN))
            }
            Err(ProvisionError::Db(error)) => return Err(error.into()),
        },
        Err(errors) => errors,
    };
    let typed = Typed {
        name: form.name,
        slug: form.slug,
        owner_email: form.owner_email,
        theme: form.theme,
    };
    let view = list(&state, None, typed, errors).await?;
    shell
        .at(Section::Tenants)
        .html_with(StatusCode::UNPROCESSABLE_ENTITY, &view)
}

/// Reads the form, or tells of every field that is wrong.
fn parse(form: &Form) -> Result<NewShop, FieldErrors> {
    let mut errors = FieldErrors::none();
    let mut wrong = |field: &str, key: &str| errors.push(field, Text::new(key));
    let name = form.name.parse().map_err(|_| wrong("name", texts::FIELD_REQUIRED)).ok();
    let slug = form
        .slug
        .trim()
        .parse()
        .map_err(|_| wrong("slug", texts::FIELD_SLUG_INVALID));
    let email = form.owner_email.parse();
    let email = email.map_err(|_| wrong("owner_email", texts::FIELD_EMAIL_INVALID));
    let password = form.owner_password.parse();
    let password = password.map_err(|_| wrong("owner_password", texts::FIELD_PASSWORD_SHORT));
    let (Some(name), Ok(slug), Ok(email), Ok(password)) = (name, slug, email, password) else {
        return Err(errors);
    };
    let theme = Theme::preset(&form.theme).map_or_else(|| json!({}), |_| json!({ "preset": form.theme }));
    Ok(NewShop {
        slug,
        name,
        locale: Locale::default(),
        currency: CURRENCY.parse().expect("the krone is in ISO 4217"),
        zone: ZONE.parse().expect("the zone is in the IANA database"),
        theme,
        legal: json!({}),
        owner: NewOwner {
            email,
            name: "Owner".parse().expect("a word is a name"),
            password,
        },
    })
}
