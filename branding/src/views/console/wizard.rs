//! Four steps from an idea to a page that sells.

use bilten_kernel::Money;
use serde::Serialize;

use crate::{
    texts,
    views::{Choice, FieldErrors, Text, View, sample},
};

/// A step of the wizard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WizardStep {
    /// Title, time, place.
    Basics,
    /// What is sold.
    Tickets,
    /// Description and artwork.
    Look,
    /// What blocks publishing.
    Publish,
}

/// What the four steps share.
#[derive(Debug, Clone, Serialize)]
pub struct WizardFrame {
    /// Title so far; empty for a new event.
    pub title: String,
    /// Step shown now.
    pub step: WizardStep,
    /// All steps.
    pub steps: Vec<StepLink>,
    /// Where the form is posted to; the button pressed is sent as `then` = `stay` or `next`.
    pub action: String,
    /// The page as buyers will see it (shown in a frame); none before the draft exists.
    pub preview_url: Option<String>,
    /// Whether the draft was just saved.
    pub saved: bool,
    /// Leave the wizard.
    pub leave_url: String,
}

/// A step in the row at the top.
#[derive(Debug, Clone, Serialize)]
pub struct StepLink {
    /// The step.
    pub step: WizardStep,
    /// Its address; none before the draft exists.
    pub url: Option<String>,
    /// Whether nothing is missing in it.
    pub done: bool,
}

/// Step 1. Fields: `title`, `summary`, `category`, `starts`, `ends`, `doors`, `zone`, `venue`, `address`, `place`.
#[derive(Debug, Clone, Serialize)]
pub struct BasicsStepView {
    /// Shared parts.
    pub frame: WizardFrame,
    /// Values as typed.
    pub form: BasicsForm,
    /// What is wrong with them.
    pub errors: FieldErrors,
    /// Time zones to choose from.
    pub zones: Vec<Choice>,
}

/// Values of step 1, as typed. Times are local: `2027-02-12T18:00`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct BasicsForm {
    /// Title.
    pub title: String,
    /// One sentence.
    pub summary: String,
    /// Category.
    pub category: String,
    /// Begin.
    pub starts: String,
    /// End.
    pub ends: String,
    /// Doors.
    pub doors: String,
    /// Name of the venue.
    pub venue: String,
    /// Street and number.
    pub address: String,
    /// Town.
    pub place: String,
}

/// Step 2. Each row posts `id_<n>`, `name_<n>`, `description_<n>`, `price_<n>`, `capacity_<n>`, `min_<n>`, `max_<n>`,
/// `opens_<n>`, `closes_<n>`, `hidden_<n>`, `locked_<n>`, `addon_<n>`, `peradmission_<n>`, `remove_<n>`; the button `then=add` asks for one more row.
#[derive(Debug, Clone, Serialize)]
pub struct TicketsStepView {
    /// Shared parts.
    pub frame: WizardFrame,
    /// Code of the currency of all prices.
    pub currency: String,
    /// Whether types that are saved stay what they are, admissions or add-ons.
    pub are_kinds_settled: bool,
    /// The ticket types.
    pub rows: Vec<TicketTypeForm>,
    /// What is wrong, by field name including the number.
    pub errors: FieldErrors,
}

/// A ticket type as typed.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TicketTypeForm {
    /// Its id, once saved.
    pub id: String,
    /// Name.
    pub name: String,
    /// What it includes.
    pub description: String,
    /// Price as typed, such as `1290.00`.
    pub price: String,
    /// What buyers pay for it, where fees or taxes come on top.
    pub buyer_pays: Option<Money>,
    /// How many there are.
    pub capacity: String,
    /// Smallest quantity in one order.
    pub min: String,
    /// Largest quantity in one order.
    pub max: String,
    /// Sale opens (local time).
    pub opens: String,
    /// Sale closes (local time).
    pub closes: String,
    /// Names of the pools that it shares with others, when it has no places of its own to set.
    pub shared: String,
    /// Not shown to buyers.
    pub hidden: bool,
    /// Whether only a promo code makes it buyable.
    pub locked: bool,
    /// Whether it is an add-on.
    pub add_on: bool,
    /// Most of an add-on for each ticket that admits, as typed.
    pub per_admission: String,
    /// Sold already, so it cannot be removed.
    pub sold: u32,
}

/// Step 3. Fields: `description`, `refund_policy`, `artwork`.
#[derive(Debug, Clone, Serialize)]
pub struct LookStepView {
    /// Shared parts.
    pub frame: WizardFrame,
    /// Values as typed.
    pub form: LookForm,
    /// Artwork variants to choose from: value is the seed.
    pub artworks: Vec<Artwork>,
    /// What is wrong.
    pub errors: FieldErrors,
}

/// Values of step 3.
#[derive(Debug, Clone, Default, Serialize)]
pub struct LookForm {
    /// Description in Markdown.
    pub description: String,
    /// What is promised about refunds.
    pub refund_policy: String,
}

/// A variant of the generated artwork.
#[derive(Debug, Clone, Serialize)]
pub struct Artwork {
    /// Value of the field `artwork`.
    pub value: String,
    /// Address of the picture.
    pub url: String,
    /// Whether it is chosen.
    pub selected: bool,
}

/// Step 4.
#[derive(Debug, Clone, Serialize)]
pub struct PublishStepView {
    /// Shared parts.
    pub frame: WizardFrame,
    /// What must be there before publishing.
    pub checklist: Vec<ChecklistItem>,
    /// Where publishing is posted to; `None` while something blocks it.
    pub publish_action: Option<String>,
    /// Whether the event is on sale already; then there is nothing to publish.
    pub is_live: bool,
    /// Address the page has, or will have.
    pub public_url: String,
    /// Lowest price.
    pub from_price: Option<Money>,
    /// Number of tickets.
    pub capacity: u32,
}

/// A line of the checklist.
#[derive(Debug, Clone, Serialize)]
pub struct ChecklistItem {
    /// What: one of `CHECK_*`.
    pub text: Text,
    /// Whether it is there.
    pub done: bool,
    /// Whether publishing waits for it.
    pub blocking: bool,
    /// Where it is mended.
    pub url: String,
}

/// Shared parts of a sample.
fn sample_frame(step: WizardStep) -> WizardFrame {
    let steps = [
        WizardStep::Basics,
        WizardStep::Tickets,
        WizardStep::Look,
        WizardStep::Publish,
    ];
    WizardFrame {
        title: "Nordlys Festival 2027".to_owned(),
        step,
        steps: steps
            .into_iter()
            .map(|each| StepLink {
                step: each,
                url: Some("/manage/events/evt_0/setup/basics".to_owned()),
                done: each == WizardStep::Basics,
            })
            .collect(),
        action: "/manage/events/evt_0/setup/basics".to_owned(),
        preview_url: Some("/manage/events/evt_0/preview".to_owned()),
        saved: step == WizardStep::Tickets,
        leave_url: "/manage/events".to_owned(),
    }
}

impl View for BasicsStepView {
    const TEMPLATE: &'static str = "console/wizard_basics.html";

    fn samples() -> Vec<Self> {
        let zones = || {
            vec![
                Choice::new("Europe/Oslo", "Europe/Oslo", true),
                Choice::new("Europe/London", "Europe/London", false),
            ]
        };
        let mut new = sample_frame(WizardStep::Basics);
        new.title.clear();
        new.preview_url = None;
        for step in &mut new.steps {
            step.url = None;
            step.done = false;
        }
        vec![
            Self {
                frame: sample_frame(WizardStep::Basics),
                form: BasicsForm {
                    title: "Nordlys Festival 2027".to_owned(),
                    summary: "Three nights of music, light and frost above the city.".to_owned(),
                    category: "Festival".to_owned(),
                    starts: "2027-02-12T18:00".to_owned(),
                    ends: "2027-02-14T23:00".to_owned(),
                    doors: "2027-02-12T17:00".to_owned(),
                    venue: "Tryvann Winter Park".to_owned(),
                    address: "Tryvannsveien 64".to_owned(),
                    place: "Oslo".to_owned(),
                },
                errors: FieldErrors::none(),
                zones: zones(),
            },
            Self {
                frame: new,
                form: BasicsForm::default(),
                errors: FieldErrors::none()
                    .with("title", Text::new(texts::FIELD_REQUIRED))
                    .with("ends", Text::new(texts::FIELD_ENDS_BEFORE_START)),
                zones: zones(),
            },
        ]
    }
}

impl View for TicketsStepView {
    const TEMPLATE: &'static str = "console/wizard_tickets.html";

    fn samples() -> Vec<Self> {
        let row = |name: &str, price: &str, capacity: &str, sold| TicketTypeForm {
            id: format!("tty_{name}"),
            name: name.to_owned(),
            price: price.to_owned(),
            buyer_pays: (sold > 0).then(|| sample::nok(132_000)),
            capacity: capacity.to_owned(),
            min: "1".to_owned(),
            max: "8".to_owned(),
            sold,
            ..TicketTypeForm::default()
        };
        vec![
            Self {
                frame: sample_frame(WizardStep::Tickets),
                currency: "NOK".to_owned(),
                are_kinds_settled: false,
                rows: vec![
                    row("Festival pass", "1290.00", "3000", 12),
                    row("VIP", "2890.00", "200", 0),
                    TicketTypeForm {
                        shared: "Camp site".to_owned(),
                        add_on: true,
                        per_admission: "2".to_owned(),
                        ..row("Tent", "390.00", "400", 3)
                    },
                ],
                errors: FieldErrors::none(),
            },
            Self {
                frame: sample_frame(WizardStep::Tickets),
                currency: "NOK".to_owned(),
                are_kinds_settled: true,
                rows: vec![TicketTypeForm::default()],
                errors: FieldErrors::none()
                    .with("name_0", Text::new(texts::FIELD_REQUIRED))
                    .with("addon_0", Text::new(texts::FIELD_KIND_SETTLED))
                    .with("peradmission_0", Text::new(texts::FIELD_PER_ADMISSION))
                    .with("price_0", Text::new(texts::FIELD_PRICE_INVALID)),
            },
        ]
    }
}

impl View for LookStepView {
    const TEMPLATE: &'static str = "console/wizard_look.html";

    fn samples() -> Vec<Self> {
        vec![Self {
            frame: sample_frame(WizardStep::Look),
            form: LookForm {
                description: "Three nights under the **winter sky**.".to_owned(),
                refund_policy: "Refunds until seven days before the event.".to_owned(),
            },
            artworks: (0..4)
                .map(|seed| Artwork {
                    value: seed.to_string(),
                    url: format!("/media/artwork/sample-{seed}.svg"),
                    selected: seed == 0,
                })
                .collect(),
            errors: FieldErrors::none(),
        }]
    }
}

impl View for PublishStepView {
    const TEMPLATE: &'static str = "console/wizard_publish.html";

    fn samples() -> Vec<Self> {
        let item = |key: &str, done, blocking| ChecklistItem {
            text: Text::new(key),
            done,
            blocking,
            url: "/manage/events/evt_0/setup/tickets".to_owned(),
        };
        let view = |ready| Self {
            frame: sample_frame(WizardStep::Publish),
            checklist: vec![
                item(texts::CHECK_TITLE, true, true),
                item(texts::CHECK_DATES, true, true),
                item(texts::CHECK_VENUE, true, true),
                item(texts::CHECK_TICKETS, ready, true),
                item(texts::CHECK_CAPACITY, ready, true),
                item(texts::CHECK_DESCRIPTION, false, false),
                item(texts::CHECK_REFUND_POLICY, true, false),
            ],
            publish_action: ready.then(|| "/manage/events/evt_0/publication".to_owned()),
            is_live: false,
            public_url: "http://nordlys.localhost:8080/events/nordlys-2027".to_owned(),
            from_price: Some(sample::nok(129_000)),
            capacity: 3_200,
        };
        let mut live = view(true);
        live.publish_action = None;
        live.is_live = true;
        vec![view(true), view(false), live]
    }
}
