//! `bilten tenant commission`: what a shop keeps of the fees, and when it gets it.

use anyhow::{Context as _, ensure};
use bilten_billing::commission::{self, Every, Terms};
use bilten_core::pricing::{self, FeeBand, FeeBase, FeeBasis, FeeRule, Payer, RuleRef};
use bilten_kernel::Slug;

use super::{
    output::say,
    tenant::{find, in_tenant},
};
use crate::{http::AppState, organizer::prices};

/// Number of the one commission that the command knows.
const COMMISSION: u32 = 3;
/// What holds unless something else is told.
const AFTER_DAYS: u16 = 14;
/// Most days.
const MOST_DAYS: u16 = 365;

/// How often commission is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Period {
    /// Every seven days.
    Week,
    /// Every thirty days.
    Month,
}

/// What the command was told.
#[derive(Debug, clap::Args)]
pub(super) struct Wish {
    /// Name in addresses.
    slug: Slug,
    /// Share of what buyers pay, in per cent, such as 1.5; it is taken beside the platform's fee.
    #[arg(long)]
    percent: Option<String>,
    /// Take none from now on; what was earned is settled all the same.
    #[arg(long, conflicts_with = "percent")]
    none: bool,
    /// How often it is settled.
    #[arg(long, value_enum)]
    every: Option<Period>,
    /// Days after an event from which on its fees cannot be returned any more.
    #[arg(long)]
    after_days: Option<u16>,
}

impl Wish {
    /// The rules; `None` when they stay.
    fn rules(&self) -> anyhow::Result<Option<Vec<FeeRule>>> {
        if self.none {
            return Ok(Some(Vec::new()));
        }
        let Some(percent) = &self.percent else { return Ok(None) };
        let bp = prices::read_hundredths(percent).with_context(|| format!("{percent} is no percentage"))?;
        let band = FeeBand {
            rate_bp: i32::try_from(bp)?,
            ..FeeBand::default()
        };
        Ok(Some(vec![FeeRule {
            rule: RuleRef::numbered(COMMISSION, 1),
            payer: Payer::Payee,
            basis: FeeBasis::PerTicket,
            base: FeeBase::Gross,
            is_paid_only: true,
            currency: None,
            from: None,
            to: None,
            bands: vec![band],
        }]))
    }

    fn terms(&self, known: Option<Terms>) -> anyhow::Result<Terms> {
        let known = known.unwrap_or(Terms {
            every: Every::Month,
            after_days: AFTER_DAYS,
        });
        let after_days = self.after_days.unwrap_or(known.after_days);
        ensure!(after_days <= MOST_DAYS, "{MOST_DAYS} days at most");
        let every = match self.every {
            Some(Period::Week) => Every::Week,
            Some(Period::Month) => Every::Month,
            None => known.every,
        };
        Ok(Terms { every, after_days })
    }
}

/// Sets what was told, and says what holds.
pub(super) async fn run(state: &AppState, wish: Wish) -> anyhow::Result<()> {
    let ctx = &in_tenant(state, find(state, &wish.slug).await?);
    let mut tx = state.db.begin(ctx).await?;
    let plan = match wish.rules()? {
        Some(rules) => pricing::set_commission(ctx, &mut tx, rules).await?,
        None => pricing::find_plan(&mut tx).await?,
    };
    let known = commission::find_terms(&mut tx).await?;
    let is_told = wish.percent.is_some() || wish.every.is_some() || wish.after_days.is_some();
    let terms = if is_told {
        let terms = wish.terms(known)?;
        commission::set_terms(ctx, &mut tx, terms).await?;
        Some(terms)
    } else {
        known
    };
    tx.commit().await?;
    let bands = plan.plan.fees.commission.iter().flat_map(|rule| &rule.bands);
    let mut said = false;
    for band in bands {
        let percent = prices::write_hundredths(i64::from(band.rate_bp));
        say(&format!(
            "{percent} % of each paid ticket is the shop's, beside the platform's fee."
        ));
        said = true;
    }
    if !said {
        say("Nothing is taken for the shop.");
    }
    match terms {
        Some(terms) => say(&format!(
            "Settled every {}, from {} days after an event on.",
            terms.every.name(),
            terms.after_days
        )),
        None => say("Nothing is settled."),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_told_stays() {
        let wish = Wish {
            slug: "shop".parse().unwrap(),
            percent: Some("1.5".to_owned()),
            none: false,
            every: None,
            after_days: Some(3),
        };
        assert_eq!(wish.rules().unwrap().unwrap()[0].bands[0].rate_bp, 150);
        let known = Terms {
            every: Every::Week,
            after_days: 20,
        };
        let after = wish.terms(Some(known)).unwrap();
        assert_eq!((after.every, after.after_days), (Every::Week, 3));
        let late = Wish {
            after_days: Some(366),
            ..wish
        };
        assert!(late.terms(None).is_err());
    }
}
