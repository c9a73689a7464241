//! Decides a filter on a resource.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::Value;

use super::{Filter, Op, Place};
use crate::scim::{
    schema::{Attribute, Type},
    text::fold,
};

impl Filter {
    /// Tells whether the resource fits. Its names are written as the schema writes them.
    pub fn fits(&self, resource: &Value) -> bool {
        match self {
            Self::And(all) => all.iter().all(|filter| filter.fits(resource)),
            Self::Or(all) => all.iter().any(|filter| filter.fits(resource)),
            Self::Not(inner) => !inner.fits(resource),
            Self::Present(place) => values(place, resource).iter().any(|value| is_there(value)),
            Self::Compare(place, op, wanted) => {
                let values = values(place, resource);
                let any = |op| values.iter().any(|value| compare(place.last(), value, op, wanted));
                match (op, wanted) {
                    (Op::Eq, Value::Null) => !values.iter().any(|value| is_there(value)),
                    (Op::Ne, Value::Null) => values.iter().any(|value| is_there(value)),
                    // What is not there is not equal.
                    (Op::Ne, _) => !any(Op::Eq),
                    (op, _) => any(*op),
                }
            }
            Self::Within(place, inner) => values(place, resource).iter().any(|value| inner.fits(value)),
        }
    }
}

fn is_there(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

fn values<'a>(place: &Place, resource: &'a Value) -> Vec<&'a Value> {
    let root = match place.extension {
        Some(extension) => resource.get(extension),
        None => Some(resource),
    };
    let Some(found) = root.and_then(|root| root.get(&place.attribute.name)) else {
        return Vec::new();
    };
    let all = match found {
        Value::Array(items) => items.iter().collect(),
        one => vec![one],
    };
    match place.sub {
        None => all,
        Some(sub) => all.into_iter().filter_map(|value| value.get(&sub.name)).collect(),
    }
}

fn compare(attribute: &Attribute, value: &Value, op: Op, wanted: &Value) -> bool {
    match (value, wanted) {
        (Value::String(value), Value::String(wanted)) if attribute.kind == Type::DateTime => {
            let instant = |text: &str| text.parse::<Timestamp>().ok();
            match (instant(value), instant(wanted)) {
                (Some(value), Some(wanted)) => ordered(value.cmp(&wanted), op),
                _ => texts(value, op, wanted),
            }
        }
        (Value::String(value), Value::String(wanted)) if attribute.case_exact => texts(value, op, wanted),
        (Value::String(value), Value::String(wanted)) => texts(&fold(value), op, &fold(wanted)),
        (Value::Number(value), Value::Number(wanted)) => match (value.as_i64(), wanted.as_i64()) {
            (Some(value), Some(wanted)) => ordered(value.cmp(&wanted), op),
            _ => false,
        },
        (Value::Bool(value), Value::Bool(wanted)) => op == Op::Eq && value == wanted,
        _ => false,
    }
}

fn texts(value: &str, op: Op, wanted: &str) -> bool {
    match op {
        Op::Co => value.contains(wanted),
        Op::Sw => value.starts_with(wanted),
        Op::Ew => value.ends_with(wanted),
        _ => ordered(value.cmp(wanted), op),
    }
}

fn ordered(ordering: Ordering, op: Op) -> bool {
    match op {
        Op::Eq => ordering.is_eq(),
        Op::Ne => ordering.is_ne(),
        Op::Gt => ordering.is_gt(),
        Op::Ge => ordering.is_ge(),
        Op::Lt => ordering.is_lt(),
        Op::Le => ordering.is_le(),
        Op::Co | Op::Sw | Op::Ew => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use crate::scim::{
        filter::{MAX_DEPTH, Names, parse},
        schema::Model,
    };

    fn fits(filter: &str) -> Option<bool> {
        let somebody = json!({
            "userName": "Ada@Opera.example", "active": true, "externalId": "A-1", "name": { "givenName": "Ada \"A\"" },
            "emails": [{ "value": "ada@opera.example", "type": "work", "primary": true }, { "value": "x@home.example", "type": "home" }],
            "meta": { "created": "2031-05-01T10:00:00Z" },
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Stage" },
        });
        parse(filter, Names::Model(Model::users()))
            .ok()
            .map(|filter| filter.fits(&somebody))
    }

    #[test]
    fn filters_mean_what_the_rfc_says() {
        for (filter, expected) in [
            (r#"userName eq "ada@OPERA.example""#, Some(true)),
            (r#"USERNAME Eq "ada@opera.example""#, Some(true)),
            (r#"externalId eq "a-1""#, Some(false)),
            (r#"name.givenName eq "ada \"a\"""#, Some(true)),
            (r#"emails[type eq "work"].value eq "ada@opera.example""#, Some(true)),
            (r#"emails[type eq "home" and value sw "ada"]"#, Some(false)),
            (r#"emails co "home.""#, Some(true)),
            (r#"emails.type eq "home""#, Some(true)),
            (r#"active eq "True" and not (userName pr)"#, Some(false)),
            ("nickName pr or (title pr or (active eq true))", Some(true)),
            (r#"userName sw "x" or active eq true and title pr"#, Some(false)),
            (r#"nickName ne "x""#, Some(true)),
            ("nickName eq null", Some(true)),
            (r#"meta.created gt "2031-05-01T11:00:00+02:00""#, Some(true)),
            (r#"meta.created lt "2031-05-01T10:00:00Z""#, Some(false)),
            (
                r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "stage""#,
                Some(true),
            ),
            (r#"userName ge "a" and userName le "b""#, Some(true)),
            (r#"shoeSize eq "42""#, None),
            ("userName eq 42", None),
            (r#"userName is "x""#, None),
            ("active gt true", None),
            (r#"userName eq "x"#, None),
            ("(userName pr", None),
            ("userName pr)", None),
            (r#"name eq "x""#, None),
            (r#"emails[shoe eq "x"]"#, None),
            ("", None),
        ] {
            assert_eq!(fits(filter), expected, "{filter}");
        }
    }

    #[test]
    fn depth_and_length_are_bounded() {
        let nested = |n: usize| format!("{}userName pr{}", "(".repeat(n), ")".repeat(n));
        assert_eq!(fits(&nested(MAX_DEPTH)), Some(true));
        assert_eq!(fits(&nested(MAX_DEPTH + 1)), None);
        assert_eq!(fits(&"(".repeat(100_000)), None);
        assert_eq!(fits(&"not (".repeat(700)), None);
        assert_eq!(fits(&vec!["userName pr"; 51].join(" or ")), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,80}") {
            let _ = fits(&text);
        }

        #[test]
        fn no_row_of_words_makes_the_reader_panic(
            words in proptest::collection::vec(
                proptest::sample::select(vec![
                    "userName", "emails", "name.givenName", "eq", "co", "pr", "and", "or", "not", "(", ")", "[", "]", ".value",
                    "\"x\"", "\"", "\\", "true", "null", "7", "type", "urn:", "é",
                ]),
                0..60,
            )
        ) {
            let _ = fits(&words.join(" "));
            let _ = fits(&words.concat());
        }
    }
}
