//! One resource: made, told, replaced, changed, ended.

use axum::{
    extract::Path,
    response::{IntoResponse as _, Response},
};
use bilten_sso::scim::{self, Fault, Kind, Shape, names_version};
use http::StatusCode;
use serde_json::Value;

use super::{answer, body::ScimBody, call::Call};

macro_rules! handlers {
    ($kind:expr, $create:ident, $get:ident, $replace:ident, $patch:ident, $delete:ident) => {
        pub(super) async fn $create(call: Call, ScimBody(body): ScimBody) -> Response {
            create($kind, &call, &body)
                .await
                .unwrap_or_else(|response| response)
        }
        pub(super) async fn $get(Path(id): Path<String>, call: Call) -> Response {
            get($kind, &call, &id).await.unwrap_or_else(|response| response)
        }
        pub(super) async fn $replace(Path(id): Path<String>, call: Call, ScimBody(body): ScimBody) -> Response {
            replace($kind, &call, (&id, &body))
                .await
                .unwrap_or_else(|response| response)
        }
        pub(super) async fn $patch(Path(id): Path<String>, call: Call, ScimBody(body): ScimBody) -> Response {
            patch($kind, &call, (&id, &body))
                .await
                .unwrap_or_else(|response| response)
        }
        pub(super) async fn $delete(Path(id): Path<String>, call: Call) -> Response {
            delete($kind, &call, &id)
                .await
                .unwrap_or_else(|response| response)
        }
    };
}

handlers!(Kind::User, create_user, get_user, replace_user, patch_user, delete_user);
handlers!(
    Kind::Group,
    create_group,
    get_group,
    replace_group,
    patch_group,
    delete_group
);

/// Both sides are answers: what is wrong with the names of attributes is told before anything is done.
async fn shape(kind: Kind, call: &Call) -> Result<Shape, Response> {
    match call.shape(kind) {
        Ok(shape) => Ok(shape),
        Err(fault) => Err(call.refuse(&fault).await),
    }
}

async fn create(kind: Kind, call: &Call, body: &Value) -> Result<Response, Response> {
    let shape = shape(kind, call).await?;
    let mut tx = call.begin().await?;
    let made = scim::create(&mut tx, &call.ctx, kind, (&call.request(&shape), body)).await;
    let made = made.map(|made| answer::resource(StatusCode::CREATED, &made));
    Ok(call.finish(tx, made).await)
}

async fn get(kind: Kind, call: &Call, id: &str) -> Result<Response, Response> {
    let shape = shape(kind, call).await?;
    let mut tx = call.begin().await?;
    let found = scim::get(&mut tx, kind, &call.request(&shape), id).await;
    let found = found.map(|found| match &call.if_none_match {
        Some(tags) if names_version(tags, found.version) => {
            let mut response = answer::resource(StatusCode::OK, &scim::Answer { body: None, ..found });
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response
        }
        _ => answer::resource(StatusCode::OK, &found),
    });
    Ok(call.finish(tx, found).await)
}

async fn replace(kind: Kind, call: &Call, (id, body): (&str, &Value)) -> Result<Response, Response> {
    let shape = shape(kind, call).await?;
    let mut tx = call.begin().await?;
    let request = call.request(&shape);
    let done = scim::replace(&mut tx, &call.ctx, (kind, id), (&request, body)).await;
    let done = done.map(|done| answer::resource(StatusCode::OK, &done));
    Ok(call.finish(tx, done).await)
}

async fn patch(kind: Kind, call: &Call, (id, body): (&str, &Value)) -> Result<Response, Response> {
    let shape = shape(kind, call).await?;
    let mut tx = call.begin().await?;
    let request = call.request(&shape);
    let done = scim::patch(&mut tx, &call.ctx, (kind, id), (&request, body)).await;
    let done = done.map(|done| answer::resource(StatusCode::OK, &done));
    Ok(call.finish(tx, done).await)
}

async fn delete(kind: Kind, call: &Call, id: &str) -> Result<Response, Response> {
    let shape = shape(kind, call).await?;
    let mut tx = call.begin().await?;
    let done = scim::delete(&mut tx, &call.ctx, kind, (&call.request(&shape), id)).await;
    Ok(call
        .finish(tx, done.map(|()| StatusCode::NO_CONTENT.into_response()))
        .await)
}

/// There is no resource of this name.
pub(super) fn unknown() -> Response {
    answer::fault(&Fault::not_found())
}
