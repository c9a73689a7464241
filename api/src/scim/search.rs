//! Lists and searches.

use axum::response::Response;
use bilten_sso::scim::{self, Fault, Kind, MAX_COUNT, Page, Query, ScimError};
use http::StatusCode;
use serde_json::{Value, json};

use super::{answer, body::ScimBody, call::Call};

pub(super) async fn users(call: Call) -> Response {
    by_query(Kind::User, &call).await
}

pub(super) async fn groups(call: Call) -> Response {
    by_query(Kind::Group, &call).await
}

pub(super) async fn users_by_post(call: Call, ScimBody(body): ScimBody) -> Response {
    find(&call, &[Kind::User], read(&body)).await
}

pub(super) async fn groups_by_post(call: Call, ScimBody(body): ScimBody) -> Response {
    find(&call, &[Kind::Group], read(&body)).await
}

/// `POST /.search`: people first, then groups.
pub(super) async fn all(call: Call, ScimBody(body): ScimBody) -> Response {
    find(&call, &[Kind::User, Kind::Group], read(&body)).await
}

async fn by_query(kind: Kind, call: &Call) -> Response {
    find(call, &[kind], call.query()).await
}

async fn find(call: &Call, kinds: &[Kind], query: Result<Query, Fault>) -> Response {
    let query = match query {
        Ok(query) => query,
        Err(fault) => return call.refuse(&fault).await,
    };
    let mut tx = match call.begin().await {
        Ok(tx) => tx,
        Err(response) => return response,
    };
    let mut pages = Vec::with_capacity(kinds.len());
    let mut outcome = Ok(());
    let mut rest = query;
    for kind in kinds {
        match scim::list(&mut tx, *kind, &rest, &call.base).await {
            Ok(page) => {
                rest = after(&rest, &page);
                pages.push(page);
            }
            // A filter on what only people have finds no groups.
            Err(ScimError::Refused(fault))
                if kinds.len() > 1 && fault.kind == Some("invalidFilter") && !pages.is_empty() => {}
            Err(error) => {
                outcome = Err(error);
                break;
            }
        }
    }
    call.finish(tx, outcome.map(|()| answer::json(StatusCode::OK, &whole(pages))))
        .await
}

/// What is wanted of the next kind: the span goes on where this one ended.
fn after(query: &Query, page: &Page) -> Query {
    let taken = i64::try_from(page.resources.len()).unwrap_or(0);
    let wanted = query.count.unwrap_or(MAX_COUNT).min(MAX_COUNT);
    Query {
        start: Some((query.start.unwrap_or(1) - page.total).max(1)),
        count: Some((wanted - taken).max(0)),
        ..query.clone()
    }
}

fn whole(pages: Vec<Page>) -> Value {
    let start = pages.first().map_or(1, |page| page.start);
    let total: i64 = pages.iter().map(|page| page.total).sum();
    let resources: Vec<Value> = pages.into_iter().flat_map(|page| page.resources).collect();
    list(total, start, &resources)
}

/// The shape of a list.
pub(super) fn list(total: i64, start: i64, resources: &[Value]) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": resources.len(),
        "Resources": resources,
    })
}

/// Reads a search that comes in a body.
fn read(body: &Value) -> Result<Query, Fault> {
    let members = body
        .as_object()
        .ok_or_else(|| Fault::syntax("The body is not an object."))?;
    let find = |name: &str| {
        let found = members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value).filter(|value| !value.is_null())
    };
    let text = |name: &str| match find(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(Fault::value("filter, sortBy and sortOrder are texts.")),
    };
    let number = |name: &str| match find(name) {
        None => Ok(None),
        Some(value) => value
            .as_i64()
            .map(Some)
            .ok_or_else(|| Fault::value("startIndex and count are whole numbers.")),
    };
    let names = |name: &str| match find(name) {
        None => Ok(Vec::new()),
        Some(Value::Array(items)) => {
            let names: Option<Vec<String>> = items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
            names.ok_or_else(|| Fault::value("Names of attributes are texts."))
        }
        Some(_) => Err(Fault::value("attributes and excludedAttributes are lists.")),
    };
    Ok(Query {
        filter: text("filter")?,
        sort_by: text("sortBy")?,
        is_descending: text("sortOrder")?.is_some_and(|order| order.eq_ignore_ascii_case("descending")),
        start: number("startIndex")?,
        count: number("count")?,
        only: names("attributes")?,
        without: names("excludedAttributes")?,
    })
}
