//! `POST /Bulk`: many operations in one request (RFC 7644 §3.7). Each is committed by itself; one that names what another one
//! makes (`bulkId:…`) waits for it.

use std::collections::{BTreeMap, BTreeSet};

use axum::response::{IntoResponse as _, Response};
use bilten_sso::scim::{self, Answer, Fault, Kind, Request, ScimError, Shape, etag};
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    MAX_BULK,
    answer::{self, fault_body},
    body::ScimBody,
    call::Call,
};
use crate::http::problem::Problem;

/// How a reference to something of the same request begins.
const REFERENCE: &str = "bulkId:";

/// One of the operations.
struct Operation {
    method: String,
    kind: Kind,
    id: Option<String>,
    bulk_id: Option<String>,
    data: Value,
    if_match: Option<String>,
}

/// What became of one.
struct Done {
    status: StatusCode,
    location: Option<String>,
    version: Option<i64>,
    fault: Option<Fault>,
}

pub(super) async fn all(call: Call, ScimBody(body): ScimBody) -> Response {
    match run(&call, &body).await {
        Ok(response) => {
            call.note(response.status(), None).await;
            response
        }
        Err(ScimError::Refused(fault)) => call.refuse(&fault).await,
        Err(ScimError::Db(error)) => Problem::from(error).into_response(),
    }
}

async fn run(call: &Call, body: &Value) -> Result<Response, ScimError> {
    let operations = member(body, "Operations").and_then(Value::as_array);
    let operations = operations.ok_or_else(|| Fault::syntax("Operations are missing."))?;
    if operations.len() > MAX_BULK {
        return Err(Fault::too_large("There are more operations than are taken at once.").into());
    }
    let most_faults = member(body, "failOnErrors").and_then(Value::as_u64).unwrap_or(u64::MAX);
    let read: Vec<Result<Operation, Fault>> = operations.iter().map(Operation::read).collect();
    let mut made: BTreeMap<String, Option<String>> = BTreeMap::new();
    let mut answers: Vec<Option<Value>> = operations.iter().map(|_| None).collect();
    let mut faults: u64 = 0;
    for at in order(&read) {
        let Some(operation) = read.get(at) else { continue };
        let done = match operation {
            Ok(operation) => carry_out(call, operation, &made).await?,
            Err(fault) => Done::refused(fault.clone()),
        };
        faults += u64::from(done.fault.is_some());
        let original = operations.get(at).unwrap_or(&Value::Null);
        if let Ok(Operation {
            bulk_id: Some(name), ..
        }) = operation
        {
            let id = done
                .location
                .as_deref()
                .and_then(|location| location.rsplit('/').next());
            made.insert(name.clone(), id.map(str::to_owned));
        }
        if let Some(answer) = answers.get_mut(at) {
            *answer = Some(done.told(original));
        }
        if faults >= most_faults {
            break;
        }
    }
    let answers: Vec<Value> = answers.into_iter().flatten().collect();
    let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkResponse"], "Operations": answers });
    Ok(answer::json(StatusCode::OK, &body))
}

/// In their order, except that what is referred to comes before. Of a circle the first comes first, and is refused when its
/// turn has come, for what it refers to is not there.
fn order(read: &[Result<Operation, Fault>]) -> Vec<usize> {
    let names: BTreeMap<&str, usize> = read
        .iter()
        .enumerate()
        .filter_map(|(at, operation)| Some((operation.as_ref().ok()?.bulk_id.as_deref()?, at)))
        .collect();
    let mut ordered = Vec::with_capacity(read.len());
    let mut seen = BTreeSet::new();
    for at in 0..read.len() {
        // Depth first, without recursion: a row of references may be as long as the request.
        let mut open = vec![(at, false)];
        while let Some((at, is_ready)) = open.pop() {
            if is_ready {
                ordered.push(at);
                continue;
            }
            if !seen.insert(at) {
                continue;
            }
            open.push((at, true));
            if let Some(Ok(operation)) = read.get(at) {
                let of_path = operation.id.as_deref().and_then(|id| id.strip_prefix(REFERENCE));
                let wanted = references(&operation.data)
                    .into_iter()
                    .chain(of_path)
                    .filter_map(|name| names.get(name));
                open.extend(wanted.map(|wanted| (*wanted, false)));
            }
        }
    }
    ordered
}

fn references(data: &Value) -> Vec<&str> {
    let mut found = Vec::new();
    let mut open = vec![data];
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => found.extend(text.strip_prefix(REFERENCE)),
            Value::Array(items) => open.extend(items),
            Value::Object(members) => open.extend(members.values()),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    found
}

/// Puts ids in the place of references; `None` when something is not there.
fn resolve(data: &Value, made: &BTreeMap<String, Option<String>>) -> Option<Value> {
    Some(match data {
        Value::String(text) => match text.strip_prefix(REFERENCE) {
            Some(name) => Value::String(made.get(name)?.clone()?),
            None => data.clone(),
        },
        Value::Array(items) => Value::Array(items.iter().map(|item| resolve(item, made)).collect::<Option<_>>()?),
        Value::Object(members) => {
            let resolved: Option<Map<String, Value>> = members
                .iter()
                .map(|(name, value)| Some((name.clone(), resolve(value, made)?)))
                .collect();
            Value::Object(resolved?)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => data.clone(),
    })
}

async fn carry_out(
    call: &Call,
    operation: &Operation,
    made: &BTreeMap<String, Option<String>>,
) -> Result<Done, ScimError> {
    let Some(data) = resolve(&operation.data, made) else {
        let fault = Fault::conflict("A bulkId names nothing that was made, or two operations wait for one another.");
        return Ok(Done::refused(fault));
    };
    let id = match &operation.id {
        Some(text) => match resolve(&Value::String(text.clone()), made) {
            Some(Value::String(id)) => Some(id),
            _ => return Ok(Done::refused(Fault::not_found())),
        },
        None => None,
    };
    let shape = Shape::default();
    let request = Request {
        base: &call.base,
        shape: &shape,
        if_match: operation.if_match.as_deref(),
    };
    let mut tx = call.state.db.begin(&call.ctx).await?;
    let (ctx, kind) = (&call.ctx, operation.kind);
    let done = match (operation.method.as_str(), id.as_deref()) {
        ("POST", None) => scim::create(&mut tx, ctx, kind, (&request, &data))
            .await
            .map(|made| Done::well(StatusCode::CREATED, Some(&made))),
        ("PUT", Some(id)) => scim::replace(&mut tx, ctx, (kind, id), (&request, &data))
            .await
            .map(|done| Done::well(StatusCode::OK, Some(&done))),
        ("PATCH", Some(id)) => scim::patch(&mut tx, ctx, (kind, id), (&request, &data))
            .await
            .map(|done| Done::well(StatusCode::OK, Some(&done))),
        ("DELETE", Some(id)) => scim::delete(&mut tx, ctx, kind, (&request, id))
            .await
            .map(|()| Done::well(StatusCode::NO_CONTENT, None)),
        _ => Err(Fault::syntax("The method does not fit the path.").into()),
    };
    match done {
        Ok(done) => {
            tx.commit().await?;
            Ok(done)
        }
        Err(ScimError::Refused(fault)) => {
            tx.rollback().await?;
            Ok(Done::refused(fault))
        }
        Err(error) => Err(error),
    }
}

impl Operation {
    fn read(operation: &Value) -> Result<Self, Fault> {
        let text = |name: &str| member(operation, name).and_then(Value::as_str);
        let path = text("path").ok_or_else(|| Fault::syntax("An operation has a path."))?;
        let mut parts = path.trim_matches('/').split('/');
        let kind = match parts.next() {
            Some("Users") => Kind::User,
            Some("Groups") => Kind::Group,
            _ => return Err(Fault::path("The path of an operation begins with /Users or /Groups.")),
        };
        let id = parts.next().map(str::to_owned);
        if parts.next().is_some() {
            return Err(Fault::path("The path of an operation ends with an id."));
        }
        let method = text("method").unwrap_or_default().to_ascii_uppercase();
        let bulk_id = text("bulkId").map(str::to_owned);
        if method == "POST" && bulk_id.is_none() {
            return Err(Fault::syntax("What makes something has a bulkId."));
        }
        Ok(Self {
            method,
            kind,
            id,
            bulk_id,
            data: member(operation, "data").cloned().unwrap_or(Value::Null),
            if_match: text("version").map(str::to_owned),
        })
    }
}

impl Done {
    fn well(status: StatusCode, answer: Option<&Answer>) -> Self {
        Self {
            status,
            location: answer.map(|answer| answer.location.clone()),
            version: answer.map(|answer| answer.version),
            fault: None,
        }
    }

    fn refused(fault: Fault) -> Self {
        Self {
            status: StatusCode::from_u16(fault.status).unwrap_or(StatusCode::BAD_REQUEST),
            location: None,
            version: None,
            fault: Some(fault),
        }
    }

    fn told(&self, operation: &Value) -> Value {
        let mut told = Map::new();
        for name in ["method", "bulkId"] {
            told.extend(member(operation, name).map(|value| (name.to_owned(), value.clone())));
        }
        told.insert("status".to_owned(), self.status.as_u16().to_string().into());
        told.extend(
            self.location
                .clone()
                .map(|location| ("location".to_owned(), location.into())),
        );
        told.extend(self.version.map(|version| ("version".to_owned(), etag(version).into())));
        told.extend(
            self.fault
                .as_ref()
                .map(|fault| ("response".to_owned(), fault_body(fault))),
        );
        Value::Object(told)
    }
}

fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let members = value.as_object()?;
    let found = members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value)
}
