//! The form of a new offer, from and to what it means.

use bilten_branding::{
    texts,
    views::{FieldErrors, Text, console::OfferForm},
};
use bilten_core::{
    catalog::Event,
    offers::{NewOffer, OfferCut, OfferRule, PackageMember},
};
use bilten_kernel::{TicketTypeId, Timestamp};

use crate::organizer::{prices, wizard::local_time};

/// What was typed, with what is wrong.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub form: OfferForm,
    /// How many of each type belong to it, as typed.
    pub types: Vec<(TicketTypeId, String)>,
    /// Bounds of prices by type, as typed: whether it is open, the least, the most.
    pub bounds: Vec<(TicketTypeId, bool, String, String)>,
    /// What donations are for, as typed.
    pub cause: Option<String>,
    pub errors: FieldErrors,
}

impl Typed {
    /// Reads the form of a new offer; unknown fields are passed over.
    pub(super) fn read(fields: &[(String, String)]) -> Self {
        let mut typed = Self::default();
        for (name, value) in fields {
            if let Some(id) = name.strip_prefix("type_").and_then(|id| id.parse().ok()) {
                typed.types.push((id, value.trim().to_owned()));
                continue;
            }
            let target = match name.as_str() {
                "name" => &mut typed.form.name,
                "kind" => &mut typed.form.kind,
                "value" => &mut typed.form.value,
                "count" => &mut typed.form.count,
                "paid" => &mut typed.form.paid,
                "priority" => &mut typed.form.priority,
                "starts" => &mut typed.form.starts,
                "ends" => &mut typed.form.ends,
                _ => continue,
            };
            value.trim().clone_into(target);
        }
        typed
    }

    /// Says what it means; `None` when something was refused.
    pub(super) fn meant(&mut self, event: &Event) -> Option<NewOffer> {
        let name = self.form.name.parse().ok();
        if name.is_none() {
            self.errors.push("name", Text::new(texts::FIELD_REQUIRED));
        }
        let rule = self.rule(event);
        if rule.is_none() {
            self.errors.push("value", Text::new(texts::FIELD_OFFER_RULE));
        }
        let starts_at = time(&mut self.errors, ("starts", &self.form.starts), event);
        let ends_at = time(&mut self.errors, ("ends", &self.form.ends), event);
        if !self.errors.is_empty() {
            return None;
        }
        Some(NewOffer {
            name: name?,
            rule: rule?,
            priority: self.form.priority.parse().unwrap_or(0),
            starts_at,
            ends_at,
        })
    }

    fn rule(&self, event: &Event) -> Option<OfferRule> {
        let number = |text: &str| text.parse::<u32>().ok();
        let chosen = self.types.iter().filter(|(_, count)| !count.is_empty() && count != "0");
        let types: Vec<TicketTypeId> = chosen.clone().map(|(id, _)| *id).collect();
        let price = || prices::read(&self.form.value, event.currency);
        let cut = match self.form.kind.as_str() {
            "size" => {
                return Some(OfferRule::SizeForPaid {
                    size: number(&self.form.count)?,
                    paid: number(&self.form.paid)?,
                    types,
                });
            }
            "package" => {
                let member = |(ticket_type, count): &(TicketTypeId, String)| {
                    let count = number(count)?;
                    Some(PackageMember {
                        ticket_type: *ticket_type,
                        min: count,
                        max: count,
                    })
                };
                return Some(OfferRule::Package {
                    members: chosen.map(member).collect::<Option<_>>()?,
                    price_minor: price()?,
                    times: 100,
                });
            }
            "amount" => OfferCut::OffMinor(price()?),
            "price" => OfferCut::PriceMinor(price()?),
            _ => OfferCut::PercentBp(i32::try_from(prices::read_hundredths(&self.form.value)?).ok()?),
        };
        Some(OfferRule::Quantity {
            min_quantity: if self.form.count.is_empty() {
                1
            } else {
                number(&self.form.count)?
            },
            cut,
            types,
        })
    }
}

fn time(errors: &mut FieldErrors, (field, text): (&str, &str), event: &Event) -> Option<Timestamp> {
    let at = local_time::read(text, &event.time_zone);
    if at.is_none() && !text.is_empty() {
        errors.push(field, Text::new(texts::FIELD_DATE_INVALID));
    }
    at
}
