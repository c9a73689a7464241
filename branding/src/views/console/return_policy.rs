//! What it costs to give tickets of an event back.

use serde::Serialize;

use crate::{
    texts,
    views::{FieldErrors, Text, View, sample},
};

/// `GET /manage/events/{id}/return-policy`.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnPolicyView {
    /// Title of the event.
    pub title: String,
    /// The event in the console.
    pub event_url: String,
    /// Where the form is posted to.
    pub action: String,
    /// What stands in the form.
    pub form: ReturnPolicyForm,
    /// What is wrong; fields of a step end in `_0` and so on.
    pub errors: FieldErrors,
    /// What buyers read now, line by line.
    pub terms: Vec<Text>,
    /// Currency of amounts.
    pub currency: String,
}

/// The form of a policy.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ReturnPolicyForm {
    /// Whether buyers may give tickets back themselves.
    pub is_self_service: bool,
    /// Days of withdrawal, as typed.
    pub withdrawal_days: String,
    /// Steps, and empty rows for more.
    pub steps: Vec<ReturnStepForm>,
}

/// A step of the ladder, as typed.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ReturnStepForm {
    /// Days before the event until which it holds.
    pub days: String,
    /// Share that is kept, in per cent.
    pub percent: String,
    /// What is kept of each ticket beside it.
    pub amount: String,
}

impl View for ReturnPolicyView {
    const TEMPLATE: &'static str = "console/return_policy.html";

    fn samples() -> Vec<Self> {
        let step = |days: &str, percent: &str, amount: &str| ReturnStepForm {
            days: days.to_owned(),
            percent: percent.to_owned(),
            amount: amount.to_owned(),
        };
        let view = |steps, errors| Self {
            title: "Nordlys <Festival> 2027".to_owned(),
            event_url: "/manage/events/evt_0".to_owned(),
            action: "/manage/events/evt_0/return-policy".to_owned(),
            form: ReturnPolicyForm {
                is_self_service: true,
                withdrawal_days: "14".to_owned(),
                steps,
            },
            errors,
            terms: sample::return_terms(),
            currency: "NOK".to_owned(),
        };
        let empty = || step("", "", "");
        vec![
            view(
                vec![step("30", "0", "0"), step("7", "25", "50"), empty(), empty()],
                FieldErrors::none(),
            ),
            view(
                vec![step("x", "", ""), step("40", "5", ""), empty(), empty()],
                FieldErrors::none()
                    .with(
                        "days_0",
                        Text::new(texts::FIELD_NUMBER_BETWEEN)
                            .with("min", 0_u32)
                            .with("max", 730_u32),
                    )
                    .with("days_1", Text::new(texts::RETURN_STEP_ORDER)),
            ),
        ]
    }
}
