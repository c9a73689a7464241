//! SAML connections: a page of its own to set one up, and a part of the connection's page.

use serde::Serialize;

use super::{
    GuideLink, SsoForm,
    sso::{GUIDES, sample_errors, sample_form},
};
use crate::{
    texts,
    views::{FieldErrors, Moment, Text, View, sample},
};

/// `GET /manage/sso/new/saml`, `POST /manage/sso/new/saml`.
#[derive(Debug, Clone, Serialize)]
pub struct SamlFormView {
    /// Guides to choose from; a link each.
    pub guides: Vec<GuideLink>,
    /// The same with OpenID Connect.
    pub oidc_url: String,
    /// Where the form is posted to.
    pub action: String,
    /// Id that the connection will have.
    pub id: String,
    /// What the provider must know.
    pub ours: SamlAddresses,
    /// The form.
    pub form: SsoForm,
    /// What it says of the provider.
    pub provider: SamlProviderForm,
    /// What is wrong with it.
    pub errors: FieldErrors,
}

/// What a provider must know of us.
#[derive(Debug, Clone, Serialize)]
pub struct SamlAddresses {
    /// Our name.
    pub entity_id: String,
    /// Where answers are posted.
    pub acs_url: String,
    /// Where requests to log out go.
    pub slo_url: String,
    /// Our description.
    pub metadata_url: String,
}

/// What is typed about a provider.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SamlProviderForm {
    /// Where its description is.
    pub address: String,
    /// The description itself.
    pub metadata: String,
    /// The way of logging in that is insisted on.
    pub authn_context: String,
}

/// The provider of a SAML connection, on the connection's page.
#[derive(Debug, Clone, Serialize)]
pub struct SamlPanel {
    /// What the provider must know.
    pub ours: SamlAddresses,
    /// Where people log in.
    pub sso_url: String,
    /// Whether it hears of log-outs.
    pub has_slo: bool,
    /// Certificates that sign.
    pub certificates: Vec<SamlCertificateRow>,
    /// When the description was read.
    pub refreshed_at: Moment,
    /// The form of a new description.
    pub provider: SamlProviderForm,
    /// Where it is posted to.
    pub action: String,
}

/// A pinned certificate.
#[derive(Debug, Clone, Serialize)]
pub struct SamlCertificateRow {
    /// SHA-256 of it, in hexadecimal digits.
    pub fingerprint: String,
    /// When it ends.
    pub ends_at: Moment,
    /// Whether that is soon, or was.
    pub is_ending: bool,
}

impl View for SamlFormView {
    const TEMPLATE: &'static str = "console/saml_new.html";

    fn samples() -> Vec<Self> {
        let view = |guide: &str, errors: FieldErrors| Self {
            guides: GUIDES
                .into_iter()
                .map(|name| GuideLink {
                    guide: name.to_owned(),
                    url: format!("/manage/sso/new/saml?guide={name}"),
                    current: name == guide,
                })
                .collect(),
            oidc_url: "/manage/sso/new".to_owned(),
            action: "/manage/sso/new/saml".to_owned(),
            id: "sso_0".to_owned(),
            ours: sample_addresses(),
            form: SsoForm {
                is_saml: true,
                ..sample_form(guide)
            },
            provider: SamlProviderForm {
                address: "https://login.example.com/metadata".to_owned(),
                metadata: "<EntityDescriptor/>".to_owned(),
                authn_context: String::new(),
            },
            errors,
        };
        let mut views: Vec<Self> = GUIDES
            .into_iter()
            .map(|guide| view(guide, FieldErrors::none()))
            .collect();
        let errors = sample_errors().with("metadata", Text::new(texts::FIELD_SAML_METADATA));
        views.push(view("generic", errors));
        views
    }
}

pub(super) fn sample_panel() -> SamlPanel {
    SamlPanel {
        ours: sample_addresses(),
        sso_url: "https://login.example.com/sso".to_owned(),
        has_slo: true,
        certificates: vec![
            SamlCertificateRow {
                fingerprint: "a1b2".repeat(16),
                ends_at: sample::moment("2026-11-01T23:00:00Z"),
                is_ending: true,
            },
            SamlCertificateRow {
                fingerprint: "c3d4".repeat(16),
                ends_at: sample::moment("2036-11-01T23:00:00Z"),
                is_ending: false,
            },
        ],
        refreshed_at: sample::moment("2026-11-01T23:00:00Z"),
        provider: SamlProviderForm::default(),
        action: "/manage/sso/sso_0/saml".to_owned(),
    }
}

fn sample_addresses() -> SamlAddresses {
    SamlAddresses {
        entity_id: "https://shop.example/sso/sso_0/saml/metadata".to_owned(),
        acs_url: "https://shop.example/sso/sso_0/saml/acs".to_owned(),
        slo_url: "https://shop.example/sso/sso_0/saml/slo".to_owned(),
        metadata_url: "https://shop.example/sso/sso_0/saml/metadata".to_owned(),
    }
}
