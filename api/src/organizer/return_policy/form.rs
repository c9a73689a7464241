//! The form of a policy, from and to what it means.

use bilten_branding::{
    texts,
    views::{
        FieldErrors, Text,
        console::{ReturnPolicyForm, ReturnStepForm},
    },
};
use bilten_core::{
    catalog::EventDetail,
    return_policy::{MAX_STEPS, NewReturnPolicy, Step},
};
use bilten_kernel::{Currency, Money};

use crate::organizer::prices;

/// Rows that the form has at least; and one empty row after those that are filled.
const MIN_ROWS: usize = 4;
/// Days before the event that a step may end at most.
const MAX_DAYS: u32 = 730;
/// Days of withdrawal at most.
const MAX_WITHDRAWAL: u32 = 60;

/// Fills the form with what holds.
pub(super) fn of(detail: &EventDetail) -> ReturnPolicyForm {
    let policy = detail.return_policy.as_ref();
    let currency = detail.event.currency;
    let mut steps: Vec<ReturnStepForm> = policy
        .iter()
        .flat_map(|policy| &policy.steps)
        .map(|step| ReturnStepForm {
            days: (step.hours_before / 24).to_string(),
            percent: prices::write_hundredths(i64::from(step.keep_bp)),
            amount: prices::write(Money::new(step.keep_minor, currency)),
        })
        .collect();
    let rows = (steps.len() + 1).clamp(MIN_ROWS, MAX_STEPS);
    steps.resize_with(rows.max(steps.len()), ReturnStepForm::default);
    ReturnPolicyForm {
        is_self_service: policy.is_some_and(|policy| policy.is_self_service),
        withdrawal_days: policy.map_or(0, |policy| policy.withdrawal_days).to_string(),
        steps,
    }
}

/// Takes the form as it was sent.
pub(super) fn sent(fields: &[(String, String)]) -> ReturnPolicyForm {
    let value = |name: &str| {
        let found = fields.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.trim().to_owned())
    };
    let step = |row: usize| ReturnStepForm {
        days: value(&format!("days_{row}")).unwrap_or_default(),
        percent: value(&format!("percent_{row}")).unwrap_or_default(),
        amount: value(&format!("amount_{row}")).unwrap_or_default(),
    };
    let rows = (0..MAX_STEPS).take_while(|row| *row < MIN_ROWS || value(&format!("days_{row}")).is_some());
    ReturnPolicyForm {
        is_self_service: value("self_service").is_some(),
        withdrawal_days: value("withdrawal_days").unwrap_or_default(),
        steps: rows.map(step).collect(),
    }
}

/// Reads what the form means.
pub(super) fn read(form: &ReturnPolicyForm, currency: Currency) -> Result<NewReturnPolicy, FieldErrors> {
    let mut errors = FieldErrors::none();
    let number = |text: &str, most: u32| text.parse::<u32>().ok().filter(|number| *number <= most);
    let between = |most: u32| {
        Text::new(texts::FIELD_NUMBER_BETWEEN)
            .with("min", 0_u32)
            .with("max", most)
    };
    let days = if form.withdrawal_days.is_empty() {
        "0"
    } else {
        &form.withdrawal_days
    };
    let withdrawal_days = number(days, MAX_WITHDRAWAL);
    if withdrawal_days.is_none() {
        errors.push("withdrawal_days", between(MAX_WITHDRAWAL));
    }
    let mut steps: Vec<Step> = Vec::new();
    for (row, sent) in form.steps.iter().enumerate() {
        if sent.days.is_empty() && sent.percent.is_empty() && sent.amount.is_empty() {
            continue;
        }
        let days = number(&sent.days, MAX_DAYS);
        if days.is_none() {
            errors.push(&format!("days_{row}"), between(MAX_DAYS));
        }
        let percent = if sent.percent.is_empty() { "0" } else { &sent.percent };
        let bp = prices::read_hundredths(percent)
            .and_then(|bp| u32::try_from(bp).ok())
            .filter(|bp| *bp <= 10_000);
        if bp.is_none() {
            errors.push(&format!("percent_{row}"), between(100));
        }
        let amount = if sent.amount.is_empty() { "0" } else { &sent.amount };
        let minor = prices::read(amount, currency);
        if minor.is_none() {
            errors.push(&format!("amount_{row}"), Text::new(texts::FIELD_PRICE_INVALID));
        }
        let (Some(days), Some(keep_bp), Some(keep_minor)) = (days, bp, minor) else {
            continue;
        };
        let step = Step {
            hours_before: days * 24,
            keep_bp,
            keep_minor,
        };
        let follows = steps.last().is_none_or(|last| {
            last.hours_before > step.hours_before && last.keep_bp <= keep_bp && last.keep_minor <= keep_minor
        });
        if !follows {
            errors.push(&format!("days_{row}"), Text::new(texts::RETURN_STEP_ORDER));
        }
        steps.push(step);
    }
    match withdrawal_days {
        Some(withdrawal_days) if errors.is_empty() => Ok(NewReturnPolicy {
            is_self_service: form.is_self_service,
            withdrawal_days,
            steps,
        }),
        _ => Err(errors),
    }
}
