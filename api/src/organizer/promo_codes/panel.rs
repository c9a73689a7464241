//! The panel of promo codes on an event's page.

use bilten_branding::{
    texts,
    views::{
        FieldErrors, Percent, Text,
        console::{PromoForm, PromoPanel, PromoRow, PromoTypeChoice},
    },
};
use bilten_core::{
    catalog::EventDetail,
    promo::{self, Discount, Promo, PromoPage, Series},
};
use bilten_kernel::{Money, Timestamp, ZoneName};
use bilten_tenancy::permissions::{Permission, Scope};

use crate::organizer::{
    console::Console,
    figures::{self, count},
    urls,
};

/// The form of a new code as it was typed.
#[derive(Debug, Default)]
pub(in crate::organizer) struct Typed {
    pub form: PromoForm,
    /// Ids of the types that were chosen.
    pub types: Vec<String>,
    pub errors: FieldErrors,
}

impl Typed {
    /// Reads the fields; unknown ones are passed over.
    pub(super) fn read(fields: &[(String, String)]) -> Self {
        let mut typed = Self::default();
        for (name, value) in fields {
            let target = match name.as_str() {
                "code" => &mut typed.form.code,
                "kind" => &mut typed.form.kind,
                "value" => &mut typed.form.value,
                "uses" => &mut typed.form.uses,
                "starts" => &mut typed.form.starts,
                "ends" => &mut typed.form.ends,
                "min_spend" => &mut typed.form.min_spend,
                "per_person" => &mut typed.form.per_person,
                "count" => &mut typed.form.count,
                "budget" => &mut typed.form.budget,
                "group" => &mut typed.form.group,
                "priority" => &mut typed.form.priority,
                "unlocks" => {
                    typed.form.unlocks = true;
                    continue;
                }
                "fee_free" => {
                    typed.form.fee_free = true;
                    continue;
                }
                "type" => {
                    typed.types.push(value.clone());
                    continue;
                }
                _ => continue,
            };
            target.clone_from(value);
        }
        typed
    }

    /// Tells whether any of the rules was typed that most codes do not have.
    fn has_rules(&self) -> bool {
        let form = &self.form;
        let rules = [
            &form.min_spend,
            &form.per_person,
            &form.budget,
            &form.group,
            &form.priority,
            &form.count,
        ];
        rules.iter().any(|text| !text.is_empty())
    }
}

/// Fills the panel. Who may not change the event sees the codes; an event that nothing is sold for any more has no form.
pub(in crate::organizer) fn panel(
    console: &Console,
    detail: &EventDetail,
    (page, series): (&PromoPage, &[Series]),
    (typed, is_open): (Typed, bool),
) -> PromoPanel {
    let event = &detail.event;
    let may_change = console.may_on(
        Permission::CodeManage,
        Scope::Event(detail.event.organizer, detail.event.id),
    );
    let row = |promo: &Promo| row(promo, detail, (may_change, console.now()));
    let of_series = |series: &Series| PromoRow {
        code: series.prefix.clone(),
        used: count(series.used),
        held: count(series.held),
        left: count(series.size - series.held - series.used),
        uses: count(series.size),
        size: Some(count(series.size)),
        csv_url: may_change.then(|| urls::promo_series(event.id, series.first.id)),
        ..row(&series.first)
    };
    PromoPanel {
        rows: series.iter().map(of_series).chain(page.rows.iter().map(row)).collect(),
        shown: page.next.map(|_| promo::MAX_PAGE),
        add_action: (may_change && is_open).then(|| urls::promo_codes(event.id)),
        is_open: !typed.errors.is_empty(),
        has_rules: typed.has_rules(),
        types: detail
            .ticket_types
            .iter()
            .map(|t| PromoTypeChoice {
                id: t.id.to_string(),
                name: t.terms.name.to_string(),
                chosen: typed.types.contains(&t.id.to_string()),
            })
            .collect(),
        form: typed.form,
        errors: typed.errors,
        currency: event.currency.code().to_owned(),
        zone: event.time_zone.to_string(),
    }
}

fn row(promo: &Promo, detail: &EventDetail, (may_change, now): (bool, Timestamp)) -> PromoRow {
    let event = &detail.event;
    let money = |minor| Some(Money::new(minor, event.currency));
    let (mut percent, mut off, mut price, mut off_order) = (None, None, None, None);
    match promo.discount {
        Discount::Share(bp) => percent = Some(Percent::of_bp(bp)),
        Discount::Amount(minor) => off = money(minor),
        Discount::Price(minor) => price = money(minor),
        Discount::Order(minor) => off_order = money(minor),
        Discount::Nothing => {}
    }
    let state = if promo.withdrawn_at.is_some() {
        "withdrawn"
    } else if promo.ends_at.is_some_and(|end| end <= now) {
        "ended"
    } else {
        "open"
    };
    let name = |id| {
        let found = detail.ticket_types.iter().find(|t| t.id == id);
        found.map(|t| t.terms.name.to_string())
    };
    let types = promo.ticket_types.iter().flatten();
    PromoRow {
        code: promo.code.to_string(),
        percent,
        off,
        price,
        off_order,
        rules: rules(promo, detail),
        types: types.filter_map(|id| name(*id)).collect(),
        span: span(promo, &event.time_zone),
        used: count(promo.used),
        held: count(promo.held),
        left: count(promo.left()),
        uses: count(promo.uses),
        size: None,
        csv_url: None,
        state: state.to_owned(),
        withdraw_action: (may_change && promo.withdrawn_at.is_none())
            .then(|| urls::promo_withdrawal(event.id, promo.id)),
    }
}

/// What a code asks for, and does besides.
fn rules(promo: &Promo, detail: &EventDetail) -> Vec<Text> {
    let money = |minor| Money::new(minor, detail.event.currency);
    let rules = &promo.rules;
    let mut lines = Vec::new();
    if rules.unlocks {
        // Organizers often make the code first, and forget to lock the tickets.
        let mut locked = detail.ticket_types.iter().filter(|t| t.terms.is_locked);
        let opens = locked.any(|t| promo.ticket_types.as_ref().is_none_or(|only| only.contains(&t.id)));
        lines.push(Text::new(if opens {
            texts::PROMO_RULE_UNLOCKS
        } else {
            texts::PROMO_RULE_NO_LOCK
        }));
    }
    if rules.is_fee_free {
        lines.push(Text::new(texts::PROMO_RULE_FEE_FREE));
    }
    if let Some(least) = rules.min_spend_minor {
        lines.push(Text::new(texts::PROMO_RULE_MIN_SPEND).with("least", money(least)));
    }
    if let Some(most) = rules.max_per_person {
        lines.push(Text::new(texts::PROMO_RULE_PER_PERSON).with("most", most));
    }
    if let Some((budget, left)) = rules.budget_minor.zip(promo.budget_left()) {
        let text = Text::new(texts::PROMO_RULE_BUDGET).with("left", money(left));
        lines.push(text.with("budget", money(budget)));
    }
    if let Some(group) = rules.stack_group {
        lines.push(Text::new(texts::PROMO_RULE_GROUP).with("group", group));
    }
    lines
}

fn span(promo: &Promo, zone: &ZoneName) -> Option<Text> {
    let moment = |at| figures::moment(at, zone);
    match (promo.starts_at, promo.ends_at) {
        (None, None) => None,
        (Some(from), None) => Some(Text::new(texts::PROMO_FROM).with("at", moment(from))),
        (None, Some(until)) => Some(Text::new(texts::PROMO_UNTIL).with("at", moment(until))),
        (Some(from), Some(until)) => {
            let text = Text::new(texts::PROMO_SPAN).with("from", moment(from));
            Some(text.with("until", moment(until)))
        }
    }
}
