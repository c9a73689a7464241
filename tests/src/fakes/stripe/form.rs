//! Form bodies and queries as Stripe reads them: `a[b][0]=c`.

use serde_json::{Map, Value};

/// Decodes a form; keys of nothing but digits make lists.
pub(super) fn decode(text: &str) -> Value {
    let mut root = Value::Object(Map::new());
    for (key, value) in url::form_urlencoded::parse(text.as_bytes()) {
        let mut path = key.split('[').map(|part| part.trim_end_matches(']'));
        let mut place = &mut root;
        let first = path.next().unwrap_or_default();
        for part in std::iter::once(first).chain(path) {
            if !place.is_object() {
                *place = Value::Object(Map::new());
            }
            let map = place.as_object_mut().expect("it was made an object");
            place = map.entry(part.to_owned()).or_insert(Value::Null);
        }
        *place = Value::String(value.into_owned());
    }
    lists(root)
}

fn lists(value: Value) -> Value {
    let Value::Object(map) = value else { return value };
    let map: Map<String, Value> = map.into_iter().map(|(key, value)| (key, lists(value))).collect();
    let is_list = !map.is_empty() && map.keys().all(|key| key.bytes().all(|b| b.is_ascii_digit()));
    if is_list {
        Value::Array(map.into_iter().map(|(_, value)| value).collect())
    } else {
        Value::Object(map)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::decode;

    #[test]
    fn nested_keys_become_objects_and_lists() {
        assert_eq!(
            decode("amount=5&metadata[attempt]=a%20b&expand[0]=x&expand[1]=y&a[b][c]=d&empty="),
            json!({"amount": "5", "metadata": {"attempt": "a b"}, "expand": ["x", "y"], "a": {"b": {"c": "d"}}, "empty": ""})
        );
        assert_eq!(decode(""), json!({}));
    }
}
