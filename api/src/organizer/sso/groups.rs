//! `POST /manage/sso/{id}/groups`: which groups give which roles.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{FieldErrors, Text},
};
use bilten_kernel::SsoConnectionKind;
use bilten_sso::{
    connections::{self, GroupRole, MapError},
    sign_in::{self, Effect},
};
use serde::Deserialize;

use super::{
    permit,
    show::{self, Typed},
};
use crate::{
    http::{extract::CsrfForm, ids::PathId, problem::Problem, shell::redirect_saying},
    organizer::{console::Console, urls},
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Input {
    group: Vec<String>,
    role: Vec<String>,
    /// What it does to people was shown before.
    confirmed: String,
}

pub(super) async fn save(
    PathId(id): PathId<SsoConnectionKind>,
    console: Console,
    CsrfForm(input): CsrfForm<Input>,
) -> Result<Response, Problem> {
    let rows: Vec<(String, String)> = input.group.into_iter().zip(input.role).collect();
    let filled: Vec<(String, String)> = rows.into_iter().filter(|(group, _)| !group.trim().is_empty()).collect();
    let map: Option<Vec<GroupRole>> = filled
        .iter()
        .map(|(group, role)| GroupRole::read(group, role))
        .collect();
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    if connections::find(&mut tx, id).await?.is_none() {
        return Err(Problem::not_found());
    }
    let Some(map) = map else {
        tx.rollback().await?;
        return show::refused(console, id, wrong(filled)).await;
    };
    let effect = sign_in::preview(&mut tx, id, &map).await?;
    if input.confirmed.is_empty() && !effect.is_none() {
        tx.rollback().await?;
        let typed = Typed {
            groups: Some(filled),
            preview: said(effect),
            ..Typed::default()
        };
        return show::refused(console, id, typed).await;
    }
    match connections::set_group_roles(&mut tx, &console, id, &map).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_saying(&urls::sso(id), texts::FLASH_SAVED))
        }
        Err(MapError::NotHeld) => {
            tx.rollback().await?;
            show::refused(console, id, wrong(filled)).await
        }
        Err(MapError::Db(error)) => Err(error.into()),
    }
}

fn wrong(filled: Vec<(String, String)>) -> Typed {
    Typed {
        errors: Some(FieldErrors::none().with("groups", Text::new(texts::FIELD_SSO_GROUPS))),
        groups: Some(filled),
        ..Typed::default()
    }
}

fn said(effect: Effect) -> Vec<Text> {
    [
        (texts::SSO_PREVIEW_GAIN, effect.gain),
        (texts::SSO_PREVIEW_LOSE, effect.lose),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .map(|(key, count)| Text::new(key).with("count", count))
    .collect()
}
