//! `GET` and `POST /manage/sso/new/saml`, `POST /manage/sso/{id}/saml`: SAML connections, and what their providers say.
//!
//! A description is fetched between two transactions, through the one way out.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{
        FieldErrors, Section, Text,
        console::{GuideLink, SamlAddresses, SamlCertificateRow, SamlFormView, SamlPanel, SamlProviderForm, SsoForm},
    },
};
use bilten_kernel::{SsoConnectionId, SsoConnectionKind, ZoneName};
use bilten_sso::{
    connections::{self, ChangeError, Connection, CreateError, Draft, Guide, Kind, Terms},
    saml::{Certificate, Metadata, MetadataFault},
    saml_peers::{self, Provider},
};
use bilten_tenancy::TenantTx;
use data_encoding::HEXLOWER;
use jiff::SignedDuration;
use serde::Deserialize;

use super::{
    form::{self, Input},
    permit, save,
    show::{self, Typed},
};
use crate::{
    http::{
        extract::{CsrfForm, Params},
        ids::PathId,
        problem::Problem,
        shell::redirect_saying,
    },
    organizer::{console::Console, figures, urls},
};

/// Certificates that end within this are marked.
const ENDING: SignedDuration = SignedDuration::from_hours(60 * 24);

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    guide: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ProviderInput {
    address: String,
    metadata: String,
    authn_context: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct New {
    id: String,
    #[serde(flatten)]
    provider: ProviderInput,
    #[serde(flatten)]
    terms: Input,
}

pub(super) async fn show(console: Console, Params(asked): Params<Asked>) -> Result<Response, Problem> {
    let draft = Draft {
        guide: asked.guide,
        ..Draft::default()
    };
    let typed = (form::typed_again(draft, Kind::Saml), ProviderInput::default());
    let view = view(&console, console.new_id(), typed, FieldErrors::none());
    console.html(Section::Sso, &view)
}

pub(super) async fn create(console: Console, CsrfForm(new): CsrfForm<New>) -> Result<Response, Problem> {
    let id: SsoConnectionId = new.id.parse().unwrap_or_else(|_| console.new_id());
    let mut draft = new.terms.draft();
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    tx.commit().await?;
    let errors = match read(&console, &new.provider).await {
        Ok((metadata, provider)) => {
            draft.issuer = metadata.entity_id;
            draft.client_id = ours(&console, id).entity_id;
            match Terms::read_saml(&draft) {
                Ok(terms) => match keep(&console, (id, &terms, &provider)).await? {
                    None => return Ok(redirect_saying(&urls::sso(id), texts::FLASH_SSO_CREATED)),
                    Some(errors) => errors,
                },
                Err(faults) => form::errors(&faults),
            }
        }
        Err(errors) => errors,
    };
    let typed = (form::typed_again(draft, Kind::Saml), new.provider);
    let view = view(&console, id, typed, errors);
    console.html_refused(Section::Sso, &view)
}

async fn keep(
    console: &Console,
    (id, terms, provider): (SsoConnectionId, &Terms, &Provider),
) -> Result<Option<FieldErrors>, Problem> {
    let mut tx = console.begin().await?;
    permit(console, &mut tx).await?;
    let errors = match connections::create_saml(&mut tx, console, (id, terms, provider)).await {
        Ok(()) => {
            tx.commit().await?;
            return Ok(None);
        }
        Err(CreateError::Exists) => return Ok(None),
        Err(CreateError::Secret(fault)) => FieldErrors::none().with("metadata", form::said(fault)),
        Err(CreateError::Role) => FieldErrors::none().with("default_role", Text::new(texts::FIELD_SSO_ROLE)),
        Err(CreateError::TooMany) => FieldErrors::none().with("name", Text::new(texts::FIELD_SSO_TOO_MANY)),
        Err(CreateError::Db(error)) => return Err(error.into()),
    };
    tx.rollback().await?;
    Ok(Some(errors))
}

pub(super) async fn refresh(
    PathId(id): PathId<SsoConnectionKind>,
    console: Console,
    CsrfForm(input): CsrfForm<ProviderInput>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    let found = connections::find(&mut tx, id)
        .await?
        .filter(|found| found.kind == Kind::Saml);
    tx.commit().await?;
    if found.is_none() {
        return Err(Problem::not_found());
    }
    let errors = match read(&console, &input).await {
        Ok((metadata, provider)) => {
            let mut tx = console.begin().await?;
            permit(&console, &mut tx).await?;
            match connections::set_provider(&mut tx, &console, (id, &metadata.entity_id, &provider)).await {
                Ok(()) => {
                    tx.commit().await?;
                    return Ok(redirect_saying(&urls::sso(id), texts::FLASH_SAML_PROVIDER));
                }
                Err(ChangeError::Issuer) => FieldErrors::none().with("metadata", Text::new(texts::FIELD_SAML_ISSUER)),
                Err(error) => return save::refuse(&urls::sso(id), error),
            }
        }
        Err(errors) => errors,
    };
    let typed = Typed {
        provider: Some(shown(input)),
        errors: Some(errors),
        ..Typed::default()
    };
    show::refused(console, id, typed).await
}

/// Reads what was typed about the provider, and fetches its description when an address was given.
async fn read(console: &Console, input: &ProviderInput) -> Result<(Metadata, Provider), FieldErrors> {
    let egress = console.state.sso.oidc.egress();
    let wrong = |field: &'static str, key| FieldErrors::none().with(field, Text::new(key));
    let fault = |field, fault| match fault {
        MetadataFault::Form => wrong(field, texts::FIELD_SAML_METADATA),
        MetadataFault::Redirect => wrong(field, texts::FIELD_SAML_REDIRECT),
        MetadataFault::Certificate => wrong(field, texts::FIELD_SAML_CERTIFICATE),
    };
    let context = input.authn_context.trim();
    if context.len() > 200 || !context.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(wrong("authn_context", texts::FIELD_SAML_CONTEXT));
    }
    let address = input.address.trim();
    let (field, metadata) = if address.is_empty() {
        let read = Metadata::read(input.metadata.as_bytes());
        ("metadata", read.map_err(|found| fault("metadata", found))?)
    } else {
        let read = saml_peers::read_description(egress, address).await;
        (
            "address",
            read.map_err(|_| wrong("address", texts::FIELD_SAML_ADDRESS))?,
        )
    };
    let addresses = std::iter::once(&metadata.sso_url).chain(&metadata.slo_url);
    if addresses.into_iter().any(|address| egress.allow(address).is_err()) {
        return Err(wrong(field, texts::FIELD_SAML_REDIRECT));
    }
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let provider = Provider::of(&metadata, text(address), text(context));
    Ok((metadata, provider))
}

/// The part of the connection's page, when it is one of SAML.
pub(super) async fn panel(
    console: &Console,
    tx: &mut TenantTx,
    (found, typed): (&Connection, Option<SamlProviderForm>),
    zone: &ZoneName,
) -> Result<Option<SamlPanel>, Problem> {
    if found.kind != Kind::Saml {
        return Ok(None);
    }
    let peer = saml_peers::find(tx, found.id).await?.ok_or_else(Problem::not_found)?;
    let provider = peer.provider;
    let soon = console.now().checked_add(ENDING).unwrap_or(console.now());
    let row = |certificate: &Certificate| SamlCertificateRow {
        fingerprint: HEXLOWER.encode(&certificate.fingerprint()),
        ends_at: figures::moment(certificate.not_after, zone),
        is_ending: certificate.not_after < soon,
    };
    Ok(Some(SamlPanel {
        ours: SamlAddresses {
            entity_id: found.client_id.clone(),
            ..ours(console, found.id)
        },
        sso_url: provider.sso_url,
        has_slo: provider.slo_url.is_some(),
        certificates: provider.certificates.iter().map(row).collect(),
        refreshed_at: figures::moment(peer.refreshed_at, zone),
        provider: typed.unwrap_or_else(|| SamlProviderForm {
            address: provider.metadata_url.unwrap_or_default(),
            metadata: String::new(),
            authn_context: provider.authn_context.unwrap_or_default(),
        }),
        action: urls::sso_step(found.id, "saml"),
    }))
}

/// What the provider must know. The entity id is fixed when the connection is made; the rest follows the shop's first host.
fn ours(console: &Console, id: SsoConnectionId) -> SamlAddresses {
    let origin = console.state.config.http.origin(&console.tenant.tenant.primary_host);
    let metadata_url = format!("{origin}{}", urls::saml_metadata(id));
    SamlAddresses {
        entity_id: metadata_url.clone(),
        acs_url: format!("{origin}{}", urls::saml_acs(id)),
        slo_url: format!("{origin}{}", urls::saml_slo(id)),
        metadata_url,
    }
}

fn view(
    console: &Console,
    id: SsoConnectionId,
    (form, provider): (SsoForm, ProviderInput),
    errors: FieldErrors,
) -> SamlFormView {
    let guide = |guide: Guide| GuideLink {
        guide: guide.name().to_owned(),
        url: urls::with_query(urls::NEW_SAML, &[("guide", guide.name())]),
        current: guide.name() == form.guide,
    };
    SamlFormView {
        guides: Guide::ALL.into_iter().map(guide).collect(),
        oidc_url: urls::with_query(urls::NEW_SSO, &[("guide", form.guide.as_str())]),
        action: urls::NEW_SAML.to_owned(),
        id: id.to_string(),
        ours: ours(console, id),
        form,
        provider: shown(provider),
        errors,
    }
}

fn shown(input: ProviderInput) -> SamlProviderForm {
    SamlProviderForm {
        address: input.address,
        metadata: input.metadata,
        authn_context: input.authn_context,
    }
}
