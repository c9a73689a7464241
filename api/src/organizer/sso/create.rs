//! `GET /manage/sso/new`, `POST /manage/sso`: a connection is set up as a draft.
//!
//! The provider wants to know our address before it gives out a client id, so the connection's id is made with the form.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{
        FieldErrors, Section, Text,
        console::{GuideLink, SsoForm, SsoFormView},
    },
};
use bilten_kernel::{Secret, SsoConnectionId};
use bilten_sso::connections::{self, CreateError, Draft, Guide, Terms};
use serde::Deserialize;

use super::{
    form::{self, Input},
    permit,
};
use crate::{
    http::{
        extract::{CsrfForm, Params},
        problem::Problem,
        shell::redirect_saying,
    },
    organizer::{console::Console, session::sso::callback_url, urls},
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    guide: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct New {
    id: String,
    secret: String,
    #[serde(flatten)]
    terms: Input,
}

pub(super) async fn show(console: Console, Params(asked): Params<Asked>) -> Result<Response, Problem> {
    let draft = Draft {
        guide: asked.guide,
        ..Draft::default()
    };
    let view = view(&console, console.new_id(), (form::typed(draft), FieldErrors::none()));
    console.html(Section::Sso, &view)
}

pub(super) async fn create(console: Console, CsrfForm(new): CsrfForm<New>) -> Result<Response, Problem> {
    let id: SsoConnectionId = new.id.parse().unwrap_or_else(|_| console.new_id());
    let draft = new.terms.draft();
    let secret = Secret::new(new.secret);
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    let errors = match Terms::read(&draft, console.state.sso.oidc.egress()) {
        Ok(terms) => {
            let seal = &console.state.sso.seal;
            match connections::create(&mut tx, &console, seal, (id, &terms, &secret)).await {
                Ok(()) => {
                    tx.commit().await?;
                    return Ok(redirect_saying(&urls::sso(id), texts::FLASH_SSO_CREATED));
                }
                Err(CreateError::Exists) => return Ok(redirect_saying(&urls::sso(id), texts::FLASH_SSO_CREATED)),
                Err(CreateError::Secret(fault)) => FieldErrors::none().with("secret", form::said(fault)),
                Err(CreateError::Role) => FieldErrors::none().with("default_role", Text::new(texts::FIELD_SSO_ROLE)),
                Err(CreateError::TooMany) => FieldErrors::none().with("name", Text::new(texts::FIELD_SSO_TOO_MANY)),
                Err(CreateError::Db(error)) => return Err(error.into()),
            }
        }
        Err(faults) => form::errors(&faults),
    };
    tx.rollback().await?;
    let view = view(&console, id, (form::typed(draft), errors));
    console.html_refused(Section::Sso, &view)
}

fn view(console: &Console, id: SsoConnectionId, (form, errors): (SsoForm, FieldErrors)) -> SsoFormView {
    let guide = |guide: Guide| GuideLink {
        guide: guide.name().to_owned(),
        url: urls::with_query(urls::NEW_SSO, &[("guide", guide.name())]),
        current: guide.name() == form.guide,
    };
    SsoFormView {
        guides: Guide::ALL.into_iter().map(guide).collect(),
        action: urls::SSO.to_owned(),
        id: id.to_string(),
        redirect_uri: callback_url(&console.state, &console.tenant.tenant, id),
        logout_uri: super::show::logout_url(console, id),
        saml_url: urls::with_query(urls::NEW_SAML, &[("guide", form.guide.as_str())]),
        form,
        errors,
    }
}
