//! A page that explains the API, written from its description; no script, no third party.

use std::fmt::Write as _;

use axum::{
    extract::State,
    response::{Html, IntoResponse as _, Response},
};
use data_encoding::BASE64;
use http::header::CONTENT_SECURITY_POLICY;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::openapi;
use crate::http::{
    AppState,
    extract::TenantCtx,
    policy_with_style,
    problem::{Code, Problem},
};

const STYLE: &str = "
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
article { border-top: 1px solid #8886; padding: 1rem 0; }
code, pre { font: 0.9em ui-monospace, monospace; overflow-wrap: anywhere; }
.method { font-weight: 700; text-transform: uppercase; }
table { border-collapse: collapse; width: 100%; display: block; overflow-x: auto; }
td, th { text-align: left; vertical-align: top; padding: 0.3rem 1rem 0.3rem 0; border-bottom: 1px solid #8884; }
";

/// `GET /docs`.
pub(super) async fn show(State(state): State<AppState>, ctx: TenantCtx) -> Result<Response, Problem> {
    let origin = state.config.http.origin(&ctx.tenant.primary_host);
    let document = openapi::describe(&ctx.tenant.name, &origin)?;
    let page = write(&document).map_err(Problem::internal)?;
    let policy = policy_with_style(&BASE64.encode(&Sha256::digest(STYLE)));
    Ok(([(CONTENT_SECURITY_POLICY, policy)], Html(page)).into_response())
}

fn write(document: &Value) -> Result<String, std::fmt::Error> {
    let title = escape(text(&document["info"]["title"]));
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><style>{STYLE}</style>\
         </head><body><main><h1>{title}</h1><p>{}</p><p><a href=\"/api/v1/openapi.json\">OpenAPI description</a></p>",
        prose(text(&document["info"]["description"]))
    );
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            write_operation(&mut page, document, (method, path), operation)?;
        }
    }
    page.push_str("<h2>Codes of failures</h2><table><tr><th>Code<th>Status<th>Meaning");
    for code in Code::ALL {
        let (name, status, title) = (code.name(), code.status().as_u16(), code.title());
        write!(page, "<tr id=\"{name}\"><td><code>{name}</code><td>{status}<td>{title}")?;
    }
    page.push_str("</table></main></body></html>");
    Ok(page)
}

fn write_operation(
    page: &mut String,
    document: &Value,
    (method, path): (&str, &str),
    operation: &Value,
) -> std::fmt::Result {
    write!(
        page,
        "<article><h2><span class=\"method\">{}</span> <code>{}</code></h2><p>{}</p>",
        escape(method),
        escape(path),
        prose(text(&operation["summary"]))
    )?;
    write_rows(
        page,
        "Parameters",
        operation["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|parameter| {
                (
                    text(&parameter["name"]),
                    format!("{} ({})", text(&parameter["description"]), text(&parameter["in"])),
                )
            }),
    )?;
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    write_rows(page, "Body", fields(document, body))?;
    let responses = operation["responses"].as_object().into_iter().flatten();
    write_rows(
        page,
        "Answers",
        responses.map(|(status, response)| (status.as_str(), text(&response["description"]).to_owned())),
    )?;
    let answer = &operation["responses"]["200"]["content"]["application/json"]["schema"];
    let answer = if answer.is_null() {
        &operation["responses"]["201"]["content"]["application/json"]["schema"]
    } else {
        answer
    };
    write_rows(page, "Fields of the answer", fields(document, answer))?;
    page.push_str("</article>");
    Ok(())
}

fn write_rows<'a>(page: &mut String, title: &str, rows: impl Iterator<Item = (&'a str, String)>) -> std::fmt::Result {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return Ok(());
    }
    write!(page, "<h3>{title}</h3><table>")?;
    for (name, about) in rows {
        write!(page, "<tr><td><code>{}</code><td>{}", escape(name), prose(&about))?;
    }
    page.push_str("</table>");
    Ok(())
}

/// Lists the members of a schema that is named by reference.
fn fields<'a>(document: &'a Value, schema: &'a Value) -> impl Iterator<Item = (&'a str, String)> {
    let name = schema["$ref"]
        .as_str()
        .and_then(|reference| reference.rsplit('/').next());
    let named = name.map_or(schema, |name| &document["components"]["schemas"][name]);
    let members = named["properties"].as_object().into_iter().flatten();
    members.map(|(name, member)| (name.as_str(), text(&member["description"]).to_owned()))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Escapes, and shows what stands between backticks as code.
fn prose(text: &str) -> String {
    let mut html = String::new();
    for (at, part) in text.split('`').enumerate() {
        let part = escape(part);
        let is_code = at % 2 == 1;
        html.push_str(if is_code { "<code>" } else { "" });
        html.push_str(&part);
        html.push_str(if is_code { "</code>" } else { "" });
    }
    html
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_of_a_shop_stays_text() {
        let document = openapi::describe("<script>alert(1)</script>", "https://shop.example").unwrap();
        let page = write(&document).unwrap();
        assert!(!page.contains("<script") && page.contains("&lt;script&gt;"));
        assert!(page.contains("id=\"sold_out\"") && !page.to_lowercase().contains("bilten"));
    }
}
