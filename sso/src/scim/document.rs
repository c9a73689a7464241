//! A resource as its directory sent it, brought into one form: names as the schema writes them, values of the right type, nothing
//! that is not kept. Empty texts and `null` mean that there is no value.

use serde_json::{Map, Value};

use super::{
    fault::Fault,
    schema::{Attribute, Found, Model, Type},
};

/// Characters of a text at most.
const MAX_TEXT: usize = 1_024;
/// Values of one attribute at most, members of groups apart.
const MAX_VALUES: usize = 50;

/// Attributes by their names.
pub type Document = Map<String, Value>;

/// Brings a whole body into form. What only the server sets is passed over, as RFC 7644 §3.3 wants it, and so is what is not known.
pub fn read(model: &'static Model, body: &Value) -> Result<Document, Fault> {
    let Value::Object(body) = body else {
        return Err(Fault::syntax("The body is not an object."));
    };
    let mut document = Document::new();
    for (name, value) in body {
        match model.find(name) {
            Some(Found::Attribute(target)) if target.sub.is_none() && target.extension.is_none() => {
                put(&mut document, target.attribute, value)?;
            }
            Some(Found::Extension(extension)) => {
                if let Some(inner) = read_extension(model, value)? {
                    document.insert(extension.to_owned(), Value::Object(inner));
                }
            }
            _ => {}
        }
    }
    Ok(document)
}

fn put(document: &mut Document, attribute: &'static Attribute, value: &Value) -> Result<(), Fault> {
    if attribute.is_read_only() {
        return Ok(());
    }
    if let Some(value) = coerce(attribute, value)? {
        document.insert(attribute.name.clone(), value);
    }
    Ok(())
}

/// Brings the attributes of the extension into form; `None` when none is left.
pub fn read_extension(model: &'static Model, value: &Value) -> Result<Option<Document>, Fault> {
    let Some((_, attributes)) = &model.extension else {
        return Ok(None);
    };
    let Value::Object(members) = value else {
        return if value.is_null() {
            Ok(None)
        } else {
            Err(Fault::value("The extension is not an object."))
        };
    };
    let mut inner = Document::new();
    for (name, value) in members {
        let found = attributes.iter().find(|known| known.name.eq_ignore_ascii_case(name));
        if let Some(attribute) = found {
            put(&mut inner, attribute, value)?;
        }
    }
    Ok((!inner.is_empty()).then_some(inner))
}

/// Brings the value of an attribute into form; `None` when there is none.
pub fn coerce(attribute: &Attribute, value: &Value) -> Result<Option<Value>, Fault> {
    if !attribute.multi_valued {
        return single(attribute, value);
    }
    let items = match value {
        Value::Null => return Ok(None),
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    if items.len() > MAX_VALUES {
        return Err(Fault::value(format!("{} has too many values.", attribute.name)));
    }
    let mut all = Vec::new();
    for item in items {
        all.extend(single(attribute, item)?);
    }
    one_primary(&mut all, None);
    Ok((!all.is_empty()).then_some(Value::Array(all)))
}

/// Brings one value into form. A bare text stands for an attribute with parts by its main part.
pub fn single(attribute: &Attribute, value: &Value) -> Result<Option<Value>, Fault> {
    let wrong = || Fault::value(format!("{} has a value of another type.", attribute.name));
    match (attribute.kind, value) {
        (_, Value::Null) => Ok(None),
        (Type::Complex, Value::Object(members)) => {
            let mut parts = Document::new();
            for (name, value) in members {
                let Some(sub) = attribute.sub(name).filter(|sub| !sub.is_read_only()) else {
                    continue;
                };
                if let Some(value) = single(sub, value)? {
                    parts.insert(sub.name.clone(), value);
                }
            }
            Ok((!parts.is_empty()).then_some(Value::Object(parts)))
        }
        (Type::Complex, Value::String(_)) => {
            let Some(main) = attribute.main() else {
                return Err(wrong());
            };
            let value = single(main, value)?;
            Ok(value.map(|value| Value::Object([(main.name.clone(), value)].into_iter().collect())))
        }
        (Type::Boolean, Value::Bool(_)) | (Type::Integer, Value::Number(_)) => Ok(Some(value.clone())),
        // Entra writes "True" and "False".
        (Type::Boolean, Value::String(text)) => match text.trim().to_ascii_lowercase().as_str() {
            "true" => Ok(Some(Value::Bool(true))),
            "false" => Ok(Some(Value::Bool(false))),
            _ => Err(wrong()),
        },
        (Type::String | Type::Reference | Type::DateTime, Value::String(text)) => {
            if text.chars().count() > MAX_TEXT {
                return Err(Fault::value(format!("{} is too long.", attribute.name)));
            }
            // PostgreSQL keeps no NUL.
            if text.contains('\0') {
                return Err(wrong());
            }
            Ok((!text.trim().is_empty()).then(|| value.clone()))
        }
        // Numbers of employees are often numbers.
        (Type::String, Value::Number(number)) => Ok(Some(Value::String(number.to_string()))),
        _ => Err(wrong()),
    }
}

/// Leaves one value the first among equals at most (RFC 7643 §2.4): the favoured one, or the first that says so.
pub fn one_primary(values: &mut [Value], favoured: Option<usize>) {
    let is_primary = |value: &Value| value.get("primary") == Some(&Value::Bool(true));
    let kept = favoured.or_else(|| values.iter().position(is_primary));
    for (at, value) in values.iter_mut().enumerate() {
        if Some(at) != kept
            && is_primary(value)
            && let Some(members) = value.as_object_mut()
        {
            members.insert("primary".to_owned(), Value::Bool(false));
        }
    }
}

/// The text of an attribute.
pub fn text<'a>(document: &'a Document, name: &str) -> Option<&'a str> {
    document.get(name).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_body_is_brought_into_form() {
        let body = json!({
            "schemas": ["x"], "id": "mine", "USERNAME": "ada@a.example", "Active": "False", "nickName": "", "title": null,
            "password": "secret", "shoeSize": 42, "groups": [{ "value": "x" }],
            "Emails": [{ "Value": "a@a.example", "primary": "True" }, { "value": "b@a.example", "primary": true }, {}],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user": { "employeenumber": 7, "manager": "scu_1", "x": 1 },
        });
        let read = read(Model::users(), &body).unwrap();
        assert_eq!(
            Value::Object(read),
            json!({
                "userName": "ada@a.example", "active": false,
                "emails": [{ "value": "a@a.example", "primary": true }, { "value": "b@a.example", "primary": false }],
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "employeeNumber": "7", "manager": { "value": "scu_1" } },
            })
        );
    }

    #[test]
    fn values_of_another_type_are_refused() {
        for body in [
            json!([]),
            json!({ "userName": { "a": 1 } }),
            json!({ "active": "perhaps" }),
            json!({ "userName": "x".repeat(2_000) }),
            json!({ "userName": "a\u{0}b" }),
            json!({ "emails": vec![json!({ "value": "a" }); 51] }),
        ] {
            assert!(read(Model::users(), &body).is_err(), "{body}");
        }
    }
}
