//! When the money of an event would be paid out, for a draft.

use bilten_billing::payouts::{self, Outlook, Portion, Reason};
use bilten_branding::{
    texts,
    views::{
        Percent, Text,
        console::{OutlookPortion, PayoutOutlook},
    },
};
use bilten_core::catalog::{Event, EventDetail};
use bilten_tenancy::TenantTx;

use crate::{
    http::problem::Problem,
    organizer::{console::Console, figures},
};

/// Fills the panel; nothing where nothing could be sold any more.
pub(super) async fn panel(
    console: &Console,
    tx: &mut TenantTx,
    detail: &EventDetail,
) -> Result<Option<PayoutOutlook>, Problem> {
    let opens = detail.ticket_types.iter().map(|kind| kind.terms.sale_starts_at);
    let first_sale = opens.map(|at| at.unwrap_or(console.now())).min();
    let first_sale = first_sale.unwrap_or(console.now()).max(console.now());
    let outlook = payouts::outlook(tx, &detail.event, first_sale).await?;
    Ok((!outlook.portions.is_empty()).then(|| view(&detail.event, &outlook)))
}

fn view(event: &Event, outlook: &Outlook) -> PayoutOutlook {
    // It is an estimate: whole per cents.
    let early = outlook.early_bp.saturating_add(50) / 100;
    PayoutOutlook {
        basis: Text::new(texts::OUTLOOK_BASIS).with("from", figures::moment(outlook.first_sale, &event.time_zone)),
        warning: (early > 0).then(|| {
            Text::new(texts::OUTLOOK_WARNING)
                .with("share", Percent::of_bp(early.saturating_mul(100)))
                .with("days", i64::from(outlook.policy.deadline_days))
        }),
        limit: outlook
            .early_limit
            .filter(|_| early > 0)
            .map(|limit| Text::new(texts::OUTLOOK_LIMIT).with("limit", limit)),
        portions: outlook.portions.iter().map(|portion| row(event, portion)).collect(),
    }
}

fn row(event: &Event, portion: &Portion) -> OutlookPortion {
    let day = |at| figures::moment(at, &event.time_zone);
    let zone = event.time_zone.zone();
    let is_one_day = portion.first.to_zoned(zone.clone()).date() == portion.last.to_zoned(zone).date();
    OutlookPortion {
        why: Text::new(match portion.reason {
            Reason::Deadline => texts::OUTLOOK_DEADLINE,
            Reason::Release => texts::OUTLOOK_RELEASE,
            Reason::Reserve => texts::OUTLOOK_RESERVE,
        }),
        share: Percent::of_bp(portion.share_bp.saturating_add(50) / 100 * 100),
        first: day(portion.first),
        last: (!is_one_day).then(|| day(portion.last)),
    }
}
