//! Carries an operation out on a document.

use serde_json::{Map, Value};

use super::{Operation, Path, Step, Verb};
use crate::scim::{
    document::{self, Document},
    fault::Fault,
    filter::{Filter, Op},
    schema::{Attribute, Model, Type},
};

/// Carries one operation out.
///
/// # Errors
/// It cannot be; the document is not to be kept then.
pub fn apply(model: &'static Model, document: &mut Document, operation: &Operation) -> Result<(), Fault> {
    if operation.path.is_read_only() {
        return Err(Fault::mutability("The attribute is set by the server alone."));
    }
    match &operation.path {
        Path::NotKept => Ok(()),
        Path::Extension(id) => extension(model, document, id, operation),
        Path::Attribute(step) => {
            let Some(id) = step.extension else {
                return at(document, step, operation);
            };
            let mut inner = match document.remove(id) {
                Some(Value::Object(inner)) => inner,
                _ => Document::new(),
            };
            at(&mut inner, step, operation)?;
            if !inner.is_empty() {
                document.insert(id.to_owned(), Value::Object(inner));
            }
            Ok(())
        }
    }
}

fn extension(model: &'static Model, document: &mut Document, id: &str, operation: &Operation) -> Result<(), Fault> {
    if operation.verb == Verb::Remove {
        document.remove(id);
        return Ok(());
    }
    let value = operation.value.as_ref().unwrap_or(&Value::Null);
    let read = document::read_extension(model, value)?.unwrap_or_default();
    let mut inner = match document.remove(id) {
        Some(Value::Object(inner)) => inner,
        _ => Document::new(),
    };
    inner.extend(read);
    if !inner.is_empty() {
        document.insert(id.to_owned(), Value::Object(inner));
    }
    Ok(())
}

fn at(document: &mut Document, step: &Step, operation: &Operation) -> Result<(), Fault> {
    let value = operation.value.as_ref();
    match (step.attribute.multi_valued, operation.verb) {
        (false, Verb::Remove) => remove_single(document, step),
        (false, Verb::Add | Verb::Replace) => set_single(document, step, value.unwrap_or(&Value::Null)),
        (true, verb) => many(document, step, verb, value),
    }
}

fn remove_single(document: &mut Document, step: &Step) -> Result<(), Fault> {
    match step.sub {
        None if step.attribute.required => Err(Fault::mutability("The attribute is required.")),
        None => {
            document.remove(&step.attribute.name);
            Ok(())
        }
        Some(sub) => {
            if let Some(Value::Object(parts)) = document.get_mut(&step.attribute.name) {
                parts.remove(&sub.name);
                if parts.is_empty() {
                    document.remove(&step.attribute.name);
                }
            }
            Ok(())
        }
    }
}

fn set_single(document: &mut Document, step: &Step, value: &Value) -> Result<(), Fault> {
    let attribute = step.attribute;
    let (target, name) = match step.sub {
        Some(sub) => (sub, &sub.name),
        None => (attribute, &attribute.name),
    };
    let Some(value) = document::single(target, value)? else {
        return remove_single(document, step);
    };
    let parts = match (step.sub, value) {
        (None, Value::Object(parts)) if attribute.kind == Type::Complex => parts,
        (None, value) => {
            document.insert(name.clone(), value);
            return Ok(());
        }
        (Some(_), value) => Map::from_iter([(name.clone(), value)]),
    };
    let held = document
        .entry(attribute.name.clone())
        .or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(held) = held {
        held.extend(parts);
    }
    Ok(())
}

fn many(document: &mut Document, step: &Step, verb: Verb, value: Option<&Value>) -> Result<(), Fault> {
    let name = &step.attribute.name;
    let mut items = match document.remove(name) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    };
    match (&step.filter, step.sub) {
        (None, Some(_)) => return Err(Fault::path("Which of the values is meant is said in brackets.")),
        (None, None) => whole(&mut items, step.attribute, verb, value)?,
        (Some(filter), None) => chosen(&mut items, (step.attribute, filter), verb, value)?,
        (Some(filter), Some(sub)) => parts(&mut items, (step.attribute, filter, sub), verb, value)?,
    }
    if let Some(value) = document::coerce(step.attribute, &Value::Array(items))? {
        document.insert(name.clone(), value);
    }
    Ok(())
}

fn whole(items: &mut Vec<Value>, attribute: &Attribute, verb: Verb, value: Option<&Value>) -> Result<(), Fault> {
    let listed = match value
        .map(|value| document::coerce(attribute, value))
        .transpose()?
        .flatten()
    {
        Some(Value::Array(listed)) => listed,
        _ => Vec::new(),
    };
    match verb {
        Verb::Add => listed.into_iter().for_each(|item| add(items, item)),
        Verb::Replace => *items = listed,
        // With a value, only what it lists is removed, and nothing when it lists nothing that can be read.
        Verb::Remove if value.is_some_and(|value| !value.is_null()) => {
            items.retain(|item| !listed.iter().any(|gone| is_same(item, gone)));
        }
        Verb::Remove => items.clear(),
    }
    Ok(())
}

fn add(items: &mut Vec<Value>, item: Value) {
    let is_primary = item.get("primary") == Some(&Value::Bool(true));
    let known = items.iter().position(|held| is_same(held, &item));
    let at = known.unwrap_or(items.len());
    match (items.get_mut(at), item) {
        (Some(Value::Object(held)), Value::Object(item)) => held.extend(item),
        (Some(_), _) => {}
        (None, item) => items.push(item),
    }
    document::one_primary(items, is_primary.then_some(at));
}

/// Values are the same that have the same value of the same type.
fn is_same(one: &Value, other: &Value) -> bool {
    let same = |name: &str| one.get(name) == other.get(name);
    let either = |name: &str| one.get(name).is_none() || other.get(name).is_none();
    same("value") && (same("type") || either("type"))
}

fn chosen(
    items: &mut Vec<Value>,
    (attribute, filter): (&Attribute, &Filter),
    verb: Verb,
    value: Option<&Value>,
) -> Result<(), Fault> {
    if verb == Verb::Remove {
        items.retain(|item| !filter.fits(item));
        return Ok(());
    }
    let new = document::single(attribute, value.unwrap_or(&Value::Null))?;
    let Some(Value::Object(new)) = new else {
        return Err(Fault::value("The value is an object."));
    };
    let favoured = (new.get("primary") == Some(&Value::Bool(true))).then_some(());
    let at = match items.iter().position(|item| filter.fits(item)) {
        Some(at) => at,
        None if verb == Verb::Replace => return Err(Fault::no_target("No value fits the path.")),
        None => {
            items.push(Value::Object(seed(filter)?));
            items.len() - 1
        }
    };
    for (place, item) in items.iter_mut().enumerate() {
        if let Value::Object(held) = item
            && (place == at || filter.fits(&Value::Object(held.clone())))
        {
            held.extend(new.clone());
        }
    }
    document::one_primary(items, favoured.map(|()| at));
    Ok(())
}

fn parts(
    items: &mut Vec<Value>,
    (attribute, filter, sub): (&Attribute, &Filter, &Attribute),
    verb: Verb,
    value: Option<&Value>,
) -> Result<(), Fault> {
    let new = document::single(sub, value.unwrap_or(&Value::Null))?;
    let Some(new) = new.filter(|_| verb != Verb::Remove) else {
        for item in items.iter_mut().filter(|item| filter.fits(item)) {
            if let Value::Object(held) = item {
                held.remove(&sub.name);
            }
        }
        // An address without an address is none.
        let main = attribute.main().map(|main| main.name.as_str());
        items.retain(|item| main.is_none_or(|main| item.get(main).is_some()));
        return Ok(());
    };
    let mut last = None;
    for (at, item) in items.iter_mut().enumerate() {
        if filter.fits(item)
            && let Value::Object(held) = item
        {
            held.insert(sub.name.clone(), new.clone());
            last = Some(at);
        }
    }
    if last.is_none() {
        // Entra sets the address of somebody who has none by this path.
        let mut fresh = seed(filter)?;
        fresh.insert(sub.name.clone(), new.clone());
        items.push(Value::Object(fresh));
        last = Some(items.len() - 1);
    }
    let is_primary = sub.name == "primary" && new == Value::Bool(true);
    document::one_primary(items, last.filter(|_| is_primary));
    Ok(())
}

/// The value that a filter describes, when all it says is what equals what.
fn seed(filter: &Filter) -> Result<Document, Fault> {
    let mut parts = Document::new();
    let mut open = vec![filter];
    while let Some(filter) = open.pop() {
        match filter {
            Filter::And(all) => open.extend(all),
            Filter::Compare(place, Op::Eq, value) if !value.is_null() => {
                parts.insert(place.attribute.name.clone(), value.clone());
            }
            _ => return Err(Fault::no_target("No value fits the path.")),
        }
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::scim::patch::read;

    const EXT: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    fn ada() -> Value {
        json!({
            "userName": "ada@a.example", "active": true, "name": { "givenName": "Ada", "familyName": "L" },
            "emails": [{ "value": "ada@a.example", "type": "work", "primary": true }, { "value": "a@home.example", "type": "home" }],
        })
    }

    fn patched(operations: &Value) -> Result<Value, Fault> {
        let Value::Object(mut document) = ada() else {
            unreachable!("an object")
        };
        for operation in read(Model::users(), &json!({ "Operations": operations }))? {
            apply(Model::users(), &mut document, &operation)?;
        }
        Ok(Value::Object(document))
    }

    fn effects() -> Vec<(Value, &'static str, Value)> {
        vec![
            (
                json!([{ "op": "Replace", "path": "active", "value": "False" }]),
                "/active",
                json!(false),
            ),
            (
                json!([{ "op": "replace", "value": { "active": false, "shoeSize": 1 } }]),
                "/active",
                json!(false),
            ),
            (
                json!([{ "op": "Add", "value": { "name.givenName": "Bo", "meta": {} } }]),
                "/name/givenName",
                json!("Bo"),
            ),
            (
                json!([{ "op": "replace", "path": "name", "value": { "givenName": "Bo" } }]),
                "/name/familyName",
                json!("L"),
            ),
            (
                json!([{ "op": "replace", "path": "title", "value": "" }]),
                "/title",
                Value::Null,
            ),
            (
                json!([{ "op": "add", "path": "title", "value": "Dr" }, { "op": "Remove", "path": "TITLE" }]),
                "/title",
                Value::Null,
            ),
            (
                json!([{ "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "b@a.example" }]),
                "/emails/0/value",
                json!("b@a.example"),
            ),
            (
                json!([{ "op": "Add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "1" }]),
                "/phoneNumbers/0",
                json!({ "type": "mobile", "value": "1" }),
            ),
            (
                json!([{ "op": "add", "path": "emails", "value": [{ "value": "c@a.example", "primary": true }] }]),
                "/emails/0/primary",
                json!(false),
            ),
            (
                json!([{ "op": "remove", "path": "emails[type eq \"home\"]" }]),
                "/emails/1",
                Value::Null,
            ),
            (
                json!([{ "op": "remove", "path": "emails[type eq \"other\"]" }]),
                "/emails/1/type",
                json!("home"),
            ),
            (
                json!([{ "op": "remove", "path": "emails", "value": [{ "value": "ada@a.example" }] }]),
                "/emails/0/type",
                json!("home"),
            ),
        ]
    }

    #[test]
    fn operations_do_what_directories_mean_by_them() {
        for (operations, pointer, expected) in effects() {
            let document = patched(&operations).unwrap_or_else(|fault| panic!("{operations}: {fault:?}"));
            let found = document.pointer(pointer).cloned().unwrap_or_default();
            assert_eq!(found, expected, "{operations}: {document}");
        }
        // Nothing listed, nothing removed; what is not kept is passed over.
        let nothing = json!([{ "op": "remove", "path": "emails", "value": [] }, { "op": "replace", "path": "photos", "value": "x" }]);
        assert_eq!(patched(&nothing).unwrap(), ada());
        for path in [format!("{EXT}:department"), format!("{EXT}.department")] {
            let document = patched(&json!([{ "op": "add", "path": path, "value": "Stage" }])).unwrap();
            assert_eq!(document[EXT], json!({ "department": "Stage" }));
        }
        let twice = json!({ "op": "add", "path": "emails", "value": { "value": "c@a.example", "type": "other" } });
        assert_eq!(
            patched(&json!([twice, twice])).unwrap()["emails"]
                .as_array()
                .unwrap()
                .len(),
            3
        );
    }

    #[test]
    fn what_cannot_be_done_is_refused_by_its_name() {
        for (operation, kind) in [
            (json!({ "op": "remove" }), "noTarget"),
            (json!({ "op": "burn", "path": "title" }), "invalidSyntax"),
            (
                json!({ "op": "replace", "path": "shoeSize", "value": 1 }),
                "invalidPath",
            ),
            (json!({ "op": "remove", "path": "emails.value" }), "invalidPath"),
            (
                json!({ "op": "remove", "path": "emails[shoe eq \"x\"]" }),
                "invalidFilter",
            ),
            (json!({ "op": "remove", "path": "emails[" }), "invalidPath"),
            (json!({ "op": "remove", "path": "userName" }), "mutability"),
            (json!({ "op": "replace", "path": "groups", "value": [] }), "mutability"),
            (json!({ "op": "replace", "path": "id", "value": "x" }), "mutability"),
            (
                json!({ "op": "replace", "path": "emails[type eq \"x\"]", "value": { "value": "y" } }),
                "noTarget",
            ),
            (
                json!({ "op": "replace", "path": "active", "value": "perhaps" }),
                "invalidValue",
            ),
            (json!({ "op": "add", "value": "x" }), "invalidValue"),
        ] {
            let fault = patched(&json!([operation])).expect_err("refused");
            assert_eq!(fault.kind, Some(kind), "{operation}");
        }
    }

    proptest! {
        #[test]
        fn no_path_makes_the_reader_panic(path in "\\PC{0,60}", part in "[a-z\\[\\]\\.\" ]{0,40}") {
            drop(Path::parse(Model::users(), &path));
            drop(Path::parse(Model::groups(), &format!("members{part}")));
        }
    }
}
