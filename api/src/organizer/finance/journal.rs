//! `GET /manage/finance/journal`: the transactions behind a figure.

use axum::{extract::Query, response::Response};
use bilten_billing::{
    finance::{self, Entry, EntryFilter, EntryLine, Movement},
    ledger::{Account, Book, Code, Kind, LedgerTxnId},
};
use bilten_branding::{
    texts,
    views::{
        Section, Text,
        console::{JournalEntry, JournalLine, JournalView},
    },
};
use bilten_kernel::{Money, Timestamp, ZoneName};

use super::{
    page, permit,
    span::{Asked, Days},
    words,
};
use crate::{
    http::problem::Problem,
    organizer::{console::Console, figures, urls},
};

/// Transactions of one page.
const PAGE: usize = 25;
/// Number of the first account that is no asset.
const FIRST_DEBT: i16 = 2_000;

pub(super) async fn show(Query(asked): Query<Asked>, console: Console) -> Result<Response, Problem> {
    let settings = console.state.settings.get(&console).await?;
    let zone = settings.time_zone.zone();
    let days = Days::read(&asked, console.now(), &zone).unwrap_or_else(|(days, _)| days);
    let filter = EntryFilter {
        span: days.span(&zone),
        kinds: asked.kind.split(',').filter_map(Kind::from_name).collect(),
        codes: asked
            .code
            .split(',')
            .filter_map(|code| Code::from_number(code.parse().ok()?))
            .collect(),
    };
    let after = place(&asked.after);
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut entries = finance::list_entries(&mut tx, &filter, after, limit).await?;
    let sums = if filter.codes.is_empty() {
        Vec::new()
    } else {
        sums(&finance::list_movements(&mut tx, &filter.span).await?, &filter)?
    };
    tx.commit().await?;
    let has_more = entries.len() > PAGE;
    entries.truncate(PAGE);
    let next = entries.last().filter(|_| has_more).map(|last| {
        let after = format!("{}_{}", last.at, last.id);
        let more = [
            ("figure", asked.figure.as_str()),
            ("kind", asked.kind.as_str()),
            ("code", asked.code.as_str()),
            ("after", after.as_str()),
        ];
        days.url(urls::JOURNAL, &more)
    });
    let view = JournalView {
        title: title(&asked.figure),
        from: days.first.to_string(),
        until: days.last.to_string(),
        finance_url: days.url(urls::FINANCE, &[]),
        sums,
        entries: entries
            .iter()
            .map(|entry| self::entry(entry, &filter.codes, &settings.time_zone))
            .collect(),
        next_url: next,
    };
    console.html(Section::Finance, &view)
}

/// Only names of figures become titles; whatever else stands in an address is no word of ours.
fn title(figure: &str) -> Text {
    let known = texts::ALL.iter().chain(texts::reports::ALL).find(|key| {
        let prefixes = ["finance-", "ledger-", "report-", "owed-"];
        **key == figure && prefixes.iter().any(|prefix| key.starts_with(prefix))
    });
    Text::new(known.copied().unwrap_or(texts::FINANCE_JOURNAL))
}

fn place(after: &str) -> Option<(Timestamp, LedgerTxnId)> {
    let (at, id) = after.split_once('_')?;
    Some((at.parse().ok()?, id.parse().ok()?))
}

/// What the postings behind a figure make up. Money that is somewhere counts as it is; what was earned, spent or is owed counts
/// as it does for whoever earned it, so that a fee is below nought.
fn sums(movements: &[Movement], filter: &EntryFilter) -> Result<Vec<Money>, Problem> {
    let own = movements
        .iter()
        .filter(|m| is_part(&m.account, &filter.codes) && (filter.kinds.is_empty() || filter.kinds.contains(&m.kind)));
    page::sums(own.map(|m| {
        if m.account.code.number() < FIRST_DEBT {
            m.amount
        } else {
            page::minus(m.amount)
        }
    }))
}

/// Tells whether postings to an account are part of a figure.
fn is_part(account: &Account, codes: &[Code]) -> bool {
    account.book != Book::Platform && codes.contains(&account.code)
}

fn entry(entry: &Entry, codes: &[Code], zone: &ZoneName) -> JournalEntry {
    JournalEntry {
        at: figures::moment(entry.at, zone),
        kind: words::kind(entry.kind),
        key: entry.key.clone(),
        order_url: entry.order.map(urls::order),
        lines: entry.lines.iter().map(|one| line(one, codes)).collect(),
    }
}

fn line(line: &EntryLine, codes: &[Code]) -> JournalLine {
    let amount = line.amount;
    JournalLine {
        book: words::book(line.account.book).to_owned(),
        code: line.account.code.number(),
        account: words::account(&line.account),
        is_part: is_part(&line.account, codes),
        debit: (amount.minor > 0).then_some(amount),
        credit: (amount.minor < 0).then(|| Money::new(-amount.minor, amount.currency)),
    }
}
