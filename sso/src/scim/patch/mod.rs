//! Changes by PATCH (RFC 7644 §3.5.2), with what Entra and Okta write otherwise: operators with capitals, values without a path,
//! names with dots in such values, texts for true and false, and members to be removed listed in the value.
//!
//! A path that cannot be read, or that names something there is not, changes nothing: it never means "all of it".

mod apply;
mod path;

use serde_json::Value;

pub use apply::apply;
pub use path::{Path, Step};

use super::{fault::Fault, schema::Model};

/// Operations of one request at most.
const MAX_OPERATIONS: usize = 1_000;

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Adds values.
    Add,
    /// Removes values.
    Remove,
    /// Puts values in the place of others.
    Replace,
}

/// One operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// What it does.
    pub verb: Verb,
    /// Where.
    pub path: Path,
    /// With what.
    pub value: Option<Value>,
}

/// Reads the operations of a request; one without a path becomes one for each attribute that its value names.
///
/// # Errors
/// The body is no request for changes, or a path cannot be read.
pub fn read(model: &'static Model, body: &Value) -> Result<Vec<Operation>, Fault> {
    let operations = member(body, "Operations").and_then(Value::as_array);
    let operations = operations.ok_or_else(|| Fault::syntax("Operations are missing."))?;
    if operations.len() > MAX_OPERATIONS {
        return Err(Fault::too_many("There are too many operations."));
    }
    let mut all = Vec::new();
    for operation in operations {
        let verb = verb(operation)?;
        let value = member(operation, "value");
        match member(operation, "path") {
            None | Some(Value::Null) => spread(model, verb, value, &mut all)?,
            Some(Value::String(text)) if text.trim().is_empty() => spread(model, verb, value, &mut all)?,
            Some(Value::String(text)) => all.push(Operation {
                verb,
                path: Path::parse(model, text)?,
                value: value.cloned(),
            }),
            Some(_) => return Err(Fault::path("The path is not a text.")),
        }
    }
    Ok(all)
}

fn verb(operation: &Value) -> Result<Verb, Fault> {
    let op = member(operation, "op").and_then(Value::as_str).unwrap_or_default();
    match op.to_ascii_lowercase().as_str() {
        "add" => Ok(Verb::Add),
        "remove" => Ok(Verb::Remove),
        "replace" => Ok(Verb::Replace),
        _ => Err(Fault::syntax("An operation is add, remove or replace.")),
    }
}

/// An operation without a path: its value says what it is about.
fn spread(model: &'static Model, verb: Verb, value: Option<&Value>, all: &mut Vec<Operation>) -> Result<(), Fault> {
    if verb == Verb::Remove {
        return Err(Fault::no_target("What is removed is named by a path."));
    }
    let Some(Value::Object(members)) = value else {
        return Err(Fault::value("Without a path, the value is an object."));
    };
    for (name, value) in members {
        let path = match Path::parse(model, name) {
            Ok(path) => path,
            // Like a body: what nobody knows is passed over.
            Err(_) if !name.contains(['[', '.', ':']) => continue,
            Err(fault) => return Err(fault),
        };
        // Like a body: what only the server sets is passed over.
        if !path.is_read_only() {
            let value = Some(value.clone());
            all.push(Operation { verb, path, value });
        }
    }
    Ok(())
}

/// A member of an object, however its name is written.
fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let members = value.as_object()?;
    let exact = members.get(name);
    exact.or_else(|| {
        members
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    })
}
