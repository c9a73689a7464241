//! `bilten tenant fees`: what the platform takes of each paid ticket of a shop.

use anyhow::{Context as _, ensure};
use bilten_billing::refunds;
use bilten_core::pricing::{self, FeeBand, FeeBase, FeeBasis, FeeRule, Payer, RuleRef};
use bilten_kernel::{Ctx, Currency, Money};
use bilten_tenancy::settings;

use super::output::say;
use crate::{http::AppState, organizer::prices};

/// Number of the one fee that the command knows.
const PLATFORM_FEE: u32 = 2;

/// What the command was told.
#[derive(Debug, Default, clap::Args)]
pub(super) struct Wish {
    /// Fixed part, such as 3.00; with a share alone it is nothing.
    #[arg(long)]
    pub fixed: Option<String>,
    /// Share of what the buyer pays, in per cent, such as 2.5.
    #[arg(long)]
    pub percent: Option<String>,
    /// No less than this for a paid ticket.
    #[arg(long)]
    pub min: Option<String>,
    /// No more than this for a ticket.
    #[arg(long)]
    pub max: Option<String>,
    /// Another fee for prices from an amount on, as FROM:FIXED:PERCENT[:MIN[:MAX]], such as 500:5.00:2:10.00:60.00; may be repeated.
    #[arg(long = "band")]
    pub bands: Vec<String>,
    /// Take it once of the whole order; the organizer bears it, because no price of a ticket could show it.
    #[arg(long)]
    pub per_order: bool,
    /// Currency of the amounts (ISO 4217); that of the shop unless told.
    #[arg(long)]
    pub currency: Option<String>,
    /// Take nothing.
    #[arg(long, conflicts_with_all = ["fixed", "percent", "min", "max", "bands", "per_order", "currency"])]
    pub none: bool,
    /// What becomes of it when a buyer gets his money back.
    #[arg(long, value_enum)]
    pub on_refund: Option<OnRefund>,
}

/// What becomes of the platform's part when a buyer gets his money back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum OnRefund {
    /// The platform keeps it.
    Keep,
    /// It goes back to the shop, in proportion.
    Return,
}

impl Wish {
    /// The fees; `None` when nothing was asked for, and they are only told.
    fn fees(&self, shop: Currency) -> anyhow::Result<Option<Vec<FeeRule>>> {
        if self.none {
            return Ok(Some(Vec::new()));
        }
        if self.fixed.is_none() && self.percent.is_none() && self.bands.is_empty() {
            let is_bare = self.min.is_none() && self.max.is_none() && self.currency.is_none() && !self.per_order;
            ensure!(is_bare, "tell --fixed, --percent or --band");
            return Ok(None);
        }
        let currency = self.currency.as_deref().map_or(Ok(shop), str::parse)?;
        let bands = self.read_bands(currency)?;
        let has_amounts = |band: &FeeBand| band.from > 0 || band.fixed > 0 || band.min.is_some() || band.max.is_some();
        Ok(Some(vec![FeeRule {
            rule: RuleRef::numbered(PLATFORM_FEE, 1),
            payer: Payer::Payee,
            basis: if self.per_order {
                FeeBasis::PerOrder
            } else {
                FeeBasis::PerTicket
            },
            base: FeeBase::Gross,
            is_paid_only: true,
            currency: bands.iter().any(has_amounts).then_some(currency),
            from: None,
            to: None,
            bands,
        }]))
    }

    /// The band of the plain options, which begins at nothing, and those of `--band`, by their prices.
    fn read_bands(&self, currency: Currency) -> anyhow::Result<Vec<FeeBand>> {
        let text = |option: &Option<String>| option.clone().unwrap_or_default();
        let plain = [
            String::new(),
            text(&self.fixed),
            text(&self.percent),
            text(&self.min),
            text(&self.max),
        ];
        let mut bands = vec![read_band(&plain, currency)?];
        for told in &self.bands {
            let parts: Vec<String> = told.split(':').map(str::to_owned).collect();
            ensure!(
                (3..=5).contains(&parts.len()),
                "{told} is not FROM:FIXED:PERCENT[:MIN[:MAX]]"
            );
            bands.push(read_band(&parts, currency)?);
        }
        bands.sort_by_key(|band| band.from);
        let is_twice = bands.windows(2).any(|pair| pair[0].from == pair[1].from);
        ensure!(!is_twice, "two fees begin at the same price");
        Ok(bands)
    }
}

fn read_band(parts: &[String], currency: Currency) -> anyhow::Result<FeeBand> {
    let part = |at: usize| parts.get(at).map_or("", |text| text.trim());
    let amount = |at: usize| match part(at) {
        "" => Ok(None),
        text => prices::read(text, currency)
            .map(Some)
            .with_context(|| format!("{text} is no amount")),
    };
    let percent = match part(2) {
        "" => 0,
        text => prices::read_hundredths(text).with_context(|| format!("{text} is no percentage"))?,
    };
    Ok(FeeBand {
        from: amount(0)?.unwrap_or(0),
        fixed: amount(1)?.unwrap_or(0),
        rate_bp: i32::try_from(percent)?,
        min: amount(3)?,
        max: amount(4)?,
    })
}

/// Sets the fees when some were told, and says what holds.
pub(super) async fn run(state: &AppState, ctx: &Ctx, wish: Wish) -> anyhow::Result<()> {
    let mut tx = state.db.begin(ctx).await?;
    let shop = settings::read(&mut tx).await?.currency;
    let found = match wish.fees(shop)? {
        Some(fees) => pricing::set_platform_fees(ctx, &mut tx, fees).await?,
        None => pricing::find_plan(&mut tx).await?,
    };
    if let Some(on_refund) = wish.on_refund {
        refunds::set_returns_platform_fee(ctx, &mut tx, on_refund == OnRefund::Return).await?;
    }
    let returns = refunds::returns_platform_fee(&mut tx).await?;
    tx.commit().await?;
    if found.plan.fees.platform.is_empty() {
        say("Nothing is taken.");
    }
    for rule in &found.plan.fees.platform {
        let currency = rule.currency.unwrap_or(shop);
        for band in &rule.bands {
            say(&told(rule, *band, currency));
        }
    }
    say(if returns {
        "With a refund it goes back to the shop, in proportion."
    } else {
        "With a refund it is kept."
    });
    Ok(())
}

/// A band in a sentence.
fn told(rule: &FeeRule, band: FeeBand, currency: Currency) -> String {
    let written = |minor| format!("{} {currency}", prices::write(Money::new(minor, currency)));
    let part = |words: &str, minor: Option<i64>| {
        minor.map_or_else(String::new, |minor| format!(", {} {words}", written(minor)))
    };
    let from = if band.from > 0 {
        format!("From {} on: ", written(band.from))
    } else {
        String::new()
    };
    let of = match rule.basis {
        FeeBasis::PerTicket => "ticket",
        FeeBasis::PerOrder => "order",
    };
    let bearer = match rule.payer {
        Payer::Payee => "borne by the organizer",
        Payer::Buyer | Payer::Split(_) => "passed on to buyers",
    };
    let percent = prices::write_hundredths(i64::from(band.rate_bp));
    let (least, most) = (part("at least", band.min), part("at most", band.max));
    format!(
        "{from}{} and {percent} %{least}{most} of each paid {of}, {bearer}.",
        written(band.fixed)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(fixed: &str, percent: &str) -> Wish {
        let told = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Wish {
            fixed: told(fixed),
            percent: told(percent),
            ..Wish::default()
        }
    }

    #[test]
    fn amounts_are_read_in_the_currency_of_the_shop() {
        let nok: Currency = "NOK".parse().unwrap();
        let fees = wish("3", "2.5").fees(nok).unwrap().unwrap();
        assert_eq!((fees[0].bands[0].fixed, fees[0].bands[0].rate_bp), (300, 250));
        assert_eq!(fees[0].currency, Some(nok));
        assert!(fees[0].is_sound());
        let share = wish("", "2.5").fees(nok).unwrap().unwrap();
        assert_eq!(share[0].currency, None, "a share needs no currency");
        assert!(wish("", "").fees(nok).unwrap().is_none());
        assert!(wish("x", "").fees(nok).is_err() && wish("", "x").fees(nok).is_err());
        let none = Wish {
            none: true,
            ..wish("", "")
        };
        assert!(none.fees(nok).unwrap().unwrap().is_empty());
    }

    #[test]
    fn bands_bounds_and_fees_of_the_order_are_read_and_told() {
        let nok: Currency = "NOK".parse().unwrap();
        let wish = Wish {
            bands: vec!["500:5.00:2:10.00:60.00".to_owned(), "100::3".to_owned()],
            per_order: true,
            min: Some("1".to_owned()),
            ..wish("", "4")
        };
        let rule = wish.fees(nok).unwrap().unwrap().remove(0);
        assert!(rule.is_sound() && rule.basis == FeeBasis::PerOrder && rule.payer == Payer::Payee);
        let said: Vec<String> = rule.bands.iter().map(|band| told(&rule, *band, nok)).collect();
        assert_eq!(
            said,
            [
                "0 NOK and 4 %, 1 NOK at least of each paid order, borne by the organizer.",
                "From 100 NOK on: 0 NOK and 3 % of each paid order, borne by the organizer.",
                "From 500 NOK on: 5 NOK and 2 %, 10 NOK at least, 60 NOK at most of each paid order, borne by the organizer.",
            ]
        );
        for wrong in ["500", "x:1:1", "1:1:1:1:1:1", "0:1:1"] {
            let wish = Wish {
                bands: vec![wrong.to_owned()],
                ..Wish::default()
            };
            assert!(wish.fees(nok).is_err(), "{wrong}");
        }
        let lone = Wish {
            per_order: true,
            ..Wish::default()
        };
        assert!(lone.fees(nok).is_err());
    }
}
