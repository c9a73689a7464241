//! `GET /manage/api-keys`.

use axum::response::Response;
use bilten_branding::views::{
    FieldErrors, Section,
    console::{ApiKeysView, KeyForm, KeyRow, MadeKey, ScopeTick},
};
use bilten_kernel::{ApiScope, ZoneName};
use bilten_sso::api_keys::{self, ApiKey, may_have};
use bilten_tenancy::{
    TenantTx,
    permissions::{Permission, Scope},
};

use super::{create::Typed, permit};
use crate::{
    http::problem::Problem,
    organizer::{console::Console, figures, people, urls},
};

pub(super) async fn show(console: Console) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    let view = view(&console, &mut tx, (&Typed::default(), FieldErrors::none()), None).await?;
    tx.commit().await?;
    console.html(Section::Team, &view)
}

/// Fills the page, with the form as it was typed and the key that was made just now.
pub(super) async fn view(
    console: &Console,
    tx: &mut TenantTx,
    (typed, errors): (&Typed, FieldErrors),
    made: Option<MadeKey>,
) -> Result<ApiKeysView, Problem> {
    permit(console, tx).await?;
    let zone = console.state.settings.get(console).await?.time_zone.clone();
    let keys = api_keys::list(tx).await?;
    let makers: Vec<String> = keys
        .iter()
        .filter_map(|key| key.created_by.map(|id| format!("staff:{id}")))
        .collect();
    let names = people::names(tx, makers.iter().map(String::as_str)).await?;
    let made_by = |key: &ApiKey| {
        let maker = key.created_by.map(|id| format!("staff:{id}"))?;
        names.get(&maker).cloned()
    };
    let rights = &console.session.rights;
    Ok(ApiKeysView {
        back_url: console
            .may_on(Permission::MemberRead, Scope::Tenant)
            .then(|| urls::TEAM.to_owned()),
        docs_url: "/api/v1/docs".to_owned(),
        made,
        form: KeyForm {
            action: urls::API_KEYS.to_owned(),
            name: typed.name.clone(),
            scopes: ApiScope::ALL
                .into_iter()
                .map(|scope| ScopeTick {
                    name: scope.name().to_owned(),
                    key: format!("scope-{}", scope.name().replace(':', "-")),
                    is_ticked: typed.scopes.contains(scope),
                    is_open: may_have(rights, scope),
                })
                .collect(),
            until: typed.until.clone(),
            networks: typed.networks.clone(),
            errors,
        },
        keys: keys.iter().map(|key| row(console, key, made_by(key), &zone)).collect(),
    })
}

fn row(console: &Console, key: &ApiKey, made_by: Option<String>, zone: &ZoneName) -> KeyRow {
    let moment = |at| figures::moment(at, zone);
    let is_over = !key.is_alive_at(console.now());
    KeyRow {
        name: key.name.clone(),
        scopes: key.scopes.names().split_whitespace().map(str::to_owned).collect(),
        made_by,
        made: moment(key.created_at),
        used: key.last_used_at.map(moment),
        until: key.expires_at.map(moment),
        is_over,
        is_replaced: key.replaced_by.is_some(),
        networks: key.networks.to_string(),
        rotate_action: (!is_over && key.replaced_by.is_none()).then(|| urls::api_key(key.id, "rotation")),
        revoke_action: urls::api_key(key.id, "revocation"),
    }
}
