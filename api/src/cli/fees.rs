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
pub(super) struct Wish {
    pub fixed: Option<String>,
    pub percent: Option<String>,
    pub max: Option<String>,
    pub currency: Option<String>,
    pub none: bool,
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
        if self.fixed.is_none() && self.percent.is_none() {
            ensure!(
                self.max.is_none() && self.currency.is_none(),
                "tell --fixed or --percent"
            );
            return Ok(None);
        }
        let currency = self.currency.as_deref().map_or(Ok(shop), str::parse)?;
        let amount = |text: &Option<String>| {
            let read = |text: &String| prices::read(text, currency).with_context(|| format!("{text} is no amount"));
            text.as_ref().map(read).transpose()
        };
        let bp = |text: &String| prices::read_hundredths(text).with_context(|| format!("{text} is no percentage"));
        let (fixed, max) = (amount(&self.fixed)?.unwrap_or(0), amount(&self.max)?);
        let rate_bp = i32::try_from(self.percent.as_ref().map(bp).transpose()?.unwrap_or(0))?;
        let has_amounts = fixed > 0 || max.is_some();
        let band = FeeBand {
            fixed,
            rate_bp,
            max,
            ..FeeBand::default()
        };
        Ok(Some(vec![FeeRule {
            rule: RuleRef::numbered(PLATFORM_FEE, 1),
            payer: Payer::Payee,
            basis: FeeBasis::PerTicket,
            base: FeeBase::Gross,
            is_paid_only: true,
            currency: has_amounts.then_some(currency),
            from: None,
            to: None,
            bands: vec![band],
        }]))
    }
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
    let bearer = if found.plan.passes_on {
        "passed on to buyers"
    } else {
        "borne by the organizer"
    };
    if found.plan.fees.platform.is_empty() {
        say("Nothing is taken.");
    }
    for rule in &found.plan.fees.platform {
        let currency = rule.currency.unwrap_or(shop);
        let written = |minor| format!("{} {currency}", prices::write(Money::new(minor, currency)));
        for band in &rule.bands {
            let max = band
                .max
                .map_or_else(String::new, |max| format!(", {} at most", written(max)));
            let percent = prices::write_hundredths(i64::from(band.rate_bp));
            say(&format!(
                "{} and {percent} %{max} of each paid ticket, {bearer}.",
                written(band.fixed)
            ));
        }
    }
    say(if returns {
        "With a refund it goes back to the shop, in proportion."
    } else {
        "With a refund it is kept."
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(fixed: &str, percent: &str) -> Wish {
        let told = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Wish {
            fixed: told(fixed),
            percent: told(percent),
            max: None,
            currency: None,
            none: false,
            on_refund: None,
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
}
