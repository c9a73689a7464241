//! `GET /manage/audit?who=&what=&about=&from=&until=&cursor=`.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{
        Section, Text,
        console::{AuditDetail, AuditFilterForm, AuditListView, AuditRowView, AuditSeal},
    },
};
use bilten_kernel::{EventId, OrderId, ZoneName};
use bilten_tenancy::{
    audit::{self, AuditRow},
    permissions::{self, Permission, Scope},
};
use serde_json::Value;

use super::query::Query;
use crate::{
    http::{
        extract::Params,
        problem::{Code, Problem},
    },
    organizer::{console::Console, figures, people, urls},
};

/// Entries on one page.
const PAGE: usize = 50;
/// Letters of a fact that are shown.
const MAX_FACT: usize = 200;

pub(super) async fn show(console: Console, Params(query): Params<Query>) -> Result<Response, Problem> {
    let after = (!query.cursor.is_empty())
        .then(|| query.cursor.parse())
        .transpose()
        .map_err(|_| Problem::new(Code::InvalidCursor))?;
    let settings = console.state.settings.get(&console).await?;
    let zone = &settings.time_zone;
    let mut tx = console.begin().await?;
    permissions::require(&mut tx, &console, Permission::AuditRead, Scope::Tenant).await?;
    let filter = query.filter(&mut tx, zone).await?;
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut rows = audit::list(&mut tx, &filter, after, limit).await?;
    let has_more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let names = people::names(&mut tx, rows.iter().map(|row| row.entry.actor.as_str())).await?;
    let head = audit::find_last_head(&mut tx).await?;
    tx.commit().await?;
    let next = rows.last().filter(|_| has_more).map(|last| last.cursor.to_string());
    let may_take = console.may(Permission::AuditExport);
    let view = AuditListView {
        rows: rows
            .iter()
            .map(|row| self::row(row, names.get(&row.entry.actor).cloned(), zone))
            .collect(),
        next_url: next.map(|cursor| query.url(urls::AUDIT, &cursor)),
        csv_url: may_take.then(|| query.url(urls::AUDIT_CSV, "")),
        lines_url: may_take.then(|| query.url(urls::AUDIT_LINES, "")),
        streams_url: may_take.then(|| urls::STREAMS.to_owned()),
        chain_url: may_take.then(|| urls::AUDIT_CHAIN.to_owned()),
        seal: head.map(|head| AuditSeal {
            seq: figures::count(head.seq),
            at: figures::moment(head.at, zone),
            line: serde_json::to_string(&head).unwrap_or_default(),
        }),
        is_narrow: query.is_narrow(),
        form: AuditFilterForm {
            who: query.who,
            what: query.what,
            about: query.about,
            from: query.from,
            until: query.until,
        },
    };
    console.html(Section::Audit, &view)
}

fn row(row: &AuditRow, name: Option<String>, zone: &ZoneName) -> AuditRowView {
    let entry = &row.entry;
    let kind = entry.actor.split(':').next().unwrap_or_default();
    AuditRowView {
        at: figures::moment(entry.at, zone),
        name,
        actor_kind: kind.to_owned(),
        actor: entry.actor.clone(),
        label: texts::action(&entry.action).map(Text::new),
        action: entry.action.clone(),
        object: entry.object.clone(),
        object_url: object_url(&entry.object),
        request: entry.request_id.clone(),
        details: details(&entry.details),
        seq: row.seq.map(figures::count),
    }
}

/// Page of the thing, where it has one that is named by its id alone.
fn object_url(object: &str) -> Option<String> {
    let order = object.parse::<OrderId>().ok().map(urls::order);
    order.or_else(|| object.parse::<EventId>().ok().map(urls::event))
}

/// The facts, one a line.
fn details(details: &Value) -> Vec<AuditDetail> {
    let Value::Object(facts) = details else {
        return Vec::new();
    };
    let fact = |(name, value): (&String, &Value)| AuditDetail {
        name: name.clone(),
        value: match value {
            Value::String(text) => shorten(text),
            other => shorten(&other.to_string()),
        },
    };
    facts.iter().map(fact).collect()
}

fn shorten(text: &str) -> String {
    if text.chars().count() <= MAX_FACT {
        return text.to_owned();
    }
    text.chars().take(MAX_FACT).chain(['…']).collect()
}
