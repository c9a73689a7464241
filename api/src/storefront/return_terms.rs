//! What a return policy says, in words.

use bilten_branding::{
    texts,
    views::{Moment, Text},
};
use bilten_core::{
    catalog::Event,
    return_policy::{ReturnPolicy, Step, Terms},
};
use bilten_kernel::{Money, Timestamp};
use jiff::SignedDuration;

/// Says a policy line by line; nothing where there is none.
pub fn lines(event: &Event, policy: Option<&ReturnPolicy>) -> Vec<Text> {
    let Some(policy) = policy else { return Vec::new() };
    let mut lines = Vec::new();
    if policy.withdrawal_days > 0 {
        lines.push(Text::new(texts::RETURN_TERM_WITHDRAWAL).with("days", policy.withdrawal_days));
    }
    for step in &policy.steps {
        let until = event.starts_at - SignedDuration::from_hours(i64::from(step.hours_before));
        lines.push(keep(event, step, until));
    }
    lines.push(Text::new(if lines.is_empty() {
        texts::RETURN_TERM_NEVER
    } else {
        texts::RETURN_TERM_OVER
    }));
    if !policy.steps.is_empty() {
        lines.push(Text::new(if policy.is_self_service {
            texts::RETURN_TERM_SELF
        } else {
            texts::RETURN_TERM_ASK
        }));
    }
    lines
}

/// Says what holds now.
pub fn now(event: &Event, terms: &Terms) -> Text {
    match terms {
        Terms::Withdrawal { until } => {
            Text::new(texts::RETURN_NOW_WITHDRAWAL).with("until", Moment::new(*until, event.time_zone.as_str()))
        }
        Terms::Keep { step, until } => keep(event, step, *until),
        Terms::Over => Text::new(texts::RETURN_TERM_NEVER),
    }
}

fn keep(event: &Event, step: &Step, until: Timestamp) -> Text {
    let amount = Money::new(step.keep_minor, event.currency);
    let share = share(step.keep_bp);
    let text = match (step.keep_bp, step.keep_minor) {
        (0, 0) => Text::new(texts::RETURN_TERM_FREE),
        (_, 0) => Text::new(texts::RETURN_TERM_SHARE).with("share", share),
        (0, _) => Text::new(texts::RETURN_TERM_AMOUNT).with("amount", amount),
        _ => Text::new(texts::RETURN_TERM_BOTH)
            .with("share", share)
            .with("amount", amount),
    };
    text.with("until", Moment::new(until, event.time_zone.as_str()))
}

/// Hundredths of a per cent without decimals that say nothing.
fn share(bp: u32) -> String {
    let text = format!("{}.{:02}", bp / 100, bp % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
